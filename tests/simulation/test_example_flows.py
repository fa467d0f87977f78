"""Every example flow passes its scenarios; together they take every exit that a caller can take."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from interpreter.compiler import check, compile_flow
from interpreter.simulation import coverage, load_scenario, run_scenario

FLOWS = Path(__file__).resolve().parents[2] / "flows"
FILES = sorted(FLOWS.glob("*/scenarios/*.yaml"))


@pytest.fixture(scope="module")
def programs():
    return {
        folder.name: compile_flow(json.loads((folder / "flow.json").read_text(encoding="utf-8")))
        for folder in sorted(FLOWS.iterdir())
        if (folder / "flow.json").exists()
    }


@pytest.mark.parametrize("file", FILES, ids=lambda file: f"{file.parents[1].name}/{file.stem}")
def test_scenario(programs, file):
    result = run_scenario(programs[file.parents[1].name], load_scenario(file))
    assert [failure["en"] for failure in result.failures] == [], "\n".join(result.transcript)


def test_the_switchboard_has_no_issue():
    document = json.loads((FLOWS / "virtual-switchboard" / "flow.json").read_text(encoding="utf-8"))
    assert [issue.message["en"] for issue in check(document)] == []


def test_the_switchboards_scenarios_take_most_exits(programs):
    program = programs["virtual-switchboard"]
    files = [file for file in FILES if file.parents[1].name == "virtual-switchboard"]
    assert len(files) >= 8
    found = coverage(program, [run_scenario(program, load_scenario(file)).outcome for file in files])
    assert found.share > 0.6, found.missing

"""Every example flow passes its scenarios; together they take every exit that a caller can take."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from interpreter.compiler import check, compile_flow
from interpreter.simulation import coverage, load_scenario, run_scenario
from interpreter.simulation.prompts import estimate, system_prompt_seconds

FLOWS = Path(__file__).resolve().parents[2] / "flows"
FILES = sorted(FLOWS.glob("*/scenarios/*.yaml"))


@pytest.fixture(scope="module")
def programs():
    return {
        folder.name: compile_flow(json.loads((folder / "flow.json").read_text(encoding="utf-8")))
        for folder in sorted(FLOWS.iterdir())
        if (folder / "flow.json").exists()
    }


@pytest.mark.parametrize("speed", [1.0, 1.5], ids=["as recorded", "slowly spoken"])
@pytest.mark.parametrize("file", FILES, ids=lambda file: f"{file.parents[1].name}/{file.stem}")
def test_scenario(programs, file, speed):
    """Also with a slower voice: a real call's prompts never last exactly as long as the simulator's."""
    program = programs[file.parents[1].name]
    recorded = system_prompt_seconds(program.locale)
    seconds = {key: speed * recorded.get(key, estimate(key)) for key in program.prompt_keys}
    result = run_scenario(program, load_scenario(file), seconds=seconds)
    for call in (result, *result.others):
        assert [failure["en"] for failure in call.failures] == [], "\n".join(call.transcript)


@pytest.mark.parametrize("name", ["virtual-switchboard", "after-sales-queue"])
def test_the_flows_of_the_demo_have_no_issue(name):
    document = json.loads((FLOWS / name / "flow.json").read_text(encoding="utf-8"))
    assert [issue.message["en"] for issue in check(document)] == []


def test_the_switchboards_scenarios_take_most_exits(programs):
    program = programs["virtual-switchboard"]
    files = [file for file in FILES if file.parents[1].name == "virtual-switchboard"]
    assert len(files) >= 8
    found = coverage(program, [run_scenario(program, load_scenario(file)).outcome for file in files])
    assert found.share > 0.6, found.missing

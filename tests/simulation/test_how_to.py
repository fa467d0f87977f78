"""The example of the how-to page is a scenario that passes."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from interpreter.compiler import compile_flow
from interpreter.simulation import run_scenario

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize("language", ["en", "zh-CN"])
def test_the_pages_example_passes(language, read):
    page = (ROOT / f"docs/how-to/test-a-flow.{language}.md").read_text(encoding="utf-8")
    example = re.findall(r"```yaml\n(.*?)```", page, re.DOTALL)[0]
    flow = json.loads((ROOT / "flows/virtual-switchboard/flow.json").read_text(encoding="utf-8"))
    result = run_scenario(compile_flow(flow), read(example))
    assert result.failures == ()
    shown = page.split("```\n1.000 <")[1].split("```")[0].strip().splitlines()
    assert "\n".join(shown[1:]) in "\n".join(result.transcript)


@pytest.mark.parametrize("page", ["transfer-a-call", "call-out", "forward-calls"])
@pytest.mark.parametrize("language", ["en", "zh-CN"])
def test_what_somebody_who_answered_presses(page, language, desk, read):
    text = (ROOT / f"docs/how-to/{page}.{language}.md").read_text(encoding="utf-8")
    examples = [found for found in re.findall(r"```yaml\n(.*?)```", text, re.DOTALL) if "expect:" in found]
    assert examples
    for example in examples:
        assert run_scenario(desk, read(example)).failures == ()

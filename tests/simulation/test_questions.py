"""Services in virtual calls: the scenario's answers in turn, then the usual one, in virtual time."""

from __future__ import annotations

from pathlib import Path

import pytest

from interpreter.machine.operations import AskService, TellService
from interpreter.machine.program import Program
from interpreter.simulation import run_scenario
from interpreter.simulation import services as package
from support.programs import bye, program

SERVICE = '''
from interpreter.simulation.questions import Service
from interpreter.simulation.scenario import Reply


class Desk(Service):
    def usual(self, data):
        return Reply("ok", {"place": data["x"]}, after=2.0)
'''


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """The kind of a service that exists for this test only."""
    kind = f"desk_{tmp_path.name}"
    (tmp_path / f"{kind}.py").write_text(SERVICE, "utf-8")
    monkeypatch.setattr(package, "__path__", [*package.__path__, str(tmp_path)])
    return kind


def asks(kind: str, timeout_s: float | None = None) -> Program:
    """Tells the service something, asks it until it says ``ok``."""
    return program(
        TellService("tell", kind, {"text": "你好"}, next=1),
        AskService("ask", kind, {"x": 3}, ways={"ok": 2, "busy": 1, "error": 3}, timeout_s=timeout_s),
        bye("good"),
        bye("bad", "error"),
    )


def test_the_scenarios_answers_come_in_turn_then_the_usual_one(desk, read):
    scenario = read(f"{{name: x, services: {{{desk}: [{{kind: busy, after: 1.5}}]}}, expect: {{cause: normal}}}}")
    result = run_scenario(asks(desk), scenario)
    assert result.failures == ()
    assert result.transcript == (
        "0.000 < call",
        f'0.000 > tell {desk} {{"text": "你好"}}',
        f'0.000 > ask 1 {desk} {{"x": 3}}',
        "1.500 < told 1 busy {}",
        f'1.500 > ask 2 {desk} {{"x": 3}}',
        '3.500 < told 2 ok {"place": 3}',
        "3.500 > hang up normal",
        "3.500 = finished hangup",
    )


def test_a_scenario_gives_an_answer_to_a_service_without_a_file(read):
    scenario = read("{name: x, services: {nowhere: [{data: {place: 1}}]}, expect: {cause: normal}}")
    assert run_scenario(asks("nowhere"), scenario).failures == ()


def test_nobody_else_answers_for_it(read):
    assert run_scenario(asks("nowhere"), read("{name: x, expect: {cause: error}}")).failures == ()


def test_an_answer_that_comes_too_late_is_not_heard(desk, read):
    result = run_scenario(asks(desk, timeout_s=1.0), read("{name: x, expect: {cause: error}}"))
    assert result.failures == ()
    assert result.transcript[-4:] == (
        "1.000 < timeout question", "1.000 > unask 1", "1.000 > hang up error", "1.000 = finished hangup",
    )  # fmt: skip

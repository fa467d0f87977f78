"""A virtual call that goes into another flow: transcript, path and expectations name that flow."""

from __future__ import annotations

from interpreter.machine.effects import ExitTaken, NodeEntered
from interpreter.machine.operations import CallFlow, Enter, ExitFlow, Leave, PlayPrompts
from interpreter.simulation import coverage, run_scenario
from support.programs import bye, program, says

INNER = program(
    Enter(NodeEntered("hello", flow="greeting"), 1),
    PlayPrompts("hello", says("hello"), times=1, barge_in=False, next=2),
    Leave(ExitTaken("hello", "next", "", "greeting"), NodeEntered("out", flow="greeting"), 3),
    ExitFlow("out", "done"),
    flow="greeting",
)
OUTER = program(
    Enter(NodeEntered("hello"), 1),
    CallFlow("hello", "greeting", inputs={}, ways={"done": 2}),
    Leave(ExitTaken("hello", "done"), NodeEntered("bye"), 3),
    bye(),
    exits={("hello", "done"): "", ("hello", "next"): ""},
)


def test_a_called_flow_is_named(read) -> None:
    scenario = read("""
        name: x
        expect: {path: ["hello:done", "greeting/hello:next", greeting/out, bye], ended_by: flow}
    """)
    result = run_scenario(OUTER, scenario, flows={"greeting": INNER})
    assert result.failures == ()
    assert [line for line in result.transcript if " = " in line] == [
        "0.000 = hello",
        "0.000 = greeting/hello",
        "3.000 = greeting/hello:next",
        "3.000 = greeting/out",
        "3.000 = hello:done",
        "3.000 = bye",
        "3.000 = finished hangup",
    ]
    assert coverage(OUTER, [result.outcome]).taken == {("hello", "done"): 1, ("hello", "next"): 0}

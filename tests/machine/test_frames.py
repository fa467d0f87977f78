"""Flows that call flows: what each has for itself, what is the call's, where faults go, and what a snapshot holds."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from interpreter.machine import Facts, Machine, Program, SnapshotError
from interpreter.machine.effects import (
    Ask,
    Effect,
    ExitTaken,
    Finished,
    Hangup,
    InputMissed,
    NodeEntered,
    Play,
    StartTimer,
)
from interpreter.machine.events import (
    CallerHungUp,
    CallStarted,
    Digit,
    Event,
    Fault,
    PlayDone,
    Restored,
    TimerFired,
    Told,
)
from interpreter.machine.machine import MAX_DEPTH, STEP_BUDGET
from interpreter.machine.operations import (
    AskKey,
    AskService,
    Assign,
    CallFlow,
    CallState,
    CollectDigits,
    Enter,
    ExitFlow,
    Leave,
    Operation,
    PlayPrompts,
    Speech,
)
from interpreter.machine.operations.asking import Asking
from support.programs import bye, program, says
from support.proof import examples

FACTS = Facts("c", caller="01088881234", called="4001234567")


def start(own: Program, **flows: Program) -> tuple[Machine, list[Effect]]:
    machine = Machine(own, FACTS, 1, flows)
    return machine, list(machine.handle(CallStarted(), 0.0))


def calls(flow: str, inputs: Mapping[str, Any] | None = None, **ways: int) -> Operation:
    return CallFlow("call", flow, inputs=inputs or {}, ways=ways)


def asking(**changes: Any) -> Asking:
    usual: dict[str, Any] = {
        "prompt": says("ask"), "no_input_prompt": Speech(), "no_match_prompt": Speech(), "barge_in": True,
        "attempts": 1, "first_digit_timeout": 5.0, "inter_digit_timeout": 3.0, "no_input": 1, "no_match": 1,
    }  # fmt: skip
    return Asking(**(usual | changes))


SURVEY = program(
    Enter(NodeEntered("entry", flow="survey"), 1),
    AskKey("mark", asking(no_input=3, no_match=3, flow="survey"), {"1": 2}, None, None),
    Leave(ExitTaken("mark", "1", "好", "survey"), NodeEntered("good", flow="survey"), 4),
    Leave(ExitTaken("mark", "no_input", "", "survey"), NodeEntered("silent", flow="survey"), 5),
    ExitFlow("good", "marked"),
    ExitFlow("silent", "skipped"),
    flow="survey",
)
MAIN = program(
    Enter(NodeEntered("entry"), 1),
    calls("survey", marked=2, skipped=3),
    Leave(ExitTaken("call", "marked"), NodeEntered("bye"), 4),
    Leave(ExitTaken("call", "skipped"), NodeEntered("bye"), 4),
    bye(),
)


def test_a_call_goes_into_a_flow_and_comes_back_by_its_exit_and_the_trace_names_the_flow() -> None:
    machine, effects = start(MAIN, survey=SURVEY)
    assert effects == [NodeEntered("entry"), NodeEntered("entry", flow="survey"), Play(("file:ask.wav",))]
    assert (machine.node, machine.depth) == ("mark", 2)
    assert list(machine.handle(Digit("1"), 1.0))[1:] == [
        ExitTaken("mark", "1", "好", "survey"),
        NodeEntered("good", flow="survey"),
        ExitTaken("call", "marked"),
        NodeEntered("bye"),
        Hangup("normal"),
        Finished("hangup"),
    ]


def test_attempts_in_vain_name_the_flow() -> None:
    machine, _ = start(MAIN, survey=SURVEY)
    machine.handle(PlayDone(), 1.0)
    assert machine.handle(TimerFired("input"), 6.0)[0] == InputMissed("mark", "no_input", "survey")
    assert machine.finished


def test_variables_are_each_flows_own_and_what_is_the_calls_is_seen_by_all() -> None:
    inner = program(
        Assign("set", (("n", lambda env: env["n"] + 1), ("call.extension", lambda env: "801")), 1),
        ExitFlow("out", "done"),
        variables={"n": 10, "name": "inner"},
    )
    outer = program(
        calls("inner", {"n": lambda env: env["n"] * 2, "name": lambda env: 5, "other": lambda env: "x"}, done=1),
        PlayPrompts("wait", says("wait"), times=1, barge_in=False, next=2),
        bye(),
        variables={"n": 3, "name": "outer"},
    )
    machine, _ = start(outer, inner=inner)
    assert machine.depth == 1
    assert dict(machine.variables) == {
        "n": 3, "name": "outer", "call.caller": "01088881234", "call.called": "4001234567", "call.extension": "801",
    }  # fmt: skip
    wait = PlayPrompts("wait", says("wait"), times=1, barge_in=False, next=1)
    waiting = program(wait, bye(), variables={"n": 10, "name": "i"})
    machine, _ = start(outer, inner=waiting)
    assert (machine.variables["n"], machine.variables["name"]) == (6, "i"), "an input of another type is none"
    assert "other" not in machine.variables


def test_keys_typed_ahead_go_with_the_call_into_a_flow_and_out_again() -> None:
    inner = program(PlayPrompts("hello", says("hello"), times=1, barge_in=False, next=1), ExitFlow("out", "done"))
    menu = AskKey("menu", asking(no_input=2, no_match=2), {"1": 2, "2": 3}, None, None)
    outer = program(calls("inner", done=1), menu, bye("one"), bye("two"))
    machine, _ = start(outer, inner=inner)
    machine.handle(Digit("2"), 1.0)
    machine.handle(PlayDone(), 2.0)
    assert (machine.node, machine.finished) == ("two", True)


def test_a_late_terminator_is_swallowed_in_the_flow_that_is_gone_back_to() -> None:
    number = CollectDigits("number", asking(), variable="n", min=2, max=2, terminator="#", pattern=None, ok=1)
    inner = program(number, ExitFlow("out", "done"), variables={"n": ""})
    menu = AskKey("menu", asking(no_input=2, no_match=2), {"1": 2}, None, None)
    machine, _ = start(program(calls("inner", done=1), menu, bye()), inner=inner)
    for digit in "12#":
        machine.handle(Digit(digit), 1.0)
    assert (machine.node, machine.finished) == ("menu", False)


class Breaks(Operation):
    def run(self, call: CallState) -> int:
        raise ArithmeticError


def test_a_fault_goes_to_the_flows_own_error_exit() -> None:
    sorry = PlayPrompts("sorry", says("sorry"), times=1, barge_in=False, next=2)
    inner = program(Breaks("break"), sorry, ExitFlow("out", "done"), on_error=1, flow="inner")
    machine, effects = start(program(calls("inner", done=1), bye("back")), inner=inner)
    assert effects == [ExitTaken("break", "on_error", "arithmetic", "inner"), Play(("file:sorry.wav",))]
    machine.handle(PlayDone(), 1.0)
    assert machine.node == "back"


def test_a_second_fault_goes_to_the_flow_below_and_so_on() -> None:
    broken = program(Breaks("break"), on_error=0, flow="broken")
    middle = program(calls("broken", done=1), ExitFlow("out", "done"), Breaks("again"), on_error=2, flow="middle")
    machine, effects = start(program(calls("middle", done=1), bye()), middle=middle, broken=broken)
    assert effects == [
        ExitTaken("break", "on_error", "arithmetic", "broken"),
        ExitTaken("call", "on_error", "arithmetic", "middle"),
        ExitTaken("call", "on_error", "arithmetic"),
        Hangup("error"),
        Finished("hangup"),
    ]
    assert (machine.node, machine.depth) == ("error", 1)


def test_where_no_flow_takes_a_fault_the_call_ends() -> None:
    broken = program(Breaks("break"), on_error=0)
    machine, effects = start(program(calls("broken", done=1), Breaks("own"), on_error=1), broken=broken)
    assert effects[-2:] == [Hangup("error"), Finished("error", "arithmetic")]
    assert machine.finished


def test_a_fault_that_comes_from_outside_is_the_present_flows() -> None:
    sorry = PlayPrompts("sorry", says("sorry"), times=1, barge_in=False, next=0)
    inner = program(PlayPrompts("play", says("a"), times=1, barge_in=False, next=0), sorry, on_error=1)
    machine, _ = start(program(calls("inner")), inner=inner)
    machine.handle(Fault("media"), 1.0)
    assert (machine.node, machine.depth) == ("sorry", 2)
    effects = machine.handle(Fault("media"), 2.0)
    assert (machine.node, machine.depth) == ("error", 1)
    assert effects[-1] == Finished("hangup")


@pytest.mark.parametrize(
    ("own", "code"),
    [
        pytest.param(program(calls("inner", done=0)), "unknown_exit", id="an exit that this version does not know"),
        pytest.param(program(calls("nowhere", done=0)), "unknown_flow", id="a flow that was not there at first"),
        pytest.param(program(ExitFlow("out", "done")), "no_calling_flow", id="an exit to nowhere"),
    ],
)
def test_what_cannot_be_is_a_fault_of_the_flow_that_wants_it(own: Program, code: str) -> None:
    machine, effects = start(own, inner=program(ExitFlow("out", "other")))
    assert [effect.label for effect in effects if isinstance(effect, ExitTaken)] == [code]
    assert (machine.node, machine.depth) == ("error", 1)


def test_a_flow_that_calls_itself_goes_no_deeper_than_may_be() -> None:
    deep = program(calls("deep", failed=1), ExitFlow("out", "failed"), on_error=1, flow="deep")
    machine, effects = start(program(calls("deep", failed=1), bye("back")), deep=deep)
    assert ExitTaken("call", "on_error", "too_deep", "deep") in effects
    assert (machine.node, machine.depth) == ("back", 1)
    waits = PlayPrompts("wait", says("a"), times=1, barge_in=False, next=0)
    machine, _ = start(program(calls("deep")), deep=program(calls("deep"), waits, on_error=1))
    assert (machine.node, machine.depth) == ("wait", MAX_DEPTH)


class Counts(Operation):
    """Counts how often it is run, over all calls."""

    __slots__ = ("runs",)

    def __init__(self) -> None:
        super().__init__("count")
        self.runs = 0

    def run(self, call: CallState) -> int:
        self.runs += 1
        return 1


def test_all_flows_of_an_event_share_its_steps() -> None:
    counts = Counts()
    inner = program(counts, ExitFlow("out", "done"))
    _, effects = start(program(calls("inner", done=0)), inner=inner)
    assert effects[-1] == Finished("error", "step_budget")
    assert counts.runs == pytest.approx(STEP_BUDGET / 3, abs=1)


def test_an_error_exit_has_only_the_steps_that_are_left() -> None:
    counts = Counts()
    inner = program(Breaks("break"), ExitFlow("out", "done"), on_error=1)
    start(program(counts, calls("inner", done=0)), inner=inner)
    assert counts.runs == pytest.approx(STEP_BUDGET / 4, abs=1)


def test_a_snapshot_holds_all_flows_and_is_refused_where_one_is_another() -> None:
    machine, _ = start(MAIN, survey=SURVEY)
    written = json.loads(json.dumps(machine.snapshot()))
    twin = Machine.restore(MAIN, FACTS, written, {"survey": SURVEY})
    assert twin.handle(Restored(), 1.0) == []
    assert (twin.node, twin.depth) == ("mark", 2)
    assert twin.handle(Digit("1"), 1.0) == machine.handle(Digit("1"), 1.0)
    for flows in ({}, {"survey": MAIN}):
        with pytest.raises(SnapshotError):
            Machine.restore(MAIN, FACTS, written, flows)


def test_a_question_of_a_called_flow_ends_as_error_there_after_a_restore() -> None:
    question = AskService("ask", "list", {}, ways={"ok": 1, "error": 2})
    inner = program(question, ExitFlow("ok", "ok"), ExitFlow("no", "no"), flow="inner")
    outer = program(calls("inner", ok=1, no=2), bye("ok"), bye("no"))
    machine, effects = start(outer, inner=inner)
    assert effects == [Ask(1, "list", {})]
    twin = Machine.restore(outer, FACTS, machine.snapshot(), {"inner": inner})
    twin.handle(Restored(), 1.0)
    assert twin.node == "no"
    machine.handle(Told(1, "ok", {}), 1.0)
    assert machine.node == "ok"


# any programs that call one another, any events

NAMES = ("one", "two", "three")
EVENTS: st.SearchStrategy[Event] = st.one_of(
    st.builds(Digit, st.sampled_from("12#")),
    st.builds(PlayDone),
    st.builds(TimerFired, st.sampled_from(["input", "question"])),
    st.builds(Told, st.integers(1, 4), st.sampled_from(["ok", "error"]), st.just({"n": 2})),
    st.builds(Fault, st.just("broken")),
)


@st.composite
def operations(draw: st.DrawFn, size: int) -> Operation:
    def somewhere() -> int:
        return draw(st.integers(0, size - 1))

    match draw(st.sampled_from(["play", "key", "service", "set", "call", "exit", "break"])):
        case "play":
            return PlayPrompts("play", says("a"), times=2, barge_in=True, next=somewhere())
        case "key":
            return AskKey("key", asking(no_input=somewhere(), no_match=somewhere()), {"1": somewhere()}, None, None)
        case "service":
            given, ways = {"n": lambda env: env["n"]}, {"ok": somewhere(), "error": somewhere()}
            return AskService("service", "list", given, ways=ways, answers={"n": "n"}, timeout_s=3.0)
        case "set":
            return Assign("set", (("n", lambda env: env["n"] + 1),), somewhere())
        case "call":
            flow, inputs = draw(st.sampled_from([*NAMES, "nowhere"])), {"n": lambda env: env["n"] + 10}
            return CallFlow("call", flow, inputs=inputs, ways={"a": somewhere(), "b": somewhere()})
        case "exit":
            return ExitFlow("exit", draw(st.sampled_from("abc")))
        case _:
            return Breaks("break")


@st.composite
def programs(draw: st.DrawFn) -> Program:
    size = draw(st.integers(1, 5))
    own = [draw(operations(size + 1)) for _ in range(size)]
    return program(*own, variables={"n": 0}, on_error=draw(st.integers(0, size)))


@settings(max_examples=examples(200), deadline=None)
@given(st.lists(programs(), min_size=3, max_size=3), st.lists(EVENTS, max_size=25), st.integers(0, 25))
def test_whatever_flows_call_one_another_a_call_waits_or_ends_and_a_snapshot_is_all_of_it(
    found: list[Program], events: list[Event], cut: int
) -> None:
    flows = {name: replace(one, flow=name) for name, one in zip(NAMES, found, strict=True)}
    machine, effects = start(flows["one"], **flows)
    twin: Machine | None = None
    for at, event in enumerate(events):
        if at == cut:
            twin = Machine.restore(flows["one"], FACTS, json.loads(json.dumps(machine.snapshot())), flows)
        new = list(machine.handle(event, float(at)))
        if twin is not None:
            assert list(twin.handle(event, float(at))) == new
        effects += new
        assert machine.depth <= MAX_DEPTH
    if not machine.finished:
        assert any(isinstance(effect, (Play, StartTimer, Ask)) for effect in effects)
        assert machine.handle(CallerHungUp(), 99.0)[-1] == Finished("caller")
    assert machine.finished

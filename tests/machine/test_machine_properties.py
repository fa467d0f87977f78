"""Whatever the flow and whatever happens: no exception, no lost call, and a snapshot is the whole truth."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from interpreter.compiler import check, compile_flow
from interpreter.flow.document import read
from interpreter.machine import Facts, Machine, Program, SnapshotError
from interpreter.machine.effects import Dial, Effect, Finished, Play, RecordMessage, StartTimer, Unask
from interpreter.machine.events import (
    Answered,
    CallerHungUp,
    CallStarted,
    DialEnded,
    Digit,
    Event,
    Fault,
    MessageRecorded,
    PartnerHungUp,
    PlayDone,
    TimerFired,
    Told,
)
from interpreter.nodes.registry import exits_of
from support.flow_documents import Document, flow, node
from support.proof import examples

# the first flow of a process builds grammar, schemas and calendar, which is no flaw of a single example
RELAXED = settings(
    max_examples=examples(60),
    deadline=None,
    suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow],
)

FACTS = Facts("c", caller="01088881234", called="4001234567", extension_length=3)

CONFIGS: list[tuple[str, Document]] = [
    ("play", {"prompt": ["a.wav"], "barge_in": True, "times": 2}),
    ("play", {"prompt": [{"digits": "code"}, {"number": "n"}]}),
    ("play", {"prompt": [{"date": "code"}]}),
    ("menu", {"prompt": ["m.wav"], "keys": {"1": "a", "2": "b"}, "attempts": 2}),
    ("menu", {"prompt": ["m.wav"], "keys": {"0": "a", "#": "b"}, "direct_dial": True, "barge_in": False}),
    ("collect", {"prompt": [{"text": "?"}], "variable": "code", "min": 2, "max": 4, "pattern": "1\\d*"}),
    ("hours", {"periods": [{"exit": "day", "calendar": "workdays", "from": "09:00", "to": "18:00"}]}),
    ("switch", {"cases": [{"exit": "a", "when": "n > 3"}, {"exit": "b", "when": "10 / n > 4"}]}),
    ("set", {"assign": [{"variable": "n", "value": "n + 1"}]}),
    ("set", {"assign": [{"variable": "code", "value": "code + code + '1'"}]}),
    ("extension", {"attempts": 2}),
    ("extension", {"number": "code"}),
    ("transfer", {"targets": [{"kind": "extension", "value": "801"}]}),
    ("voicemail", {"box": "main"}),
    ("queue", {"group": "desk", "key": "1"}),
    ("hangup", {"prompt": ["bye.wav"]}),
]

TOLD: list[dict[str, object]] = [{}, {"members": ["801"]}, {"ahead": 2}]

EVENTS: st.SearchStrategy[Event] = st.one_of(
    st.builds(Digit, st.sampled_from("0123456789*#AD")),
    st.builds(PlayDone),
    st.builds(TimerFired, st.sampled_from(["input", "input", "queue", "announce", "dial:ring"])),
    st.builds(Answered, st.just("801")),
    st.builds(DialEnded, st.sampled_from(["busy", "no_answer", "offline", "no_such", "failed"])),
    st.builds(PartnerHungUp),
    st.builds(MessageRecorded, st.sampled_from([0.0, 3.5]), st.sampled_from(["key", "silence", "hangup"])),
    st.builds(Told, st.integers(1, 6), st.sampled_from(["offer", "place", "full", "error"]), st.sampled_from(TOLD)),
    st.builds(Fault, st.just("broken")),
    st.builds(CallStarted),
)
SCRIPTS = st.lists(st.tuples(st.floats(0, 5), EVENTS), max_size=40)


@st.composite
def documents(draw: st.DrawFn) -> Document:
    """Flows of random nodes whose exits lead anywhere."""
    chosen = draw(st.lists(st.sampled_from(CONFIGS), min_size=1, max_size=6))
    nodes = [node(f"n{i}", type, **config) for i, (type, config) in enumerate(chosen)]
    start = node("start", "start", answer=draw(st.sampled_from(["answer", "early_media"])))
    document = flow(start, *nodes, variables={"n": 0, "code": ""})
    parsed = read(document).flow
    assert parsed is not None
    targets = st.sampled_from([item["id"] for item in document["nodes"] if item["id"] != "start"])
    document["edges"] = [
        {"from": item.id, "exit": exit.id, "to": draw(targets)} for item in parsed.nodes for exit in exits_of(item)
    ]
    return document


def compiled(document: Document) -> Program:
    errors = {issue.code for issue in check(document) if issue.severity == "error"}
    # all exits are joined, so only a circle may be wrong
    assert errors <= {"loop.no_wait"}
    assume(not errors)
    return compile_flow(document)


@RELAXED
@given(documents())
def test_no_target_dangles(document: Document) -> None:
    program = compiled(document)
    for operation in program.operations:
        for target in operation.targets():
            assert 0 <= target < len(program.operations)
        assert operation.node in {item["id"] for item in document["nodes"]}


WAITED_FOR = (Play, StartTimer, Dial, RecordMessage)


@RELAXED
@given(documents(), SCRIPTS)
def test_any_events_leave_the_call_waiting_or_ended(document: Document, script: list[tuple[float, Event]]) -> None:
    machine = Machine(compiled(document), FACTS, seed=1)
    now = 1_795_000_000.0
    effects: list[Effect] = list(machine.handle(CallStarted(), now))
    for seconds, event in script:
        now += seconds
        effects += machine.handle(event, now)
    ends = [effect for effect in effects if isinstance(effect, Finished)]
    assert len(ends) == machine.finished
    if machine.finished:
        assert effects[-1] == ends[0]
        assert "step_budget" not in ends[0].code
        return
    assert any(isinstance(effect, WAITED_FOR) for effect in effects)
    *taken_back, last = machine.handle(CallerHungUp(), now)
    assert last == Finished("caller")
    assert all(isinstance(effect, Unask) for effect in taken_back)
    assert machine.finished


@RELAXED
@given(documents(), SCRIPTS, st.integers(0, 40))
def test_a_restored_machine_has_the_same_future(
    document: Document, script: list[tuple[float, Event]], cut: int
) -> None:
    program = compiled(document)
    events = [(0.0, CallStarted()), *script]
    now = 1_795_000_000.0
    machine = Machine(program, FACTS, seed=7)
    for seconds, event in events[:cut]:
        now += seconds
        machine.handle(event, now)
    written = json.dumps(machine.snapshot())
    twin = Machine.restore(program, FACTS, json.loads(written))
    assert twin.node == machine.node
    for seconds, event in events[cut:]:
        now += seconds
        assert list(twin.handle(event, now)) == list(machine.handle(event, now))
    assert twin.snapshot() == machine.snapshot()


def test_a_snapshot_of_another_program_is_refused() -> None:
    one = compile_flow(flow(node("bye", "hangup")))
    other = compile_flow(flow(node("bye", "hangup", prompt=["a.wav"])))
    snapshot = Machine(one, FACTS, seed=1).snapshot()
    with pytest.raises(SnapshotError):
        Machine.restore(other, FACTS, snapshot)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=6), inner, max_size=4),
    max_leaves=20,
)
GOOD = flow(
    node("main", "menu", prompt=["main.wav", {"text": "?"}, {"number": "n"}], keys={"1": "a"}),
    node("pick", "switch", cases=[{"exit": "a", "when": "n > 1"}]),
    node("open", "hours", periods=[{"exit": "day", "dates": ["2026-10-01"]}]),
    node("ring", "transfer", targets=[{"kind": "number", "value": "10086"}]),
    node("bye", "hangup"),
    edges="main.1 -> pick, main.no_input -> bye, main.no_match -> bye, pick.a -> open, pick.otherwise -> ring,"
    "open.day -> bye, open.otherwise -> bye, ring.answered -> bye, ring.busy -> bye, ring.no_answer -> bye,"
    "ring.offline -> bye",
    variables={"n": 1},
)


def paths(value: Any, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    """Every place in a document."""
    items: list[tuple[str | int, Any]] = []
    if isinstance(value, dict):
        items = list(value.items())
    elif isinstance(value, list):
        items = list(enumerate(value))
    return [path, *(found for step, item in items for found in paths(item, (*path, step)))]


PLACES = [path for path in paths(GOOD) if path]


def check_anything(document: Any) -> None:
    issues = check(document)
    for issue in issues:
        assert issue.message["zh-CN"]
        assert issue.message["en"]
    if not any(issue.severity == "error" for issue in issues):
        machine = Machine(compile_flow(document), FACTS, seed=1)
        machine.handle(CallStarted(), 0.0)


@RELAXED
@given(JSON)
def test_any_json_gives_issues(document: Any) -> None:
    check_anything(document)


@RELAXED
@given(st.sampled_from(PLACES), JSON | st.sampled_from([GOOD["nodes"], GOOD["nodes"][1], "main", "1", 0]))
def test_a_flow_with_anything_anywhere_gives_issues_or_runs(place: tuple[str | int, ...], value: Any) -> None:
    document = json.loads(json.dumps(GOOD))
    inner = document
    for step in place[:-1]:
        inner = inner[step]
    inner[place[-1]] = value
    check_anything(document)

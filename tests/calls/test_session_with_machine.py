"""The session around the real machine: one whole call, cut and restored at every place."""

from __future__ import annotations

import json

import pytest

from interpreter.calls.inputs import Input, LegAnswered, LegFailed, LegHungUp, LegRinging
from interpreter.calls.outputs import Connect, InviteLeg, Output
from interpreter.calls.session import CallSession
from interpreter.compiler import compile_flow
from interpreter.machine.effects import Answer, Finished
from interpreter.machine.events import CallStarted, Digit, PlayDone
from interpreter.machine.facts import Facts
from interpreter.machine.machine import Machine

FLOW = {
    "format": "zongji.flow/1",
    "name": "cut",
    "settings": {"on_error": "bye", "record": "after_answer"},
    "nodes": [
        {"id": "start", "type": "start", "config": {"answer": "early_media"}},
        {"id": "main", "type": "menu", "config": {"prompt": ["main.wav"], "keys": {"1": "sales"}}},
        {
            "id": "sales",
            "type": "transfer",
            "config": {"targets": [{"kind": "extension", "value": v} for v in ("801", "802")], "ring_seconds": 10},
        },
        {"id": "bye", "type": "hangup", "config": {"prompt": ["bye.wav"]}},
    ],
    "edges": [
        {"from": "start", "exit": "next", "to": "main"},
        {"from": "main", "exit": "1", "to": "sales"},
        *({"from": "main", "exit": exit_, "to": "bye"} for exit_ in ("no_input", "no_match")),
        *({"from": "sales", "exit": exit_, "to": "bye"} for exit_ in ("answered", "busy", "no_answer", "offline")),
    ],
}
CALL: list[Input] = [
    CallStarted(),
    Digit("1"),
    LegRinging(1),
    LegFailed(1, "declined"),
    LegRinging(2),
    LegAnswered(2),
    LegHungUp(2),
    PlayDone(),
]
FACTS = Facts("c1", "13800138000", "4001234567")
NOW = 1_795_140_000.0


@pytest.fixture(scope="module")
def program():
    return compile_flow(FLOW)


def hand_in(session: CallSession, inputs: list[Input]) -> list[Output]:
    return [output for event in inputs for output in session.handle(event, NOW)]


def test_the_answerers_answer_answers_the_caller_before_they_are_bridged(program):
    session = CallSession(Machine(program, FACTS, 1))
    outputs = hand_in(session, CALL[:6])
    assert [output.leg for output in outputs if isinstance(output, InviteLeg)] == [1, 2]
    assert outputs.index(Answer()) < outputs.index(Connect((0, 2), record=True))
    assert session.talking == (0, 2)


@pytest.mark.parametrize("cut", range(len(CALL) + 1))
def test_a_call_cut_anywhere_goes_on_alike(program, cut):
    whole = CallSession(Machine(program, FACTS, 1))
    hand_in(whole, CALL[:cut])
    saved = json.loads(json.dumps(whole.snapshot()))
    restored = CallSession.restore(Machine.restore(program, FACTS, saved["machine"]), saved)
    assert restored.talking == whole.talking
    assert hand_in(restored, CALL[cut:]) == hand_in(whole, CALL[cut:])
    assert restored.closed


def test_the_call_ends_by_the_flow(program):
    session = CallSession(Machine(program, FACTS, 1))
    assert hand_in(session, CALL)[-1] == Finished("hangup")
    assert session.finished
    assert session.closed

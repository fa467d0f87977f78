"""A caller in a queue, as the session has it: music goes on while others ring, and the exit key ends their ringing."""

from __future__ import annotations

import pytest

from interpreter.calls.inputs import Input, LegAnswered, LegFailed, LegHungUp, LegRinging
from interpreter.calls.outputs import CancelLeg, Connect, EndTalk, HangUpLeg, InviteLeg, StartRingback
from interpreter.calls.session import CallSession
from interpreter.compiler import compile_flow
from interpreter.machine import Facts, Machine
from interpreter.machine.effects import Ask, Behalf, ExitTaken, Finished, Play, StopPlay, Target, Unask
from interpreter.machine.events import CallerHungUp, CallStarted, Digit, Fault, TimerFired, Told
from support.flow_documents import flow, node

MUSIC = Play(("file:music.wav",), loop=True)
OFFER = Told(2, "offer", {"members": ["801", "802"]})


@pytest.fixture
def waiting():
    document = flow(node("start", "start"), node("q", "queue", group="desk", key="0"), node("end", "hangup"))
    document["edges"] = [
        {"from": "start", "exit": "next", "to": "q"},
        *({"from": "q", "exit": exit, "to": "end"} for exit in ("answered", "timeout", "full", "nobody", "key")),
    ]
    session = CallSession(Machine(compile_flow(document), Facts("c", "13800138000", "4001234567"), seed=1))
    say(session, CallStarted())
    return session


def say(session: CallSession, *inputs: Input) -> list[object]:
    return [output for event in inputs for output in session.handle(event, 0.0)]


def exits(outputs: list[object]) -> list[str]:
    return [output.exit for output in outputs if isinstance(output, ExitTaken)]


def test_who_waits_hears_music_while_others_ring(waiting):
    outputs = say(waiting, OFFER, LegRinging(1))
    assert MUSIC in outputs
    rung = [output.target for output in outputs if isinstance(output, InviteLeg)]
    assert rung == [Target("extension", number, behalf=Behalf(number)) for number in ("801", "802")]
    assert not [output for output in outputs if isinstance(output, StartRingback)]


def test_an_answer_ends_the_music_and_the_waiting(waiting):
    outputs = say(waiting, OFFER, LegAnswered(2))
    assert outputs[-2:] == [Unask(1), Unask(3)]
    assert CancelLeg(1) in outputs
    assert outputs.index(StopPlay()) + 1 == outputs.index(Connect((0, 2)))
    assert exits(say(waiting, LegHungUp(2))) == ["answered"]


@pytest.mark.parametrize("leaves", [Digit("0"), Fault("broken")])
def test_who_leaves_while_others_ring_ends_their_ringing(waiting, leaves):
    say(waiting, OFFER)
    outputs = say(waiting, leaves)
    assert {CancelLeg(1), CancelLeg(2), Unask(1)} <= set(outputs)
    assert outputs.index(CancelLeg(2)) < outputs.index(Unask(1))
    assert not [output for output in outputs if isinstance(output, Ask)]
    assert say(waiting, LegAnswered(1)) == [HangUpLeg(1)], "it crossed our CANCEL"


def test_who_hangs_up_while_others_ring_leaves_nothing(waiting):
    say(waiting, OFFER)
    outputs = say(waiting, CallerHungUp())
    assert {CancelLeg(1), CancelLeg(2), Unask(1)} <= set(outputs)
    assert outputs[-1] == Finished("caller")
    say(waiting, LegFailed(1, "no_answer"), LegFailed(2, "no_answer"))
    assert waiting.closed


def test_nobody_answers_and_he_waits_on(waiting):
    outputs = say(waiting, OFFER, TimerFired("dial:ring"))
    assert Ask(4, "queue", {"want": "turn", "group": "desk", "missed": True}) in outputs
    assert not exits(outputs)
    assert StopPlay() not in outputs


def test_a_late_answer_of_the_queue_means_nothing_in_a_talk(waiting):
    say(waiting, OFFER, LegAnswered(1))
    assert say(waiting, Told(1, "nobody", {}), Digit("0"), TimerFired("queue")) == []
    assert EndTalk() in say(waiting, LegHungUp(1))


def test_a_restored_call_goes_on_ringing(waiting):
    say(waiting, OFFER)
    machine = waiting._machine
    twin = CallSession.restore(
        Machine.restore(machine.program, machine.facts, waiting.snapshot()["machine"]), waiting.snapshot()
    )
    assert list(twin.handle(LegAnswered(1), 0.0)) == list(waiting.handle(LegAnswered(1), 0.0))

"""A draft is tried at one telephone: its caller answers for everybody else, and nothing is kept."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interpreter.calls.outputs import Say
from interpreter.calls.rehearsal import MESSAGE_SECONDS, MESSAGE_TIMER, Rehearsal
from interpreter.compiler import compile_flow
from interpreter.machine import Facts, Machine
from interpreter.machine.effects import (
    Answer,
    Ask,
    CancelTimer,
    Dial,
    ExitTaken,
    Finished,
    Hangup,
    Play,
    RecordMessage,
    StartTimer,
    StopPlay,
    Target,
    Tell,
)
from interpreter.machine.events import (
    Answered,
    CallerHungUp,
    CallStarted,
    DialEnded,
    Digit,
    MessageRecorded,
    PartnerHungUp,
    PlayDone,
    TimerFired,
    Told,
)
from support.flow_documents import flow, node

A, B = Target("extension", "801"), Target("number", "13800138000")
KEYS = "pv_testkeys"


class Told1:
    """A flow that does one thing and keeps what it hears of it."""

    secret = False
    deaf = False

    def __init__(self, *first):
        self.first = first
        self.heard = []
        self.finished = False

    def handle(self, event, now):
        if isinstance(event, CallStarted):
            return self.first
        if isinstance(event, CallerHungUp):
            self.finished = True
            return (Finished("caller"),)
        if not isinstance(event, (PlayDone, TimerFired)):
            self.heard.append(event)
        return ()

    def snapshot(self):
        return {}


def begun(*first):
    flow = Told1(*first)
    call = Rehearsal(flow)
    return flow, call, list(call.handle(CallStarted(), 0.0))


def presses(call, keys):
    return [output for key in keys for output in call.handle(Digit(key), 0.0)]


def says(*words):
    return Say(0, words)


CALLS_801 = says("pv_testcalls", "digit-8", "digit-0", "digit-1", KEYS)


def test_nobody_is_rung_who_would_be():
    flow, call, outputs = begun(Dial((A,), "sequential", 20.0, record=True))
    assert outputs == [StartTimer("dial:ring", 20.0), CALLS_801]
    assert presses(call, "1") == [
        StopPlay(), CancelTimer("dial:ring"), Answer(), says("pv_testanswered")
    ]  # fmt: skip
    assert flow.heard == [Answered("801")]
    presses(call, "5")
    assert presses(call, "#") == [StopPlay()]
    assert flow.heard == [Answered("801"), PartnerHungUp()]


@pytest.mark.parametrize(("key", "outcome"), [("2", "busy"), ("3", "no_answer")])
def test_who_does_not_answer(key, outcome):
    flow, call, _ = begun(Dial((A,), "sequential", 20.0))
    presses(call, key)
    assert flow.heard == [DialEnded(outcome)]


def test_other_keys_mean_nothing():
    flow, call, _ = begun(Dial((A,), "sequential", 20.0))
    assert presses(call, "4*#0") == []
    assert flow.heard == []


def test_of_those_who_ring_together_each_is_asked_for():
    flow, call, outputs = begun(Dial((A, B), "simultaneous", 20.0))
    assert outputs[-1] == CALLS_801
    second = presses(call, "3")
    assert second[0] == StopPlay()
    assert second[-1].words[:3] == ("pv_testcalls", "digit-1", "digit-3")
    presses(call, "1")
    assert flow.heard == [Answered("13800138000")]


def test_the_first_who_answers_ends_the_others():
    flow, call, _ = begun(Dial((A, B), "simultaneous", 20.0))
    assert presses(call, "1")[-1] == says("pv_testanswered")
    assert flow.heard == [Answered("801")]


def test_nobody_answers_in_time():
    flow, call, _ = begun(Dial((A,), "sequential", 20.0))
    assert StopPlay() in call.handle(TimerFired("dial:ring"), 20.0)
    assert flow.heard == [DialEnded("no_answer")]
    assert presses(call, "1") == []
    assert flow.heard == [DialEnded("no_answer"), Digit("1")], "the flow's again"


MESSAGE = RecordMessage("801", 60.0, 5.0)


def test_a_message_is_not_recorded():
    flow, call, outputs = begun(Answer(), MESSAGE)
    assert outputs == [Answer(), says("beep"), StartTimer(MESSAGE_TIMER, MESSAGE_SECONDS)]
    presses(call, "5#")
    assert flow.heard == [MessageRecorded(MESSAGE_SECONDS, "key")]


def test_a_message_ends_by_itself():
    flow, call, _ = begun(MESSAGE)
    call.handle(TimerFired(MESSAGE_TIMER), 5.0)
    assert flow.heard == [MessageRecorded(MESSAGE_SECONDS, "silence")]
    assert call.handle(TimerFired(MESSAGE_TIMER), 5.0) == []


def test_nobody_outside_is_asked_or_told():
    flow, _, outputs = begun(Tell("notify", {}), Ask(7, "lookup", {}))
    assert outputs == []
    assert flow.heard == [Told(7, "error", {})]


def test_what_the_flow_says_is_heard_and_keys_are_its():
    flow, call, outputs = begun(Answer(), Play(("file:a.wav",)), Hangup("normal"))
    assert outputs == [Answer(), Play(("file:a.wav",)), Hangup("normal")]
    presses(call, "12")
    assert flow.heard == [Digit("1"), Digit("2")]


@given(
    st.lists(st.sampled_from([*"123#9", "ring", "message"]), max_size=12),
    st.sampled_from([(Dial((A, B), "simultaneous", 20.0),), (Dial((A, B), "sequential", 20.0),), (MESSAGE,)]),
)
def test_nothing_is_left_when_the_caller_hangs_up(does, first):
    _, call, _ = begun(*first)
    for deed in does:
        match deed:
            case "ring":
                call.handle(TimerFired("dial:ring"), 0.0)
            case "message":
                call.handle(TimerFired(MESSAGE_TIMER), 0.0)
            case _:
                call.handle(Digit(deed), 0.0)
    assert call.handle(CallerHungUp(), 0.0)[-1] == Finished("caller")
    assert call.talking == ()
    assert presses(call, "1") == []


@pytest.fixture
def queue():
    """A draft that queues its caller for the group 801."""
    document = flow(node("start", "start"), node("q", "queue", group="801", key="0"), node("end", "hangup"))
    document["edges"] = [
        {"from": "start", "exit": "next", "to": "q"},
        *({"from": "q", "exit": exit, "to": "end"} for exit in ("answered", "timeout", "full", "nobody", "key")),
    ]
    call = Rehearsal(Machine(compile_flow(document), Facts("c", "13800138000", "4001234567"), seed=1))
    return call, list(call.handle(CallStarted(), 0.0))


MUSIC = Play(("file:music.wav",), loop=True)


def test_in_a_queue_somebody_is_free_at_once(queue):
    call, outputs = queue
    assert outputs[-1] == Say(0, ("pv_testcalls", "digit-8", "digit-0", "digit-1", KEYS))
    assert MUSIC in outputs
    talk = presses(call, "1")
    assert talk.index(StopPlay()) < talk.index(Say(0, ("pv_testanswered",)))
    assert StopPlay() not in talk[talk.index(Say(0, ("pv_testanswered",))):], "it would not be heard"
    assert ExitTaken("q", "answered", "", "") in presses(call, "#")


def test_where_he_does_not_answer_the_wait_goes_on_with_music_and_can_be_left(queue):
    call, _ = queue
    waits = presses(call, "3")
    assert MUSIC in waits
    assert not [output for output in waits if isinstance(output, Say)]
    assert ExitTaken("q", "key", "", "") in presses(call, "0")

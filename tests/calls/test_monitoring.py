"""An operator who calls to monitor is asked for the PIN, and led into the talk."""

from __future__ import annotations

import pytest

from interpreter.calls.errand import Errand
from interpreter.calls.monitoring import LONGEST_PIN, PIN_TIMER, PinCall
from interpreter.calls.outputs import JoinCall
from interpreter.calls.pin_lock import WRONG_PINS, PinLock
from interpreter.machine.effects import Answer, Ask, Finished, Hangup, Play
from interpreter.machine.events import CallerHungUp, CallStarted, Digit, Fault, PlayDone, TimerFired, Told

VISIT = JoinCall("other", "listens")


@pytest.fixture
def asked():
    return []


@pytest.fixture
def pin_call(asked):
    def judge(pin):
        asked.append(pin)
        return {"1234": VISIT, "9": "no_call", "0": "locked"}.get(pin, "wrong")

    call = PinCall(judge)
    assert call.handle(CallStarted(), 0.0)[:2] == (Answer(), Play(("pv_pin",)))
    return call


def keys(call, text):
    return [effect for key in text for effect in call.handle(Digit(key), 0.0)]


def test_the_right_pin_leads_in(pin_call, asked):
    assert keys(pin_call, "1234#")[-1] == VISIT
    assert asked == ["1234"]


def test_silence_after_the_digits_does_as_well(pin_call):
    keys(pin_call, "1234")
    assert pin_call.handle(TimerFired(PIN_TIMER), 0.0)[-1] == VISIT


def test_a_wrong_one_is_asked_again(pin_call, asked):
    assert Play(("pv_wrongpin", "pv_pin")) in keys(pin_call, "1#")
    pin_call.handle(PlayDone(), 0.0)
    assert keys(pin_call, "1234#")[-1] == VISIT
    assert asked == ["1", "1234"]


@pytest.mark.parametrize(("pin", "words"), [("9", "pv_nocall"), ("0", "pv_locked")])
def test_what_ends_it_is_said_first(pin_call, pin, words):
    assert keys(pin_call, pin + "#")[-1] == Play((words,))
    assert keys(pin_call, "1234#") == [], "nothing more is heard"
    assert pin_call.handle(PlayDone(), 0.0) == (Hangup("normal"), Finished("hangup"))
    assert pin_call.finished


def test_nobody_types_for_ever(pin_call, asked):
    keys(pin_call, "5" * 40 + "#")
    assert asked == ["5" * LONGEST_PIN]


@pytest.mark.parametrize(
    ("event", "effects"),
    [(CallerHungUp(), (Finished("caller"),)), (Fault("call_gone"), (Hangup("error"), Finished("error", "call_gone")))],
)
def test_its_ends(pin_call, event, effects):
    assert pin_call.handle(event, 0.0) == effects
    assert pin_call.handle(Digit("1"), 0.0) == ()


def test_a_lock():
    lock = PinLock()
    assert [lock.tried("a", False) for _ in range(WRONG_PINS)] == ["wrong"] * (WRONG_PINS - 1) + ["locked"]
    assert lock.tried("a", True) == "locked"
    assert lock.tried("b", True) == "right", "another PIN was set"
    assert lock.tried("", True) == "locked", "there is none"


def test_a_right_pin_forgives():
    lock = PinLock()
    for _ in range(3):
        assert [lock.tried("a", False) for _ in range(WRONG_PINS - 1)] == ["wrong"] * (WRONG_PINS - 1)
        assert lock.tried("a", True) == "right"


@pytest.mark.parametrize(("kind", "words"), [("ok", "pv_night"), ("error", "pv_error"), ("timeout", "pv_error")])
def test_an_errand_is_done_and_told(kind, words):
    errand = Errand("switch", {"to": "night"}, {"ok": "pv_night", "error": "pv_error"})
    assert errand.handle(CallStarted(), 0.0) == (Answer(), Ask(1, "switch", {"to": "night"}))
    assert errand.handle(Told(1, kind, {}), 0.0) == (Play((words,)),)
    assert errand.handle(PlayDone(), 0.0) == (Hangup("normal"), Finished("hangup"))

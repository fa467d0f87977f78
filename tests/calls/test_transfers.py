"""Telephones of ours give their partner to others: by keys, by REFER, with and without a word before."""

from __future__ import annotations

import pytest

from interpreter.calls.inputs import (
    Input,
    LegAnswered,
    LegCame,
    LegDigit,
    LegFailed,
    LegHeld,
    LegHungUp,
    LegRinging,
    Resolved,
    TransferAsked,
)
from interpreter.calls.outputs import (
    CancelLeg,
    Connect,
    EndTalk,
    HangUpLeg,
    InviteLeg,
    PlayTo,
    Resolve,
    Say,
    StartRingback,
    StopPlayTo,
    StopRingback,
    TellTransfer,
)
from interpreter.calls.session import CallSession
from interpreter.machine.effects import Answer, CancelTimer, Finished, StartTimer, Target
from interpreter.machine.events import CallerHungUp, CallStarted, Digit, PartnerHungUp, TimerFired

CALLER, ANSWERER, OTHER = 0, 1, 2
B, C = Target("extension", "801"), Target("extension", "802")
RING, STOP_RING = StartTimer("dial:ring", 30.0), CancelTimer("dial:ring")
KEYS, STOP_KEYS = StartTimer("talk:keys", 5.0), CancelTimer("talk:keys")


def say(session: CallSession, *inputs: Input) -> list[object]:
    """The outputs of all inputs."""
    return [output for event in inputs for output in session.handle(event, 0.0)]


def press(leg: int, digits: str) -> list[Input]:
    return [LegDigit(leg, digit) for digit in digits]


@pytest.fixture
def talk(call):
    """The caller talks with extension 801, at leg 1."""

    def make(caller=None):
        session, machine = call("801", caller=caller)
        say(session, CallStarted(), LegAnswered(ANSWERER))
        return session, machine

    return make


def test_a_blind_transfer_by_refer(talk):
    session, machine = talk()
    assert say(session, TransferAsked(ANSWERER, "802")) == [
        TellTransfer(ANSWERER, 100), Connect(()), PlayTo(CALLER), Resolve(ANSWERER, "802"),
    ]
    assert say(session, Resolved(ANSWERER, C)) == [InviteLeg(OTHER, C), RING, StartRingback(ANSWERER)]
    assert say(session, LegRinging(OTHER)) == []
    assert say(session, LegAnswered(OTHER)) == [
        STOP_RING, StopRingback(ANSWERER), TellTransfer(ANSWERER, 200), HangUpLeg(ANSWERER),
        StopPlayTo(CALLER), Connect((CALLER, OTHER)),
    ]
    assert say(session, LegHungUp(OTHER))[0] == EndTalk()
    assert machine.heard[-1] == PartnerHungUp()


@pytest.mark.parametrize(("digits", "dialled"), [("*2802#", "802"), ("*213900139000#", "13900139000")])
def test_a_blind_transfer_by_keys(talk, digits, dialled):
    session, _ = talk()
    assert say(session, *press(ANSWERER, "*2")) == [KEYS, STOP_KEYS, Connect(()), PlayTo(CALLER), KEYS]
    outputs = say(session, *press(ANSWERER, digits[2:]))
    assert [output for output in outputs if output not in (KEYS, STOP_KEYS)] == [Resolve(ANSWERER, dialled)]


def test_after_a_pause_the_number_is_complete(talk):
    session, _ = talk()
    say(session, *press(ANSWERER, "*2802"))
    assert say(session, TimerFired("talk:keys")) == [STOP_KEYS, Resolve(ANSWERER, "802")]


def test_whoever_does_not_stay_for_the_answer_has_given_the_call_away(talk):
    session, _ = talk()
    say(session, TransferAsked(ANSWERER, "802"), Resolved(ANSWERER, C), LegRinging(OTHER))
    assert say(session, LegHungUp(ANSWERER)) == []
    assert say(session, LegAnswered(OTHER)) == [STOP_RING, StopPlayTo(CALLER), Connect((CALLER, OTHER))]


@pytest.mark.parametrize(("reason", "status"), [("busy", 486), ("no_answer", 480), ("no_such", 404)])
def test_a_transfer_that_fails_gives_the_caller_back(talk, reason, status):
    session, machine = talk()
    say(session, TransferAsked(ANSWERER, "802"), Resolved(ANSWERER, C))
    assert say(session, LegFailed(OTHER, reason)) == [
        STOP_RING, StopRingback(ANSWERER), TellTransfer(ANSWERER, status), StopPlayTo(CALLER),
        Connect((CALLER, ANSWERER)),
    ]
    assert machine.heard[-1] != PartnerHungUp()


def test_who_may_not_be_dialled_is_not_rung(talk):
    session, _ = talk()
    say(session, TransferAsked(ANSWERER, "0044123456"))
    assert say(session, Resolved(ANSWERER, None, 403)) == [
        TellTransfer(ANSWERER, 403), StopPlayTo(CALLER), Connect((CALLER, ANSWERER)),
    ]


@pytest.mark.parametrize(
    ("failure", "words"),
    [
        (Resolved(ANSWERER, None, 403, rule="local_only"), "pv_localonly"),
        (Resolved(ANSWERER, None, 403), "pv_error"),
        (Resolved(ANSWERER, None, 404), "pv_nosuch"),
    ],
)
def test_who_gives_on_by_keys_hears_why_it_fails_and_then_has_the_caller_back(talk, failure, words):
    session, _ = talk()
    say(session, *press(ANSWERER, "*2899#"))
    assert say(session, failure) == [Say(ANSWERER, (words,)), KEYS]
    assert say(session, TimerFired("talk:keys")) == [
        STOP_KEYS, StopPlayTo(ANSWERER), StopPlayTo(CALLER), Connect((CALLER, ANSWERER)),
    ]


def test_a_key_ends_the_words_and_may_begin_the_next_try(talk):
    session, _ = talk()
    say(session, *press(ANSWERER, "*2#"))
    back = [STOP_KEYS, StopPlayTo(ANSWERER), StopPlayTo(CALLER), Connect((CALLER, ANSWERER))]
    assert say(session, *press(ANSWERER, "*")) == [*back, KEYS]
    outputs = say(session, *press(ANSWERER, "2802#"))
    assert Resolve(ANSWERER, "802") in outputs


def test_who_hangs_up_on_the_words_ends_the_talk(talk):
    session, machine = talk()
    say(session, *press(ANSWERER, "*2899#"), Resolved(ANSWERER, None, 404))
    assert EndTalk() in say(session, LegHungUp(ANSWERER))
    assert machine.heard[-1] == PartnerHungUp()


def test_a_transfer_that_fails_rings_whoever_has_left(talk):
    session, machine = talk()
    say(session, TransferAsked(ANSWERER, "802"), Resolved(ANSWERER, C), LegHungUp(ANSWERER))
    assert say(session, LegFailed(OTHER, "busy")) == [STOP_RING, InviteLeg(3, B), RING]
    assert say(session, LegAnswered(3)) == [STOP_RING, StopPlayTo(CALLER), Connect((CALLER, 3))]
    assert PartnerHungUp() not in machine.heard


def test_where_he_cannot_be_rung_either_the_flow_has_the_caller_back(talk):
    session, machine = talk()
    say(session, TransferAsked(ANSWERER, "802"), Resolved(ANSWERER, C), LegHungUp(ANSWERER))
    outputs = say(session, LegFailed(OTHER, "busy"), LegFailed(3, "offline"))
    assert outputs[3:6] == [STOP_RING, StopPlayTo(CALLER), EndTalk()]
    assert machine.heard[-1] == PartnerHungUp()


def test_a_word_before_and_then_joined(talk):
    session, _ = talk()
    say(session, *press(ANSWERER, "*3802#"), Resolved(ANSWERER, C))
    assert say(session, LegAnswered(OTHER)) == [
        STOP_RING, StopRingback(ANSWERER), Connect((ANSWERER, OTHER)),
    ]
    assert say(session, LegHungUp(ANSWERER)) == [StopPlayTo(CALLER), Connect((CALLER, OTHER))]


def test_a_word_before_and_taken_back(talk):
    session, _ = talk()
    say(session, *press(ANSWERER, "*3802#"), Resolved(ANSWERER, C), LegAnswered(OTHER))
    assert say(session, LegDigit(ANSWERER, "*")) == [
        HangUpLeg(OTHER), StopPlayTo(CALLER), Connect((CALLER, ANSWERER)),
    ]


def test_a_word_before_and_all_three_talk(talk):
    session, _ = talk()
    say(session, *press(ANSWERER, "*3802#"), Resolved(ANSWERER, C), LegAnswered(OTHER))
    assert say(session, LegDigit(ANSWERER, "#")) == [StopPlayTo(CALLER), Connect((CALLER, ANSWERER, OTHER))]
    assert say(session, LegHungUp(OTHER)) == [Connect((CALLER, ANSWERER))]


def test_taken_back_while_it_rings(talk):
    session, _ = talk()
    say(session, *press(ANSWERER, "*3802#"), Resolved(ANSWERER, C), LegRinging(OTHER))
    assert say(session, LegDigit(ANSWERER, "*")) == [
        STOP_RING, CancelLeg(OTHER), StopRingback(ANSWERER), StopPlayTo(CALLER), Connect((CALLER, ANSWERER)),
    ]


def test_a_caller_who_hangs_up_leaves_the_two_who_consult(talk):
    session, _ = talk()
    say(session, *press(ANSWERER, "*3802#"), Resolved(ANSWERER, C), LegAnswered(OTHER))
    assert say(session, CallerHungUp()) == [Finished("caller")]
    assert session.finished
    assert not session.closed
    assert say(session, LegHungUp(OTHER)) == [EndTalk(), HangUpLeg(ANSWERER)]
    assert session.closed


def test_a_telephone_of_ours_that_called_may_transfer_too(talk):
    session, _ = talk(caller=Target("extension", "805"))
    say(session, TransferAsked(CALLER, "802"), Resolved(CALLER, C))
    assert say(session, LegAnswered(OTHER)) == [
        STOP_RING, StopRingback(), TellTransfer(CALLER, 200), StopPlayTo(ANSWERER), Connect((ANSWERER, OTHER)),
        Finished("caller"),
    ]
    assert say(session, LegHungUp(ANSWERER)) == [EndTalk(), HangUpLeg(OTHER)]
    assert session.closed


@pytest.mark.parametrize("caller", [None, Target("number", "13800138000")])
def test_a_caller_from_outside_transfers_nobody(talk, caller):
    session, _ = talk(caller=caller)
    assert say(session, TransferAsked(CALLER, "802")) == [TellTransfer(CALLER, 403)]
    assert say(session, *map(Digit, "*2802#")) == []


def test_the_partner_of_a_telephone_that_holds_hears_music(talk):
    session, _ = talk()
    assert say(session, LegHeld(ANSWERER, True)) == [Connect(()), PlayTo(CALLER)]
    assert say(session, LegHeld(ANSWERER, False)) == [StopPlayTo(CALLER), Connect((CALLER, ANSWERER))]


@pytest.mark.parametrize("when", ["in the flow", "while it rings"])
def test_who_held_before_the_talk_holds_in_it(call, when):
    session, _ = call("801")
    held, started = LegHeld(CALLER, True), CallStarted()
    say(session, *((held, started) if when == "in the flow" else (started, held)))
    assert say(session, LegAnswered(ANSWERER)) == [CancelTimer("dial:ring"), StopRingback(), Answer(), PlayTo(ANSWERER)]
    assert say(session, LegHeld(CALLER, False)) == [StopPlayTo(ANSWERER), Connect((CALLER, ANSWERER))]


def test_who_has_stopped_holding_before_the_talk_does_not_hold_in_it(call):
    session, _ = call("801")
    say(session, LegHeld(CALLER, True), CallStarted(), LegHeld(CALLER, False))
    assert say(session, LegAnswered(ANSWERER))[-1] == Connect((CALLER, ANSWERER))


def test_who_holds_and_comes_from_another_call_holds_there(talk):
    session, _ = talk()
    assert say(session, LegHeld(OTHER, True), LegCame(OTHER, C, "replaces", ANSWERER)) == [
        HangUpLeg(ANSWERER), Connect(()), PlayTo(CALLER),
    ]


def test_who_holds_is_known_after_a_restart(call):
    session, machine = call("801")
    say(session, LegHeld(CALLER, True), CallStarted())
    restored = CallSession.restore(machine, session.snapshot())
    assert say(restored, LegAnswered(ANSWERER))[-1] == PlayTo(ANSWERER)


def test_any_number_of_transfers(talk):
    session, _ = talk()
    last = ANSWERER
    for leg in range(2, 8):
        say(session, TransferAsked(last, "802"), Resolved(last, C))
        assert Connect((CALLER, leg)) in say(session, LegAnswered(leg))
        last = leg
    assert session.talking == (CALLER, 7)


@pytest.mark.parametrize("before", [(), (CallStarted(),)], ids=["in the flow", "while it rings"])
def test_who_asks_without_a_talk_is_told_that_it_cannot_be(call, before):
    session, _ = call("801", caller=Target("extension", "805"))
    say(session, *before)
    assert say(session, TransferAsked(CALLER, "802")) == [TellTransfer(CALLER, 403)]

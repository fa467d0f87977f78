"""Whom a dial rings, when it gives up, and what the machine hears of it."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from interpreter.calls.dial import Dialing
from interpreter.calls.inputs import (
    CallerInput,
    Input,
    LegAnswered,
    LegEarlyMedia,
    LegFailed,
    LegHungUp,
    LegInput,
    LegRinging,
)
from interpreter.calls.leg import LegBook
from interpreter.calls.outputs import (
    CancelLeg,
    Connect,
    EndTalk,
    HangUpLeg,
    InviteLeg,
    Output,
    PassEarlyMedia,
    StartRingback,
    StopEarlyMedia,
    StopRingback,
)
from interpreter.calls.reasons import combined_reason, outcome_of, reason_of_status
from interpreter.calls.session import CallSession
from interpreter.machine.effects import (
    Answer,
    CancelTimer,
    Finished,
    Hangup,
    Play,
    StartTimer,
    Target,
)
from interpreter.machine.events import (
    Answered,
    CallerHungUp,
    CallStarted,
    DialEnded,
    Digit,
    Fault,
    PartnerHungUp,
    TimerFired,
)

A, B, C = (Target("extension", number) for number in ("801", "802", "803"))
RING = StartTimer("dial:ring", 20.0)
STOP_RING = CancelTimer("dial:ring")
RING_OVER = TimerFired("dial:ring")
SORRY = Play(("file:sorry.wav",))


def hand_in(session: CallSession, *inputs: Input) -> list[list[object]]:
    """The outputs of each input."""
    return [list(session.handle(event, 0.0)) for event in inputs]


def test_rings_one_after_the_other(call):
    session, machine = call("801", "802")
    assert hand_in(session, CallStarted(), LegRinging(1), RING_OVER, LegFailed(1, "no_answer")) == [
        [InviteLeg(1, A), RING, StartRingback()],
        [],
        [CancelLeg(1), InviteLeg(2, B), RING],
        [],
    ]
    assert hand_in(session, LegRinging(2), LegAnswered(2)) == [
        [],  # the caller hears it ring already
        [STOP_RING, StopRingback(), Answer(), Connect((0, 2))],
    ]
    assert machine.heard[-1] == Answered("802")


def test_rings_all_at_once_and_the_first_answer_wins(call):
    session, _ = call("801", "802", "803", strategy="simultaneous", record=True)
    assert hand_in(session, CallStarted(), LegRinging(2), LegAnswered(2)) == [
        [InviteLeg(1, A), InviteLeg(2, B), InviteLeg(3, C), RING, StartRingback()],
        [],
        [STOP_RING, CancelLeg(1), CancelLeg(3), StopRingback(), Answer(), Connect((0, 2), record=True)],
    ]
    assert session.talking == (0, 2)


def dialing(*waves: tuple[Target, ...], heard: bool = True) -> tuple[Dialing, Callable[..., list[object]]]:
    """A dial, and a function that starts it or hands it an input: the outputs but those of timers."""
    found = Dialing(waves, 20.0, LegBook(), heard=heard)

    def outputs_of(event: LegInput | None = None) -> list[object]:
        outputs: list[Output] = []
        if event is None:
            found.start(outputs)
        else:
            found.handle_leg(event, outputs)
        return [output for output in outputs if output not in (RING, STOP_RING)]

    return found, outputs_of


def test_who_does_not_hear_us_yet_hears_it_ring_when_somebody_does():
    _, outputs_of = dialing((A,), (B,), heard=False)
    assert outputs_of() == [InviteLeg(1, A)]
    assert outputs_of(LegFailed(1, "busy")) == [InviteLeg(2, B)]
    assert outputs_of(LegRinging(2)) == [StartRingback()]
    assert outputs_of(LegRinging(2)) == []


def test_what_the_only_one_sends_is_heard_instead_of_ringback_for_as_long_as_it_comes():
    _, outputs_of = dialing((A,))
    outputs_of()
    assert outputs_of(LegEarlyMedia(1, True)) == [StopRingback(), PassEarlyMedia(1, 0)]
    assert outputs_of(LegRinging(1)) == []
    assert outputs_of(LegEarlyMedia(1, False)) == [StopEarlyMedia(1, 0), StartRingback()]
    assert outputs_of(LegEarlyMedia(1, True)) == [StopRingback(), PassEarlyMedia(1, 0)]
    assert outputs_of(LegAnswered(1)) == [StopEarlyMedia(1, 0)]


def test_an_announcement_may_be_all_that_is_ever_heard():
    _, outputs_of = dialing((A,), heard=False)
    outputs_of()
    assert outputs_of(LegEarlyMedia(1, True)) == [PassEarlyMedia(1, 0)]
    assert outputs_of(LegFailed(1, "no_such")) == [StopEarlyMedia(1, 0)]


def test_of_several_nobodys_sound_is_heard_until_one_is_left():
    _, outputs_of = dialing((A, B))
    outputs_of()
    assert outputs_of(LegEarlyMedia(2, True)) == []
    assert outputs_of(LegFailed(1, "busy")) == [StopRingback(), PassEarlyMedia(2, 0)]


def test_the_next_wave_begins_with_our_ringback():
    _, outputs_of = dialing((A,), (B,), heard=False)
    outputs_of()
    outputs_of(LegEarlyMedia(1, True))
    assert outputs_of(LegFailed(1, "failed")) == [InviteLeg(2, B), StopEarlyMedia(1, 0), StartRingback()]


def test_a_dial_is_restored_with_what_is_heard():
    found, outputs_of = dialing((A,))
    outputs_of()
    outputs_of(LegEarlyMedia(1, True))
    restored = Dialing.restore(json.loads(json.dumps(found.snapshot())), LegBook(1))
    outputs: list[Output] = []
    restored.handle_leg(LegEarlyMedia(1, False), outputs)
    assert outputs == [StopEarlyMedia(1, 0), StartRingback()]


def test_news_of_who_was_given_up_mean_nothing():
    book = LegBook(1, frozenset((1,)))
    assert book.left(LegEarlyMedia(1, True)) == ()
    assert book.left(LegAnswered(1)) == (HangUpLeg(1),)


def test_a_second_answer_in_the_same_instant_is_hung_up(call):
    session, machine = call("801", "802", strategy="simultaneous")
    hand_in(session, CallStarted(), LegAnswered(1))
    assert hand_in(session, LegAnswered(2), LegHungUp(2)) == [[HangUpLeg(2)], []]
    assert machine.heard[1:] == [Answered("801")]
    assert session.talking == (0, 1)


def test_an_answer_that_crosses_the_cancel_is_hung_up(call):
    session, machine = call("801")
    hand_in(session, CallStarted(), LegRinging(1))
    assert hand_in(session, RING_OVER, LegAnswered(1)) == [
        [CancelLeg(1), StopRingback(), SORRY],
        [HangUpLeg(1)],
    ]
    assert machine.heard[-1] == DialEnded("no_answer")


def test_the_crossing_answer_is_hung_up_even_after_the_call(call):
    session, _ = call("801")
    hand_in(session, CallStarted(), LegRinging(1), CallerHungUp())
    assert session.finished
    assert not session.closed
    assert hand_in(session, LegAnswered(1)) == [[HangUpLeg(1)]]
    assert session.closed


def test_a_caller_who_hangs_up_while_it_rings_cancels_all(call):
    session, _ = call("801", "802", strategy="simultaneous")
    hand_in(session, CallStarted(), LegRinging(1))
    assert hand_in(session, CallerHungUp()) == [
        [STOP_RING, CancelLeg(1), CancelLeg(2), StopRingback(), Finished("caller")]
    ]
    assert hand_in(session, LegFailed(1, "failed"), LegFailed(2, "failed")) == [[], []]
    assert session.closed


def test_a_caller_who_hangs_up_in_the_talk_ends_the_other_leg(call):
    session, _ = call("801")
    hand_in(session, CallStarted(), LegAnswered(1))
    assert hand_in(session, CallerHungUp()) == [[EndTalk(), HangUpLeg(1), Finished("caller")]]
    assert session.closed


def test_when_the_answerer_hangs_up_the_flow_goes_on(call):
    session, machine = call("801")
    hand_in(session, CallStarted(), LegAnswered(1))
    assert hand_in(session, LegHungUp(1)) == [[EndTalk(), Hangup("normal"), Finished("hangup")]]
    assert machine.heard[-1] == PartnerHungUp()
    assert session.closed


def test_a_fault_ends_what_rings_before_the_flow_goes_on(call):
    session, _ = call("801")
    hand_in(session, CallStarted(), LegRinging(1))
    assert hand_in(session, Fault("no_port")) == [[STOP_RING, CancelLeg(1), StopRingback(), Play(("file:error.wav",))]]
    assert hand_in(session, LegFailed(1, "no_answer")) == [[]]


def test_nobody_to_ring_is_no_such(call):
    session, machine = call()
    assert hand_in(session, CallStarted()) == [[SORRY]]
    assert machine.heard[-1] == DialEnded("no_such")


def test_digits_go_to_the_machine_while_it_rings(call):
    session, machine = call("801")
    hand_in(session, CallStarted(), Digit("5"))
    assert machine.heard[-1] == Digit("5")


def test_news_of_unknown_or_ended_legs_is_ignored(call):
    session, _ = call("801", "802")
    hand_in(session, CallStarted(), LegFailed(1, "busy"))
    strays: list[CallerInput | Input] = [LegRinging(1), LegAnswered(1), LegHungUp(9), LegFailed(9, "busy")]
    assert hand_in(session, *strays) == [[], [], [], []]


def test_a_repeated_answer_changes_nothing(call):
    session, _ = call("801")
    hand_in(session, CallStarted(), LegAnswered(1))
    assert hand_in(session, LegAnswered(1), LegRinging(1)) == [[], []]
    assert session.talking == (0, 1)


def test_a_leg_that_is_lost_in_the_talk_counts_as_hung_up(call):
    session, machine = call("801")
    hand_in(session, CallStarted(), LegAnswered(1), LegFailed(1, "failed"))
    assert machine.heard[-1] == PartnerHungUp()


@pytest.mark.parametrize(
    ("reasons", "outcome"),
    [
        (["busy"], "busy"),
        (["declined"], "busy"),
        (["no_answer", "busy"], "busy"),
        (["offline", "no_answer"], "no_answer"),
        (["offline", "no_such"], "offline"),
        (["failed", "offline"], "offline"),
        (["no_such", "failed"], "failed"),
        (["no_such", "no_such"], "no_such"),
        (["no_answer", "declined"], "busy"),
    ],
)
def test_one_outcome_for_all_targets(call, reasons, outcome):
    assert outcome_of(reasons) == outcome
    session, machine = call(*("801", "802")[: len(reasons)])
    hand_in(session, CallStarted(), *(LegFailed(leg, reason) for leg, reason in enumerate(reasons, 1)))
    assert machine.heard[-1] == DialEnded(outcome)


@pytest.mark.parametrize(
    ("status", "reason"),
    [
        (486, "busy"),
        (600, "busy"),
        (603, "declined"),
        (480, "offline"),
        (408, "no_answer"),
        (487, "no_answer"),
        (404, "no_such"),
        (604, "no_such"),
        (503, "failed"),
        (488, "failed"),
    ],
)
def test_reasons_of_sip_statuses(status, reason):
    assert reason_of_status(status) == reason


def test_the_devices_of_one_extension_have_one_reason():
    assert combined_reason(["offline", "declined", "no_answer"]) == "declined"
    assert combined_reason([]) == "no_such"

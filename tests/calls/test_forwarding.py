"""What is rung in place of an extension, and how that comes out for the call."""

from __future__ import annotations

import json

import pytest
from calls.test_dialing import SORRY, A, hand_in

from interpreter.calls.dial import Dialing
from interpreter.calls.forwarding import (
    MOST_DIVERSIONS,
    Destination,
    Forwarding,
    redirected,
    ring_plan,
)
from interpreter.calls.inputs import (
    LegAnswered,
    LegDigit,
    LegDiverted,
    LegEarlyMedia,
    LegFailed,
    LegHeld,
    LegHungUp,
    LegRinging,
    RingPlan,
    TransferAsked,
)
from interpreter.calls.leg import LegBook, load_target, save_target
from interpreter.calls.outputs import (
    CancelLeg,
    Connect,
    HangUpLeg,
    InviteLeg,
    PassEarlyMedia,
    PlayTo,
    StartRingback,
    StopEarlyMedia,
    StopPlayTo,
    StopRingback,
    TellTransfer,
)
from interpreter.calls.plan import Barred
from interpreter.machine.effects import Answer, Behalf, CancelTimer, StartTimer, Target
from interpreter.machine.events import CallStarted, DialEnded, TimerFired

MOBILE = "13900139000"
HERE = Target("extension", "801", behalf=Behalf("801", via=("801",)))
"""The telephones of 801."""


def reach(dialled):
    """801 reaches extensions and a mobile number, and nobody abroad."""
    if dialled.startswith("00"):
        return Barred("national_only")
    if len(dialled) == 3:
        return Target("extension", dialled)
    return Target("number", dialled, behalf=Behalf("801", "861065529988"))


def to(number, why, accept=False, via=("801",)):
    kind = "extension" if len(number) == 3 else "number"
    shown = "" if kind == "extension" else "861065529988"
    return Target(kind, number, behalf=Behalf("801", shown, why, via, accept))


# whom


def test_who_wants_nothing_is_rung_as_ever():
    assert ring_plan(A, Forwarding(), reach) is None
    assert ring_plan(HERE, Forwarding(do_not_disturb=True), reach) is None, "who is rung for itself has been asked"


def test_always_stands_before_all_else():
    wants = Forwarding([Destination(), Destination("802")], {"always": MOBILE, "busy": "802"}, do_not_disturb=True)
    assert ring_plan(A, wants, reach) == RingPlan(((to(MOBILE, "unconditional"),),), 20.0)


def test_do_not_disturb_is_busy():
    assert ring_plan(A, Forwarding(do_not_disturb=True), reach) == RingPlan((), 20.0, {}, ("busy",))
    wants = Forwarding(forwards={"busy": "802", "offline": "803"}, do_not_disturb=True)
    instead = {"busy": to("802", "user-busy"), "offline": to("803", "unavailable")}
    assert ring_plan(A, wants, reach) == RingPlan((), 20.0, instead, ("busy",))


def test_destinations_ring_in_their_order_some_of_them_together():
    rows = [Destination(), Destination("802", together=True), Destination(MOBILE), Destination("803", accept=True)]
    plan = ring_plan(A, Forwarding(rows, seconds=15.0), reach)
    assert plan == RingPlan(
        ((HERE, to("802", "follow-me")), (to(MOBILE, "follow-me", accept=True),), (to("803", "follow-me"),)), 15.0
    )


@pytest.mark.parametrize("number", ["00442079460018", "801"])
def test_what_may_not_be_called_is_passed_over(number):
    rows = [Destination(number), Destination("802", together=True)]
    assert ring_plan(A, Forwarding(rows), reach) == RingPlan(((to("802", "follow-me"),),), 20.0)
    alone = RingPlan(((HERE,),), 20.0)
    assert ring_plan(A, Forwarding([Destination(number)]), reach) == alone, "it rings here, so that no call is lost"
    assert ring_plan(A, Forwarding(forwards={"always": number}), reach) == alone


def test_a_circle_ends():
    came = Target("extension", "801", behalf=Behalf("802", "", "unconditional", ("802",)))
    plan = ring_plan(came, Forwarding(forwards={"always": "802"}), reach)
    assert plan == RingPlan(((Target("extension", "801", behalf=Behalf("801", via=("802", "801"))),),), 20.0)
    often = tuple(str(n) for n in range(900, 900 + MOST_DIVERSIONS))
    far = Target("extension", "801", behalf=Behalf(often[-1], "", "unconditional", often))
    assert ring_plan(far, Forwarding(do_not_disturb=True, forwards={"busy": "803"}), reach) == RingPlan(
        (), 20.0, {}, ("busy",)
    )


def test_a_telephones_own_redirection_is_under_the_same_permissions():
    assert redirected(A, ["802", "0044", MOBILE], reach) == RingPlan(
        ((to("802", "deflection"),), (to(MOBILE, "deflection"),)), 20.0
    )
    assert redirected(A, ["0044", "801"], reach) == RingPlan((), 20.0, {}, ("failed",))


@pytest.mark.parametrize("target", [to(MOBILE, "follow-me", accept=True), HERE])
def test_a_target_survives_a_snapshot(target):
    assert load_target(json.loads(json.dumps(save_target(target)))) == target


# how it comes out

PLAN = RingPlan(((HERE,), (to(MOBILE, "follow-me"),)), 15.0, {"no_answer": to("802", "no-answer")})
RING, OVER, STOP = StartTimer("dial:ring:1", 15.0), TimerFired("dial:ring:1"), CancelTimer("dial:ring:1")


def test_destinations_then_the_forward_for_how_they_came_out(call):
    session, machine = call("801")
    assert hand_in(session, CallStarted(), LegDiverted(1, PLAN), LegRinging(2), OVER, LegFailed(2, "no_answer")) == [
        [InviteLeg(1, A), StartTimer("dial:ring", 20.0), StartRingback()],
        [CancelTimer("dial:ring"), InviteLeg(2, HERE), RING],
        [],
        [CancelLeg(2), InviteLeg(3, to(MOBILE, "follow-me")), RING],
        [],
    ]
    assert hand_in(session, LegFailed(3, "busy")) == [[STOP, StopRingback(), SORRY]], "busy has no forward here"
    assert machine.heard[-1] == DialEnded("busy")


def test_the_forward_is_rung_once(call):
    session, machine = call("801")
    hand_in(session, CallStarted(), LegDiverted(1, PLAN), LegFailed(2, "no_answer"), LegFailed(3, "no_answer"))
    assert hand_in(session, OVER) == [[CancelLeg(4), StopRingback(), SORRY]]
    assert machine.heard[-1] == DialEnded("no_answer")


def test_whoever_answers_wins_and_the_others_stop(call):
    session, _ = call("801", "803", strategy="simultaneous")
    hand_in(session, CallStarted(), LegDiverted(1, RingPlan(((HERE, to("802", "follow-me")),), 15.0)), LegRinging(3))
    assert hand_in(session, LegAnswered(4)) == [
        [
            STOP, CancelLeg(3), CancelTimer("dial:ring"), CancelLeg(2), StopRingback(), Answer(), Connect((0, 4)),
        ]
    ]  # fmt: skip
    assert hand_in(session, LegAnswered(3), LegFailed(2, "no_answer")) == [[HangUpLeg(3)], []]


def test_those_who_ring_as_usual_do_not_wait_for_those_who_are_reached_elsewhere(call):
    session, machine = call("801", "803", strategy="simultaneous")
    hand_in(session, CallStarted(), LegDiverted(1, RingPlan(((to(MOBILE, "unconditional"),),), 15.0)))
    assert hand_in(session, TimerFired("dial:ring")) == [[CancelLeg(2)]]
    assert hand_in(session, OVER) == [[CancelLeg(3), StopRingback(), SORRY]]
    assert machine.heard[-1] == DialEnded("no_answer")


def test_do_not_disturb_rings_nobody(call):
    session, machine = call("801")
    assert hand_in(session, CallStarted(), LegDiverted(1, RingPlan((), 20.0, {}, ("busy",))))[1] == [
        CancelTimer("dial:ring"), StopRingback(), SORRY,
    ]  # fmt: skip
    assert machine.heard[-1] == DialEnded("busy")


def test_a_diverted_leg_may_be_diverted_again(call):
    session, _ = call("801")
    second = RingPlan(((to("803", "unconditional", via=("801", "802")),),), 15.0)
    hand_in(session, CallStarted(), LegDiverted(1, RingPlan(((to("802", "user-busy"),),), 15.0)))
    assert hand_in(session, LegDiverted(2, second), LegRinging(3), LegAnswered(3)) == [
        [STOP, InviteLeg(3, to("803", "unconditional", via=("801", "802"))), StartTimer("dial:ring:1:2", 15.0)],
        [],
        [CancelTimer("dial:ring:1:2"), StopRingback(), Answer(), Connect((0, 3))],
    ]


def test_a_leg_that_was_given_up_is_not_diverted_any_more(call):
    session, _ = call("801", "802")
    hand_in(session, CallStarted(), TimerFired("dial:ring"))
    assert hand_in(session, LegDiverted(1, PLAN), LegAnswered(1)) == [[], []]


# press 1 to accept

ASKS = RingPlan(((HERE, to(MOBILE, "follow-me", accept=True)),), 15.0)


def test_outside_the_call_is_taken_by_pressing_1(call):
    session, _ = call("801")
    hand_in(session, CallStarted(), LegDiverted(1, ASKS), LegRinging(2))
    assert hand_in(session, LegAnswered(3), LegDigit(3, "5"), LegDigit(3, "1")) == [
        [PlayTo(3, "accept")],
        [],
        [StopPlayTo(3), STOP, CancelLeg(2), StopRingback(), Answer(), Connect((0, 3))],
    ]


def test_who_sends_sound_in_place_of_a_telephone_is_heard_until_he_is_asked_to_accept(call):
    session, _ = call("801")
    plan = RingPlan(((to(MOBILE, "follow-me", accept=True),),), 15.0)
    hand_in(session, CallStarted(), LegDiverted(1, plan))
    assert hand_in(session, LegEarlyMedia(2, True), LegAnswered(2), LegDigit(2, "1")) == [
        [StopRingback(), PassEarlyMedia(2, 0)],
        [PlayTo(2, "accept"), StopEarlyMedia(2, 0), StartRingback()],
        [StopPlayTo(2), STOP, StopRingback(), Answer(), Connect((0, 2))],
    ]


def test_a_voicemail_that_answers_keeps_nobody_from_the_call(call):
    session, _ = call("801")
    hand_in(session, CallStarted(), LegDiverted(1, ASKS), LegAnswered(3))
    assert hand_in(session, LegAnswered(2)) == [
        [STOP, StopPlayTo(3), HangUpLeg(3), StopRingback(), Answer(), Connect((0, 2))],
    ]


def test_who_holds_or_transfers_while_he_is_asked_has_not_refused(call):
    session, _ = call("801")
    hand_in(session, CallStarted(), LegDiverted(1, ASKS), LegAnswered(3))
    assert hand_in(session, LegHeld(3, True), LegHeld(3, False), TransferAsked(3, "802")) == [
        [], [], [TellTransfer(3, 403)],
    ]  # fmt: skip
    assert hand_in(session, LegDigit(3, "1"))[0][-1] == Connect((0, 3))


@pytest.mark.parametrize("end", [OVER, LegHungUp(3)])
def test_who_presses_nothing_has_not_answered(call, end):
    session, machine = call("801")
    hand_in(session, CallStarted(), LegDiverted(1, ASKS), LegFailed(2, "offline"), LegAnswered(3))
    (outputs,) = hand_in(session, end)
    assert outputs[-1] == SORRY
    assert (HangUpLeg(3) in outputs) == (end is OVER)
    assert machine.heard[-1] == DialEnded("no_answer")


def test_a_dial_in_the_midst_of_it_survives_a_snapshot():
    book, outputs = LegBook(), []
    dialing = Dialing(((A,),), 20.0, book)
    dialing.start(outputs)
    dialing.handle_leg(LegDiverted(1, RingPlan(ASKS.waves, 15.0, PLAN.instead)), outputs)
    dialing.handle_leg(LegAnswered(3), outputs)
    saved = json.loads(json.dumps(dialing.snapshot()))
    restored = Dialing.restore(saved, LegBook(book.last, book.leaving))
    assert restored.snapshot() == dialing.snapshot()
    ends = []
    for each in (dialing, restored):
        outputs = []
        each.handle_leg(LegFailed(2, "busy"), outputs)
        each.timer("dial:ring:1", outputs)
        ends.append(outputs)
    assert ends[0] == ends[1]
    assert InviteLeg(4, to("802", "no-answer")) in ends[0] or HangUpLeg(3) in ends[0]

"""Whole calls between two UserAgents over a link that may lose datagrams."""

import random

import pytest
from sip.link import ALICE, BOB, SDP_A, SDP_B, Link, make_agent

from interpreter.sip.errors import LocalProtocolError
from interpreter.sip.events import (
    AckReceived,
    CallAnswered,
    CallCancelled,
    CallEnded,
    CallFailed,
    CallProgress,
    DigitReceived,
    InviteReceived,
    Probed,
    ReinviteAnswered,
    ReinviteFailed,
    ReinviteReceived,
    RequestAnswered,
    SipEvent,
)


def call(link: Link, **settings: object) -> int:
    return link.agents[ALICE].outgoing.invite(
        "sip:4001234567@192.0.2.2", from_uri="sip:801@192.0.2.1", from_display="销售 一",
        destination=BOB, now=link.now, sdp=SDP_A, **settings,
    )  # fmt: skip


def answer_at_once(link: Link) -> None:
    def react(event: SipEvent) -> None:
        if isinstance(event, InviteReceived):
            link.agents[BOB].incoming.progress(event.call, 180, link.now)
            link.agents[BOB].incoming.answer(event.call, SDP_B, link.now)
        elif isinstance(event, ReinviteReceived):
            link.agents[BOB].calls.accept_reinvite(event.call, SDP_B, link.now)

    link.react[BOB] = react


def incoming(link: Link) -> InviteReceived:
    return link.last(BOB, InviteReceived)


def test_call_answered_and_hung_up_by_caller(link):
    answer_at_once(link)
    handle = call(link)
    link.run(1)
    event = incoming(link)
    assert (event.caller.user, event.caller_display, event.called.user) == ("801", "销售 一", "4001234567")
    assert (event.sdp, event.source, event.asserted_user, event.proven) == (SDP_A, ALICE, None, None)
    assert link.kinds(ALICE) == ["CallProgress", "CallAnswered"]
    assert link.last(ALICE, CallAnswered).sdp == SDP_B
    link.agents[ALICE].calls.bye(handle, link.now)
    link.run(1)
    assert link.lines() == [
        "A>B INVITE", "B>A 100 INVITE", "B>A 180 INVITE", "B>A 200 INVITE", "A>B ACK", "A>B BYE", "B>A 200 BYE",
    ]  # fmt: skip
    assert link.kinds(BOB) == ["InviteReceived", "AckReceived", "CallEnded"]
    assert link.last(BOB, CallEnded).cause == "bye"


def test_call_hung_up_by_callee(link):
    answer_at_once(link)
    handle = call(link)
    link.run(1)
    link.agents[BOB].calls.bye(incoming(link).call, link.now, [("Reason", 'Q.850;cause=16;text="done"')])
    link.run(1)
    ended = link.last(ALICE, CallEnded)
    assert (ended.call, ended.cause, ended.reason) == (handle, "bye", "done")
    assert not link.agents[ALICE].calls.is_alive(handle)


@pytest.mark.parametrize("status", [404, 480, 486, 603])
def test_rejected(link, status):
    call(link)
    link.run(1)
    link.agents[BOB].incoming.reject(incoming(link).call, status, link.now, [("Retry-After", "30")])
    link.run(1)
    failed = link.last(ALICE, CallFailed)
    assert (failed.status, failed.retry_after) == (status, 30.0)
    assert link.lines()[-1] == "A>B ACK"


def test_early_media_has_sdp(link):
    call(link)
    link.run(0.1)
    link.agents[BOB].incoming.progress(incoming(link).call, 183, link.now, SDP_B)
    link.run(0.1)
    progress = link.last(ALICE, CallProgress)
    assert (progress.status, progress.sdp) == (183, SDP_B)


# loss

def test_lost_invite_is_sent_again_and_lost_200_too(link):
    answer_at_once(link)
    link.lose = lambda line, nth: (line in ("INVITE", "200 INVITE") and nth <= 2) or (line == "180 INVITE")
    handle = call(link)
    link.run(20)
    # Bob saw one call, for all that was repeated
    assert link.kinds(BOB) == ["InviteReceived", "AckReceived"]
    assert link.kinds(ALICE) == ["CallAnswered"]
    link.agents[ALICE].calls.bye(handle, link.now)


def test_lost_ack_is_sent_again_for_each_repeated_200(link):
    answer_at_once(link)
    link.lose = lambda line, nth: line == "ACK" and nth <= 3
    call(link)
    link.run(20)
    assert link.lines().count("B>A 200 INVITE") == 4
    assert [line for line in link.lines() if "ACK" in line][-1] == "A>B ACK"
    assert link.kinds(ALICE) == ["CallProgress", "CallAnswered"]


def test_200_times_are_those_of_rfc_3261_and_never_acked_ends_the_call(link):
    answer_at_once(link)
    link.lose = lambda line, nth: line == "ACK"
    call(link)
    link.run(40)
    times = [t - 0.01 for t, _, _, line in link.wire if line == "200 INVITE"]
    assert times == pytest.approx([0, 0.5, 1.5, 3.5, 7.5, 11.5, 15.5, 19.5, 23.5, 27.5, 31.5])
    assert link.last(BOB, CallEnded).cause == "ack_timeout"
    assert link.last(ALICE, CallEnded).cause == "bye"


def test_nobody_there_is_408_after_64_t1(link):
    link.lose = lambda line, nth: line == "INVITE"
    call(link)
    link.run(31.9)
    assert link.kinds(ALICE) == []
    assert [t for t, *_ in link.wire] == pytest.approx([0, 0.5, 1.5, 3.5, 7.5, 15.5, 31.5])
    link.run(0.2)
    assert link.last(ALICE, CallFailed).status == 408


def test_who_has_less_patience_hears_408_earlier_unless_somebody_answers(link):
    link.lose = lambda line, nth: line == "INVITE"
    call(link, patience=8.0)
    link.run(7.9)
    assert link.kinds(ALICE) == []
    link.run(0.2)
    failed = link.last(ALICE, CallFailed)
    assert (failed.status, failed.response) == (408, None)
    link.lose = lambda line, nth: False
    call(link, patience=8.0)
    link.run(60)
    assert link.kinds(ALICE) == ["CallFailed"], "100 Trying has come: it may ring for ever"


def test_bye_before_the_ack_waits_for_it(link):
    answer_at_once(link)
    link.lose = lambda line, nth: line == "ACK" and nth == 1
    call(link)
    link.run(0.1)
    link.agents[BOB].calls.bye(incoming(link).call, link.now)
    link.run(0.1)
    assert "B>A BYE" not in link.lines()
    link.run(2)
    assert link.lines()[-2:] == ["B>A BYE", "A>B 200 BYE"]
    assert link.kinds(BOB) == ["InviteReceived"]


@pytest.mark.parametrize("seed", range(12))
def test_thirty_percent_loss_does_not_hurt(link, seed):
    dice = random.Random(seed)
    link.lose = lambda line, nth: dice.random() < 0.3
    answer_at_once(link)
    handle = call(link)
    link.run(40)
    assert link.kinds(BOB).count("InviteReceived") == 1
    assert "CallAnswered" in link.kinds(ALICE)
    assert "AckReceived" in link.kinds(BOB)
    link.agents[ALICE].calls.bye(handle, link.now)
    link.run(40)
    assert link.last(BOB, CallEnded).cause == "bye"


# CANCEL

def test_cancel_while_ringing(link):
    handle = call(link)
    link.run(0.1)
    link.agents[BOB].incoming.progress(incoming(link).call, 180, link.now)
    link.run(0.1)
    link.agents[ALICE].outgoing.cancel(handle, link.now)
    link.run(1)
    assert link.lines()[3:] == ["A>B CANCEL", "B>A 200 CANCEL", "B>A 487 INVITE", "A>B ACK"]
    assert link.last(BOB, CallCancelled).call == incoming(link).call
    assert link.last(ALICE, CallFailed).status == 487


def test_cancel_waits_for_a_provisional(link):
    link.lose = lambda line, nth: line == "INVITE" and nth == 1
    handle = call(link)
    link.agents[ALICE].outgoing.cancel(handle, link.now)
    link.run(0.4)
    assert link.lines() == ["A>B INVITE (lost)"]
    link.run(1)
    assert "A>B CANCEL" in link.lines()
    assert link.last(ALICE, CallFailed).status == 487


def test_cancel_crosses_200(link):
    handle = call(link)
    link.run(0.1)
    link.agents[ALICE].outgoing.cancel(handle, link.now)
    link.agents[BOB].incoming.answer(incoming(link).call, SDP_B, link.now)
    link.run(2)
    assert link.kinds(ALICE) == ["CallFailed"]
    assert link.last(ALICE, CallFailed).status == 487
    assert sorted(link.lines()[-4:]) == ["A>B ACK", "A>B BYE", "B>A 200 BYE", "B>A 200 CANCEL"]
    assert link.last(BOB, CallEnded).cause == "bye"


def test_cancelled_and_no_final_answer_gives_up(link):
    handle = call(link)
    link.run(0.1)
    link.lose = lambda line, nth: line == "487 INVITE"
    link.agents[ALICE].outgoing.cancel(handle, link.now)
    link.run(33)
    assert link.last(ALICE, CallFailed).status == 487


def test_cancel_after_final_answer_changes_nothing(link):
    answer_at_once(link)
    handle = call(link)
    link.run(0.1)
    with pytest.raises(LocalProtocolError):
        link.agents[ALICE].outgoing.cancel(handle, link.now)


# within a call

def test_reinvite_and_its_repeats(link):
    answer_at_once(link)
    handle = call(link)
    link.run(0.5)
    link.lose = lambda line, nth: line == "200 INVITE" and nth == 2
    hold = SDP_A + b"a=sendonly\r\n"
    link.agents[ALICE].calls.reinvite(handle, hold, link.now)
    link.run(2)
    assert link.last(BOB, ReinviteReceived).sdp == hold
    assert link.last(ALICE, ReinviteAnswered).sdp == SDP_B
    assert link.kinds(BOB)[-1] == "AckReceived"


def test_reinvite_refused_leaves_the_call_alone(link):
    answer_at_once(link)
    handle = call(link)
    link.run(0.5)
    calls = link.agents[BOB].calls
    link.react[BOB] = lambda event: (
        calls.reject_reinvite(event.call, 488, link.now) if isinstance(event, ReinviteReceived) else None
    )
    link.agents[ALICE].calls.reinvite(handle, SDP_A, link.now)
    link.run(1)
    assert link.last(ALICE, ReinviteFailed).status == 488
    assert link.agents[ALICE].calls.is_alive(handle)


def test_reinvites_that_cross_get_491(link):
    answer_at_once(link)
    handle = call(link)
    link.run(0.5)
    link.agents[ALICE].calls.reinvite(handle, SDP_A, link.now)
    link.agents[BOB].calls.reinvite(incoming(link).call, SDP_B, link.now)
    link.run(1)
    assert link.last(ALICE, ReinviteFailed).status == 491
    assert link.last(BOB, ReinviteFailed).status == 491
    assert link.agents[ALICE].calls.is_alive(handle)


def test_bye_while_reinvite_is_open(link):
    answer_at_once(link)
    handle = call(link)
    link.run(0.5)
    link.react.clear()
    link.agents[ALICE].calls.reinvite(handle, SDP_A, link.now)
    link.run(0.1)
    link.agents[ALICE].calls.bye(handle, link.now)
    link.run(1)
    assert "B>A 487 INVITE" in link.lines()
    assert link.last(BOB, CallEnded).cause == "bye"


def test_peer_that_forgot_the_call(link):
    answer_at_once(link)
    handle = call(link)
    link.run(0.5)
    link.agents[BOB] = make_agent(BOB, 3)
    link.agents[ALICE].calls.send_digit(handle, "5", link.now)
    link.run(1)
    assert link.last(ALICE, CallEnded).cause == "gone"


@pytest.mark.parametrize("caller", [True, False])
def test_a_peer_that_has_the_call_says_so(link, caller):
    """RFC 3261 section 11: OPTIONS in the dialog, by either side."""
    answer_at_once(link)
    handle = call(link)
    link.run(0.5)
    asks = ALICE if caller else BOB
    link.agents[asks].calls.probe(handle if caller else incoming(link).call, link.now)
    link.run(1)
    assert link.last(asks, Probed).status == 200
    assert "CallEnded" not in link.kinds(asks)


def test_a_peer_that_has_lost_the_call_ends_it(link):
    answer_at_once(link)
    handle = call(link)
    link.run(0.5)
    link.agents[BOB] = make_agent(BOB, 3)
    link.agents[ALICE].calls.probe(handle, link.now)
    link.run(1)
    assert link.last(ALICE, CallEnded).cause == "gone"
    assert "Probed" not in link.kinds(ALICE)


def test_that_nobody_answers_is_told_and_ends_nothing(link):
    """For media may still come."""
    answer_at_once(link)
    handle = call(link)
    link.run(0.5)
    del link.agents[BOB]
    link.agents[ALICE].calls.probe(handle, link.now)
    link.run(33)
    assert link.last(ALICE, Probed).status == 408
    assert link.agents[ALICE].calls.is_alive(handle)


def test_a_call_that_was_hung_up_meanwhile_hears_nothing(link):
    answer_at_once(link)
    handle = call(link)
    link.run(0.5)
    link.agents[ALICE].calls.probe(handle, link.now)
    link.agents[ALICE].calls.bye(handle, link.now)
    link.run(33)
    assert "Probed" not in link.kinds(ALICE)


@pytest.mark.parametrize("digit", list("0123456789*#ABCD"))
def test_digit_by_info(link, digit):
    answer_at_once(link)
    handle = call(link)
    link.run(0.5)
    link.agents[ALICE].calls.send_digit(handle, digit, link.now, 0.16)
    link.run(1)
    event = link.last(BOB, DigitReceived)
    assert (event.digit, event.duration_s) == (digit, 0.16)


def test_invite_without_offer_is_answered_in_the_ack(link):
    alice = link.agents[ALICE]
    handle = alice.outgoing.invite("sip:1@192.0.2.2", from_uri="sip:8@192.0.2.1", destination=BOB, now=0.0, sdp=None)
    answer_at_once(link)
    link.run(3)
    assert incoming(link).sdp is None
    assert link.kinds(BOB) == ["InviteReceived"]  # however often the 200 comes
    assert link.last(ALICE, CallAnswered).sdp == SDP_B
    alice.outgoing.acknowledge(handle, SDP_A, link.now)
    with pytest.raises(LocalProtocolError):
        alice.outgoing.acknowledge(handle, SDP_A, link.now)
    link.run(10)
    assert link.last(BOB, AckReceived).sdp == SDP_A
    assert link.lines().count("B>A 200 INVITE") == 3


def test_bye_instead_of_the_answer_in_the_ack(link):
    alice = link.agents[ALICE]
    handle = alice.outgoing.invite("sip:1@192.0.2.2", from_uri="sip:8@192.0.2.1", destination=BOB, now=0.0, sdp=None)
    answer_at_once(link)
    link.run(0.2)
    alice.calls.hang_up(handle, link.now)
    link.run(1)
    assert link.lines()[-3:] == ["A>B ACK", "A>B BYE", "B>A 200 BYE"]


def test_options_between_agents(link):
    requests = link.agents[ALICE].requests
    requests.send("OPTIONS", "sip:192.0.2.2", from_uri="sip:a@192.0.2.1", destination=BOB, now=link.now)
    link.run(1)
    answered = link.last(ALICE, RequestAnswered)
    assert answered.status == 200
    assert "INVITE" in answered.response.header("Allow")


def test_options_unanswered_is_408(link):
    link.lose = lambda line, nth: True
    requests = link.agents[ALICE].requests
    requests.send("OPTIONS", "sip:192.0.2.2", from_uri="sip:a@192.0.2.1", destination=BOB, now=link.now)
    link.run(33)
    assert link.last(ALICE, RequestAnswered).status == 408
    times = [t for t, *_ in link.wire]
    assert times == pytest.approx([0, 0.5, 1.5, 3.5, 7.5, 11.5, 15.5, 19.5, 23.5, 27.5, 31.5])


def test_methods_on_a_gone_call_are_our_bug_except_hang_up(link):
    call(link)
    link.run(0.1)
    handle = incoming(link).call
    link.agents[BOB].incoming.reject(handle, 486, link.now)
    for attempt in (
        lambda: link.agents[BOB].incoming.answer(handle, SDP_B, link.now),
        lambda: link.agents[BOB].calls.bye(handle, link.now),
        lambda: link.agents[BOB].calls.accept_reinvite(handle, SDP_B, link.now),
    ):
        with pytest.raises(LocalProtocolError):
            attempt()
    link.agents[BOB].calls.hang_up(handle, link.now)


def test_header_injection_is_refused(link):
    with pytest.raises(LocalProtocolError):
        call(link, headers=[("X-Note", "a\r\nVia: evil")])
    with pytest.raises(LocalProtocolError):
        link.agents[ALICE].outgoing.invite("sip:1@h\r\nX: y", from_uri="sip:a@b", destination=BOB, now=0.0, sdp=SDP_A)


def test_thousand_calls_leave_nothing(link):
    answer_at_once(link)
    handles = [call(link) for _ in range(1000)]
    link.run(1)
    assert link.agents[BOB].counts()["calls"] == 1000
    for handle in handles:
        link.agents[ALICE].calls.bye(handle, link.now)
    link.run(0.5)
    assert link.agents[BOB].counts()["calls"] == 0

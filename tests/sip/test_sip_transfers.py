"""What a peer asks for beside a call: REFER (RFC 3515), Replaces (RFC 3891), and redirections."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sip.link import SDP_A, SDP_B
from sip.test_sip_trunk import Trunk
from sip.test_sip_uas import PHONE, Phone, statuses

from interpreter.sip.errors import RemoteProtocolError
from interpreter.sip.events import CallFailed, InviteReceived, ReferReceived
from interpreter.sip.message import Request, Response
from interpreter.sip.replaces import Replaces, parse_replaces, replaces_of_uri


def answer(phone, request, status=200):
    """The telephone's answer to a request of ours."""
    lines = {name: request.header_lines(name) for name in ("Via", "From", "To", "Call-ID", "CSeq")}
    return phone.raw(bytes(Response(status, "X", lines)))


def refer(phone, tag, seq=2, to="<sip:802@192.0.2.1>", extra=""):
    return phone.send("REFER", seq, to_tag=tag, extra=f"Refer-To: {to}\r\n{extra}")


def told(notify):
    assert isinstance(notify, Request)
    return notify.method, notify.header("Event"), notify.header("Subscription-State").split(";")[0], notify.body


@pytest.fixture
def phone():
    return Phone(transfers=True)


def test_a_transfer_is_accepted_and_its_outcome_told(phone):
    """RFC 3515 sections 2.4.2 to 2.4.6."""
    call, tag = phone.answered()
    accepted, notify = refer(phone, tag, extra="Referred-By: <sip:801@192.0.2.1>\r\n")
    assert (accepted.status, accepted.header("Refer-Sub")) == (202, None)
    assert told(notify) == ("NOTIFY", "refer", "active", b"SIP/2.0 100 Trying\r\n")
    assert notify.header("Content-Type") == "message/sipfrag;version=2.0"
    assert notify.contacts()[0].uri.host == "192.0.2.1"
    event = phone.event(ReferReceived)
    assert (event.call, event.refer, event.target.user, event.replaces) == (call.call, 2, "802", None)
    assert event.referred_by == "<sip:801@192.0.2.1>"
    answer(phone, notify)
    phone.agent.transfers.tell(call.call, 2, 180, 0.0)
    phone.agent.transfers.tell(call.call, 2, 603, 0.0, "no\r\nsuch luck")
    phone.agent.transfers.tell(call.call, 2, 200, 0.0)
    ringing, declined = phone.read()
    assert told(ringing) == ("NOTIFY", "refer", "active", b"SIP/2.0 180 Ringing\r\n")
    assert told(declined) == ("NOTIFY", "refer", "terminated", b"SIP/2.0 603 no  such luck\r\n")
    assert ringing.cseq.number < declined.cseq.number
    assert phone.agent.calls.is_alive(call.call)


def test_each_transfer_of_a_call_is_told_by_itself(phone):
    call, tag = phone.answered()
    refer(phone, tag)
    _, notify = refer(phone, tag, 3)
    assert notify.header("Event") == "refer;id=3"
    phone.agent.transfers.tell(call.call, 2, 486, 0.0)
    phone.agent.transfers.tell(call.call, 3, 200, 0.0)
    assert [told(each)[1:] for each in phone.read()] == [
        ("refer", "terminated", b"SIP/2.0 486 Busy Here\r\n"), ("refer;id=3", "terminated", b"SIP/2.0 200 OK\r\n"),
    ]  # fmt: skip


def test_who_does_not_want_to_hear_is_not_told(phone):
    """RFC 4488."""
    call, tag = phone.answered()
    (accepted,) = refer(phone, tag, extra="Refer-Sub: false\r\n")
    assert (accepted.status, accepted.header("Refer-Sub")) == (202, "false")
    assert phone.event(ReferReceived).refer == 2
    phone.agent.transfers.tell(call.call, 2, 200, 0.0)
    assert phone.read() == []


@pytest.mark.parametrize("status", [481, 405])
def test_who_wants_no_more_of_it_is_told_no_more_and_the_call_goes_on(phone, status):
    call, tag = phone.answered()
    _, notify = refer(phone, tag)
    answer(phone, notify, status)
    phone.agent.transfers.tell(call.call, 2, 200, 0.0)
    assert phone.read() == []
    assert phone.agent.calls.is_alive(call.call)


def test_after_the_call_nobody_is_told(phone):
    call, tag = phone.answered()
    refer(phone, tag)
    phone.send("BYE", 3, to_tag=tag)
    phone.agent.transfers.tell(call.call, 2, 200, 0.0)
    assert phone.read() == []


@pytest.mark.parametrize(
    ("to", "status"),
    [
        ("", 400), ("<sip:802@h>, <sip:803@h>", 400), ("<sip:802@h", 400), ("<sip:a@h?Replaces=x>", 400),
        ("<mailto:a@h>", 416), ("<sip:802@h;method=BYE>", 403),
    ],
)  # fmt: skip
def test_what_asks_for_nothing_clear(phone, to, status):
    _, tag = phone.answered()
    assert statuses(refer(phone, tag, to=to)) == [status]
    assert not [event for event in phone.agent.events() if isinstance(event, ReferReceived)]


def test_a_transfer_outside_of_a_call(phone):
    assert statuses(refer(phone, "")) == [481]


def test_transfers_are_refused_unless_they_are_offered():
    phone = Phone()
    _, tag = phone.answered()
    (refused,) = refer(phone, tag)
    assert refused.status == 405
    assert "REFER" not in refused.header("Allow")
    (options,) = phone.send("OPTIONS", 3)
    assert ("REFER" in options.header("Allow")) is False
    assert statuses(phone.send("INVITE", 4, body=SDP_A, extra="Require: replaces\r\n")) == [420]
    assert statuses(phone.send("INVITE", 5, body=SDP_A, extra="Replaces: x;to-tag=y;from-tag=z\r\n")) == [100]


def test_an_attended_transfer_names_the_call_that_it_replaces(phone):
    call, tag = phone.answered()
    named = f"c1%3Bto-tag%3D{tag}%3Bfrom-tag%3Dp1"
    refer(phone, tag, to=f"<sip:802@192.0.2.1?Replaces={named}>")
    event = phone.event(ReferReceived)
    assert (event.replaces, event.replaced) == (Replaces("c1", tag, "p1"), call.call)
    refer(phone, tag, 3, to=f"<sip:802@192.0.2.1?replaces={named}x&Subject=y>")
    assert phone.event(ReferReceived).replaced is None


# INVITE with Replaces


def replacing(phone, value, seq=9, extra=""):
    return phone.send("INVITE", seq, body=SDP_A, extra=f"Replaces: {value}\r\n{extra}")


def test_an_invite_in_the_place_of_a_call(phone):
    call, tag = phone.answered()
    (trying,) = replacing(phone, f"c1;from-tag=p1;to-tag={tag}", extra="Require: replaces\r\n")
    assert trying.status == 100
    event = phone.event(InviteReceived)
    assert event.replaced == call.call
    phone.agent.incoming.answer(event.call, SDP_B, 0.0)
    (ok,) = phone.read()
    assert ok.header("Supported") == "replaces"
    assert "REFER" in ok.header("Allow")


@pytest.mark.parametrize(
    ("value", "status"),
    [
        ("c1;from-tag=p1;to-tag={tag}x", 481), ("c1;from-tag=p2;to-tag={tag}", 481),
        ("c2;from-tag=p1;to-tag={tag}", 481),
        ("c1;from-tag=p1;to-tag={tag};early-only", 486), ("c1;from-tag=p1", 400), (";from-tag=p1;to-tag={tag}", 400),
        ("c1;from-tag=p1;to-tag={tag}\r\nReplaces: x;from-tag=a;to-tag=b", 400),
    ],
)  # fmt: skip
def test_an_invite_in_the_place_of_what_is_none_or_may_not(phone, value, status):
    _, tag = phone.answered()
    assert statuses(replacing(phone, value.format(tag=tag))) == [status]
    assert not [event for event in phone.agent.events() if isinstance(event, InviteReceived)]


def test_nobody_takes_a_call_that_still_waits_for_our_answer(phone):
    """Section 3: an early dialog can be replaced by whom it rings only."""
    phone.send("INVITE", body=SDP_A)
    phone.agent.incoming.progress(phone.event(InviteReceived).call, 180, 0.0)
    (ringing,) = phone.read()
    assert statuses(replacing(phone, f"c1;from-tag=p1;to-tag={ringing.to.tag}")) == [481]


def test_a_call_that_rings_elsewhere_can_be_taken(phone):
    """Pick-up: the dialog is ours, from our INVITE."""
    call = phone.agent.outgoing.invite(
        "sip:801@198.51.100.7", from_uri="sip:1@192.0.2.1", destination=PHONE, now=0.0, sdp=SDP_A
    )
    (invite,) = phone.read()
    lines = {name: invite.header_lines(name) for name in ("Via", "From", "Call-ID", "CSeq")}
    phone.raw(bytes(Response(180, "X", lines | {"To": [f"{invite.header('To')};tag=r"]})))
    named = f"{invite.call_id};from-tag=r;to-tag={invite.from_.tag};early-only"
    assert statuses(replacing(phone, named)) == [100]
    assert phone.event(InviteReceived).replaced == call


@given(st.text(alphabet="abc;=-totagfrmearlyn %?&", max_size=60))
def test_any_replaces_is_read_or_refused(text):
    for read in (parse_replaces, replaces_of_uri):
        try:
            read(text)
        except RemoteProtocolError:
            pass


# redirections


@pytest.mark.parametrize(
    ("status", "contact", "users"),
    [
        (302, "<sip:802@192.0.2.1>", ["802"]),
        (300, "<sip:a@h>;q=0.2, <tel:+8610>, <sip:c@h>;q=0.7", ["+8610", "c", "a"]),
        (485, "<sip:a@h>;q=x", ["a"]),
        (302, "<sip:a@h", []),
        (302, "", []),
        (486, "<sip:a@h>", []),
    ],
)
def test_where_else_to_try(status, contact, users):
    trunk = Trunk()
    _, invite = trunk.invite()
    trunk.answer(invite, status, Contact=contact)
    (failed,) = trunk.agent.events()
    assert isinstance(failed, CallFailed)
    assert (failed.status, [uri.user for uri in failed.contacts]) == (status, users)

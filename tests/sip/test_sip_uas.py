"""What a UAS answers to single datagrams: RFC 3261 section 8.2 and the habits of real phones."""

import random
from dataclasses import replace

import pytest
from sip.link import ALICE, BOB, SDP_A, SDP_B, Link, make_agent
from sip.one_domain import OneDomain, aor

from interpreter.sip.config import Refusal
from interpreter.sip.digest import Authenticator, Credentials, make_ha1
from interpreter.sip.errors import LocalProtocolError
from interpreter.sip.events import (
    AckReceived,
    AuthenticationFailed,
    CallAnswered,
    CallCancelled,
    CallEnded,
    DigitReceived,
    InviteReceived,
    MessageDropped,
    ReinviteReceived,
)
from interpreter.sip.headers import warning
from interpreter.sip.hop import Hop
from interpreter.sip.message import Request, Response, parse_message
from interpreter.sip.registrar import Registrar

PHONE = Hop("UDP", "198.51.100.7", 40000)


class Phone:
    """Writes requests by hand, reads what comes back."""

    def __init__(self, **settings: object) -> None:
        self.agent = make_agent(ALICE, 1, **settings)
        self.now = 0.0

    def send(
        self, method, seq=1, *, to_tag="", branch=None, body=b"", extra="", uri="sip:400@192.0.2.1", cseq_method=None,
        via="198.51.100.7:5060", rport=";rport", contact="sip:801@10.0.0.5:5060",
    ):  # fmt: skip
        tag = f";tag={to_tag}" if to_tag else ""
        kind = "Content-Type: application/sdp\r\n" if body and "Content-Type" not in extra else ""
        text = (
            f"{method} {uri} SIP/2.0\r\nVia: SIP/2.0/UDP {via};branch={branch or f'z9hG4bK{method}{seq}'}{rport}\r\n"
            f"Max-Forwards: 70\r\nFrom: <sip:801@192.0.2.1>;tag=p1\r\nTo: <sip:400@192.0.2.1>{tag}\r\nCall-ID: c1\r\n"
            f"CSeq: {seq} {cseq_method or method}\r\nContact: <{contact}>\r\n{extra}{kind}"
            f"Content-Length: {len(body)}\r\n\r\n"
        )
        return self.raw(text.replace("Max-Forwards: 70\r\nMax", "Max").encode() + body)

    def raw(self, data):
        self.agent.receive_datagram(data, PHONE, self.now)
        return self.read()

    def read(self):
        out = self.agent.datagrams_to_send()
        self.sent_to = [address for _, address in out]
        return [parse_message(data) for data, _ in out]

    def answered(self, **kw):
        """A call that stands; returns (event, our tag)."""
        self.send("INVITE", body=SDP_A, **kw)
        event = self.event(InviteReceived)
        self.agent.incoming.answer(event.call, SDP_B, self.now)
        (ok,) = self.read()
        self.send("ACK", to_tag=ok.to.tag, branch="z9hG4bKack")
        assert self.event(AckReceived).knows_tag
        return event, ok.to.tag

    def event(self, kind):
        return next(event for event in self.agent.events() if isinstance(event, kind))


def statuses(messages):
    return [message.status for message in messages if isinstance(message, Response)]


@pytest.mark.parametrize(
    ("method", "options", "status"),
    [
        pytest.param("OPTIONS", {}, 200, id="options"),
        pytest.param("BYE", {}, 481, id="bye without dialog"),
        pytest.param("BYE", {"to_tag": "x"}, 481, id="bye of an unknown dialog"),
        pytest.param("INVITE", {"to_tag": "x"}, 481, id="re-INVITE of an unknown dialog"),
        pytest.param("CANCEL", {}, 481, id="cancel of nothing"),
        pytest.param("SUBSCRIBE", {}, 405, id="known method, not here"),
        pytest.param("NONSENSE", {}, 501, id="unknown method"),
        pytest.param("INVITE", {"extra": "Require: 100rel, x\r\n"}, 420, id="required extension"),
        pytest.param("INVITE", {"uri": "http://x"}, 416, id="scheme"),
        pytest.param("INVITE", {"uri": "sips:400@192.0.2.1"}, 416, id="sips without TLS"),
        pytest.param("BYE", {"uri": "SIPS:192.0.2.1"}, 416, id="sips without TLS, other method"),
        pytest.param("INVITE", {"uri": "sip:a@b@c"}, 400, id="bad uri"),
        pytest.param("INVITE", {"cseq_method": "BYE"}, 400, id="cseq method"),
        pytest.param("INVITE", {"body": b"x", "extra": "Content-Type: text/plain\r\n"}, 415, id="body"),
        pytest.param("REGISTER", {}, 405, id="no registrar"),
    ],
)
def test_single_requests(method, options, status):
    phone = Phone()
    answers = phone.send(method, **options)
    assert statuses(answers) == [status]
    response = answers[0]
    assert response.to.tag
    if status in (405, 501) or method == "OPTIONS":
        assert "INVITE" in response.header("Allow")
    if status == 420:
        assert response.header("Unsupported") == "100rel, x"
    if method == "OPTIONS":
        assert response.header("Accept") == "application/sdp, multipart/mixed"


@pytest.mark.parametrize("written", ["0", "00", "000"])
def test_max_forwards_0_is_483_for_invite_only(written):
    zero = f"Max-Forwards: {written}\r\n"
    data = b"%s sip:400@192.0.2.1 SIP/2.0\r\nVia: SIP/2.0/UDP 198.51.100.7;branch=z9hG4bK%s\r\n" + zero.encode()
    data += b"From: <sip:a@b>;tag=1\r\nTo: <sip:c@d>\r\nCall-ID: x\r\nCSeq: 1 %s\r\n\r\n"
    phone = Phone()
    assert statuses(phone.raw(data % (b"INVITE", b"1", b"INVITE"))) == [483]
    assert statuses(phone.raw(data % (b"OPTIONS", b"2", b"OPTIONS"))) == [200]


@pytest.mark.parametrize(
    ("via", "rport", "sent_to", "stamp"),
    [
        ("198.51.100.7:5060", ";rport", PHONE, ";rport=40000;received=198.51.100.7"),
        ("10.0.0.5:5062", ";rport", PHONE, ";rport=40000;received=198.51.100.7"),
        ("10.0.0.5:5062", "", replace(PHONE, port=5062), ";received=198.51.100.7"),
        ("198.51.100.7", "", replace(PHONE, port=5060), ""),
        ("10.0.0.5", ";received=203.0.113.1", replace(PHONE, port=5060), ";received=198.51.100.7"),
    ],
)
def test_where_answers_go(via, rport, sent_to, stamp):
    phone = Phone()
    (answer,) = phone.send("OPTIONS", via=via, rport=rport)
    assert phone.sent_to == [sent_to]
    assert answer.header("Via").endswith("branch=z9hG4bKOPTIONS1" + stamp)


def test_the_top_via_of_a_line_is_stamped_and_no_other():
    phone = Phone()
    answers = phone.send("OPTIONS", rport=';rport;x="a,;rport", SIP/2.0/UDP 192.0.2.9;branch=z9hG4bK0;rport')
    assert answers[0].header_values("Via") == [
        'SIP/2.0/UDP 198.51.100.7:5060;branch=z9hG4bKOPTIONS1;rport=40000;x="a,;rport";received=198.51.100.7',
        "SIP/2.0/UDP 192.0.2.9;branch=z9hG4bK0;rport",
    ]


def test_trying_at_once_and_repeats_are_absorbed():
    phone = Phone()
    assert statuses(phone.send("INVITE", body=SDP_A)) == [100]
    assert statuses(phone.send("INVITE", body=SDP_A)) == [100]
    assert len([e for e in phone.agent.events() if isinstance(e, InviteReceived)]) == 1


def test_forked_twin_is_482():
    phone = Phone()
    phone.send("INVITE", body=SDP_A)
    assert statuses(phone.send("INVITE", body=SDP_A, branch="z9hG4bKother")) == [482]


def test_same_branch_with_a_new_cseq_is_a_new_request():
    """pyVoIP repeats its INVITE after a 401 with the branch of the first."""
    registrar = Registrar(Authenticator(OneDomain(), random.Random(1)))
    phone = Phone(registrar=registrar, challenge=lambda request, source: True)
    assert statuses(phone.send("INVITE", 1, branch="z9hG4bKsame", body=SDP_A)) == [401]
    phone.send("ACK", 1, branch="z9hG4bKsame")
    assert statuses(phone.send("INVITE", 2, branch="z9hG4bKsame", body=SDP_A)) == [401]


def stranger_phone(**settings):
    registrar = Registrar(Authenticator(OneDomain(), random.Random(1)))
    return Phone(registrar=registrar, challenge=lambda request, source: True, **settings)


def test_an_invite_is_challenged_once_and_forgotten():
    """Whoever borrows a source address must not make us shower its owner with repeated answers."""
    phone = stranger_phone()
    (challenge,) = phone.send("INVITE", body=SDP_A)
    assert challenge.status == 401
    assert challenge.header("WWW-Authenticate").startswith("Digest ")
    assert set(phone.agent.counts().values()) == {0}
    phone.agent.handle_timers(64.0)
    assert phone.read() == []
    assert phone.send("ACK", to_tag=challenge.to.tag, branch="z9hG4bKINVITE1") == []
    assert statuses(phone.send("INVITE", body=SDP_A)) == [401]


def test_a_re_invite_of_no_dialog_is_refused_once():
    phone = Phone()
    assert statuses(phone.send("INVITE", to_tag="x", body=SDP_A)) == [481]
    phone.agent.handle_timers(64.0)
    assert phone.read() == []


def test_strangers_use_up_no_calls():
    asked = []
    phone = stranger_phone(admit_call=lambda request, source, username: asked.append(username))
    assert statuses(phone.send("INVITE", body=SDP_A)) == [401]
    assert asked == []


@pytest.mark.parametrize("status", [486, 503])
def test_who_needs_no_password_is_held_to_the_limits(status):
    phone = Phone(admit_call=lambda request, source, username: Refusal(status, 9))
    (answer,) = phone.send("INVITE", body=SDP_A)
    assert (answer.status, answer.header("Retry-After")) == (status, "9")
    assert set(phone.agent.counts().values()) == {0}


def test_requests_in_a_dialog_are_held_to_a_limit_and_the_call_goes_on():
    wait = [None]
    phone = Phone(admit_in_dialog=lambda call: wait[0])
    _, tag = phone.answered()
    before = phone.agent.counts()
    wait[0] = 3
    for seq, method in enumerate(("INFO", "OPTIONS", "UPDATE", "INVITE"), 2):
        (answer,) = phone.send(method, seq, to_tag=tag)
        assert (answer.status, answer.header("Retry-After"), answer.to.tag) == (503, "3", tag)
    assert phone.agent.counts() == before
    assert phone.agent.events() == []
    assert statuses(phone.send("BYE", 6, to_tag=tag)) == [200]
    assert phone.event(CallEnded).cause == "bye"


def test_an_invite_is_over_when_it_expires():
    """RFC 3261 section 13.3.1: the caller wants to hear by then, or no more."""
    phone = Phone()
    phone.send("INVITE", body=SDP_A, extra="Expires: 20\r\n")
    call = phone.event(InviteReceived).call
    phone.agent.incoming.progress(call, 180, 0.0)
    phone.read()
    phone.agent.handle_timers(19.9)
    assert phone.read() == []
    phone.agent.handle_timers(20.0)
    assert statuses(phone.read()) == [487]
    assert phone.event(CallCancelled).call == call
    assert not phone.agent.calls.is_alive(call)


@pytest.mark.parametrize("expires", ["20", "nonsense"])
def test_a_call_that_was_answered_does_not_expire(expires):
    phone = Phone()
    event, tag = phone.answered(extra=f"Expires: {expires}\r\n")
    phone.agent.handle_timers(21.0)
    assert (phone.read(), phone.agent.events()) == ([], [])
    assert statuses(phone.send("INFO", 2, to_tag=tag)) == [200]
    assert phone.agent.calls.is_alive(event.call)


def test_ack_with_a_foreign_to_tag_is_accepted():
    phone = Phone()
    phone.send("INVITE", body=SDP_A)
    event = phone.event(InviteReceived)
    phone.agent.incoming.answer(event.call, SDP_B, 0.0)
    phone.send("ACK", to_tag="invented", branch="z9hG4bKINVITE1")
    ack = phone.event(AckReceived)
    assert (ack.call, ack.knows_tag) == (event.call, False), "it proves nothing: anybody could invent it"
    phone.agent.handle_timers(31.0)
    assert phone.read() == []


def test_overload_answers_503_and_keeps_nothing():
    phone = Phone(accept_call=lambda: 17)
    (answer,) = phone.send("INVITE", body=SDP_A)
    assert (answer.status, answer.header("Retry-After")) == (503, "17")
    assert set(phone.agent.counts().values()) == {0}
    assert statuses(phone.send("OPTIONS")) == [200]


def test_overload_does_not_touch_calls_in_progress():
    wait = [None]
    phone = Phone(accept_call=lambda: wait[0])
    _, tag = phone.answered()
    wait[0] = 5
    assert statuses(phone.send("INVITE", 2, to_tag=tag, body=SDP_A)) == [100]
    assert phone.event(ReinviteReceived).sdp == SDP_A


@pytest.mark.parametrize(
    ("method", "options"),
    [
        ("INVITE", {"body": SDP_A}), ("REGISTER", {}), ("OPTIONS", {}), ("WHAT", {}), ("BYE", {"to_tag": "x"}),
        ("INVITE", {"to_tag": "x", "body": SDP_A}), ("CANCEL", {}), ("OPTIONS", {"cseq_method": "BYE"}),
    ],
)  # fmt: skip
def test_an_unwanted_request_gets_no_answer_and_leaves_nothing(method, options):
    asked = []
    phone = Phone(accept_request=lambda source: asked.append(source))
    assert phone.send(method, **options) == []
    assert set(phone.agent.counts().values()) == {0}
    assert asked == [PHONE]


def test_calls_in_progress_are_never_unwanted():
    wanted = [True]
    phone = Phone(accept_request=lambda source: wanted[0])
    _, tag = phone.answered()
    phone.send("INVITE", 7, branch="z9hG4bKother", body=SDP_A, extra="P: x\r\n")
    wanted[0] = False
    assert statuses(phone.send("INFO", 2, to_tag=tag)) == [200]
    assert statuses(phone.send("INVITE", 7, branch="z9hG4bKother", body=SDP_A)) == [100], "it came again"
    assert statuses(phone.send("CANCEL", 7, branch="z9hG4bKother")) == [200, 487]
    assert statuses(phone.send("BYE", 3, to_tag=tag)) == [200]


def test_too_large_is_513():
    phone = Phone(max_datagram_bytes=1000)
    (answer,) = phone.send("INVITE", body=b"v=0\r\n" + b"a=x\r\n" * 300)
    assert answer.status == 513
    assert phone.event(MessageDropped).status == 513
    assert set(phone.agent.counts().values()) == {0}
    assert phone.raw(b"x" * 2000) == []


def test_nothing_is_said_to_garbage_and_keepalives():
    phone = Phone()
    for data in (b"", b"\r\n\r\n", b"\0\0\0\0", b"GET / HTTP/1.1\r\n\r\n", b"SIP/2.0 200 OK\r\n\r\n", b"jaK"):
        assert phone.raw(data) == []


@pytest.mark.parametrize("lacks", [("From",), ("To",), ("Call-ID",), ("From", "To", "Call-ID")])
def test_a_request_that_lacks_something_is_told_so(lacks):
    """Via and CSeq tell its sender whose answer it is (RFC 3261 section 17.1.3)."""
    lines = {
        "Via": "SIP/2.0/UDP 198.51.100.7:5060;branch=z9hG4bK1", "From": "<sip:a@b>;tag=1", "To": "<sip:c@d>",
        "Call-ID": "x", "CSeq": "1 INVITE", "Content-Length": "0",
    }  # fmt: skip
    head = "INVITE sip:400@192.0.2.1 SIP/2.0\r\n" + "".join(f"{n}: {v}\r\n" for n, v in lines.items() if n not in lacks)
    phone = Phone()
    phone.agent.receive_datagram(f"{head}\r\n".encode(), PHONE, 0.0)
    ((data, to),) = phone.agent.datagrams_to_send()
    assert data.startswith(b"SIP/2.0 400 ")
    assert b"\r\nVia: SIP/2.0/UDP 198.51.100.7:5060;branch=z9hG4bK1\r\n" in data
    assert b"\r\nCSeq: 1 INVITE\r\n" in data
    assert to == replace(PHONE, port=5060)
    assert phone.event(MessageDropped).status == 400
    assert set(phone.agent.counts().values()) == {0}


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(b"INVITE sip:a@b SIP/2.0\r\nCSeq: 1 INVITE\r\n\r\n", id="no Via"),
        pytest.param(b"INVITE sip:a@b SIP/2.0\r\nVia: SIP/2.0/UDP 198.51.100.7\r\n\r\n", id="no CSeq"),
        pytest.param(b"ACK sip:a@b SIP/2.0\r\nVia: SIP/2.0/UDP 198.51.100.7\r\nCSeq: 1 ACK\r\n\r\n", id="ACK"),
        pytest.param(b"GET / HTTP/1.1\r\nVia: SIP/2.0/UDP 198.51.100.7\r\nCSeq: 1 GET\r\n\r\n", id="no request"),
    ],
)
def test_silence_where_no_answer_would_be_understood(data):
    assert Phone().raw(data) == []


def test_cseq_out_of_order_is_500_and_strangers_get_481():
    phone = Phone()
    _, tag = phone.answered()
    assert statuses(phone.send("INFO", 5, to_tag=tag)) == [200]
    assert statuses(phone.send("INFO", 4, to_tag=tag)) == [500]
    assert statuses(phone.send("INFO", 5, to_tag=tag, branch="z9hG4bKother")) == [500]
    assert statuses(phone.send("INFO", 6, to_tag=tag + "x")) == [481]


@pytest.mark.parametrize(
    ("kind", "body", "status", "digit"),
    [
        ("application/dtmf-relay", b"Signal=5\r\nDuration=250\r\n", 200, "5"),
        ("application/dtmf-relay", b"signal= *\nduration=x", 200, "*"),
        ("application/dtmf-relay;x=y", b"Signal=11", 200, "#"),
        ("application/dtmf", b"7", 200, "7"),
        ("application/dtmf", b"77", 400, None),
        ("text/plain", b"7", 415, None),
    ],
)
def test_info(kind, body, status, digit):
    phone = Phone()
    _, tag = phone.answered()
    answers = phone.send("INFO", 2, to_tag=tag, body=body, extra=f"Content-Type: {kind}\r\n")
    assert statuses(answers) == [status]
    digits = [event.digit for event in phone.agent.events() if isinstance(event, DigitReceived)]
    assert digits == ([digit] if digit else [])


def test_a_refused_offer_says_why():
    phone = Phone()
    event, tag = phone.answered()
    phone.send("INVITE", 2, to_tag=tag, body=SDP_A)
    phone.agent.calls.reject_reinvite(event.call, 488, 0.0, [warning(305, 'no "G.711"\r\nX: y')])
    (refusal,) = phone.read()
    assert (refusal.status, refusal.header("Warning")) == (488, '305 zongji "no \\"G.711\\"  X: y"')
    assert phone.agent.calls.is_alive(event.call)


def test_update():
    phone = Phone()
    event, tag = phone.answered()
    assert statuses(phone.send("UPDATE", 2, to_tag=tag)) == [200]
    assert statuses(phone.send("UPDATE", 3, to_tag=tag, body=SDP_A)) == []
    offer = phone.event(ReinviteReceived)
    assert (offer.method, offer.sdp) == ("UPDATE", SDP_A)
    assert statuses(phone.send("INVITE", 4, to_tag=tag, body=SDP_A)) == [500]
    phone.agent.calls.accept_reinvite(event.call, SDP_B, 0.0)
    assert statuses(phone.read()) == [200]


@pytest.mark.parametrize("method", ["INVITE", "UPDATE"])
def test_no_offer_is_taken_while_ours_is_open(method):
    """RFC 6337 section 2.1, RFC 3311 section 5.2: our 200 carries the offer, and its ACK will carry the answer."""
    phone = Phone()
    phone.send("INVITE")
    call = phone.event(InviteReceived).call
    phone.agent.incoming.answer(call, SDP_B, 0.0)
    (ok,) = phone.read()
    assert statuses(phone.send(method, 2, to_tag=ok.to.tag, body=SDP_A)) == [491]
    with pytest.raises(LocalProtocolError):
        phone.agent.calls.reinvite(call, SDP_B, 0.0)
    phone.send("ACK", 1, to_tag=ok.to.tag, branch="z9hG4bKack", body=SDP_A)
    phone.send(method, 3, to_tag=ok.to.tag, body=SDP_A)
    assert phone.event(ReinviteReceived).sdp == SDP_A


def test_an_offer_that_overtakes_the_ack_is_taken():
    """RFC 5407 section 3.1.4: offer and answer are complete, only the ACK is late or lost."""
    phone = Phone()
    phone.send("INVITE", body=SDP_A)
    phone.agent.incoming.answer(phone.event(InviteReceived).call, SDP_B, 0.0)
    (ok,) = phone.read()
    phone.send("INVITE", 2, to_tag=ok.to.tag, body=SDP_A)
    assert phone.event(ReinviteReceived).sdp == SDP_A
    phone.send("ACK", 1, to_tag=ok.to.tag, branch="z9hG4bKack")


def test_bye_of_an_early_call_is_a_cancel():
    phone = Phone()
    phone.send("INVITE", body=SDP_A)
    event = phone.event(InviteReceived)
    phone.agent.incoming.progress(event.call, 180, 0.0)
    (ringing,) = phone.read()
    assert statuses(phone.send("BYE", 2, to_tag=ringing.to.tag)) == [200, 487]
    assert not phone.agent.calls.is_alive(event.call)


def test_bye_goes_where_the_phone_is_not_where_it_says():
    """The Contact is private, the phone stands behind NAT: its datagrams' source is the way back."""
    phone = Phone()
    event, tag = phone.answered(via="10.0.0.5:5060")
    phone.agent.calls.bye(event.call, 0.0)
    (bye,) = phone.read()
    assert phone.sent_to == [PHONE]
    assert isinstance(bye, Request)
    assert (bye.method, bye.uri, bye.from_.tag, bye.to.tag) == ("BYE", "sip:801@10.0.0.5:5060", tag, "p1")


@pytest.mark.parametrize(
    ("contact", "rport", "sent_to"),
    [
        pytest.param("sip:801@198.51.100.7:5070", ";rport", replace(PHONE, port=5070), id="another port"),
        pytest.param("sip:801@198.51.100.7", "", replace(PHONE, port=5060), id="the default port, without rport"),
        pytest.param("sip:801@8.8.4.4:5070", ";rport", PHONE, id="a stranger's"),
        pytest.param(
            "sip:801@8.8.4.4", ";rport, SIP/2.0/UDP 8.8.4.4;branch=z9hG4bK0", PHONE, id="a proxy without Record-Route"
        ),
    ],
)
def test_bye_goes_to_the_contact_on_the_source_s_host_else_to_the_source(contact, rport, sent_to):
    phone = Phone()
    event, _ = phone.answered(contact=contact, rport=rport)
    phone.agent.calls.bye(event.call, 0.0)
    (bye,) = phone.read()
    assert bye.uri == contact
    assert phone.sent_to == [sent_to]


def test_bye_follows_the_route():
    phone = Phone()
    routes = "Record-Route: <sip:192.0.2.50;lr>, <sip:192.0.2.51:5070;lr>\r\nRecord-Route: <sip:192.0.2.52;lr>\r\n"
    phone.send("INVITE", body=SDP_A, extra=routes)
    event = phone.event(InviteReceived)
    phone.agent.incoming.answer(event.call, SDP_B, 0.0)
    (ok,) = phone.read()
    assert ok.header_values("Record-Route") == [
        "<sip:192.0.2.50;lr>", "<sip:192.0.2.51:5070;lr>", "<sip:192.0.2.52;lr>",
    ]  # fmt: skip
    phone.send("ACK", to_tag=ok.to.tag, branch="z9hG4bKack")
    phone.agent.calls.bye(event.call, 0.0)
    (bye,) = phone.read()
    assert bye.header_values("Route") == ok.header_values("Record-Route")
    assert phone.sent_to == [Hop("UDP", "192.0.2.50", 5060)]


@pytest.mark.parametrize("host", ["999.1.1.1", "192.0.2.010", "[::::]", "h;maddr=10.0.0.999"])
def test_an_address_that_is_none_is_never_sent_to(host):
    """A socket would take it for a name and hold everything up until that was looked up."""
    phone = Phone()
    assert statuses(phone.send("INVITE", body=SDP_A, extra=f"Record-Route: <sip:{host};lr>\r\n")) == [400]


def test_strict_router():
    phone = Phone()
    phone.send("INVITE", body=SDP_A, extra="Record-Route: <sip:192.0.2.50>\r\n")
    event = phone.event(InviteReceived)
    phone.agent.incoming.answer(event.call, SDP_B, 0.0)
    phone.read()
    phone.send("ACK", to_tag="any", branch="z9hG4bKack")
    phone.agent.calls.bye(event.call, 0.0)
    (bye,) = phone.read()
    assert (bye.uri, bye.header_values("Route")) == ("sip:192.0.2.50", ["<sip:801@10.0.0.5:5060>"])


@pytest.mark.parametrize(
    ("header", "user"),
    [
        ('"A, B" <sip:+8613800138000@ims>, <tel:+8613800138000>', "+8613800138000"),
        ("<tel:+8610;x=y>", "+8610"),
        ("<sip:+8613800138000;cpc=ordinary;npdi@ims;user=phone>", "+8613800138000"),
        ("<tel:65529988;cpc=ordinary;phone-context=+8610>", "+861065529988"),
        ("garbage <", None),
        ("", None),
    ],
)
def test_asserted_identity(header, user):
    phone = Phone()
    phone.send("INVITE", body=SDP_A, extra=f"P-Asserted-Identity: {header}\r\n")
    assert phone.event(InviteReceived).asserted_user == user


@pytest.mark.parametrize(
    ("written", "read"),
    [
        pytest.param("王".encode("gbk"), "王", id="GBK"),
        pytest.param('"销售 一"'.encode("gbk"), "销售 一", id="quoted"),
        pytest.param('"誠"'.encode("gbk"), "誠", id="with a backslash for its second octet"),
        pytest.param('"誠, \\"乙"'.encode("gbk"), '誠, "乙', id="and with real ones"),
        pytest.param('"㐀"'.encode("gb18030"), "㐀", id="GB 18030"),
        pytest.param('"王"'.encode(), "王", id="UTF-8"),
        pytest.param(b'"\xff"', "\udcff", id="neither"),
    ],
)
def test_names_of_older_switchboards(written, read):
    """The octets of From come back as they are in every answer, however its name was read."""
    phone = Phone()
    data = b"INVITE sip:400@192.0.2.1 SIP/2.0\r\nVia: SIP/2.0/UDP 198.51.100.7;branch=z9hG4bK1\r\nCall-ID: x\r\n"
    data += b"From: " + written + b" <sip:1@192.0.2.1>;tag=1\r\nTo: <sip:c@d>\r\nCSeq: 1 INVITE\r\n"
    data += b"P-Asserted-Identity: " + written + b" <sip:2@ims>, <tel:3>\r\n"
    data += b"Contact: " + written + b" <sip:1@198.51.100.7>\r\nContent-Length: 0\r\n\r\n"
    phone.agent.receive_datagram(data, PHONE, 0.0)
    event = phone.event(InviteReceived)
    assert (event.caller_display, event.caller.user, event.asserted_user) == (read, "1", "2")
    ((trying, _),) = phone.agent.datagrams_to_send()
    assert b"From: " + written + b" <sip:1@192.0.2.1>;tag=1\r\n" in trying


def test_record_of_2543_peer_without_tag_or_branch():
    phone = Phone()
    text = (
        b"INVITE sip:400@192.0.2.1 SIP/2.0\r\nv: SIP/2.0/UDP 198.51.100.7\r\nf: <sip:old@198.51.100.7>\r\n"
        b"t: <sip:400@192.0.2.1>\r\ni: old\r\nCSeq: 1 INVITE\r\nc: application/sdp\r\n\r\n" + SDP_A
    )
    assert statuses(phone.raw(text)) == [100]
    event = phone.event(InviteReceived)
    phone.agent.incoming.answer(event.call, SDP_B, 0.0)
    (ok,) = phone.read()
    head = text.replace(b"INVITE", b"ACK").split(b"\r\n\r\n")[0]
    phone.raw(head.replace(b"192.0.2.1>", b"192.0.2.1>;tag=" + ok.to.tag.encode()) + b"\r\n\r\n")
    assert phone.event(AckReceived).call == event.call


def test_invite_without_contact_is_400():
    phone = Phone()
    head = b"INVITE sip:400@192.0.2.1 SIP/2.0\r\nVia: SIP/2.0/UDP 198.51.100.7;branch=z9hG4bK1\r\nCall-ID: x\r\n"
    head += b"From: <sip:a@b>;tag=1\r\nTo: <sip:c@d>\r\nCSeq: 1 INVITE\r\n"
    assert statuses(phone.raw(head + b"\r\n")) == [400]
    assert not [event for event in phone.agent.events() if isinstance(event, InviteReceived)]


def test_invite_without_offer_gets_ours_and_its_ack_answers():
    phone = Phone()
    phone.send("INVITE")
    event = phone.event(InviteReceived)
    assert event.sdp is None
    phone.agent.incoming.answer(event.call, SDP_B, 0.0)
    (ok,) = phone.read()
    assert ok.sdp() == SDP_B
    phone.send("ACK", to_tag=ok.to.tag, branch="z9hG4bKack", body=SDP_A)
    assert phone.event(AckReceived).sdp == SDP_A


# digest on INVITE, both sides

def test_challenged_invite_is_repeated_with_credentials():
    ha1 = make_ha1("801", "zongji", "secret")
    registrar = Registrar(Authenticator(OneDomain({"801": ha1}.get), random.Random(3)))
    link = Link()
    link.add(ALICE, make_agent(ALICE, 1))
    link.add(BOB, make_agent(BOB, 2, registrar=registrar, challenge=lambda request, source: True))
    for password in ("secret", "wrong"):
        link.agents[ALICE].outgoing.invite(
            "sip:400@192.0.2.2", from_uri="sip:801@192.0.2.2", destination=BOB, now=link.now, sdp=SDP_A,
            credentials=Credentials("801", password),
        )  # fmt: skip
        link.run(1)
    invites = [event for event in link.log[BOB] if isinstance(event, InviteReceived)]
    assert [event.proven for event in invites] == [aor("801")]
    assert [e.username for e in link.log[BOB] if isinstance(e, AuthenticationFailed)] == ["801"]
    assert link.kinds(ALICE) == ["CallFailed"]
    assert link.lines()[:6] == [
        "A>B INVITE", "B>A 401 INVITE", "A>B ACK", "A>B INVITE", "B>A 100 INVITE", "A>B INVITE",
    ]  # fmt: skip


def test_forked_answer_is_acked_and_hung_up():
    agent = make_agent(ALICE, 1)
    call = agent.outgoing.invite("sip:400@192.0.2.2", from_uri="sip:1@192.0.2.1", destination=BOB, now=0.0, sdp=SDP_A)
    invite = parse_message(agent.datagrams_to_send()[0][0])

    def ok(tag):
        headers = {name: invite.header_lines(name) for name in ("Via", "From", "Call-ID", "CSeq")}
        headers |= {"To": [f"{invite.header('To')};tag={tag}"], "Contact": [f"<sip:{tag}@192.0.2.2>"]}
        agent.receive_datagram(bytes(Response(200, "OK", headers)), BOB, 1.0)
        return [parse_message(data) for data, _ in agent.datagrams_to_send()]

    assert [(m.method, m.uri, m.to.tag) for m in ok("one")] == [("ACK", "sip:one@192.0.2.2", "one")]
    assert [(m.method, m.uri, m.to.tag) for m in ok("two")] == [
        ("ACK", "sip:two@192.0.2.2", "two"), ("BYE", "sip:two@192.0.2.2", "two"),
    ]  # fmt: skip
    assert [(m.method, m.to.tag) for m in ok("two")] == [("ACK", "two")]
    events = agent.events()
    assert [type(event) for event in events] == [CallAnswered]
    assert agent.calls.is_alive(call)


def test_events_of_a_dead_call_stop():
    phone = Phone()
    event, tag = phone.answered()
    phone.send("BYE", 2, to_tag=tag)
    assert phone.event(CallEnded).call == event.call
    assert statuses(phone.send("BYE", 2, to_tag=tag)) == [200]  # repeated: same answer
    assert statuses(phone.send("BYE", 3, to_tag=tag)) == [481]
    assert phone.agent.events() == []

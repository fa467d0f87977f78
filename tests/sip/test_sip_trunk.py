"""Our requests toward peers with habits: challenges, silence, forgetfulness, odd answers."""

import pytest
from sip.link import ALICE, BOB, SDP_A, SDP_B, make_agent

from interpreter.sip.digest import Credentials
from interpreter.sip.errors import LocalProtocolError
from interpreter.sip.events import CallAnswered, CallEnded, CallFailed, MessageDropped, ReinviteFailed, RequestAnswered
from interpreter.sip.hop import Hop
from interpreter.sip.message import Response, parse_message

OURS = Credentials("4001234567", "secret")
CHALLENGE = 'Digest realm="trunk", nonce="n1", qop="auth,auth-int", algorithm=MD5'


class Trunk:
    """Answers what the agent sends, by hand."""

    def __init__(self) -> None:
        self.agent = make_agent(ALICE, 1)
        self.now = 0.0

    def sent(self):
        return [parse_message(data) for data, _ in self.agent.datagrams_to_send()]

    def answer(self, request, status, tag="t", sdp=b"", **headers):
        lines = {name: request.header_lines(name) for name in ("Via", "From", "Call-ID", "CSeq")}
        to = request.header("To")
        lines["To"] = [to if "tag=" in to else f"{to};tag={tag}"]
        for name, value in headers.items():
            lines[name.replace("_", "-")] = value if isinstance(value, list) else [value]
        if sdp:
            lines["Content-Type"] = ["application/sdp"]
        self.agent.receive_datagram(bytes(Response(status, "X", lines, sdp)), BOB, self.now)
        return self.sent()

    def invite(self, **more):
        call = self.agent.outgoing.invite(
            "sip:13800138000@192.0.2.2", from_uri="sip:400@192.0.2.1", destination=BOB, now=self.now, sdp=SDP_A, **more
        )
        (request,) = self.sent()
        return call, request

    def established(self, **more):
        call, invite = self.invite(**more)
        (ack,) = self.answer(invite, 200, sdp=SDP_B, Contact="<sip:gw@192.0.2.2:5080>")
        assert ack.method == "ACK"
        self.agent.events()
        return call

    def run(self, seconds):
        end = self.now + seconds
        while (deadline := self.agent.next_timer()) is not None and deadline <= end:
            self.now = max(self.now, deadline)
            self.agent.handle_timers(self.now)
        self.now = end


@pytest.fixture
def trunk():
    trunk = Trunk()
    yield trunk
    trunk.run(200)
    assert trunk.agent.counts()["transactions"] == 0


@pytest.mark.parametrize(
    ("status", "asks", "answers"),
    [(401, "WWW_Authenticate", "Authorization"), (407, "Proxy_Authenticate", "Proxy-Authorization")],
)
def test_challenged_invite(trunk, status, asks, answers):
    call, first = trunk.invite(credentials=OURS)
    ack, second = trunk.answer(first, status, **{asks: CHALLENGE})
    assert (ack.method, ack.via.branch) == ("ACK", first.via.branch)
    assert second.cseq.number == first.cseq.number + 1
    assert second.via.branch != first.via.branch
    assert (second.call_id, second.from_.tag) == (first.call_id, first.from_.tag)
    assert 'username="4001234567"' in second.header(answers)
    (ack,) = trunk.answer(second, 200, sdp=SDP_B, Contact="<sip:gw@192.0.2.2>")
    assert ack.header(answers) == second.header(answers)
    assert [type(event) for event in trunk.agent.events()] == [CallAnswered]
    trunk.agent.calls.bye(call, trunk.now)
    (bye,) = trunk.sent()
    assert bye.cseq.number == second.cseq.number + 1
    (again,) = trunk.answer(bye, status, **{asks: CHALLENGE})
    assert (again.method, again.cseq.number) == ("BYE", bye.cseq.number + 1)
    assert answers in again.headers
    assert trunk.answer(again, 200) == []


def test_second_challenge_is_final(trunk):
    _, first = trunk.invite(credentials=OURS)
    _, second = trunk.answer(first, 401, WWW_Authenticate=CHALLENGE)
    trunk.answer(second, 401, WWW_Authenticate=CHALLENGE)
    (failed,) = trunk.agent.events()
    assert (type(failed), failed.status) == (CallFailed, 401)


@pytest.mark.parametrize("credentials", [None, OURS])
def test_challenge_that_cannot_be_answered(trunk, credentials):
    _, first = trunk.invite(credentials=credentials)
    trunk.answer(first, 407, Proxy_Authenticate='Digest realm="x", nonce="n", algorithm=SHA-512-256')
    assert trunk.agent.events()[0].status == 407


def test_register_at_a_trunk(trunk):
    handle = trunk.agent.requests.send(
        "REGISTER", "sip:192.0.2.2", from_uri="sip:400@192.0.2.2", to_uri="sip:400@192.0.2.2", destination=BOB,
        now=0.0, headers=[("Contact", "<sip:400@192.0.2.1>"), ("Expires", "300")], credentials=OURS,
    )  # fmt: skip
    (first,) = trunk.sent()
    (second,) = trunk.answer(first, 401, WWW_Authenticate=[CHALLENGE.replace("MD5", "SHA-256"), CHALLENGE])
    assert "algorithm=SHA-256" in second.header("Authorization")
    assert second.header("Contact") == "<sip:400@192.0.2.1>"
    trunk.answer(second, 200, Contact="<sip:400@192.0.2.1>;expires=120")
    (answered,) = trunk.agent.events()
    assert (answered.handle, answered.status) == (handle, 200)
    assert answered.response.contacts()[0].params["expires"] == "120"
    assert isinstance(answered, RequestAnswered)


@pytest.mark.parametrize(
    ("provisionals", "final", "answer"),
    [
        pytest.param([("t", SDP_A)], b"", SDP_A, id="in the 183 alone"),
        pytest.param([("t", SDP_A), ("t", SDP_B)], b"", SDP_A, id="the first of two"),
        pytest.param([("u", SDP_B), ("t", SDP_A)], b"", SDP_A, id="of the telephone that answers"),
        pytest.param([("t", SDP_A)], SDP_B, SDP_B, id="in both"),
        pytest.param([("u", SDP_A)], b"", None, id="of another telephone"),
        pytest.param([("t", b"")], b"", None, id="nowhere"),
    ],
)
def test_the_answer_may_stand_in_the_183_alone(trunk, provisionals, final, answer):
    """RFC 3261 section 13.2.1: gateways repeat the description in the 200, or do not."""
    call, invite = trunk.invite()
    for tag, sdp in provisionals:
        trunk.answer(invite, 183, tag=tag, sdp=sdp)
    (ack,) = trunk.answer(invite, 200, sdp=final)
    assert (ack.method, ack.body) == ("ACK", b"")
    assert [event.sdp for event in trunk.agent.events() if isinstance(event, CallAnswered)] == [answer]
    trunk.agent.calls.bye(call, 0.0)


def test_route_set_and_target_of_the_answer_are_used(trunk):
    call, invite = trunk.invite()
    (ack,) = trunk.answer(
        invite, 200, Contact="<sip:gw@192.0.2.77:5080>", Record_Route=["<sip:192.0.2.60;lr>", "<sip:192.0.2.61;lr>"]
    )
    assert ack.uri == "sip:gw@192.0.2.77:5080"
    assert ack.header_values("Route") == ["<sip:192.0.2.61;lr>", "<sip:192.0.2.60;lr>"]
    trunk.agent.calls.bye(call, 0.0)
    ((_, destination),) = trunk.agent.datagrams_to_send()
    assert destination == Hop("UDP", "192.0.2.61", 5060)


@pytest.mark.parametrize("bad", [{"Contact": "nonsense <"}, {"Contact": "<sip:a@999.1.1.1>"}, {"Record_Route": "x<"}])
def test_bad_contact_in_an_answer_does_not_cost_the_call(trunk, bad):
    call, invite = trunk.invite()
    (ack,) = trunk.answer(invite, 200, sdp=SDP_B, **bad)
    assert ack.method == "ACK"
    assert isinstance(trunk.agent.events()[0], CallAnswered)
    trunk.agent.calls.bye(call, 0.0)


@pytest.mark.parametrize(
    ("status", "event"), [(481, CallEnded), (408, CallEnded), (491, ReinviteFailed), (500, ReinviteFailed)]
)
def test_refused_reinvite(trunk, status, event):
    call = trunk.established()
    trunk.agent.calls.reinvite(call, SDP_A, trunk.now)
    with pytest.raises(LocalProtocolError):
        trunk.agent.calls.reinvite(call, SDP_A, trunk.now)
    (reinvite,) = trunk.sent()
    sent = trunk.answer(reinvite, status)
    assert [message.method for message in sent] == ["ACK"] + (["BYE"] if status == 408 else [])
    assert [type(each) for each in trunk.agent.events()] == [event]
    assert trunk.agent.calls.is_alive(call) is (event is ReinviteFailed)


def test_silent_peer_ends_the_call(trunk):
    for act in (
        lambda call: trunk.agent.calls.reinvite(call, SDP_A, trunk.now),
        lambda call: trunk.agent.calls.send_digit(call, "1", trunk.now),
    ):
        call = trunk.established()
        act(call)
        trunk.run(33)
        (ended,) = trunk.agent.events()
        assert (ended.call, ended.cause) == (call, "timeout")
        trunk.agent.datagrams_to_send()


def test_response_with_two_vias_and_strangers_are_dropped(trunk):
    _, invite = trunk.invite()
    trunk.answer(invite, 200, Via=[invite.header("Via"), "SIP/2.0/UDP 192.0.2.9;branch=z9hG4bKx"])
    trunk.answer(invite, 200, Via="SIP/2.0/UDP 192.0.2.1;branch=z9hG4bKother")
    assert [type(event) for event in trunk.agent.events()] == [MessageDropped, MessageDropped]
    trunk.run(33)


def test_retry_after_of_a_busy_trunk(trunk):
    _, invite = trunk.invite()
    trunk.answer(invite, 503, Retry_After="120 (maintenance);duration=60")
    assert trunk.agent.events()[0].retry_after == 120.0


def test_what_is_no_request_of_this_kind(trunk):
    with pytest.raises(LocalProtocolError):
        trunk.agent.requests.send("INVITE", "sip:a@b", from_uri="sip:a@b", destination=BOB, now=0.0)
    call, _ = trunk.invite()
    with pytest.raises(LocalProtocolError):
        trunk.agent.calls.bye(call, 0.0)
    trunk.run(40)


@pytest.mark.parametrize(
    ("contact", "reached_at"),
    [
        pytest.param("192.168.1.20:5062", BOB, id="private behind private"),
        pytest.param("100.64.3.4:5062", BOB, id="shared by a carrier"),
        pytest.param("192.0.2.2:5080", Hop("UDP", "192.0.2.2", 5080), id="same host, other port"),
        pytest.param("8.8.4.4:5080", BOB, id="a stranger's"),
    ],
)
def test_ack_and_bye_reach_a_phone_behind_nat(trunk, contact, reached_at):
    """It answers from the address that was called, its Contact is one that only its own network knows."""
    call, invite = trunk.invite()
    lines = {name: invite.header_lines(name) for name in ("Via", "From", "Call-ID", "CSeq")}
    lines |= {"To": [f"{invite.header('To')};tag=t"], "Contact": [f"<sip:801@{contact}>"]}
    trunk.agent.receive_datagram(bytes(Response(200, "OK", lines, SDP_B)), BOB, 0.0)
    ((ack, to),) = trunk.agent.datagrams_to_send()
    assert (parse_message(ack).uri, to) == (f"sip:801@{contact}", reached_at)
    trunk.agent.calls.bye(call, 0.0)
    ((bye, to),) = trunk.agent.datagrams_to_send()
    assert (parse_message(bye).uri, to) == (f"sip:801@{contact}", reached_at)

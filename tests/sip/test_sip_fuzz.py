"""Whatever a peer sends, and in whatever order: the user agent neither raises nor keeps anything for ever."""

import random

from hypothesis import given, settings
from hypothesis import strategies as st
from sip.link import ALICE, BOB, SDP_A, SDP_B, make_agent
from sip.one_domain import OneDomain

from interpreter.sip.digest import Authenticator, make_ha1
from interpreter.sip.errors import LocalProtocolError
from interpreter.sip.events import InviteReceived, ReinviteReceived
from interpreter.sip.registrar import Registrar
from interpreter.sip.ua import UserAgent
from support.proof import examples

METHODS = ["INVITE", "ACK", "BYE", "CANCEL", "OPTIONS", "INFO", "UPDATE", "REGISTER", "PRACK", "REFER", "FOO"]
PIECES = [
    b"\r\n", b",", b'"', b"<", b">", b";tag=", b";", b" ", b"\0", b"%", b"\xff\xfe", b"sip:", b"SIP/2.0",
    b"99999999999",
    b"Contact: *\r\n", b"Require: x\r\n", b"Record-Route: <sip:10.0.0.999;lr>\r\n", b"Contact: <sip:[1]>\r\n", b"-1",
    b"Record-Route: nonsense\r\n", b"Contact: <sip:a@999.1.1.1>\r\n", b'Authorization: Digest realm="zongji"\r\n',
    b"WWW-Authenticate: Digest nonce=1\r\n", b"Retry-After: x\r\n", b"Content-Length: 3\r\n", b"Via: x\r\n",
    b"Refer-To: <sip:802@h>\r\n", b"Refer-To: <sip:802@h?Replaces=c>\r\n", b"Replaces: c;to-tag=x;from-tag=p\r\n",
    b"Expires: 1\r\n",
]  # fmt: skip


def agent() -> UserAgent:
    registrar = Registrar(Authenticator(OneDomain({"801": make_ha1("801", "zongji", "x")}.get), random.Random(1)))
    return make_agent(ALICE, 1, registrar=registrar, transfers=True)


def request(draw, tags):
    method = draw(st.sampled_from(METHODS))
    tag = draw(st.sampled_from([*tags, "", "other"]))
    number = draw(st.integers(1, 4))
    branch = draw(st.sampled_from(["z9hG4bKa", "z9hG4bKb", "z9hG4bK", "old"]))
    body = draw(st.sampled_from([b"", SDP_A]))
    kind = "Content-Type: application/sdp\r\n" if body else ""
    refer = "Refer-To: <sip:802@h>\r\n" if method == "REFER" else ""
    return (
        f"{method} sip:400@192.0.2.1 SIP/2.0\r\nVia: SIP/2.0/UDP 192.0.2.2;branch={branch};rport\r\n"
        f"From: <sip:801@h>;tag=p\r\nTo: <sip:400@h>{tag and ';tag=' + tag}\r\nCall-ID: c\r\n"
        f"CSeq: {number} {method}\r\nContact: <sip:801@192.0.2.2>\r\n{refer}{kind}\r\n"
    ).encode() + body


def response(draw, sent):
    """An answer to something that the agent sent, or nearly."""
    head = draw(st.sampled_from(sent)).split(b"\r\n\r\n")[0].split(b"\r\n")
    status = draw(st.sampled_from([100, 180, 183, 200, 202, 302, 401, 407, 408, 481, 486, 491, 503, 699]))
    lines = [b"SIP/2.0 %d X" % status] + [line for line in head[1:] if not line.startswith((b"Content-", b"Contact"))]
    tag = draw(st.sampled_from([b"", b";tag=a", b";tag=b"]))
    lines = [line + tag if line.startswith(b"To:") and b"tag=" not in line else line for line in lines]
    return b"\r\n".join([*lines, b"Contact: <sip:x@192.0.2.2>", b"", b""])


def damage(draw, data):
    for _ in range(draw(st.integers(0, 2))):
        at = draw(st.integers(0, len(data)))
        cut = draw(st.integers(0, 12))
        data = data[:at] + draw(st.sampled_from(PIECES)) + data[at + cut :]
    return data


def act(draw, ua, calls, now):
    """The TU does something, sensible or not."""
    call = draw(st.sampled_from(calls))
    action = draw(st.sampled_from([
        lambda: ua.incoming.progress(call, 183, now, SDP_B), lambda: ua.incoming.answer(call, SDP_B, now),
        lambda: ua.incoming.reject(call, 486, now), lambda: ua.calls.bye(call, now),
        lambda: ua.outgoing.cancel(call, now),
        lambda: ua.calls.reinvite(call, SDP_B, now), lambda: ua.calls.accept_reinvite(call, SDP_B, now),
        lambda: ua.calls.reject_reinvite(call, 488, now), lambda: ua.calls.send_digit(call, "1", now),
        lambda: ua.transfers.tell(call, 1, 180, now), lambda: ua.transfers.tell(call, 2, 200, now),
        lambda: ua.calls.hang_up(call, now),
    ]))  # fmt: skip
    try:
        action()
    except LocalProtocolError:
        pass


@settings(max_examples=examples(80), deadline=None)
@given(st.data())
def test_nothing_a_peer_does_breaks_the_agent(data):
    draw, ua, now = data.draw, agent(), 0.0
    calls = [ua.outgoing.invite("sip:1@192.0.2.2", from_uri="sip:4@192.0.2.1", destination=BOB, now=now, sdp=SDP_A)]
    sent = [datagram for datagram, _ in ua.datagrams_to_send()]
    tags: list[str] = []
    for _ in range(draw(st.integers(1, 12))):
        now += draw(st.sampled_from([0.0, 0.1, 1.0, 33.0]))
        ua.handle_timers(now)
        choice = draw(st.integers(0, 3))
        if choice == 0:
            act(draw, ua, calls, now)
        elif choice == 1:
            ua.receive_datagram(damage(draw, response(draw, sent)), BOB, now)
        else:
            ua.receive_datagram(damage(draw, request(draw, tags)), BOB, now)
        calls += [event.call for event in ua.events() if isinstance(event, InviteReceived | ReinviteReceived)]
        for datagram, _ in ua.datagrams_to_send():
            if datagram.startswith(b"SIP/2.0") and b"\r\nTo:" in datagram:
                to = datagram.split(b"\r\nTo:", 1)[1].split(b"\r\n")[0]
                tags += [to.split(b"tag=")[1].decode("utf-8", "replace").split(";")[0]] if b"tag=" in to else []
            elif not datagram.startswith(b"SIP/2.0"):
                sent.append(datagram)
    for call in calls:
        ua.calls.hang_up(call, now)
    for _ in range(140):
        now += 3.0
        ua.handle_timers(now)
    assert set(ua.counts().values()) == {0}, ua.counts()


@settings(max_examples=examples(100), deadline=None)
@given(st.binary(max_size=400))
def test_random_bytes(data):
    ua = agent()
    ua.receive_datagram(data, BOB, 0.0)
    assert ua.datagrams_to_send() == [] or b"SIP" in data.upper()

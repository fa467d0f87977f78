"""CPU cost of the SIP room: parser, and a UAS call from INVITE to BYE.

    python -m bench.bench_sip

Prints microseconds of CPU per operation, the best of several runs. No sockets: docs/performance.md has load over UDP.
"""

import random
import time
from collections.abc import Callable

from interpreter.sdp import LocalMedia
from interpreter.sip.events import CallEnded, InviteReceived
from interpreter.sip.hop import Hop
from interpreter.sip.message import parse_message
from interpreter.sip.ua import Config, UserAgent

PEER = Hop("UDP", "127.0.0.1", 5090)
OFFER = (
    b"v=0\r\no=baresip 1735689600 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\na=tool:baresip 1.0.0\r\n"
    b"m=audio 31012 RTP/AVP 0 8 101\r\na=rtpmap:0 PCMU/8000\r\na=rtpmap:8 PCMA/8000\r\n"
    b"a=rtpmap:101 telephone-event/8000\r\na=fmtp:101 0-15\r\na=sendrecv\r\na=label:1\r\na=rtcp-rsize\r\n"
    b"a=ssrc:1234567 cname:sip:801@127.0.0.1\r\na=ptime:20\r\n"
    b"a=candidate:1 1 UDP 2130706431 127.0.0.1 31012 typ host\r\n"
    b"a=candidate:2 2 UDP 2130706430 127.0.0.1 31013 typ host\r\n"
    b"a=candidate:3 1 UDP 1694498815 192.0.2.77 31012 typ srflx raddr 127.0.0.1 rport 31012\r\na=maxptime:60\r\n"
)


def _message(method: str, number: int, seq: int, to_tag: str = "", body: bytes = b"") -> bytes:
    head = (
        f"{method} sip:4001234567@127.0.0.1:5060 SIP/2.0\r\n"
        f"Via: SIP/2.0/UDP 127.0.0.1:5090;branch=z9hG4bK{method}{number:08d}{seq};rport\r\n"
        "Contact: <sip:801-0x55d3a2c81f40@127.0.0.1:5090;transport=udp>\r\n"
        "Max-Forwards: 70\r\n"
        f"To: <sip:4001234567@127.0.0.1>{to_tag and ';tag=' + to_tag}\r\n"
        f'From: "Li Ming" <sip:801@127.0.0.1>;tag=f{number:015d}\r\n'
        f"Call-ID: 8f2b6d9c0a4e{number:08d}\r\n"
        f"CSeq: {seq} {'INVITE' if method == 'ACK' else method}\r\n".replace("INVITE", method)
        + "User-Agent: baresip v1.0.0 (x86_64/Linux)\r\n"
        "Allow: INVITE,ACK,BYE,CANCEL,OPTIONS,NOTIFY,SUBSCRIBE,INFO,MESSAGE,REFER\r\n"
        "Supported: gruu,outbound,path,replaces\r\n"
        "P-Preferred-Identity: <sip:801@127.0.0.1>\r\n"
        "Session-Expires: 1800\r\nMin-SE: 90\r\n"
        f"Content-Type: application/sdp\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


def _best(run: Callable[[], int], passes: int = 5) -> float:
    """Microseconds of process CPU per item."""
    results = []
    for _ in range(passes):
        begin = time.process_time()
        n = run()
        results.append((time.process_time() - begin) / n * 1e6)
    return min(results)


def parse_cost(n: int = 20000) -> float:
    """A 1.2 kB INVITE, fields that routing needs included."""
    invite = _message("INVITE", 1, 1, body=OFFER)

    def run() -> int:
        for _ in range(n):
            parse_message(invite)
        return n

    return _best(run)


class _Calls:
    """One UAS that answers everything; its clock runs as at 100 calls per second."""

    def __init__(self, with_sdp: bool) -> None:
        self.ua = UserAgent(Config(local=("127.0.0.1", 5060)), random.Random(1))
        self.now = 0.0
        self.number = 0
        self.sent = 0
        self.with_sdp = with_sdp

    def pump(self, data: bytes) -> list[bytes]:
        ua = self.ua
        ua.receive_datagram(data, PEER, self.now)
        for event in ua.events():
            if isinstance(event, InviteReceived):
                body = OFFER
                if self.with_sdp:
                    _, body = LocalMedia("127.0.0.1", 20000, session_id=1).answer(event.sdp or b"")
                ua.incoming.progress(event.call, 180, self.now)
                ua.incoming.answer(event.call, body, self.now)
            elif isinstance(event, CallEnded):
                self.sent += 1
        out = [data for data, _ in ua.datagrams_to_send()]
        ua.next_timer()
        return out

    def one(self) -> None:
        self.number += 1
        self.now += 0.01
        self.ua.handle_timers(self.now)
        answer = self.pump(_message("INVITE", self.number, 1, body=OFFER))[-1].decode()
        tag = answer.split("\r\nTo: ", 1)[1].split("\r\n", 1)[0].split("tag=")[1]
        self.pump(_message("ACK", self.number, 1, tag))
        self.pump(_message("BYE", self.number, 2, tag))


def call_cost(with_sdp: bool, n: int = 5000) -> float:
    """INVITE, 100, 180, 200, ACK, BYE, 200, all timers; building the peer's messages is taken off."""
    calls = _Calls(with_sdp)

    def run() -> int:
        for _ in range(n):
            calls.one()
        return n

    def peer_only() -> int:
        for number in range(n):
            _message("INVITE", number, 1, body=OFFER)
            _message("ACK", number, 1, "tag")
            _message("BYE", number, 2, "tag")
        return n

    cost = _best(run) - _best(peer_only)
    assert calls.sent == calls.number
    return cost


def main() -> None:
    """Print the figures."""
    size = len(_message("INVITE", 1, 1, body=OFFER))
    print(f"parse INVITE ({size} bytes): {parse_cost():.1f} us")
    print(f"UAS call INVITE..BYE, without SDP: {call_cost(False):.0f} us")
    print(f"UAS call INVITE..BYE, with offer/answer: {call_cost(True):.0f} us")


if __name__ == "__main__":
    main()

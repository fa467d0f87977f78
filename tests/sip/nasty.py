"""Messages made to cost much, parsed under a limit of CPU time. Run by test_sip_cost.py in a process of its own.

Every case prints its name before it begins. More than ``CASE_CPU_S`` of CPU for one case, and the process is killed by
SIGPROF: the last name printed is the culprit. What is linear takes some milliseconds; what is quadratic takes some
seconds at these lengths, so the limit measures growth, not the machine.
"""

import os
import random
import resource
import signal
import sys
from collections.abc import Callable, Iterator

from interpreter.sdp import LocalMedia, NotAcceptable, SdpError
from interpreter.sip.aor import Aor
from interpreter.sip.digest import Authenticator, Verdict, parse_digest
from interpreter.sip.errors import RemoteProtocolError
from interpreter.sip.header_lines import parse_header_lines
from interpreter.sip.headers import (
    canonical_name,
    parse_cseq,
    parse_name_addr,
    parse_params,
    parse_via,
    split_list,
    unquote_string,
)
from interpreter.sip.hop import Hop
from interpreter.sip.message import Request, parse_message
from interpreter.sip.registrar import Registrar
from interpreter.sip.ua import Config, UserAgent
from interpreter.sip.uas import asserted_user, stamp_via
from interpreter.sip.uri import parse_uri

CASE_CPU_S = 1.0
FIELD_CHARS = 100_000
PEER = Hop("UDP", "192.0.2.2", 5060)

FILLERS = [
    " ", "\t", "\x0b", "\x0c", "\x1c", "\xa0", "\u2003", "\0", "\n", "\r", "\udcff",
    " \t", "\x0b ", "\r\n ", "\r\n\t ", " \r\n",
    '"', "\\", ",", ";", "<", ">", "%", "@", ":", "0", "(", ")", "=", "a", "?", "&", "[", "]", "/", ".", "-", "*",
    "%41", "%ff", ";a", ";a=b", ';a="b"', ", ", '""', '\\"', "\\\\", "; ", " ;", "= ", " =", "a=b,", 'a="b",', "&a=b",
    "<>", "<a>,", "<sip:a@b>,", "a,", "sip:", ";rport", ";received=", ";tag=", "SIP/2.0/UDP h,", "Digest ",
]  # fmt: skip

VALUES = {
    "Via": "SIP/2.0/UDP h:5060;branch=z9hG4bK1;rport",
    "From": '"A" <sip:801:pw@h:5060;user=phone?a=b>;tag=1',
    "To": "sip:400@h;x=y",
    "Contact": '"A" <sip:801@h>;q=1, <sip:802@h>',
    "Record-Route": "<sip:192.0.2.50;lr>, <sip:192.0.2.51:5070;lr>",
    "P-Asserted-Identity": '"A" <sip:801@h>, <tel:+86;a=b>',
    "Authorization": 'Digest username="801", realm="zongji", nonce="n", uri="u", response="r", qop=auth, nc=1',
    "CSeq": "1 INVITE",
    "Call-ID": "c@h",
    "Max-Forwards": "70",
    "Content-Length": "0",
    "Content-Type": 'multipart/mixed;boundary="b"',
    "Content-Encoding": "identity",
    "Content-Disposition": "session;handling=optional",
    "Require": "100rel, x",
    "Expires": "60",
    "Subject": "x",
    "X-Other": "x",
}


def _texts(sample: str, length: int) -> Iterator[tuple[str, str]]:
    """(name, text): each filler at places of the sample, so that what follows fits, does not fit, or is missing."""
    places = sorted({at for at, mark in enumerate(sample) if not mark.isalnum()} | {0, len(sample)})
    for filler in FILLERS:
        for at in places:
            filled = sample[:at] + filler * (length // len(filler))
            for tail in (sample[at:], "x\x01" + sample[at:], ""):
                yield f"{filler!r} at {at} before {tail[:8]!r}", filled + tail


def _via(text: str) -> None:
    request = Request("OPTIONS", "sip:a@b", {"Via": [text]})
    try:
        stamp_via(request, PEER)
    finally:
        parse_via(text)


def fields() -> Iterator[tuple[str, Callable[[], object]]]:
    """The parser of each field alone, where no limit on messages helps it."""
    parsers: list[tuple[Callable[[str], object], str]] = [
        (_via, VALUES["Via"]),
        (parse_name_addr, VALUES["From"]),
        (parse_params, ';a=b;c="d"'),
        (split_list, VALUES["Contact"]),
        (lambda text: asserted_user([text]), "<sip:a@b>"),
        (parse_uri, "sips:u:p@h:5060;a=b?c=d"),
        (parse_uri, "tel:+1;a=b"),
        (lambda text: parse_uri(text).number, "sip:+86-400;npdi;phone-context=+86@h"),
        (lambda text: parse_uri(text).number, "tel:400-1;phone-context=+86"),
        (lambda text: parse_uri(text).equivalent(parse_uri("sip:h")), "sip:h"),
        (parse_cseq, "1 INVITE"),
        (parse_digest, 'Digest a="b", c=d'),
        (lambda text: parse_header_lines(text, {}), "X-A: b c\r\n d: e"),
        (canonical_name, "X-A"),
        (unquote_string, '"a"'),
    ]
    for parse, sample in parsers:
        for name, text in _texts(sample, FIELD_CHARS):
            yield f"{getattr(parse, '__name__', parse)} {sample} {name}", lambda parse=parse, text=text: parse(text)


class _NoUsers:
    def realm(self, host: str) -> str:
        return "zongji"

    def account(self, host: str, username: str) -> None:
        return None


class _Trusting(Authenticator):
    def check(self, request: Request, source: Hop, now: float) -> Verdict:
        super().check(request, source, now)
        return Verdict(Aor("d", "801"))


def trusting_agent(limit: int) -> UserAgent:
    """One that takes every REGISTER for proven, so that a stranger gets as far as can be."""
    registrar = Registrar(_Trusting(_NoUsers(), random.Random(1)))
    return UserAgent(Config(local=("192.0.2.1", 5060), max_datagram_bytes=limit), random.Random(1), registrar)


def _datagram(method: str, replaced: dict[str, str], body: bytes = b"") -> bytes:
    lines = {name: VALUES[name] for name in ("Via", "From", "Call-ID", "Contact")}
    lines |= {"To": "<sip:801@h>", "CSeq": f"1 {method}", "Content-Length": str(len(body))} | replaced
    head = [f"{method} sip:400@h SIP/2.0", *(f"{name}: {value}" for name, value in lines.items()), "", ""]
    return "\r\n".join(head).encode("utf-8", "surrogateescape") + body


def _receive(data: bytes) -> None:
    agent = trusting_agent(len(data))
    agent.receive_datagram(data, PEER, 0.0)
    agent.datagrams_to_send()
    agent.events()


def messages(size: int) -> Iterator[tuple[str, Callable[[], object]]]:
    """Whole datagrams of that size, through the UserAgent, each header in turn being the bad one."""
    for header, sample in VALUES.items():
        method = "REGISTER" if header in ("Contact", "Authorization", "Expires") else "INVITE"
        for name, text in _texts(sample, size - 600):
            data = _datagram(method, {header: text})
            yield f"{size} {header} {name}", lambda data=data: _receive(data)
        line = f"\r\n{header}: {sample}"
        many = _datagram(method, {header: sample + line * (size // len(line))})
        yield f"{size} many {header}", lambda data=many: _receive(data)
    for line in ("a\r\n", "a:\r\n", ":\r\n", "\x0b\r\n", "a:b\r\n c\r\n", " \r\n", "X-" + "-" * 60 + ":\r\n"):
        data = _datagram("INVITE", {"X-A": "\r\n" + line * (size // len(line))})
        yield f"{size} lines {line!r}", lambda data=data: _receive(data)
    for line in ("INVITE", " ", "/", "1", "sip:", "SIP/2.0", "%"):
        data = line.encode() * (size // len(line)) + _datagram("INVITE", {})
        yield f"{size} start line {line!r}", lambda data=data: _receive(data)
        yield f"{size} response {line!r}", lambda data=data: parse_message(b"SIP/2.0 " + data)


_MULTIPART = {"Content-Type": 'multipart/mixed;boundary="b"'}


def bodies(size: int) -> Iterator[tuple[str, Callable[[], object]]]:
    """Session descriptions and multipart bodies of that size."""
    head = "v=0\r\no=- 1 1 IN IP4 192.0.2.9\r\ns=-\r\nc=IN IP4 192.0.2.9\r\n"
    audio = "m=audio 1 RTP/AVP 0\r\n"
    events = "".join(f"a=rtpmap:{number} telephone-event/8000\r\n" for number in range(400))
    repeated = [
        audio, "m=audio 1 RTP/AVP 18\r\n", "m=\r\n", "a=\r\n", "a=x\r\n", "a=rtpmap:0 X/8000\r\n", "a=fmtp:0 x\r\n",
        "c=IN IP4 192.0.2.9\r\n", "o=x\r\n", "x\r\n", "z", " ", "\r\n", "\n", "\r",
    ]  # fmt: skip
    texts = [head + audio + line * (size // len(line)) for line in repeated]
    texts += [head + "m=audio 1 RTP/AVP" + " 96" * ((size - len(events)) // 3) + "\r\n" + events]
    texts += [head + f"m=audio 1 RTP/AVP 0 {filler * (size // len(filler))}\r\n" for filler in FILLERS]
    texts += [head + audio + f"a=rtpmap:0 {filler * (size // len(filler))}\r\n" for filler in FILLERS]
    for text in texts:
        data = text.encode("utf-8", "surrogateescape")[:size]
        yield f"{size} sdp {text[60:130]!r}", lambda data=data: LocalMedia("h", 2, session_id=1).answer(data)
    marks = ("--b\r\n", "\r\n--b\r\n", "--b", "\r\n--b", "--b\r\n\r\n", "\r\n--b\r\na:b\r\n ", "-", "\r\n", "\r\n--b--")
    for filler in marks:
        for begin in ("", "--b\r\n", "--b\r\nContent-Type: multipart/mixed;boundary=b\r\n\r\n"):
            data = _datagram("INVITE", _MULTIPART, begin.encode() + filler.encode() * (size // len(filler)))
            yield f"{size} multipart {begin!r} {filler!r}", lambda data=data: _receive(data)


def main() -> None:
    """Run everything; ends by a signal if a case takes too long."""
    resource.setrlimit(resource.RLIMIT_CPU, (300, 300))
    sizes = {"8k": 8000, "16k": 16384, "64k": 60000}
    kind = sys.argv[1]
    cases = messages(sizes[kind]) if kind in sizes else {"fields": fields, "bodies": lambda: bodies(16384)}[kind]()
    for name, run in cases:
        os.write(1, f"{name}\n".encode("utf-8", "backslashreplace"))
        signal.setitimer(signal.ITIMER_PROF, CASE_CPU_S)
        try:
            run()
        except (RemoteProtocolError, SdpError, NotAcceptable):
            pass
        signal.setitimer(signal.ITIMER_PROF, 0)
    os.write(1, b"done\n")


if __name__ == "__main__":
    main()

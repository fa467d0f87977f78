"""Whether any SIP element answers at an address: asked once before a call, which would otherwise wait in silence."""

from __future__ import annotations

import errno
import secrets
import socket
from time import monotonic

FIRST_REPEAT_SECONDS = 0.5
"""T1 of RFC 3261 section 17.1.1.1; each repeat waits twice as long as the one before."""

PATIENCE_SECONDS = 5.0


def answers(host: str, port: int, seconds: float = PATIENCE_SECONDS) -> bool:
    """Whether OPTIONS (RFC 3261 section 11) gets any response within ``seconds``; host is an IPv4 address.

    Where the system there says that nobody listens (ICMP port unreachable), False at once.
    """
    deadline = monotonic() + seconds
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as line:
        try:
            line.connect((host, port))
            request, call_id = _options(host, port, line.getsockname())
            wait = FIRST_REPEAT_SECONDS
            while monotonic() < deadline:
                line.send(request)
                if _answered(line, call_id, min(monotonic() + wait, deadline)):
                    return True
                wait *= 2
        except OSError as error:
            if error.errno not in (errno.ECONNREFUSED, errno.EHOSTUNREACH, errno.ENETUNREACH, errno.EINVAL):
                raise
    return False


def _answered(line: socket.socket, call_id: bytes, until: float) -> bool:
    while (left := until - monotonic()) > 0:
        line.settimeout(left)
        try:
            received = line.recv(65536)
        except TimeoutError:
            return False
        if received.startswith(b"SIP/2.0 ") and call_id in received:
            return True
    return False


def _options(host: str, port: int, here: tuple[str, int]) -> tuple[bytes, bytes]:
    """(the request, its Call-ID)"""
    own = f"{here[0]}:{here[1]}"
    call_id = f"{secrets.token_hex(12)}@{here[0]}"
    lines = [
        f"OPTIONS sip:{host}:{port} SIP/2.0",
        f"Via: SIP/2.0/UDP {own};branch=z9hG4bK{secrets.token_hex(8)};rport",
        "Max-Forwards: 70",
        f"From: <sip:robot@{own}>;tag={secrets.token_hex(4)}",
        f"To: <sip:{host}:{port}>",
        f"Call-ID: {call_id}",
        "CSeq: 1 OPTIONS",
        f"Contact: <sip:robot@{own}>",
        "Content-Length: 0",
    ]
    return "\r\n".join([*lines, "", ""]).encode(), call_id.encode()

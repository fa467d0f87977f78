"""Our messages: their names and numbers, answers and requests (RFC 3261 sections 8.1.1 and 8.2.6)."""

from collections.abc import Iterable

from .config import Config, HeaderList
from .dialog import Dialog
from .errors import LocalProtocolError
from .header_lines import Headers
from .hop import Hop, bracket
from .message import REASONS, Request
from .randomness import Randomness
from .transaction_layer import MAGIC_COOKIE

MAX_FORWARDS = 70
"""Hops of a request that begins here (RFC 3261 section 8.1.1.6)."""

SDP_TYPE = ("Content-Type", "application/sdp")


class Writer:
    """Writes for one UserAgent; each message for the hop that it goes to."""

    def __init__(self, config: Config, rng: Randomness) -> None:
        self._config = config
        self._rng = rng

    def token(self) -> str:
        """64 random bits in hex, for tags, branches and Call-IDs."""
        return f"{self._rng.getrandbits(64):016x}"

    def first_cseq(self) -> int:
        """A random first CSeq, well below 2**31."""
        return self._rng.getrandbits(16) + 1

    def own_address(self, peer: Hop) -> tuple[str, int]:
        """What to write into Via and Contact toward this peer."""
        advertise = self._config.advertise
        return self._config.local if advertise is None else advertise(peer)

    def via(self, peer: Hop) -> str:
        """A Via of ours with a fresh branch, asking for rport (RFC 3581)."""
        host, port = self.own_address(peer)
        return f"SIP/2.0/{peer.transport} {bracket(host)}:{port};branch={MAGIC_COOKIE}{self.token()};rport"

    def contact(self, user: str, peer: Hop) -> str:
        """Our Contact; always with a user part, because some phones cannot do without."""
        return f"<{self.uri(user or 'zongji', peer)}>"

    def uri(self, user: str, peer: Hop) -> str:
        """A user of ours, as a peer reaches us."""
        host, port = self.own_address(peer)
        transport = "" if peer.transport == "UDP" else f";transport={peer.transport.lower()}"
        return f"sip:{user}@{bracket(host)}:{port}{transport}"

    def response(
        self, request: Request, status: int, to_tag: str, headers: Iterable[tuple[str, str]] = (), body: bytes = b""
    ) -> bytes:
        """A response as RFC 3261 section 8.2.6 builds it. ``to_tag`` "" for 100.

        What a malformed request lacks, its refusal lacks too.
        """
        lines = [f"SIP/2.0 {status} {REASONS.get(status) or REASONS[status // 100 * 100]}"]
        source = request.headers
        lines += [f"Via: {value}" for value in source["Via"]]
        if 100 < status < 300 and "Record-Route" in source:
            lines += [f"Record-Route: {value}" for value in source["Record-Route"] if value]
        lines += [f"{name}: {source[name][0]}" for name in ("From", "Call-ID", "CSeq") if name in source]
        if "To" in source:
            to = source["To"][0]
            lines.append(f"To: {to};tag={to_tag}" if to_tag and not request.to.tag else f"To: {to}")
        lines.append(f"Server: {self._config.user_agent}")
        lines += [f"{name}: {value}" for name, value in headers if value]
        lines.append(f"Content-Length: {len(body)}\r\n\r\n")
        return "\r\n".join(lines).encode("utf-8", "surrogateescape") + body

    def out_of_dialog(
        self, method: str, uri: str, from_: str, to: str, peer: Hop, headers: HeaderList, body: bytes = b"",
        *, max_forwards: int = MAX_FORWARDS,
    ) -> Request:  # fmt: skip
        """A request outside of dialogs with fresh Call-ID (section 8.1.1). ``from_`` has its tag already."""
        lines: Headers = {
            "Via": [self.via(peer)],
            "Max-Forwards": [str(max_forwards)],
            "From": [from_],
            "To": [to],
            "Call-ID": [f"{self.token()}{self.token()}"],
            "CSeq": [f"{self.first_cseq()} {method}"],
            "User-Agent": [self._config.user_agent],
        }
        add_headers(lines, headers)
        return Request(method, uri, lines, body)

    def in_dialog(self, dialog: Dialog, method: str, headers: HeaderList = (), body: bytes = b"") -> Request:
        """A request in a dialog, with the next CSeq."""
        request = dialog.request(method, {"Via": [self.via(dialog.destination)]}, body)
        add_headers(request.headers, headers)
        return request


def add_headers(lines: Headers, headers: HeaderList) -> None:
    """Append (name, value) pairs; raises LocalProtocolError on a line end, which would smuggle headers in."""
    for name, value in headers:
        if "\r" in value or "\n" in value:
            raise LocalProtocolError(f"line end in {name}")
        lines.setdefault(name, []).append(value)

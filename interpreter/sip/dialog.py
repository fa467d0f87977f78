"""Dialogs (RFC 3261 section 12): tags, route set, remote target, sequence numbers, and where to send."""

from dataclasses import dataclass, field, replace

from .header_lines import Headers
from .headers import NameAddr, parse_name_addr
from .hop import Hop, address_of, towards
from .message import Message, Request, Response
from .uri import parse_uri

DialogId = tuple[str, str]
"""(Call-ID, local tag). The remote tag is compared afterwards: it is unknown while an INVITE of ours is open."""


@dataclass(slots=True, eq=False)
class Dialog:
    """One peer-to-peer relation between two user agents; grows from early to confirmed.

    local / remote: the From / To values of our requests, tags included. destination: where our requests go.
    remote_seq None: nothing received yet.
    """

    call_id: str
    local_tag: str
    remote_tag: str
    local: str
    remote: str
    remote_target: str
    destination: Hop
    local_seq: int
    remote_seq: int | None = None
    route_set: tuple[str, ...] = field(default=())

    @classmethod
    def of_uas(cls, request: Request, local_tag: str, local_seq: int, source: Hop) -> "Dialog":
        """The dialog that our answer to this INVITE makes (section 12.1.1); raises RemoteProtocolError."""
        dialog = cls(
            call_id=request.call_id, local_tag=local_tag, remote_tag=request.from_.tag,
            local=f"{request.require('To')};tag={local_tag}", remote=request.require("From"),
            remote_target=request.from_.uri_text, destination=source,
            local_seq=local_seq, remote_seq=request.cseq.number,
            route_set=_checked_routes(request.header_values("Record-Route")),
        )  # fmt: skip
        dialog.refresh_target(request, source)
        return dialog

    def become_uac(self, response: Response, source: Hop) -> None:
        """Take tag, routes and target from a response to our INVITE (section 12.1.2).

        Raises RemoteProtocolError for a broken Record-Route or Contact; then the tag is taken, and of these two
        whatever is whole.
        """
        self.remote_tag = response.to.tag
        self.remote = response.require("To")
        self.route_set = _checked_routes(response.header_values("Record-Route"))[::-1]
        self.refresh_target(response, source)

    def is_in_order(self, request: Request) -> bool:
        """Check and take over the CSeq of a request (section 12.2.2)."""
        number = request.cseq.number
        if self.remote_seq is not None and number <= self.remote_seq:
            return False
        self.remote_seq = number
        return True

    def refresh_target(self, message: Message, source: Hop) -> None:
        """Take the Contact as remote target and find out where requests go from now on."""
        contacts = message.contacts()
        if contacts:
            parse_uri(contacts[0].uri_text, any_scheme=True)
            self.remote_target = contacts[0].uri_text
        self.destination = self._next_hop(source)

    def _next_hop(self, source: Hop) -> Hop:
        target = parse_uri(self.remote_target, any_scheme=True)
        if not self.route_set:
            return towards(target, source)
        router = address_of(_route(self.route_set[0]).uri)
        return source if router is None else replace(source, host=router[0], port=router[1])

    def request(self, method: str, headers: Headers, body: bytes = b"", *, seq: int | None = None) -> Request:
        """A request within the dialog (section 12.2.1.1). ``headers`` begin with our Via.

        seq: the CSeq of the INVITE for an ACK; otherwise the next number is taken.
        """
        if seq is None:
            self.local_seq += 1
            seq = self.local_seq
        uri, routes = self.remote_target, self.route_set
        if routes and "lr" not in _route(routes[0]).uri.params:
            # A strict router wants itself in the Request-URI and the target as the last route.
            uri, routes = _route(routes[0]).uri_text, (*routes[1:], f"<{self.remote_target}>")
        headers["Max-Forwards"] = ["70"]
        if routes:
            headers["Route"] = list(routes)
        headers["From"] = [self.local]
        headers["To"] = [self.remote]
        headers["Call-ID"] = [self.call_id]
        headers["CSeq"] = [f"{seq} {method}"]
        return Request(method, uri, headers, body)


def _route(value: str) -> NameAddr:
    return parse_name_addr(value)


def _checked_routes(values: list[str]) -> tuple[str, ...]:
    """The same, once every one of them has been read: they are parsed again with each request."""
    for value in values:
        _ = _route(value).uri
    return tuple(values)

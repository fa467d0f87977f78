"""Hops: who stands at the other end of a socket of ours, and where a request for somebody's Contact goes."""

import ipaddress
import re
from dataclasses import dataclass

from .errors import RemoteProtocolError
from .uri import Uri

_LITERAL = re.compile(r"[0-9]{1,3}(\.[0-9]{1,3}){3}|\[[0-9a-f:.]+\]", re.IGNORECASE)

DEFAULT_PORT = 5060


@dataclass(frozen=True, slots=True)
class Hop:
    """The other end, and our end towards it.

    transport: in capitals, as Via has it. host: an IP literal without brackets. connection: names the socket of ours
    that it came in by, or goes out by: a listener (``udp:192.0.2.1:5060``); "" leaves the choice to whoever sends.
    What answers or follows what came from a hop goes to that hop with at most another port, so it leaves by the
    listener that it belongs to.
    """

    transport: str
    host: str
    port: int
    connection: str = ""

    @property
    def reliable(self) -> bool:
        """The transport repeats what is lost by itself (RFC 3261 section 17)."""
        return self.transport != "UDP"

    def at(self, port: int) -> "Hop":
        """The same host, at another port."""
        return Hop(self.transport, self.host, port, self.connection)

    def __str__(self) -> str:
        return f"{self.transport.lower()}:{bracket(self.host)}:{self.port}"


def bracket(host: str) -> str:
    """IPv6 literals stand in brackets."""
    return f"[{host}]" if ":" in host else host


def towards(contact: Uri, source: Hop) -> Hop:
    """Where a request for a Contact goes that came from ``source``.

    To the Contact where its host is the source's, at whatever port: telephones exist that send from another port than
    they listen to. Else to the source: the Contact is an address of some inner network behind NAT, or a stranger's,
    whom nobody may make us send to. Raises RemoteProtocolError as ``address_of`` does.
    """
    port = contact.port or DEFAULT_PORT
    if _host(contact).strip("[]") != source.host:  # else it is an address already
        address = address_of(contact)
        if address is None or not _is_same_host(address[0], source.host):
            return source
    return source if source.reliable or port == source.port else source.at(port)


def address_of(uri: Uri) -> tuple[str, int] | None:
    """(host, port) of a URI with an IP literal; None for names, which this room cannot look up.

    Raises RemoteProtocolError for what looks like a literal and is none: handed to a socket, it would be looked up.
    """
    host = _host(uri)
    if _LITERAL.fullmatch(host) is None:
        return None
    host = host.strip("[]")
    try:
        ipaddress.ip_address(host)
    except ValueError:
        raise RemoteProtocolError(f"bad address {host[:40]!r}") from None
    return host, uri.port or DEFAULT_PORT


def _host(uri: Uri) -> str:
    return uri.params.get("maddr") or uri.host


def _is_same_host(one: str, other: str) -> bool:
    return one == other or (":" in one and ":" in other and ipaddress.ip_address(one) == ipaddress.ip_address(other))

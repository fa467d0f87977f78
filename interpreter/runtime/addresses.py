"""Which of our addresses a peer can reach us at."""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Sequence
from functools import lru_cache

from interpreter.runtime.settings import SipListen
from interpreter.sip.hop import Hop

MAX_REMEMBERED = 4096


@lru_cache(MAX_REMEMBERED)
def is_ipv4(host: str) -> bool:
    """Whether the host is an IPv4 address rather than a name or an IPv6 one."""
    try:
        ipaddress.IPv4Address(host)
    except ValueError:
        return False
    return True


@lru_cache(MAX_REMEMBERED)
def is_behind_nat(named: str, seen: str) -> bool:
    """Whether who is seen at an address of the internet names one that the internet has no way to (RFC 6598 too)."""
    return named != seen and not ipaddress.ip_address(named).is_global and ipaddress.ip_address(seen).is_global


def media_host(listens: Sequence[SipListen]) -> str:
    """Where audio is taken: at the listeners' one address, or at all of ours where they have several."""
    hosts = {listen.host for listen in listens}
    return hosts.pop() if len(hosts) == 1 else "0.0.0.0"


class OwnAddresses:
    """``towards(hop)``: the address to write into Via, Contact and SDP for a peer.

    listens: where our sockets listen, maybe at ``0.0.0.0``; the hop's own counts, else the first. advertised: what the
    world reaches us at, for a machine behind NAT; neighbours on private networks then still get the near address,
    unless the advertised one is private too.
    """

    def __init__(self, listens: Sequence[SipListen], advertised: str | None) -> None:
        self._advertised = advertised
        self._listens = {str(listen): listen for listen in listens}
        self._first = listens[0]
        self._known: dict[tuple[str, str], str] = {}

    def towards(self, hop: Hop) -> str:
        bound, host = self._listen(hop).host, hop.host
        known = self._known.get((bound, host))
        if known is None:
            known = self._find(bound, host)
            if len(self._known) < MAX_REMEMBERED:
                self._known[bound, host] = known
        return known

    def signalling(self, hop: Hop) -> tuple[str, int]:
        """(host, port) of ours towards a hop."""
        return self.towards(hop), self._listen(hop).port

    def listener_for(self, host: str) -> str:
        """By which listener to call an address that has not called us: the one at the address that the way there
        begins at, else the first."""
        if len(self._listens) == 1:
            return str(self._first)
        near = self._near("0.0.0.0", host)
        return next((name for name, listen in self._listens.items() if listen.host == near), str(self._first))

    def _listen(self, hop: Hop) -> SipListen:
        return self._listens.get(hop.connection, self._first)

    def _find(self, bound: str, host: str) -> str:
        try:
            peer = ipaddress.ip_address(host)
        except ValueError:
            return self._advertised or self._near(bound, host)
        if self._advertised is None or peer.is_loopback:
            return self._near(bound, host)
        try:
            private = ipaddress.ip_address(self._advertised).is_private
        except ValueError:
            private = False
        return self._near(bound, host) if peer.is_private and not private else self._advertised

    def _near(self, bound: str, host: str) -> str:
        if not ipaddress.ip_address(bound).is_unspecified:
            return bound
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
            try:
                probe.connect((host, 9))  # sends nothing: asks the routing table
            except OSError:
                return self._advertised or bound
            return str(probe.getsockname()[0])

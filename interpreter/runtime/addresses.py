"""Which of our addresses a peer can reach us at."""

from __future__ import annotations

import ipaddress
import socket
from functools import lru_cache

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


class OwnAddresses:
    """``towards(host)``: the address to write into Via, Contact and SDP for a peer.

    bound: where our sockets listen, maybe ``0.0.0.0``. advertised: what the world reaches us at, for a machine behind
    NAT; neighbours on private networks then still get the near address, unless the advertised one is private too.
    """

    def __init__(self, bound: str, advertised: str | None) -> None:
        self._bound = bound
        self._advertised = advertised
        self._anywhere = ipaddress.ip_address(bound).is_unspecified
        self._known: dict[str, str] = {}

    def towards(self, host: str) -> str:
        known = self._known.get(host)
        if known is None:
            known = self._find(host)
            if len(self._known) < MAX_REMEMBERED:
                self._known[host] = known
        return known

    def _find(self, host: str) -> str:
        try:
            peer = ipaddress.ip_address(host)
        except ValueError:
            return self._advertised or self._near(host)
        if self._advertised is None or peer.is_loopback:
            return self._near(host)
        try:
            private = ipaddress.ip_address(self._advertised).is_private
        except ValueError:
            private = False
        return self._near(host) if peer.is_private and not private else self._advertised

    def _near(self, host: str) -> str:
        if not self._anywhere:
            return self._bound
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
            try:
                probe.connect((host, 9))  # sends nothing: asks the routing table
            except OSError:
                return self._advertised or self._bound
            return str(probe.getsockname()[0])

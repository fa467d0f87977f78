"""sip:, sips: and tel: URIs (RFC 3261 section 19.1, RFC 3966)."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Uri:
    """A parsed URI. ``user`` is unescaped; ``host`` is lower case, IPv6 keeps its brackets; port None if absent.

    For ``tel:`` the number is in ``user`` and ``host`` is empty. Parameter names are lower case.
    """

    scheme: str
    user: str
    host: str
    port: int | None
    params: Mapping[str, str]
    password: str = ""
    headers: str = ""


def parse_uri(text: str) -> Uri:
    """Parse a URI without angle brackets; raises RemoteProtocolError (400; 416 for another scheme)."""
    raise NotImplementedError

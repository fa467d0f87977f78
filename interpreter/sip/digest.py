"""Digest authentication, both sides (RFC 2617, RFC 7616, RFC 8760)."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Ha1:
    """H(username:realm:password) in lower-case hex; an algorithm without its hash is not offered to that user."""

    md5: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Credentials:
    """Our own account at a trunk. The password is not shown in repr."""

    username: str
    password: str


CredentialLookup = Callable[[str], Ha1 | None]
"""username -> HA1s for our realm, None for an unknown user. Called on every authenticated request: keep it a dict."""

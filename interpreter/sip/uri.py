"""sip:, sips: and tel: URIs (RFC 3261 section 19.1, RFC 3966)."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import unquote

from numbering.subscriber import subscriber_number

from .errors import RemoteProtocolError

# Neither space nor control character may stand anywhere in a URI; "@" can stand in nothing but before the host.
# What repeats gives nothing back, so that a URI that does not fit costs no more than one that does.
_SIP_URI = re.compile(
    r"(sips?):(?:([^@\s<>\"]++)@)?(\[[0-9a-fA-F:.]++\]|[A-Za-z0-9][A-Za-z0-9._-]*+)(?::([0-9]{1,5}+))?"
    r"((?:;[^;?\s<>\"@]*+)*)(?:\?([^\s<>\"@]*+))?",
    re.IGNORECASE,
)
_TEL_URI = re.compile(r"tel:([^;\s<>\"@]++)((?:;[^;\s<>\"@]*+)*)", re.IGNORECASE)
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
_NO_PARAMS: Mapping[str, str] = {}

LAST_PARSED = 256
"""URIs remembered: one is asked for several times while its request is handled."""


@dataclass(frozen=True, slots=True)
class Uri:
    """A parsed URI. ``user`` is unescaped; ``host`` is lower case, IPv6 keeps its brackets; port None if absent.

    For ``tel:`` the number is in ``user`` and ``host`` is empty. Parameter names are lower case.
    Two URIs compare by ``equivalent``; ``==`` compares the parts as written.
    """

    scheme: str
    user: str
    host: str
    port: int | None
    params: Mapping[str, str]
    password: str = ""
    headers: str = ""

    @property
    def number(self) -> str:
        """Whom the URI names: the telephone number without its parameters, else the user name; not normalised.

        Whatever reads a number reads this and not ``user``, wherever the URI stood: in the Request-URI, in From, To,
        P-Asserted-Identity or Diversion.
        """
        context = self.params.get("phone-context", "") if self.scheme == "tel" else ""
        return subscriber_number(f"{self.user};phone-context={context}" if context else self.user)

    def equivalent(self, other: "Uri") -> bool:
        """Same resource by the comparison rules of RFC 3261 section 19.1.4."""
        own = (self.scheme, self.user, self.password, self.host, self.port)
        if own != (other.scheme, other.user, other.password, other.host, other.port):
            return False
        if sorted(self.headers.lower().split("&")) != sorted(other.headers.lower().split("&")):
            return False
        mine, theirs = self.params, other.params
        # These four never match their absence; any other parameter counts only where both URIs have it.
        if any((name in mine) != (name in theirs) for name in ("user", "ttl", "method", "maddr")):
            return False
        return all(value.lower() == theirs[name].lower() for name, value in mine.items() if name in theirs)


def parse_uri(text: str, *, any_scheme: bool = False) -> Uri:
    """Parse a URI without angle brackets; raises RemoteProtocolError (400; 416 for another scheme).

    With ``any_scheme`` a URI of another scheme comes back with all that follows its colon as ``user``.
    """
    return _parse_sip(text) or _parse_other(text, any_scheme)


@lru_cache(LAST_PARSED)
def _parse_sip(text: str) -> Uri | None:
    match = _SIP_URI.fullmatch(text)
    if match is None:
        return None
    scheme, userinfo, host, port, params, headers = match.groups()
    user, _, password = userinfo.partition(":") if userinfo else ("", "", "")
    if port is not None and int(port) > 65535:
        raise RemoteProtocolError(f"port {port} in URI is above 65535")
    return Uri(
        scheme.lower(),
        unquote(user, errors="surrogateescape") if "%" in user else user,
        host.lower(),
        int(port) if port else None,
        _parse_params(params) if params else _NO_PARAMS,
        password,
        headers or "",
    )


def _parse_other(text: str, any_scheme: bool) -> Uri:
    match = _TEL_URI.fullmatch(text)
    if match is not None:
        return Uri("tel", unquote(match[1], errors="surrogateescape"), "", None, _parse_params(match[2]))
    scheme = _SCHEME.match(text)
    if scheme is not None and scheme[0].lower() not in ("sip:", "sips:", "tel:"):
        if any_scheme and not any(mark in text for mark in " \t<>"):
            return Uri(scheme[0][:-1].lower(), text[scheme.end() :], "", None, _NO_PARAMS)
        raise RemoteProtocolError(f"URI scheme of {text[:64]!r} is not supported", 416)
    raise RemoteProtocolError(f"bad URI {text[:64]!r}")


def _parse_params(text: str) -> dict[str, str]:
    params: dict[str, str] = {}
    for part in text.split(";"):
        if part:
            name, _, value = part.partition("=")
            if "%" in part:
                name, value = unquote(name), unquote(value, errors="surrogateescape")
            params.setdefault(name.lower(), value)
    return params

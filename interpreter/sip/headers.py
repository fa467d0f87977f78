"""Header fields of RFC 3261 section 20: names, lists, name-addr, Via, CSeq, parameters."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from .errors import LocalProtocolError, RemoteProtocolError
from .uri import Uri, parse_uri

_NAMES = (
    "Accept", "Accept-Contact", "Accept-Encoding", "Accept-Language", "Alert-Info", "Allow", "Allow-Events",
    "Authentication-Info", "Authorization", "Call-ID", "Call-Info", "Contact", "Content-Disposition",
    "Content-Encoding", "Content-Language", "Content-Length", "Content-Type", "CSeq", "Date", "Diversion",
    "Error-Info", "Event", "Expires", "From", "History-Info", "Identity", "In-Reply-To", "Max-Forwards",
    "MIME-Version", "Min-Expires", "Min-SE", "Organization", "P-Asserted-Identity", "P-Preferred-Identity",
    "Path", "Priority", "Privacy", "Proxy-Authenticate", "Proxy-Authorization", "Proxy-Require", "RAck",
    "Reason", "Record-Route", "Refer-To", "Referred-By", "Remote-Party-ID", "Replaces", "Reply-To",
    "Require", "Retry-After", "Route", "RSeq", "Server", "Service-Route", "Session-Expires", "SIP-ETag",
    "SIP-If-Match", "Subject", "Subscription-State", "Supported", "Timestamp", "To", "Unsupported",
    "User-Agent", "Via", "Warning", "WWW-Authenticate",
)  # fmt: skip
_COMPACT = {
    "a": "Accept-Contact", "b": "Referred-By", "c": "Content-Type", "d": "Request-Disposition",
    "e": "Content-Encoding", "f": "From", "i": "Call-ID", "j": "Reject-Contact", "k": "Supported",
    "l": "Content-Length", "m": "Contact", "o": "Event", "r": "Refer-To", "s": "Subject", "t": "To",
    "u": "Allow-Events", "v": "Via", "x": "Session-Expires", "y": "Identity",
}  # fmt: skip

# As written -> canonical; a name that is not here (rare) is checked and capitalised.
CANONICAL: dict[str, str] = {
    **{name: name for name in _NAMES},
    **{name.lower(): name for name in _NAMES},
    **{name.upper(): name for name in _NAMES},
    **_COMPACT,
    **{letter.upper(): name for letter, name in _COMPACT.items()},
}

# All of these run in time linear in the text, also where they fail: what repeats is possessive (no giving back), and no
# two neighbours can match the same. White space is SP and HTAB alone; what else Unicode knows of is none in SIP.
TOKEN = re.compile(r"[A-Za-z0-9.!%*_+`'~-]+")
QUOTED = r'"[^"\\]*+(?:\\.[^"\\]*+)*"'
_PARAM = re.compile(
    rf"[ \t]*+;[ \t]*+([A-Za-z0-9.!%*_+`'~\[\]:-]++)[ \t]*+(?:=[ \t]*+({QUOTED}|[^;\s\",<>]*+)[ \t]*+)?", re.DOTALL
)
_NAME_ADDR = re.compile(rf"[ \t]*+({QUOTED}|[^<>\"]*+)[ \t]*+<([^<>]*+)>(.*+)", re.DOTALL)
_VIA = re.compile(
    r"[ \t]*+SIP[ \t]*+/[ \t]*+2\.0[ \t]*+/[ \t]*+([A-Za-z0-9.!%*_+`'~-]++)[ \t]++"
    r"(\[[0-9A-Fa-f:.]++\]|[A-Za-z0-9_.-]++)[ \t]*+(?::[ \t]*+([0-9]{1,5}+)[ \t]*+)?(;.*+)?",
    re.DOTALL | re.IGNORECASE,
)
_CSEQ = re.compile(r"([0-9]{1,10}+)[ \t]++([A-Za-z0-9.!%*_+`'~-]++)")
_LIST_ITEM = re.compile(rf"((?:[^\",<]++|{QUOTED}|<[^>]*+>)*)(,|\Z)", re.DOTALL)
_UNDECODED = re.compile("[\udc80-\udcff]")
_QUOTED_PAIR = re.compile(r"\\(.)", re.DOTALL)
_NO_PARAMS: Mapping[str, str] = {}

MAX_CSEQ = 2**31 - 1
# RFC 3261 sets none. A Via or a Route for each of 70 hops is the longest list that can mean anything.
MAX_LIST_VALUES = 128
MAX_PARAMS = 64

LAST_PARSED = 256
"""Addresses remembered: those of an INVITE come again in its ACK and in the answer to the BYE."""


@dataclass(frozen=True, slots=True)
class NameAddr:
    """From, To, Contact, Route ...: display name (unquoted), URI (text), header parameters.

    The URI stays text because it must be given back as it came; ``uri`` parses it.
    """

    display: str
    uri_text: str
    params: Mapping[str, str]

    @property
    def uri(self) -> Uri:
        """The parsed URI, of whatever scheme (RFC 3261 section 8.1.1.2); raises RemoteProtocolError."""
        return parse_uri(self.uri_text, any_scheme=True)

    @property
    def tag(self) -> str:
        """The tag parameter, "" if absent (RFC 2543 peers)."""
        return self.params.get("tag", "")


@dataclass(frozen=True, slots=True)
class Via:
    """One Via value: transport (upper case), sent-by and parameters."""

    transport: str
    host: str
    port: int | None
    params: Mapping[str, str]

    @property
    def branch(self) -> str:
        """The branch parameter, "" if absent."""
        return self.params.get("branch", "")


@dataclass(frozen=True, slots=True)
class CSeq:
    """Sequence number (below 2**31) and method."""

    number: int
    method: str


def canonical_name(name: str) -> str:
    """Canonical form of a header name; raises RemoteProtocolError when it is no token."""
    known = CANONICAL.get(name) or CANONICAL.get(name.lower())
    if known is not None:
        return known
    if TOKEN.fullmatch(name) is None:
        raise RemoteProtocolError(f"bad header name {name[:40]!r}")
    return "-".join(part[:1].upper() + part[1:].lower() for part in name.split("-"))


def split_list(value: str) -> list[str]:
    """Split at commas outside of quotes and angle brackets; empty elements are dropped.

    Raises RemoteProtocolError for an open quote or bracket and for more than MAX_LIST_VALUES elements.
    """
    if "," not in value:
        value = value.strip(" \t")
        return [value] if value else []
    items: list[str] = []
    position = 0
    for _ in range(MAX_LIST_VALUES):
        match = _LIST_ITEM.match(value, position)
        if match is None:
            raise RemoteProtocolError(f"unbalanced quote or bracket in {value[:64]!r}")
        item = match[1].strip(" \t")
        if item:
            items.append(item)
        if not match[2]:
            return items
        position = match.end()
    raise RemoteProtocolError(f"more than {MAX_LIST_VALUES} values in {value[:64]!r}")


def unquote_string(text: str) -> str:
    """Take quotes and quoted pairs off a quoted-string; other text comes back as it is."""
    if len(text) < 2 or text[0] != '"' or text[-1] != '"':
        return text
    inner = text[1:-1]
    return _QUOTED_PAIR.sub(r"\1", inner) if "\\" in inner else inner


def quote_string(text: str) -> str:
    """Make a quoted-string; line ends, which no quoted-string can carry, become spaces."""
    for bad in "\r\n\0":
        text = text.replace(bad, " ")
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def checked_uri(uri: str) -> str:
    """The same; raises LocalProtocolError for what would not stay a URI in a request."""
    if not uri or any(mark in uri for mark in ' \r\n\t<>"'):
        raise LocalProtocolError(f"bad URI {uri!r}")
    return uri


def name_addr(display: str, uri: str, tag: str = "") -> str:
    """A value for From or To."""
    name = f"{quote_string(display)} " if display else ""
    return f"{name}<{checked_uri(uri)}>" + (f";tag={tag}" if tag else "")


def warning(code: int, text: str) -> tuple[str, str]:
    """A Warning header with its name (RFC 3261 section 20.43): why a 488 or 400 was given, for whoever reads traces.

    code: 3xx, as ``NotAcceptable.warn_code`` of the SDP room. The agent is a pseudonym, which tells no address.
    """
    return "Warning", f"{code} zongji {quote_string(text)}"


def delta(text: str | None) -> int | None:
    """A number of seconds or hops, ``0060`` as well as ``60``; None for what is absent or no such number.

    RFC 3261 section 10.2.1.1 has what is malformed count as absent.
    """
    text = (text or "").strip(" \t")
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 10 else None


def parse_params(text: str) -> Mapping[str, str]:
    """Parse ``;name=value;flag``; names lower case, quoted values unquoted, flags "".

    Raises RemoteProtocolError on anything else and on more than MAX_PARAMS of them.
    """
    if not text:
        return _NO_PARAMS
    params: dict[str, str] = {}
    position, end = 0, len(text)
    for _ in range(MAX_PARAMS):
        match = _PARAM.match(text, position)
        if match is None:
            raise RemoteProtocolError(f"bad parameters {text[position : position + 64]!r}")
        name, value = match.groups()
        params.setdefault(name.lower(), unquote_string(value) if value else "")
        position = match.end()
        if position == end:
            return params
    raise RemoteProtocolError(f"more than {MAX_PARAMS} parameters")


def as_text(value: str) -> str:
    """A header value whose octets are no UTF-8, read as GB 18030 (so GBK, too) where that is what they are.

    RFC 3261 section 7.3.1 wants UTF-8; older switchboards in China send what their screens show.
    """
    if value.isascii() or _UNDECODED.search(value) is None:
        return value
    try:
        return value.encode("utf-8", "surrogateescape").decode("gb18030")
    except UnicodeDecodeError:
        return value


@lru_cache(LAST_PARSED)
def parse_name_addr(value: str) -> NameAddr:
    """Parse ``"Name" <uri>;params`` or ``uri;params`` (RFC 3261 section 20.10); the name by ``as_text``.

    Without brackets every parameter belongs to the header, and the URI may hold neither ``?`` nor a comma.
    """
    value = as_text(value)  # before quotes are looked for: the second octet of a GBK character may be a backslash
    match = _NAME_ADDR.fullmatch(value)
    if match is not None:
        display, uri, params = match.groups()
        if not uri or " " in uri or "\t" in uri:
            raise RemoteProtocolError(f"bad URI in {value[:64]!r}")
        return NameAddr(unquote_string(display.strip(" \t")), uri, parse_params(params.strip(" \t")))
    uri, semicolon, params = value.strip(" \t").partition(";")
    uri = uri.rstrip(" \t")
    if not uri or any(mark in uri for mark in ' <>"?,\t'):
        raise RemoteProtocolError(f"bad address {value[:64]!r}")
    return NameAddr("", uri, parse_params(semicolon + params))


def parse_via(value: str) -> Via:
    """Parse one Via value; raises RemoteProtocolError."""
    match = _VIA.fullmatch(value)
    if match is None:
        raise RemoteProtocolError(f"bad Via {value[:64]!r}")
    transport, host, port, params = match.groups()
    if port is not None and int(port) > 65535:
        raise RemoteProtocolError(f"port {port} in Via is above 65535")
    return Via(transport.upper(), host.lower(), int(port) if port else None, parse_params((params or "").rstrip(" \t")))


def parse_cseq(value: str) -> CSeq:
    """Parse a CSeq value; raises RemoteProtocolError, also for numbers from 2**31 on."""
    match = _CSEQ.fullmatch(value)
    if match is None:
        raise RemoteProtocolError(f"bad CSeq {value[:64]!r}")
    number = int(match[1])
    if number > MAX_CSEQ:
        raise RemoteProtocolError(f"CSeq {number} is above 2**31 - 1")
    return CSeq(number, match[2])

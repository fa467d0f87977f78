"""Replaces: which dialog of ours another call is to take the place of (RFC 3891)."""

from dataclasses import dataclass
from urllib.parse import unquote

from .errors import RemoteProtocolError
from .headers import parse_params


@dataclass(frozen=True, slots=True)
class Replaces:
    """A dialog as its other side names it to us: ``to_tag`` is ours.

    early_only: only while it is not answered yet.
    """

    call_id: str
    to_tag: str
    from_tag: str
    early_only: bool = False


def parse_replaces(value: str) -> Replaces:
    """Parse the header's value; raises RemoteProtocolError."""
    call_id, semicolon, rest = value.partition(";")
    params = parse_params((semicolon + rest).rstrip(" \t"))
    call_id = call_id.strip(" \t")
    if not call_id or not params.get("to-tag") or not params.get("from-tag"):
        raise RemoteProtocolError(f"bad Replaces {value[:64]!r}")
    return Replaces(call_id, params["to-tag"], params["from-tag"], "early-only" in params)


def replaces_of_uri(headers: str) -> Replaces | None:
    """The Replaces that stands among a URI's headers (``?Replaces=...``, section 4); None where there is none.

    Raises RemoteProtocolError for a malformed one.
    """
    for header in headers.split("&"):
        name, _, value = header.partition("=")
        if name.lower() == "replaces":
            return parse_replaces(unquote(value, errors="surrogateescape"))
    return None

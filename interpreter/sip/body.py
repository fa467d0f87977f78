"""Bodies: the session description in them, alone or as a part of a multipart body (RFC 5621, RFC 2046 section 5.1).

What is read is ``multipart/mixed``, ``alternative`` or ``related``, as gateways send it with ISUP or QSIG, and
emergency callers with their location, beside the session description; a part may be of several parts again.
"""

from collections.abc import Iterator

from .errors import RemoteProtocolError
from .header_lines import Headers, parse_header_lines
from .headers import parse_params

SDP = "application/sdp"
ACCEPT = ("Accept", f"{SDP}, multipart/mixed")
_TRANSPARENT = ("", "7bit", "8bit", "binary")
MAX_PARTS = 16
MAX_DEPTH = 4
"""Multipart bodies within one another; each level is read once more."""
MAX_BOUNDARY_CHARS = 70
"""RFC 2046 section 5.1.1."""


def media_type(headers: Headers) -> str:
    """Content-Type in lower case without parameters, "" if absent."""
    lines = headers.get("Content-Type")
    return lines[0].partition(";")[0].strip(" \t").lower() if lines else ""


def find_sdp(headers: Headers, body: bytes) -> bytes | None:
    """The session description of a message, None if it has none that can be read. Never raises."""
    if not body or _encoding(headers):
        return None
    kind = media_type(headers)
    if kind in (SDP, ""):
        return body
    if not kind.startswith("multipart/"):
        return None
    try:
        return next((content for lines, content in leaves(headers, body) if _is_session(lines)), None)
    except RemoteProtocolError:
        return None


def check_encoding(headers: Headers) -> None:
    """Raises RemoteProtocolError (415 with Accept-Encoding) for a body that is compressed or otherwise encoded."""
    encoding = _encoding(headers)
    if encoding:
        raise RemoteProtocolError(f"body in {encoding[:20]!r}", 415, (ACCEPT, ("Accept-Encoding", "identity")))


def check_offer(headers: Headers, body: bytes) -> None:
    """Whether the body of an INVITE or UPDATE can be used or passed over (RFC 3261 section 8.2.3).

    Raises RemoteProtocolError: 415 where it cannot, with what could be; 400 for a multipart body that is none.
    """
    if not body or _handling(headers) == "optional":
        return
    check_encoding(headers)
    if media_type(headers).startswith("multipart/"):
        for lines, _ in leaves(headers, body):
            if _handling(lines) == "required" and not _is_session(lines):
                raise RemoteProtocolError(f"body part {media_type(lines)[:40]!r} is required", 415, (ACCEPT,))
    if find_sdp(headers, body) is None:
        raise RemoteProtocolError("body is no SDP", 415, (ACCEPT,))


def leaves(headers: Headers, body: bytes, depth: int = 1) -> Iterator[tuple[Headers, bytes]]:
    """(headers, content) of each part that has no parts itself, in their order; raises RemoteProtocolError.

    A part of parts that may be passed over (``handling=optional``) or is encoded stands for itself.
    """
    for lines, content in parts(headers, body):
        closed = not media_type(lines).startswith("multipart/") or _handling(lines) == "optional" or _encoding(lines)
        if closed:
            yield lines, content
        elif depth == MAX_DEPTH:
            raise RemoteProtocolError(f"more than {MAX_DEPTH} multipart bodies within one another")
        else:
            yield from leaves(lines, content, depth + 1)


def parts(headers: Headers, body: bytes) -> Iterator[tuple[Headers, bytes]]:
    """(headers, content) of each part of a multipart body; raises RemoteProtocolError."""
    _, semicolon, params = (headers.get("Content-Type") or [""])[0].partition(";")
    boundary = parse_params((semicolon + params).rstrip(" \t")).get("boundary", "")
    if not 0 < len(boundary) <= MAX_BOUNDARY_CHARS:
        raise RemoteProtocolError("multipart body without boundary")
    delimiter = b"\r\n--" + boundary.encode("utf-8", "surrogateescape")
    # [what stands before the first part, part, part ..., what stands behind the last], each part beginning with the
    # rest of its delimiter's line
    sections = (b"\r\n" + body).split(delimiter, MAX_PARTS + 1)[1:]
    for section in sections:
        if section.startswith(b"--"):
            return
        padding, newline, part = section.partition(b"\r\n")
        if not newline or padding.strip(b" \t"):
            raise RemoteProtocolError("bad boundary in a multipart body")
        yield _split_part(part)
    # Without a last delimiter the end of the body says the same.
    if len(sections) > MAX_PARTS:
        raise RemoteProtocolError(f"more than {MAX_PARTS} parts in a multipart body")


def _split_part(part: bytes) -> tuple[Headers, bytes]:
    headers: Headers = {}
    head, _, content = (b"\r\n" + part).partition(b"\r\n\r\n")
    if head:
        parse_header_lines(head[2:].decode("utf-8", "surrogateescape"), headers)
    return headers, content


def _encoding(headers: Headers) -> str:
    """What would have to be undone before the body could be read, "" for nothing."""
    for name, plain in (("Content-Encoding", ("", "identity")), ("Content-Transfer-Encoding", _TRANSPARENT)):
        for line in headers.get(name, ()):
            if line.lower() not in plain:
                return line
    return ""


def _is_session(headers: Headers) -> bool:
    """A part that describes the session; one of RFC 3959 (``early-session``) describes another."""
    disposition = (headers.get("Content-Disposition") or [""])[0].partition(";")[0].strip(" \t").lower()
    return media_type(headers) == SDP and disposition in ("", "session") and not _encoding(headers)


def _handling(headers: Headers) -> str:
    """``handling`` of Content-Disposition in lower case, "" where it is not said.

    RFC 3261 section 20.11 takes "required" for what is not said; yet gateways add ISUP or QSIG without a word to calls
    that need none of it, so a part beside the session description counts as required only where it says so.
    """
    _, semicolon, params = (headers.get("Content-Disposition") or [""])[0].partition(";")
    try:
        return parse_params((semicolon + params).rstrip(" \t")).get("handling", "").lower()
    except RemoteProtocolError:
        return ""

"""The header part of a message, and of a part of a multipart body: unfolded and sorted by name (RFC 3261 section 7.3).

The limits are far above what telephones and gateways send (RFC 4475's torture included); what is above them costs no
more work than finding that out.
"""

import re

from .errors import RemoteProtocolError
from .headers import CANONICAL, canonical_name

Headers = dict[str, list[str]]

MAX_HEADER_LINES = 256
MAX_LINE_CHARS = 8192

# The look-behind makes each run of spaces be read once, not once from each of its spaces.
_FOLD = re.compile(r"(?<![ \t])[ \t]*+(?:\r\n[ \t]++)+")


def parse_header_lines(text: str, headers: Headers) -> None:
    """Fill ``headers`` with the lines of ``text``, which CRLF parts; folded lines are made one (section 7.3.1).

    Raises RemoteProtocolError, 400 for a bad line and 513 above the limits, once all other lines (of those within the
    limits) are in ``headers``: they are needed for an answer.
    """
    if "\r\n " in text or "\r\n\t" in text:
        text = _FOLD.sub(" ", text)
    lines = text.split("\r\n", MAX_HEADER_LINES)
    bad = _above_the_limits(lines) if len(lines) > MAX_HEADER_LINES or len(text) > MAX_LINE_CHARS else None
    for line in lines:
        name, colon, value = line.partition(":")
        canonical = CANONICAL.get(name)
        if canonical is None:
            if not line:
                continue
            try:
                if not colon:
                    raise RemoteProtocolError(f"header line without colon {line[:40]!r}")
                canonical = canonical_name(name.rstrip(" \t"))
            except RemoteProtocolError as error:
                bad = bad or error
                continue
        values = headers.get(canonical)
        if values is None:
            headers[canonical] = [value.strip(" \t")]
        else:
            values.append(value.strip(" \t"))
    if bad is not None:
        raise bad


def _above_the_limits(lines: list[str]) -> RemoteProtocolError | None:
    """Take away what is too much; returns what to say of it."""
    error = None
    if len(lines) > MAX_HEADER_LINES and lines.pop():
        error = RemoteProtocolError(f"more than {MAX_HEADER_LINES} header lines", 513)
    short = [line for line in lines if len(line) <= MAX_LINE_CHARS]
    if len(short) < len(lines):
        error = RemoteProtocolError(f"a header line above {MAX_LINE_CHARS} characters", 513)
        lines[:] = short
    return error

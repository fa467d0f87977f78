"""Which Range header of a request counts (RFC 9110 section 14.2); werkzeug answers 416 to all that it cannot read."""

from __future__ import annotations

import re

from flask import Request

ONE_RANGE = re.compile(r"bytes *= *(?:(?P<first>[0-9]+) *- *(?P<last>[0-9]*)|- *(?P<suffix>[0-9]+))", re.IGNORECASE)


def settle(request: Request, size: int) -> None:
    """Leave a Range that ``send_file`` serves rightly, or none.

    size: of the file, bytes. An unknown unit, several ranges and what is no range are passed over, so that the whole
    file is sent; more last bytes than there are mean all of them.
    """
    header = request.headers.get("Range")
    if header is None:
        return
    one = ONE_RANGE.fullmatch(header.strip())
    if one is None or (one["last"] and int(one["last"][:30]) < int(one["first"][:30])):
        del request.environ["HTTP_RANGE"]
    elif one["suffix"] and int(one["suffix"][:30]) > size:
        request.environ["HTTP_RANGE"] = "bytes=0-"

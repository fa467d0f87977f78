"""SIP messages: parsed from datagrams, built for sending (RFC 3261 section 7).

Header text is UTF-8 with surrogateescape, so whatever bytes came can be given back unchanged. Values stay text until
somebody asks for their fields; what every message needs (Via, From, To, Call-ID, CSeq) is checked at once by
``parse_message``. Headers of one name keep their order, which is all that the order of headers means in SIP.
"""

import re

from .body import find_sdp, media_type
from .errors import RemoteProtocolError
from .header_lines import Headers, parse_header_lines
from .headers import MAX_LIST_VALUES, CSeq, NameAddr, Via, as_text, parse_cseq, parse_name_addr, parse_via, split_list

REASONS = {
    100: "Trying", 180: "Ringing", 181: "Call Is Being Forwarded", 182: "Queued", 183: "Session Progress",
    200: "OK", 202: "Accepted", 300: "Multiple Choices", 301: "Moved Permanently", 302: "Moved Temporarily",
    400: "Bad Request", 401: "Unauthorized", 403: "Forbidden", 404: "Not Found", 405: "Method Not Allowed",
    406: "Not Acceptable", 407: "Proxy Authentication Required", 408: "Request Timeout", 410: "Gone",
    413: "Request Entity Too Large", 415: "Unsupported Media Type", 416: "Unsupported URI Scheme",
    420: "Bad Extension", 421: "Extension Required", 423: "Interval Too Brief", 480: "Temporarily Unavailable",
    481: "Call/Transaction Does Not Exist", 482: "Loop Detected", 483: "Too Many Hops", 484: "Address Incomplete",
    485: "Ambiguous", 486: "Busy Here", 487: "Request Terminated", 488: "Not Acceptable Here", 489: "Bad Event",
    491: "Request Pending", 493: "Undecipherable", 500: "Server Internal Error", 501: "Not Implemented",
    502: "Bad Gateway", 503: "Service Unavailable", 504: "Server Time-out", 505: "Version Not Supported",
    513: "Message Too Large", 600: "Busy Everywhere", 603: "Decline", 604: "Does Not Exist Anywhere",
    606: "Not Acceptable",
}  # fmt: skip

_REQUEST_LINE = re.compile(r"([A-Za-z0-9.!%*_+`'~-]+) ([^ \t<>\"]+) SIP/([0-9]+\.[0-9]+)", re.IGNORECASE)
_STATUS_LINE = re.compile(r"SIP/2\.0 ([1-6][0-9][0-9])(?: (.*))?", re.IGNORECASE)
_SINGLE = ("From", "To", "Call-ID", "CSeq")


class Message:
    """What requests and responses have in common. Header names are canonical (``Call-ID``, ``Contact`` ...)."""

    __slots__ = ("_cseq", "_from", "_to", "_via", "body", "headers")

    def __init__(self, headers: Headers, body: bytes = b"") -> None:
        self.headers = headers
        self.body = body
        self._via: Via | None = None
        self._from: NameAddr | None = None
        self._to: NameAddr | None = None
        self._cseq: CSeq | None = None

    def header(self, name: str) -> str | None:
        """The first line of that name, None if absent."""
        lines = self.headers.get(name)
        return lines[0] if lines else None

    def header_lines(self, name: str) -> list[str]:
        """Every line of that name, as it came."""
        return self.headers.get(name, [])

    def header_values(self, name: str) -> list[str]:
        """Every element of a comma-separated header, over all its lines; raises RemoteProtocolError."""
        values = [item for line in self.headers.get(name, ()) for item in split_list(as_text(line))]
        if len(values) > MAX_LIST_VALUES:
            raise RemoteProtocolError(f"more than {MAX_LIST_VALUES} values of {name}")
        return values

    def require(self, name: str) -> str:
        """The first line of that name; raises RemoteProtocolError if absent."""
        lines = self.headers.get(name)
        if not lines:
            raise RemoteProtocolError(f"{name} is missing")
        return lines[0]

    @property
    def call_id(self) -> str:
        return self.require("Call-ID")

    @property
    def via(self) -> Via:
        """The topmost Via."""
        if self._via is None:
            line = self.require("Via")
            self._via = parse_via(next(iter(split_list(line)), "") if "," in line else line)
        return self._via

    @property
    def from_(self) -> NameAddr:
        if self._from is None:
            self._from = parse_name_addr(self.require("From"))
        return self._from

    @property
    def to(self) -> NameAddr:
        if self._to is None:
            self._to = parse_name_addr(self.require("To"))
        return self._to

    @property
    def cseq(self) -> CSeq:
        if self._cseq is None:
            self._cseq = parse_cseq(self.require("CSeq"))
        return self._cseq

    def contacts(self) -> list[NameAddr]:
        """Parsed Contact values (``*`` is not one of them: REGISTER looks at it before)."""
        return [parse_name_addr(value) for value in self.header_values("Contact")]

    def content_type(self) -> str:
        """Media type in lower case without parameters, "" if absent."""
        return media_type(self.headers)

    def sdp(self) -> bytes | None:
        """The body, or the part of a multipart body, that is a session description; None if there is none."""
        return find_sdp(self.headers, self.body)

    def _encode(self, start_line: str) -> bytes:
        lines = [start_line]
        for name, values in self.headers.items():
            if name != "Content-Length":
                # An empty header is legal, but phones exist that drop the whole message for it.
                lines.extend([f"{name}: {value}" for value in values if value])
        lines.append(f"Content-Length: {len(self.body)}\r\n\r\n")
        return "\r\n".join(lines).encode("utf-8", "surrogateescape") + self.body


class Request(Message):
    """A SIP request. ``uri`` is the Request-URI as text."""

    __slots__ = ("method", "uri")

    def __init__(self, method: str, uri: str, headers: Headers, body: bytes = b"") -> None:
        super().__init__(headers, body)
        self.method = method
        self.uri = uri

    def __bytes__(self) -> bytes:
        return self._encode(f"{self.method} {self.uri} SIP/2.0")

    def __repr__(self) -> str:
        return f"<Request {self.method} {self.uri}>"


class Response(Message):
    """A SIP response."""

    __slots__ = ("reason", "status")

    def __init__(self, status: int, reason: str, headers: Headers, body: bytes = b"") -> None:
        super().__init__(headers, body)
        self.status = status
        self.reason = reason

    def __bytes__(self) -> bytes:
        return self._encode(f"SIP/2.0 {self.status} {self.reason}")

    def __repr__(self) -> str:
        return f"<Response {self.status} {self.reason}>"


class MalformedRequest(RemoteProtocolError):
    """A request that cannot be parsed, but answered: ``request`` holds what could be read of it."""

    def __init__(self, message: str, status: int, request: Request, headers: tuple[tuple[str, str], ...] = ()) -> None:
        super().__init__(message, status, headers)
        self.request = request


def parse_message(data: bytes) -> Request | Response:
    """Parse one datagram.

    Raises MalformedRequest for a broken request of which enough is left to answer it, and RemoteProtocolError with
    ``status`` None for what nobody can or should answer: keep-alives, garbage, broken responses and broken ACKs.
    """
    head, separator, body = data.lstrip(b"\r\n").partition(b"\r\n\r\n")
    # Some senders leave out the empty line where no body follows; the end of the datagram says the same.
    complete = bool(separator) or head.endswith(b"\r\n")
    if not head:
        raise RemoteProtocolError("keep-alive", None)
    start_line, _, rest = head.decode("utf-8", "surrogateescape").partition("\r\n")
    status_line = _STATUS_LINE.fullmatch(start_line)
    if status_line is not None:
        return _parse_response(status_line, rest, body, complete)
    if start_line[:4].upper() == "SIP/":
        raise RemoteProtocolError(f"bad status line {start_line[:64]!r}", None)
    return _parse_request(start_line, rest, body, complete)


def _parse_response(line: re.Match[str], rest: str, body: bytes, complete: bool) -> Response:
    try:
        response = Response(int(line[1]), line[2] or "", {}, body)
        parse_header_lines(rest, response.headers)
        _check(response, complete)
    except RemoteProtocolError as error:
        # Nobody answers a response.
        raise RemoteProtocolError(str(error), None) from None
    return response


def _parse_request(start_line: str, rest: str, body: bytes, complete: bool) -> Request:
    line = _REQUEST_LINE.fullmatch(start_line)
    request = Request(line[1] if line else start_line.partition(" ")[0], line[2] if line else "", {}, body)
    try:
        parse_header_lines(rest, request.headers)
        if line is None:
            raise RemoteProtocolError(f"bad request line {start_line[:64]!r}")
        if line[3] != "2.0":
            # "02.00" is not another version but bad syntax: the digits are a literal.
            zeros = line[3].strip("0") == "2."
            raise RemoteProtocolError(f"SIP version {line[3][:20]}", 400 if zeros else 505)
        _check(request, complete)
        if request.cseq.method != request.method:
            raise RemoteProtocolError(f"CSeq method {request.cseq.method[:20]} in a {request.method[:20]}")
    except RemoteProtocolError as error:
        if error.status is None or not _is_answerable(request, line is not None):
            raise RemoteProtocolError(str(error), None) from None
        raise MalformedRequest(str(error), error.status, request, error.headers) from None
    return request


def _is_answerable(request: Request, has_request_line: bool) -> bool:
    """Whether who sent this can find its request in our answer: by Via and CSeq (section 17.1.3).

    What does not even begin as a request has to look like one otherwise: garbage gets no answer.
    """
    needed = ("Via", "CSeq") if has_request_line else ("Via", *_SINGLE)
    return request.method != "ACK" and all(name in request.headers for name in needed)


def _check(message: Message, complete: bool) -> None:
    """What RFC 3261 section 8.1.1 demands of every message, except Max-Forwards, which RFC 2543 did not know."""
    if not complete:
        raise RemoteProtocolError("no empty line after the headers")
    headers = message.headers
    for name in _SINGLE:
        lines = headers.get(name)
        if lines is None or len(lines) != 1:
            raise RemoteProtocolError(f"{name} is missing or repeated")
    if not headers["Call-ID"][0]:
        raise RemoteProtocolError("Call-ID is empty")
    _ = message.via
    message._from = parse_name_addr(headers["From"][0])
    message._to = parse_name_addr(headers["To"][0])
    message._cseq = parse_cseq(headers["CSeq"][0])
    lengths = headers.get("Content-Length")
    if lengths is not None:
        _check_length(message, lengths)
    forwards = headers.get("Max-Forwards")
    if forwards is not None and (len(forwards) > 1 or not _is_number(forwards[0]) or int(forwards[0]) > 255):
        raise RemoteProtocolError(f"bad Max-Forwards {forwards[0][:20]!r}")


def _check_length(message: Message, lengths: list[str]) -> None:
    text = lengths[0]
    if len(lengths) > 1 or not _is_number(text):
        raise RemoteProtocolError(f"bad Content-Length {text[:20]!r}")
    length = int(text)
    if length > len(message.body):
        raise RemoteProtocolError(f"Content-Length {length}, but {len(message.body)} bytes came")
    if length < len(message.body):
        # Octets beyond the length are no part of the message (RFC 3261 section 18.3).
        message.body = message.body[:length]


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 10

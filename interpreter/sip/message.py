"""SIP messages: parsed lazily from datagrams, built for sending."""


class Request:
    """A SIP request. ``header(name)`` first value or None; ``headers_all(name)`` every value; names canonical."""


class Response:
    """A SIP response: ``status``, ``reason`` and headers as in Request."""

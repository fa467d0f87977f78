"""Whose fault an error is decides its type."""


class SipError(Exception):
    """Anything the SIP room raises on purpose."""


class LocalProtocolError(SipError):
    """Our own caller asked for something that the protocol forbids now: a bug on our side."""


class RemoteProtocolError(SipError):
    """The peer broke the protocol.

    ``status`` is the SIP answer that a *request* deserves (400, 416, 420, 505, 513 ...), None to drop silently.
    ``headers`` go into that answer (``Unsupported`` for a 420, for example). Where the request itself could not be
    parsed, ``message.MalformedRequest`` brings what could be read of it.
    """

    def __init__(self, message: str, status: int | None = 400, headers: tuple[tuple[str, str], ...] = ()) -> None:
        super().__init__(message)
        self.status = status
        self.headers = headers

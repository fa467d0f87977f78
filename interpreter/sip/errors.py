"""Whose fault an error is decides its type."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .message import Request


class SipError(Exception):
    """Anything the SIP room raises on purpose."""


class LocalProtocolError(SipError):
    """Our own caller asked for something that the protocol forbids now: a bug on our side."""


class RemoteProtocolError(SipError):
    """The peer broke the protocol.

    ``status`` is the SIP answer that a *request* deserves (400, 416, 420, 505, 513 ...), None to drop silently.
    ``headers`` go into that answer (``Unsupported`` for a 420, for example). ``request`` is what could be read of
    the request, for answering it; None where there is nothing to answer.
    """

    def __init__(
        self,
        message: str,
        status: int | None = 400,
        headers: tuple[tuple[str, str], ...] = (),
        request: "Request | None" = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.headers = headers
        self.request = request

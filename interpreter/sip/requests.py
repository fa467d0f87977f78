"""Requests of ours outside of calls: OPTIONS, REGISTER to a trunk, and whether a telephone is there."""

from collections.abc import Sequence

from .core import Core
from .digest import Credentials
from .errors import LocalProtocolError
from .events import RequestAnswered, RequestHandle
from .headers import checked_uri, name_addr
from .hop import Hop
from .message import REASONS, Response
from .uac import OutgoingRequest


class Requests:
    """``UserAgent.requests``."""

    def __init__(self, core: Core) -> None:
        self._core = core

    def send(
        self,
        method: str,
        request_uri: str,
        *,
        from_uri: str,
        destination: Hop,
        now: float,
        to_uri: str | None = None,
        headers: Sequence[tuple[str, str]] = (),
        credentials: Credentials | None = None,
    ) -> RequestHandle:
        """Send OPTIONS, REGISTER (to a trunk) or another non-INVITE request; RequestAnswered follows."""
        if method in ("INVITE", "ACK", "CANCEL"):
            raise LocalProtocolError(f"{method} is not sent by itself")
        core = self._core
        handle = RequestHandle(core.new_handle())

        def on_final(response: Response | None, now: float) -> None:
            status, reason = (408, REASONS[408]) if response is None else (response.status, response.reason)
            core.events.append(RequestAnswered(handle=handle, status=status, reason=reason, response=response))

        from_ = name_addr("", from_uri, core.write.token())
        to = name_addr("", to_uri or request_uri)
        request = core.write.out_of_dialog(method, checked_uri(request_uri), from_, to, destination, headers)
        OutgoingRequest(core, on_final, credentials, None).send(request, destination, now)
        return handle

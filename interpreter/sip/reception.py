"""Where a message that has come belongs: to a transaction, to a dialog, or to nothing of ours yet."""

from .core import Core
from .errors import RemoteProtocolError
from .events import MessageDropped
from .hop import Hop
from .in_dialog import DialogCore
from .message import MalformedRequest, Request, Response, parse_message
from .registrar import Registrar
from .server_transactions import InviteServerTransaction
from .transaction_layer import server_key
from .uas import ServerCore, stamp_via


class Reception:
    """Hands each message to whom it is for, and answers what cannot be read."""

    def __init__(self, core: Core, registrar: Registrar | None) -> None:
        self._core = core
        self._server = ServerCore(core, registrar)
        self._in_dialog = DialogCore(core)

    def receive(self, data: bytes, source: Hop, now: float) -> None:
        """Take one datagram. Never raises on what the peer sent."""
        limit = self._core.config.max_datagram_bytes
        request: Request | None = None
        try:
            if len(data) > limit:
                self._refuse_large(data, limit)
            message = parse_message(data)
            if isinstance(message, Request):
                request = message
                self._receive_request(message, source, now)
            else:
                self._receive_response(message, source, now)
        except RemoteProtocolError as error:
            if isinstance(error, MalformedRequest):
                request = error.request
            if data.strip(b"\r\n"):
                status = error.status if request is not None else None
                self._core.events.append(MessageDropped(source=source, status=status, why=str(error)))
            if request is not None:
                self._server.refuse(request, error, source, now)

    def _refuse_large(self, data: bytes, limit: int) -> None:
        """Read only the beginning, to answer 513 if it holds the headers; raises always."""
        why = f"{len(data)} bytes are above the limit of {limit}"
        message: Request | Response | None = None
        try:
            message = parse_message(data[:limit])
        except MalformedRequest as error:
            message = error.request
        except RemoteProtocolError:
            pass
        if isinstance(message, Request) and message.method != "ACK":
            raise MalformedRequest(why, 513, message)
        raise RemoteProtocolError(why, None)

    def _receive_request(self, request: Request, source: Hop, now: float) -> None:
        method = request.method
        transaction = self._core.transactions.find_server(server_key(request, "INVITE" if method == "ACK" else method))
        if transaction is not None:
            if method != "ACK":
                transaction.receive_request(now)
                return
            if not isinstance(transaction, InviteServerTransaction) or transaction.receive_ack(now):
                return
        if method == "ACK":
            self._server.ack(request, now)
            return
        destination = stamp_via(request, source)
        if method == "CANCEL":
            self._server.cancel(request, source, destination, now)
        elif request.to.tag and method != "REGISTER":
            self._in_dialog.receive(request, source, destination, now)
        else:
            self._server.receive(request, source, destination, now)

    def _receive_response(self, response: Response, source: Hop, now: float) -> None:
        transaction = self._core.transactions.find_client(response)
        if transaction is None:
            raise RemoteProtocolError(f"{response.status} belongs to no request of ours", None)
        if len(response.header_values("Via")) > 1:
            raise RemoteProtocolError("response with more than our Via", None)
        transaction.receive_response(response, source, now)

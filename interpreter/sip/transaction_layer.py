"""Finds the transaction of a message, and makes new ones (RFC 3261 sections 17.1.3 and 17.2.3)."""

from collections.abc import Hashable

from .client_transactions import (
    ClientKey,
    ClientTransaction,
    ClientUser,
    InviteClientTransaction,
    NonInviteClientTransaction,
)
from .hop import Hop
from .message import Request, Response
from .server_transactions import InviteServerTransaction, NonInviteServerTransaction, ServerKey, ServerTransaction
from .timers import TimerQueue
from .transaction import Outbox, Times

MAGIC_COOKIE = "z9hG4bK"


def server_key(request: Request, method: str) -> ServerKey:
    """Key of the server transaction that a request of this ``method`` belongs to (INVITE for its ACK and CANCEL).

    The CSeq number is part of it because phones exist (pyVoIP) that repeat a 401-challenged INVITE with the same
    branch. Peers of RFC 2543 days have no unique branch: there Call-ID, From tag and the whole Via must do.
    """
    via = request.via
    branch = via.branch
    number = request.cseq.number
    if branch.startswith(MAGIC_COOKIE) and len(branch) > len(MAGIC_COOKIE):
        return (branch, via.host, via.port, method, number)
    return (request.call_id, request.from_.tag, number, method, via.host, via.port, branch, request.uri)


def merge_key(request: Request) -> Hashable:
    """Same key, other transaction: the request was forked upstream and came twice (RFC 3261 section 8.2.2.2)."""
    cseq = request.cseq
    return (request.call_id, request.from_.tag, cseq.number, cseq.method)


class TransactionLayer:
    """All transactions of one UserAgent."""

    def __init__(self, outbox: Outbox, timers: TimerQueue, times: Times) -> None:
        self._outbox = outbox
        self._timers = timers
        self._times = times
        self._servers: dict[ServerKey, ServerTransaction] = {}
        self._clients: dict[ClientKey, ClientTransaction] = {}
        self._merged: dict[Hashable, ServerTransaction] = {}

    def __len__(self) -> int:
        return len(self._servers) + len(self._clients)

    def find_server(self, key: ServerKey) -> ServerTransaction | None:
        return self._servers.get(key)

    def find_client(self, response: Response) -> ClientTransaction | None:
        return self._clients.get((response.via.branch, response.cseq.method))

    def is_merged(self, request: Request) -> bool:
        """Whether another transaction carries the same request. Ask before ``new_server``."""
        return merge_key(request) in self._merged

    def new_server(self, key: ServerKey, request: Request, destination: Hop) -> ServerTransaction:
        """A server transaction for a request that ``find_server`` did not know."""
        kind = InviteServerTransaction if request.method == "INVITE" else NonInviteServerTransaction
        transaction = kind(key, destination, self._outbox, self._timers, self._times, self._end_server)
        self._servers[key] = transaction
        if not request.to.tag:
            transaction.merge_key = merge_key(request)
            self._merged.setdefault(transaction.merge_key, transaction)
        return transaction

    def send(
        self, request: Request, destination: Hop, user: ClientUser, now: float, patience: float | None = None
    ) -> ClientTransaction:
        """Start a client transaction. The request carries its Via with a fresh branch already.

        patience: see ``ClientTransaction.start``.
        """
        kind = InviteClientTransaction if request.method == "INVITE" else NonInviteClientTransaction
        transaction = kind(request, destination, user, self._outbox, self._timers, self._times, self._end_client)
        self._clients[transaction.key] = transaction
        transaction.start(now, patience)
        return transaction

    def forget_merge(self, transaction: ServerTransaction) -> None:
        """After a 401: phones exist that answer it with the CSeq of the first try, which is no fork."""
        if self._merged.get(transaction.merge_key) is transaction:
            del self._merged[transaction.merge_key]

    def _end_server(self, transaction: ServerTransaction) -> None:
        self._servers.pop(transaction.key, None)
        self.forget_merge(transaction)

    def _end_client(self, transaction: ClientTransaction) -> None:
        self._clients.pop(transaction.key, None)

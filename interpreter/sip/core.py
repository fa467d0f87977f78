"""What the UAS and UAC halves of a UserAgent share: calls, transactions, timers, and the way out."""

from .calls import Calls
from .config import Config, HeaderList
from .events import SipEvent
from .hop import Hop
from .message import Request
from .offering import Offering
from .randomness import Randomness
from .server_transactions import ServerTransaction
from .timers import TimerQueue
from .transaction import Outbox, Times
from .transaction_layer import TransactionLayer
from .writing import Writer


class Core:
    """State of one UserAgent. Not public: UserAgent is."""

    def __init__(self, config: Config, rng: Randomness) -> None:
        self.config = config
        self.rng = rng
        self.times = Times(config.t1, config.t2, config.t4)
        self.timers = TimerQueue()
        self.outbox: Outbox = []
        self.events: list[SipEvent] = []
        self.transactions = TransactionLayer(self.outbox, self.timers, self.times)
        self.calls = Calls()
        self.write = Writer(config, rng)
        self.offering = Offering(config.transfers)
        self._last_handle = 0

    def new_handle(self) -> int:
        """The next call or request handle."""
        self._last_handle += 1
        return self._last_handle

    def is_unwanted(self, source: Hop) -> bool:
        """Whether a request that belongs to nothing of ours is to be dropped."""
        accept = self.config.accept_request
        return accept is not None and not accept(source)

    def reply(
        self, transaction: ServerTransaction, request: Request, status: int, now: float, headers: HeaderList = ()
    ) -> None:
        """Answer a request that makes no dialog."""
        if status == 401:
            self.transactions.forget_merge(transaction)
        transaction.respond(status, self.write.response(request, status, self.write.token(), headers), now)

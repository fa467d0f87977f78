"""INVITE and non-INVITE server transactions (RFC 3261 section 17.2, RFC 6026)."""

from collections.abc import Callable, Hashable

from .errors import LocalProtocolError
from .hop import Hop
from .timers import Timer, TimerQueue, cancel
from .transaction import Outbox, State, Times

ServerKey = Hashable
OnServerEnd = Callable[["ServerTransaction"], None]


class ServerTransaction:
    """A request and our responses to it. Responses are bytes: the machine repeats, it does not read."""

    __slots__ = ("_last", "_on_end", "_outbox", "_timers", "_times", "destination", "key", "merge_key", "state")

    def __init__(
        self, key: ServerKey, destination: Hop, outbox: Outbox, timers: TimerQueue, times: Times,
        on_end: OnServerEnd,
    ) -> None:  # fmt: skip
        self.key = key
        self.destination = destination
        self.merge_key: Hashable = None
        self.state = State.TRYING
        self._outbox = outbox
        self._timers = timers
        self._times = times
        self._on_end = on_end
        self._last: bytes | None = None

    def receive_request(self, now: float) -> None:
        """The request came again."""
        raise NotImplementedError

    def respond(self, status: int, data: bytes, now: float) -> None:
        """Send the TU's response; raises LocalProtocolError after a final one."""
        raise NotImplementedError

    def _send(self, data: bytes) -> None:
        self._outbox.append((data, self.destination))

    def _end_in(self, seconds: float, now: float) -> None:
        if seconds:
            self._timers.start(now + seconds, self._terminate)
        else:
            self._terminate(now)

    def _terminate(self, now: float) -> None:
        self.state = State.TERMINATED
        self._last = None
        self._on_end(self)


class NonInviteServerTransaction(ServerTransaction):
    """Trying, Proceeding, Completed, Terminated (RFC 3261 section 17.2.2)."""

    __slots__ = ()

    def receive_request(self, now: float) -> None:
        if self._last is not None:
            self._send(self._last)

    def respond(self, status: int, data: bytes, now: float) -> None:
        if self.state not in (State.TRYING, State.PROCEEDING):
            raise LocalProtocolError(f"response {status} in state {self.state.name}")
        self._last = data
        self._send(data)
        if status < 200:
            self.state = State.PROCEEDING
            return
        self.state = State.COMPLETED
        self._end_in(self._times.j(self.destination), now)  # timer J


class InviteServerTransaction(ServerTransaction):
    """Proceeding, Completed, Confirmed, Accepted, Terminated (RFC 3261 section 17.2.1 with RFC 6026).

    Repeating a 2xx until its ACK is the UAS core's work, not ours.
    """

    __slots__ = ("_interval", "_timer_g", "_timer_h")

    def __init__(
        self, key: ServerKey, destination: Hop, outbox: Outbox, timers: TimerQueue, times: Times,
        on_end: OnServerEnd,
    ) -> None:  # fmt: skip
        super().__init__(key, destination, outbox, timers, times, on_end)
        self.state = State.PROCEEDING
        self._interval = times.t1
        self._timer_g: Timer | None = None
        self._timer_h: Timer | None = None

    def receive_request(self, now: float) -> None:
        if self.state in (State.PROCEEDING, State.COMPLETED) and self._last is not None:
            self._send(self._last)

    def respond(self, status: int, data: bytes, now: float) -> None:
        if self.state is not State.PROCEEDING:
            raise LocalProtocolError(f"response {status} in state {self.state.name}")
        self._send(data)
        if status < 200:
            self._last = data
        elif status < 300:
            self.state = State.ACCEPTED
            self._last = None
            self._timers.start(now + self._times.give_up, self._terminate)  # timer L
        else:
            self.state = State.COMPLETED
            self._last = data
            if not self.destination.reliable:
                self._timer_g = self._timers.start(now + self._interval, self._on_timer_g)
            self._timer_h = self._timers.start(now + self._times.give_up, self._terminate)

    def receive_ack(self, now: float) -> bool:
        """An ACK of this transaction. True: it belongs to a failure and is dealt with; False: to a 2xx, the core's."""
        if self.state is State.COMPLETED:
            self.state = State.CONFIRMED
            self._last = None
            cancel(self._timer_g)
            cancel(self._timer_h)
            self._end_in(self._times.k(self.destination), now)  # timer I
        return self.state is not State.ACCEPTED

    def _on_timer_g(self, now: float) -> None:
        if self._last is not None:
            self._send(self._last)
        self._interval = min(2 * self._interval, self._times.t2)
        self._timer_g = self._timers.start(now + self._interval, self._on_timer_g)

    def _terminate(self, now: float) -> None:
        cancel(self._timer_g)
        super()._terminate(now)

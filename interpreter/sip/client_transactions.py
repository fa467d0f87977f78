"""INVITE and non-INVITE client transactions (RFC 3261 section 17.1, RFC 6026)."""

from collections.abc import Callable
from typing import Protocol

from .hop import Hop
from .message import Request, Response
from .timers import Timer, TimerQueue, cancel
from .transaction import Outbox, State, Times

ClientKey = tuple[str, str]
"""(branch, CSeq method), RFC 3261 section 17.1.3."""


class ClientUser(Protocol):
    """The TU's side of a client transaction."""

    def on_response(self, response: Response, source: Hop, now: float) -> None:
        """Every response that RFC 3261 shows the TU; for INVITE also each repeated or forked 2xx."""

    def on_timeout(self, now: float) -> None:
        """Timer B or F: nobody answered. The transaction is gone."""


OnClientEnd = Callable[["ClientTransaction"], None]


class ClientTransaction:
    """One request of ours and its responses."""

    __slots__ = (
        "_data", "_interval", "_on_end", "_outbox", "_repeat", "_timeout", "_timers", "_times",
        "destination", "key", "request", "state", "user",
    )  # fmt: skip

    def __init__(
        self, request: Request, destination: Hop, user: ClientUser, outbox: Outbox, timers: TimerQueue,
        times: Times, on_end: OnClientEnd,
    ) -> None:  # fmt: skip
        self.key: ClientKey = (request.via.branch, request.method)
        self.request = request
        self.destination = destination
        self.user = user
        self.state = State.TRYING
        self._data = bytes(request)
        self._outbox = outbox
        self._timers = timers
        self._times = times
        self._on_end = on_end
        self._interval = times.t1
        self._repeat: Timer | None = None
        self._timeout: Timer | None = None

    def start(self, now: float, patience: float | None = None) -> None:
        """Send the request. patience: seconds without any answer until ``on_timeout``, instead of timer B or F."""
        self._outbox.append((self._data, self.destination))
        if not self.destination.reliable:
            self._repeat = self._timers.start(now + self._interval, self._on_repeat)
        give_up = self._times.give_up if patience is None else patience
        self._timeout = self._timers.start(now + give_up, self._on_timeout)

    def receive_response(self, response: Response, source: Hop, now: float) -> None:
        raise NotImplementedError

    def abandon(self) -> None:
        """Forget the transaction; later responses find nothing."""
        self._terminate(0.0)

    def _on_repeat(self, now: float) -> None:
        raise NotImplementedError

    def _on_timeout(self, now: float) -> None:
        self._terminate(now)
        self.user.on_timeout(now)

    def _stop_timers(self) -> None:
        cancel(self._repeat)
        cancel(self._timeout)

    def _linger(self, state: State, seconds: float, now: float) -> None:
        self._stop_timers()
        self.state = state
        if seconds:
            self._timeout = self._timers.start(now + seconds, self._terminate)
        else:
            self._terminate(now)

    def _terminate(self, now: float) -> None:
        self._stop_timers()
        self.state = State.TERMINATED
        self._on_end(self)


class NonInviteClientTransaction(ClientTransaction):
    """Trying, Proceeding, Completed, Terminated (RFC 3261 section 17.1.2)."""

    __slots__ = ()

    def _on_repeat(self, now: float) -> None:  # timer E
        self._outbox.append((self._data, self.destination))
        # After a provisional the interval is T2 at once (section 17.1.2.2).
        longest = self._times.t2
        self._interval = longest if self.state is State.PROCEEDING else min(2 * self._interval, longest)
        self._repeat = self._timers.start(now + self._interval, self._on_repeat)

    def receive_response(self, response: Response, source: Hop, now: float) -> None:
        if self.state not in (State.TRYING, State.PROCEEDING):
            return
        if response.status < 200:
            self.state = State.PROCEEDING
        else:
            self._linger(State.COMPLETED, self._times.k(self.destination), now)  # timer K
        self.user.on_response(response, source, now)


class InviteClientTransaction(ClientTransaction):
    """Calling, Proceeding, Completed, Accepted, Terminated (RFC 3261 section 17.1.1 with RFC 6026)."""

    __slots__ = ("_ack",)

    def __init__(
        self, request: Request, destination: Hop, user: ClientUser, outbox: Outbox, timers: TimerQueue,
        times: Times, on_end: OnClientEnd,
    ) -> None:  # fmt: skip
        super().__init__(request, destination, user, outbox, timers, times, on_end)
        self.state = State.CALLING
        self._ack: bytes | None = None

    def _on_repeat(self, now: float) -> None:  # timer A
        self._outbox.append((self._data, self.destination))
        self._interval *= 2
        self._repeat = self._timers.start(now + self._interval, self._on_repeat)

    def receive_response(self, response: Response, source: Hop, now: float) -> None:
        status = response.status
        if self.state in (State.CALLING, State.PROCEEDING):
            if status < 200:
                self.state = State.PROCEEDING
                self._stop_timers()
            elif status < 300:
                self._linger(State.ACCEPTED, self._times.give_up, now)  # timer M
            else:
                self._send_ack(response)
                self._linger(State.COMPLETED, self._times.d(self.destination), now)  # timer D
            self.user.on_response(response, source, now)
        elif self.state is State.ACCEPTED:
            if 200 <= status < 300:
                self.user.on_response(response, source, now)
        elif self.state is State.COMPLETED and status >= 300 and self._ack is not None:
            self._outbox.append((self._ack, self.destination))

    def _send_ack(self, response: Response) -> None:
        """ACK to a failure, with the response's To (RFC 3261 section 17.1.1.3)."""
        self._ack = bytes(on_same_hop(self.request, "ACK", response.header_lines("To")))
        self._outbox.append((self._ack, self.destination))


def on_same_hop(invite: Request, method: str, to: list[str]) -> Request:
    """The CANCEL of an INVITE, or the ACK to its failure: its URI, Route, branch and CSeq number (section 9.1)."""
    headers = {
        "Via": invite.header_lines("Via")[:1],
        "Max-Forwards": ["70"],
        "Route": invite.header_lines("Route"),
        "From": invite.header_lines("From"),
        "To": to,
        "Call-ID": invite.header_lines("Call-ID"),
        "CSeq": [f"{invite.cseq.number} {method}"],
    }
    return Request(method, invite.uri, headers)

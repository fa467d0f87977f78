"""UserAgent: RFC 3261 UAS and UAC cores over any number of sockets, without the sockets.

Drive it so (``now`` is seconds on any monotonic clock, the same for all calls):

    ua.receive_datagram(data, hop, now)          # whatever a socket read
    for event in ua.events(): ...                # handlers may call TU methods
    for data, hop in ua.datagrams_to_send(): ... # by the socket that hop.connection names
    loop.call_at(ua.next_timer(), ...)           # then ua.handle_timers(now) and flush again

What the TU does is in parts: ``incoming``, ``outgoing``, ``calls`` (answered ones), ``transfers`` (that the peer asks
for) and ``requests`` (outside of calls).
"""

from .config import Config
from .core import Core
from .established import EstablishedCalls
from .events import SipEvent
from .hop import Hop
from .incoming import IncomingCalls
from .outgoing import OutgoingCalls
from .presence import Presence
from .randomness import Randomness
from .reception import Reception
from .registrar import Registrar
from .requests import Requests
from .transfers import Transfers

__all__ = ["Config", "Randomness", "UserAgent"]


class UserAgent:
    """See the module. Not thread-safe."""

    def __init__(self, config: Config, rng: Randomness, registrar: Registrar | None = None) -> None:
        self._core = core = Core(config, rng)
        self._registrar = registrar
        self._presence = None if registrar is None else Presence(core, registrar)
        self._reception = Reception(core, registrar)
        self.incoming = IncomingCalls(core)
        self.outgoing = OutgoingCalls(core)
        self.calls = EstablishedCalls(core, self.incoming, self.outgoing)
        self.requests = Requests(core)
        self.transfers = Transfers(core)

    def receive_datagram(self, data: bytes, source: Hop, now: float) -> None:
        """Take one datagram. Never raises on what the peer sent."""
        self._reception.receive(data, source, now)

    def events(self) -> list[SipEvent]:
        """Events since the last time; empties the list. Call again until it is empty."""
        events, self._core.events = self._core.events, []
        return events

    def datagrams_to_send(self) -> list[tuple[bytes, Hop]]:
        """Datagrams to send now, in order; empties the list."""
        outbox = self._core.outbox
        datagrams = outbox[:]
        outbox.clear()
        return datagrams

    def next_timer(self) -> float | None:
        """When handle_timers wants to be called next; None for never."""
        own = self._core.timers.next_deadline()
        registrar = self._registrar.next_timer() if self._registrar is not None else None
        if own is None or registrar is None:
            return own if registrar is None else registrar
        return min(own, registrar)

    def handle_timers(self, now: float) -> None:
        """Fire every timer that is due."""
        self._core.timers.fire_due(now)
        if self._registrar is not None:
            self._core.events.extend(self._registrar.expire(now))
        if self._presence is not None:
            self._presence.ask_due(now)

    def own_address(self, hop: Hop) -> tuple[str, int]:
        """(host, port) of ours that Via and Contact name towards a hop."""
        return self._core.write.own_address(hop)

    def counts(self) -> dict[str, int]:
        """How much state is held: calls, dialogs, transactions, timers."""
        core = self._core
        return {
            "calls": len(core.calls),
            "dialogs": len(core.calls.dialogs),
            "offers": len(core.calls.offers) + len(core.calls.awaiting_ack),
            "transactions": len(core.transactions),
            "timers": len(core.timers),
        }

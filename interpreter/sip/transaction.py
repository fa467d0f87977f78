"""What the four transaction machines have in common (RFC 3261 section 17, RFC 6026).

| timer | where | value over UDP | over a reliable hop | meaning |
| --- | --- | --- | --- | --- |
| A | INVITE client | T1, doubling | none | send the INVITE again |
| B | INVITE client | 64*T1 | 64*T1 | no answer at all: 408 |
| D | INVITE client | 64*T1 (at least 32 s) | 0 | absorb repeated finals, each gets its ACK |
| M | INVITE client | 64*T1 | 64*T1 | pass on repeated and forked 2xx |
| E | client | T1, doubling up to T2 | none | send the request again |
| F | client | 64*T1 | 64*T1 | no final answer: 408 |
| K | client | T4 | 0 | absorb repeated finals |
| G | INVITE server | T1, doubling up to T2 | none | send the failure again |
| H | INVITE server | 64*T1 | 64*T1 | no ACK to the failure |
| I | INVITE server | T4 | 0 | absorb repeated ACKs |
| L | INVITE server | 64*T1 | 64*T1 | absorb repeated INVITEs after a 2xx |
| J | server | 64*T1 | 0 | absorb repeated requests |
"""

from dataclasses import dataclass
from enum import Enum, auto

from .hop import Hop

Outbox = list[tuple[bytes, Hop]]
"""Where machines put messages: a plain list that the UserAgent empties."""


class State(Enum):
    """States of all four machines; each uses some."""

    CALLING = auto()
    TRYING = auto()
    PROCEEDING = auto()
    COMPLETED = auto()
    CONFIRMED = auto()
    ACCEPTED = auto()
    TERMINATED = auto()


@dataclass(frozen=True, slots=True)
class Times:
    """T1 round trip, T2 longest interval, T4 longest life of a datagram in the network; seconds."""

    t1: float = 0.5
    t2: float = 4.0
    t4: float = 5.0

    @property
    def give_up(self) -> float:
        """64*T1, the end of patience for timers B, F, H, J, L and M."""
        return 64 * self.t1

    def d(self, hop: Hop) -> float:
        """Timer D: at least 32 s over UDP, because the server's timer H may be the default."""
        return 0.0 if hop.reliable else max(32.0, 64 * self.t1)

    def j(self, hop: Hop) -> float:
        """Timer J."""
        return 0.0 if hop.reliable else self.give_up

    def k(self, hop: Hop) -> float:
        """Timers I and K."""
        return 0.0 if hop.reliable else self.t4

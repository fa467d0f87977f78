"""Who may take how much of the house: asked once for each INVITE, registration, request in a dialog, and key.

A party is whoever has a share. What it has in hand (calls at once) and what it takes a second (calls, registrations,
keys, requests) are each held to a limit of its kind; what is above gets a clear answer, and the log a line a minute for
each party. Reads no clock of its own and knows no socket.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import ceil
from typing import Literal, NamedTuple

from interpreter.runtime.allowance import Allowances, Rate
from interpreter.runtime.minute_log import MinuteLog
from interpreter.runtime.settings import Limits, Share
from interpreter.sip.config import Refusal

BURST_SECONDS = 5.0
"""So many seconds' worth of calls, keys or requests may come at once."""

REGISTRATION_BURST_SECONDS = 30.0
"""Telephones register with all their contacts at once, and once more when their network is back."""

UNLIMITED = Share(0, 0.0)

HAVE_THEIR_OWN = ("trunk", "tenant")
"""Kinds whose parties may each have a setting."""

Kind = Literal["extension", "trunk", "tenant", "source", "call"]


class Party(NamedTuple):
    """tenant: "" for an address, which belongs to none. name: its number, name, address or id; a tenant's is its id."""

    tenant: str
    kind: Kind
    name: str

    def __str__(self) -> str:
        of = f" (tenant {self.tenant})" if self.tenant and self.kind != "tenant" else ""
        return f"{self.kind} {self.name}{of}"


class Limiter:
    """See the module.

    own: what a trunk or a tenant may have by its own setting. overall: seconds to wait while the whole
    installation takes no call, None otherwise; asked last, for who is refused for his own sake must not use up what is
    everybody's. clock: seconds, monotonic.
    """

    def __init__(
        self,
        limits: Limits,
        own: Callable[[Party], Share],
        overall: Callable[[], int | None],
        clock: Callable[[], float],
    ) -> None:
        self._limits = limits
        self._own = own
        self._overall = overall
        self._clock = clock
        self._in_hand: dict[Party, int] = {}
        self._shares: dict[str, Share] = {
            "extension": limits.extension, "trunk": limits.trunk, "source": limits.source, "tenant": UNLIMITED,
        }  # fmt: skip
        self._calls: dict[str, Allowances[Party]] = {
            kind: _allowances(share.calls_per_second) for kind, share in self._shares.items()
        }
        self._registrations = _allowances(limits.registrations_per_second, REGISTRATION_BURST_SECONDS)
        self._keys = _allowances(limits.keys_per_second)
        self._requests = _allowances(limits.dialog_requests_per_second)
        self._log = MinuteLog("refused above a limit", clock, lines_each=1)
        self.refused = 0

    # calls

    def admit(self, parties: Sequence[Party]) -> Refusal | None:
        """Whether one more call may come that is a call of all of these: then it counts in their rates.

        An extension that has its calls in hand is busy (486); for the rest it is 503 (RFC 3261 sections 21.4.24 and
        21.5.4), always with Retry-After.
        """
        now = self._clock()
        for party in parties:
            most = self._most(party)
            if most is not None and self._in_hand.get(party, 0) >= most:
                status = 486 if party.kind == "extension" else 503
                return self._refuse(party, status, self._limits.retry_after_seconds, "%s has %d calls at once", most)
        for party in parties:
            rate = self._rate(party)
            wait = self._calls[party.kind].of(party, now, rate).wait(rate, now)
            if wait:
                return self._refuse(party, 503, wait, "%s makes more than %g calls a second", rate.per_second)
        overall = self._overall()
        if overall is not None:
            return Refusal(503, overall)
        for party in parties:
            self._calls[party.kind].of(party, now).take()
        return None

    def take(self, party: Party) -> bool:
        """One more call in hand; False where it may have no more."""
        most = self._most(party)
        taken = self.in_hand(party)
        if most is not None and taken >= most:
            return False
        self._in_hand[party] = taken + 1
        return True

    def free(self, party: Party) -> None:
        """That call is over."""
        left = self._in_hand[party] - 1
        if left:
            self._in_hand[party] = left
        else:
            del self._in_hand[party]

    def in_hand(self, party: Party) -> int:
        return self._in_hand.get(party, 0)

    # the rest

    def registers(self, party: Party) -> int | None:
        """Seconds for the Retry-After of a 503 to one registration too many; None where it is fine."""
        return self._spend(self._registrations, party, "%s registers more than %g times a second")

    def requests(self, party: Party) -> int | None:
        """The same for a request within the dialog of a call."""
        return self._spend(self._requests, party, "%s: more than %g requests a second in its dialog")

    def takes_key(self, party: Party) -> bool:
        """Whether one more key of a call counts."""
        return self._spend(self._keys, party, "%s: more than %g keys a second") is None

    def forget(self, party: Party) -> None:
        """Its keys and requests will be no more."""
        self._keys.forget(party)
        self._requests.forget(party)

    def flush(self) -> None:
        """Let the log catch up; to be called now and then."""
        self._log.flush()

    # inside

    def _most(self, party: Party) -> int | None:
        """Calls at once, None without limit."""
        own = self._own(party).calls if party.kind in HAVE_THEIR_OWN else 0
        return min(filter(None, (own, self._shares[party.kind].calls)), default=None)

    def _rate(self, party: Party) -> Rate:
        """Of calls."""
        own = self._own(party).calls_per_second if party.kind in HAVE_THEIR_OWN else 0.0
        return _rate(own) if own else self._calls[party.kind].rate

    def _spend(self, allowances: Allowances[Party], party: Party, message: str) -> int | None:
        wait = allowances.spend(party, self._clock())
        return self._refuse(party, 503, wait, message, allowances.rate.per_second).retry_after if wait else None

    def _refuse(self, party: Party, status: int, wait: float, message: str, limit: float) -> Refusal:
        self.refused += 1
        self._log.note(party, message + ": more are refused", party, limit)
        return Refusal(status, max(1, ceil(wait)))


def _rate(per_second: float, burst_seconds: float = BURST_SECONDS) -> Rate:
    return Rate(per_second, max(1.0, per_second * burst_seconds))


def _allowances(per_second: float, burst_seconds: float = BURST_SECONDS) -> Allowances[Party]:
    return Allowances(_rate(per_second, burst_seconds))

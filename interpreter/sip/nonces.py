"""The server's nonces (RFC 7616 sections 3.3 and 5.4): made without being kept, kept once they were used.

A nonce is its time and some randomness, signed, so challenging a flood of strangers costs no memory. Only one that a
proven user has answered is remembered, with its highest nc: for each user so many, for each address of a user fewer,
and the oldest go first. What went is not taken again: of a user's nonces, those not remembered must be younger than
any that had to go. So a user who answers without end makes only nonces of that user stale, and no replay gets in.
"""

from dataclasses import dataclass, field
from hmac import compare_digest, digest

from .aor import Aor
from .randomness import Randomness
from .timers import TimerQueue

NONCES_PER_ADDRESS = 32
"""Of one user from one address. A telephone that answers each challenge anew makes one for each request."""

NONCES_PER_USER = 256

_STAMP = 32
"""Characters: milliseconds and randomness, 64 bits each in hex."""


@dataclass(slots=True)
class _Used:
    """The remembered nonces of one user, oldest first.

    counts: nonce -> (highest nc, address). floor: the youngest stamp that had to go, in milliseconds.
    """

    counts: dict[str, tuple[int, str]] = field(default_factory=dict)
    floor: int = -1

    def forget_one(self, host: str | None) -> None:
        """Let the oldest go, of this address where one is named."""
        nonce = next(n for n, (_, at) in self.counts.items() if host is None or at == host)
        del self.counts[nonce]
        self.floor = max(self.floor, _made_at(nonce))


class Nonces:
    """See the module. ``now``: seconds on the caller's clock; lifetime_s: how long a nonce is taken."""

    def __init__(self, rng: Randomness, lifetime_s: float) -> None:
        self._rng = rng
        self._lifetime_s = lifetime_s
        self._secret = rng.getrandbits(256).to_bytes(32, "big")
        self._users: dict[Aor, _Used] = {}
        self._timers = TimerQueue()
        self._forgotten: dict[Aor, int] = {}

    def __len__(self) -> int:
        """How many are remembered."""
        return sum(len(used.counts) for used in self._users.values())

    def take_forgotten(self) -> dict[Aor, int]:
        """AoR -> how many had to go before their time since the last call; an alarm: no telephone needs so many."""
        forgotten, self._forgotten = self._forgotten, {}
        return forgotten

    def new(self, now: float) -> str:
        stamp = f"{int(now * 1000) & (1 << 64) - 1:016x}{self._rng.getrandbits(64):016x}"
        return stamp + self._sign(stamp)

    def use(self, nonce: str, count: int, user: Aor, host: str, now: float) -> bool:
        """Whether the nonce is ours, not expired and its nc not used before; then it is used now.

        user: who has proved to be it. Without qop there is no nc: such a nonce serves once, with count 1.
        """
        self._timers.fire_due(now)
        if not compare_digest(self._sign(nonce[:_STAMP]).encode(), nonce[_STAMP:].encode("utf-8", "replace")):
            return False
        if now >= self._expires(nonce):
            return False
        used = self._users.get(user)
        if used is None:
            used = self._users[user] = _Used()
            self._tidy_later(user, now)
        known = used.counts.get(nonce)
        if known is None and _made_at(nonce) <= used.floor:
            return False
        if count <= (0 if known is None else known[0]):
            return False
        if known is None:
            self._make_room(used, user, host)
        used.counts[nonce] = (count, host)
        return True

    def made_at(self, nonce: str) -> float:
        """When a nonce of ours was made, on the ``now`` clock, to the millisecond before."""
        return _made_at(nonce) / 1000

    def _make_room(self, used: _Used, user: Aor, host: str) -> None:
        if sum(at == host for _, at in used.counts.values()) >= NONCES_PER_ADDRESS:
            used.forget_one(host)
        elif len(used.counts) >= NONCES_PER_USER:
            used.forget_one(None)
        else:
            return
        self._forgotten[user] = self._forgotten.get(user, 0) + 1

    def _tidy_later(self, user: Aor, now: float) -> None:
        """One timer a user, however many nonces there are."""
        self._timers.start(now + self._lifetime_s, lambda now: self._tidy(user, now))

    def _tidy(self, user: Aor, now: float) -> None:
        used = self._users[user]
        used.counts = {nonce: use for nonce, use in used.counts.items() if self._expires(nonce) > now}
        if used.counts or self._expires_at(used.floor) > now:
            self._tidy_later(user, now)
        else:
            del self._users[user]

    def _expires(self, nonce: str) -> float:
        return self._expires_at(_made_at(nonce))

    def _expires_at(self, made_at: int) -> float:
        return made_at / 1000 + self._lifetime_s

    def _sign(self, stamp: str) -> str:
        return digest(self._secret, stamp.encode("ascii", "replace"), "sha256").hex()[:32]


def _made_at(nonce: str) -> int:
    """Milliseconds; of a nonce whose signature fits."""
    return int(nonce[: _STAMP // 2], 16)

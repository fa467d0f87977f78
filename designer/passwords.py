"""Passwords: argon2id hashes (RFC 9106), made and checked in one place."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError

from designer.settings import WebSettings

AT_ONCE = 2
"""So many hashes are computed at once: each takes 64 MiB and four threads."""

PATIENCE_SECONDS = 10.0


class PasswordsBusy(Exception):
    """Others' passwords are being checked, and it was not this one's turn in time."""


class Passwords:
    """Hashes and checks passwords with the given cost, a few at once.

    A check against no user costs the same as a real one, so that timing does not tell which names exist.
    ``hash`` and ``matches`` raise PasswordsBusy after ``patience`` seconds in the queue.
    """

    def __init__(
        self,
        *,
        time_cost: int = 3,
        memory_kib: int = 65536,
        parallelism: int = 4,
        at_once: int = AT_ONCE,
        patience: float = PATIENCE_SECONDS,
    ) -> None:
        self._turns = threading.BoundedSemaphore(at_once)
        self._patience = patience
        self._hasher = PasswordHasher(time_cost=time_cost, memory_cost=memory_kib, parallelism=parallelism)
        self._nobody = self._hasher.hash("nobody signs in with this")

    @classmethod
    def from_settings(cls, settings: WebSettings) -> Passwords:
        """With the costs that the settings name."""
        return cls(
            time_cost=settings.password_time_cost,
            memory_kib=settings.password_memory_kib,
            parallelism=settings.password_parallelism,
        )

    def hash(self, password: str) -> str:
        """A new salted hash in the PHC string format."""
        with self.turn():
            return self._hasher.hash(password)

    def matches(self, stored: str | None, password: str) -> bool:
        """Whether the password belongs to the stored hash; None stands for an unknown user."""
        try:
            with self.turn():
                self._hasher.verify(stored or self._nobody, password)
        except (Argon2Error, InvalidHashError):
            return False
        return stored is not None

    def outdated(self, stored: str) -> bool:
        """Whether the hash was made with other costs and should be made anew at this sign-in."""
        return self._hasher.check_needs_rehash(stored)

    @contextmanager
    def turn(self) -> Iterator[None]:
        """One of the few at once. Raises PasswordsBusy."""
        if not self._turns.acquire(timeout=self._patience):
            raise PasswordsBusy
        try:
            yield
        finally:
            self._turns.release()

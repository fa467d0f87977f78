"""Passwords: argon2id hashes (RFC 9106), made and checked in one place."""

from __future__ import annotations

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError

from designer.settings import WebSettings


class Passwords:
    """Hashes and checks passwords with the given cost.

    A check against no user costs the same as a real one, so that timing does not tell which names exist.
    """

    def __init__(self, *, time_cost: int = 3, memory_kib: int = 65536, parallelism: int = 4) -> None:
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
        return self._hasher.hash(password)

    def matches(self, stored: str | None, password: str) -> bool:
        """Whether the password belongs to the stored hash; None stands for an unknown user."""
        try:
            self._hasher.verify(stored or self._nobody, password)
        except (Argon2Error, InvalidHashError):
            return False
        return stored is not None

    def outdated(self, stored: str) -> bool:
        """Whether the hash was made with other costs and should be made anew at this sign-in."""
        return self._hasher.check_needs_rehash(stored)

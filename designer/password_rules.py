"""Which new passwords are refused: short ones, and those that are guessed soon (zxcvbn knows the breached lists)."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterable

from zxcvbn import zxcvbn

from designer.errors import field_error
from store.permissions import permissions_of

LEAST_GUESSES = 1e8
"""More than a stranger gets through the pauses in a lifetime."""

READ = 72
"""Characters that are looked at: the time grows with the square of the length."""

_lock = threading.Lock()  # zxcvbn keeps the user's own words in a table that all calls share


def shortest(role: str) -> int:
    """Characters that a password of this role has at least."""
    return 12 if "users.edit" in permissions_of(role) else 8


def check_new(password: str, role: str, about: Iterable[str], *, field: str) -> None:
    """about: names that everybody tries first, the user's and the company's. Raises ApiError 422 at the field."""
    if len(password) < shortest(role):
        raise field_error(field, "field.too_short", limit=shortest(role))
    if guesses(password, about) < LEAST_GUESSES:
        raise field_error(field, "password_guessable")


def guesses(password: str, about: Iterable[str]) -> float:
    """How many tries somebody needs who knows what people choose."""
    words: set[str] = set()
    for name in ("zongji", "总机", *about):
        parts = re.findall(r"[^\W_]+", name)
        words |= {name, "".join(parts), *parts}
    with _lock:
        return float(zxcvbn(password[:READ], user_inputs=sorted(words))["guesses"])

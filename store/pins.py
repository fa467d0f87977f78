"""PINs of some digits, as they are kept: salted and hashed.

A hash hides four digits from nobody who has the database; it keeps them from being read in passing. Who tries PINs by
telephone is stopped by their number (``interpreter.calls.exchange``).
"""

from __future__ import annotations

import hashlib
import hmac
import secrets

NO_PIN = ""
"""In the place of a hash: no PIN fits."""


def hash_pin(pin: str) -> str:
    """``sha256$SALT$HEX``."""
    salt = secrets.token_hex(8)
    return f"sha256${salt}${_digest(salt, pin)}"


def pin_fits(kept: str, pin: str) -> bool:
    """Whether it is the PIN that was hashed."""
    kind, _, rest = kept.partition("$")
    salt, _, digest = rest.partition("$")
    return kind == "sha256" and bool(pin) and hmac.compare_digest(digest, _digest(salt, pin))


def _digest(salt: str, pin: str) -> str:
    return hashlib.sha256(f"{salt}{pin}".encode()).hexdigest()

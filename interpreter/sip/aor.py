"""Addresses-of-record: whom registrations, and calls that proved whose they are, belong to (RFC 3261 section 6)."""

from typing import NamedTuple


class Aor(NamedTuple):
    """A user of one of our domains. domain: the TU's own name for it, whatever hosts telephones know it by."""

    domain: str
    user: str

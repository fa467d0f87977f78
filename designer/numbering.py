"""Numbers in calls and messages: stored as E.164 digits, shown as people dial them."""

from __future__ import annotations

import re

from store.numbers import national

HOME = re.compile(r"86[0-9]{9,}")


def dialled(number: str) -> str:
    """``864001234567`` -> ``4001234567``; extensions, names and numbers of other countries stay as they are."""
    return national(number) if HOME.fullmatch(number) else number


def as_stored(q: str) -> str:
    """What to search for: a number typed with the trunk prefix 0 is stored without it."""
    return q[1:] if re.fullmatch(r"0[1-9][0-9]{2,}", q) else q

"""Text that strangers send, made fit for JSON, a database and a screen."""

from __future__ import annotations

import re

_UNFIT = re.compile("[\x00-\x1f\x7f\ud800-\udfff]")
REPLACEMENT = "\N{REPLACEMENT CHARACTER}"


def is_clean(text: str) -> bool:
    """Whether ``clean`` would leave it as it is, whatever its length."""
    return _UNFIT.search(text) is None


def clean(text: str, longest: int) -> str:
    """At most ``longest`` characters, with U+FFFD for control characters and for octets that were no UTF-8.

    SIP messages are decoded with ``surrogateescape`` so that they go out as they came in; but a lone surrogate is
    no text in JSON, and PostgreSQL takes no U+0000.
    """
    return _UNFIT.sub(REPLACEMENT, text[:longest])

"""Numbers of other countries (E.164): plausible or not.

Enough to keep them without ``phonenumbers``, which is slow to import and which no runtime should carry.
Hong Kong (852), Macao (853) and Taiwan (886) are abroad.
"""

from __future__ import annotations

import re

_COUNTRY_CODE = re.compile(
    r"1|7|2[07]|3[0-469]|4[013-9]|5[1-8]|6[0-6]|8[1246]|9[0-58]|[2-689][0-9]{2}"  # the last: codes of three digits
)
SHORTEST, LONGEST = 7, 15
"""Digits of a whole number, its country code among them."""

_KEEPS_ZERO = frozenset(
    ("39", "47", "225", "227", "229", "241", "242", "267", "268", "378", "379", "501", "676", "679", "687", "853")
)
"""Countries where a number may begin with 0 after the country code too; a test asks ``phonenumbers``."""

_NORTH_AMERICA = re.compile(r"1[2-9][0-9]{9}")


def e164(digits: str) -> str | None:
    """The E.164 digits of what follows ``+`` or 00; None for what no number can be.

    A trunk 0 that was kept, as in ``+44 (0)20 ...``, is dropped where the country has none.
    """
    code = country_code(digits)
    if not code:
        return None
    if code not in _KEEPS_ZERO and digits[len(code)] == "0":
        digits = code + digits[len(code) + 1 :]
    if code == "1" and not _NORTH_AMERICA.fullmatch(digits):
        return None
    return digits if SHORTEST <= len(digits) <= LONGEST else None


def country_code(digits: str) -> str:
    """The country code that ``digits`` begin with, "" where none does or nothing follows it."""
    match = _COUNTRY_CODE.match(digits)
    return match[0] if match and len(digits) > len(match[0]) else ""

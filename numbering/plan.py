"""Telephone numbers: from what people write and switches send to E.164 digits without ``+``, and back.

Records keep E.164; flows and telephones see what people at home write.

Chinese shapes are decided by rules of our own, for every call needs them; the library ``phonenumbers`` (slow to
import, tens of megabytes) is loaded only for a number of another country.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

ABROAD = "00"
"""Dialled before the country code."""

_SEPARATORS = re.compile(r"[\s\-().·/]+")
_MOBILE = re.compile(r"1[3-9][0-9]{9}")
_SERVICE = re.compile(r"[48]00[0-9]{7}")
_LANDLINE = re.compile(r"(?:10|2[0-9])[0-9]{8}|[3-9][0-9]{2}[0-9]{7,8}")
_SHORT = re.compile(r"[0-9]{1,8}")
_MAX_E164 = 15


class NotANumber(ValueError):
    """The text has the shape of no telephone number."""


def normalise(text: str) -> str:
    """E.164 digits without ``+``: ``400-123-4567`` -> ``864001234567``, ``010-6552 9988`` -> ``861065529988``.

    Up to 8 digits (extensions, 10086, 95588, local numbers without area code) stay as they are.
    Raises NotANumber for what is no telephone number.
    """
    digits = _SEPARATORS.sub("", unicodedata.normalize("NFKC", text))
    if digits.startswith("+"):
        return _international(digits[1:], text)
    if not digits.isascii() or not digits.isdigit():
        raise NotANumber(text)
    if digits.startswith("00"):
        return _international(digits[2:], text)
    if _SHORT.fullmatch(digits) and not digits.startswith("0"):
        return digits
    home = _chinese(digits)
    if home is None:
        raise NotANumber(text)
    return home


def normalise_or_keep(text: str) -> str:
    """Like ``normalise``, but what is no number (``anonymous``, a SIP user name) comes back unchanged."""
    try:
        return normalise(text)
    except NotANumber:
        return text


def national(digits: str) -> str:
    """As people at home dial it: ``864001234567`` -> ``4001234567``, ``861065529988`` -> ``01065529988``."""
    home = digits.removeprefix("86")
    if len(digits) <= 8 or home == digits:
        return digits if len(digits) <= 8 else f"+{digits}"
    return f"0{home}" if _LANDLINE.fullmatch(home) and not _SERVICE.fullmatch(home) else home


@lru_cache(maxsize=4096)  # bounded, for what callers are called is their choice
def at_home(text: str) -> str:
    """As the telephone of somebody at home shows it and dials it back: ``+8613812345678`` -> ``13812345678``,
    ``861065529988`` -> ``01065529988``, ``+1 650 253 0000`` -> ``0016502530000``; extensions stay as they are.

    text: as a switch or a person writes it. What is no number (``anonymous``) comes back unchanged.
    """
    try:
        digits = normalise(text)
    except NotANumber:
        return text
    home = national(digits)
    return f"{ABROAD}{digits}" if home.startswith("+") else home


def display(digits: str) -> str:
    """As people write it: ``400-123-4567``, ``138 1234 5678``, ``010-6552 9988``, ``+1 650-253-0000``."""
    home = national(digits)
    if home.startswith("+"):
        return _foreign(digits)
    if _SERVICE.fullmatch(home):
        return f"{home[:3]}-{home[3:6]}-{home[6:]}"
    if _MOBILE.fullmatch(home):
        return f"{home[:3]} {home[3:7]} {home[7:]}"
    if home.startswith("0"):
        area = 3 if home[1] in "12" else 4
        return f"{home[:area]}-{home[area:-4]} {home[-4:]}"
    return home


def _chinese(digits: str) -> str | None:
    """``digits`` as dialled inside China, None where they have no shape known there."""
    for home in (digits, digits.removeprefix("0"), digits.removeprefix("86")):
        if _SERVICE.fullmatch(home) or _MOBILE.fullmatch(home):
            return f"86{home}"
        if home != digits and _LANDLINE.fullmatch(home):
            return f"86{home}"
    return None


def _international(digits: str, text: str) -> str:
    if not digits.isascii() or not digits.isdigit() or not 5 <= len(digits) <= _MAX_E164 or digits[0] == "0":
        raise NotANumber(text)
    if digits.startswith("86"):
        home = _chinese(digits)
        if home is None:
            raise NotANumber(text)
        return home
    import phonenumbers  # late: see above

    try:
        parsed = phonenumbers.parse(f"+{digits}", None)
    except phonenumbers.NumberParseException:
        raise NotANumber(text) from None
    if not phonenumbers.is_possible_number(parsed):
        raise NotANumber(text)
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164).removeprefix("+")


def _foreign(digits: str) -> str:
    import phonenumbers

    try:
        parsed = phonenumbers.parse(f"+{digits}", None)
    except phonenumbers.NumberParseException:
        return f"+{digits}"
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.INTERNATIONAL)


"""Telephone numbers: from what people write and switches send to one form that records keep, and back.

Kept are E.164 digits without ``+``. Two kinds have no E.164 form that would lead anywhere: up to 8 digits (extensions,
10086, 95588, local numbers without area code) stay as they are, and 110 or 12345 behind an area code stays as dialled
where 86 before it would make it look like one of these. A 700 number has 86 and 15 digits, more than E.164 allows.
Flows and telephones see what people at home dial (``at_home``), the page shows it in groups (``display``).

Every way in uses ``normalise``: SIP, flows, scenarios, the page, the command line, searches.
"""

from __future__ import annotations

from functools import lru_cache

from numbering import abroad, china
from numbering.spelling import compact, is_digits
from numbering.writing import written

ABROAD = "00"
"""Dialled before the country code."""


class NotANumber(ValueError):
    """The text has the shape of no telephone number."""


def normalise(text: str) -> str:
    """As records keep it: ``400-123-4567`` -> ``864001234567``, ``010-6552 9988`` -> ``861065529988``, ``+86 95588`` ->
    ``95588``, ``+44 (0)20 7946 0018`` -> ``442079460018``.

    text: in any spelling, also as a ``tel:`` URI without parameters. Raises NotANumber for what is no telephone number.
    """
    digits = compact(text)
    if digits[:4].lower() == "tel:":
        digits = digits[4:]
    if digits.startswith("+"):
        kept = _international(digits[1:].removeprefix(ABROAD))
    elif digits.startswith(ABROAD):
        kept = _international(digits[len(ABROAD) :])
    elif is_digits(digits):
        kept = _dialled_here(digits)
    else:
        kept = None
    if kept is None:
        raise NotANumber(text)
    return kept


def normalise_or_keep(text: str) -> str:
    """Like ``normalise``, but what is no number (``anonymous``, a SIP user name) comes back unchanged."""
    try:
        return normalise(text)
    except NotANumber:
        return text


def national(kept: str) -> str:
    """A kept number as people at home dial it: ``864001234567`` -> ``4001234567``, ``861065529988`` ->
    ``01065529988``; one of another country as ``+16502530000``. What is no number comes back unchanged.
    """
    if len(kept) <= china.SHORT_DIGITS or kept[0] == "0" or not is_digits(kept):
        return kept
    number = kept.removeprefix(china.COUNTRY)
    if number != kept:
        return china.dialled(number) if china.kind_of(number) else kept
    return f"+{kept}" if abroad.e164(kept) == kept else kept


@lru_cache(maxsize=4096)  # bounded, for what callers are called is their choice
def at_home(text: str) -> str:
    """As the telephone of somebody at home shows it and dials it back: ``+8613812345678`` -> ``13812345678``,
    ``861065529988`` -> ``01065529988``, ``+1 650 253 0000`` -> ``0016502530000``; extensions stay as they are.

    text: as a switch or a person writes it. What is no number (``anonymous``) comes back unchanged.
    """
    try:
        return home_of(normalise(text))
    except NotANumber:
        return text


def home_of(kept: str) -> str:
    """A kept number as people at home dial it, 00 before one of another country: ``442079460018`` ->
    ``00442079460018``. What is no number comes back unchanged.
    """
    home = national(kept)
    return f"{ABROAD}{home[1:]}" if home.startswith("+") else home


def to_dial(text: str) -> str:
    """What to dial for a number that somebody wrote down: as ``at_home``; a code such as ``*72`` without separators."""
    home = at_home(text)
    return home if is_digits(home) else compact(text)


def nationwide(kept: str) -> str | None:
    """The service that is reached by a kept number with an area code: ``862195588`` -> ``95588``; None for others."""
    national_number = kept.removeprefix("0" if kept.startswith("0") else china.COUNTRY)
    service = china.nationwide(national_number) if national_number != kept else None
    return None if service is None else china.stored(service)


def display(kept: str) -> str:
    """A kept number as the page writes it, in groups: ``400-123-4567``, ``138 1234 5678``, ``010-6552 9988``."""
    return written(national(kept))


def _dialled_here(digits: str) -> str | None:
    if len(digits) <= china.SHORT_DIGITS and digits[0] != "0":
        return digits
    number = china.from_home(digits)
    return None if number is None else china.stored(number)


def _international(digits: str) -> str | None:
    if not is_digits(digits):
        return None
    if not digits.startswith(china.COUNTRY):
        return abroad.e164(digits)
    number = china.from_abroad(digits[len(china.COUNTRY) :])
    return None if number is None else china.stored(number)

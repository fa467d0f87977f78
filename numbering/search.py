"""What to look for among kept numbers when somebody types a number, or a part of one, as it is shown somewhere."""

from __future__ import annotations

from dataclasses import dataclass

from numbering.china import COUNTRY
from numbering.plan import ABROAD, normalise_or_keep
from numbering.spelling import compact, is_digits


@dataclass(frozen=True, slots=True)
class Sought:
    """A kept number is found that has ``within`` anywhere, or begins with one of ``beginnings``. All are digits."""

    within: str | None
    beginnings: frozenset[str]


def sought(typed: str) -> Sought | None:
    """``010-6552`` -> kept numbers that have 0106552 or begin with 86106552; None for a text that is no number."""
    digits = compact(typed)
    international = digits.startswith("+")
    digits = digits.removeprefix("+")
    if not is_digits(digits):
        return None
    beginnings = {_kept_beginning(digits, international)}
    whole = normalise_or_keep(typed)
    if is_digits(whole):
        beginnings.add(whole)
    return Sought(None if international else digits, frozenset(beginnings - {""}))


def _kept_beginning(digits: str, international: bool) -> str:
    """How a kept number begins that is written with these digits first; "" where it is written as it is kept."""
    if international or digits.startswith(ABROAD):
        digits = digits.removeprefix(ABROAD)
        return COUNTRY + digits.removeprefix(COUNTRY).removeprefix("0") if digits.startswith(COUNTRY) else digits
    return COUNTRY + digits[1:] if digits.startswith("0") else ""

"""Numbers that are called, in the spellings of people and of the page: which digits belong together."""

from __future__ import annotations

import re
from typing import Final

_MOBILE: Final = r"1[3-9]\d(?:[ -]?\d){8}"
_SERVICE: Final = r"[48]00(?:[ -]?\d){7}"
_LANDLINE: Final = r"(?:\(0\d{2,3}\)|0\d{2,3})[ -]{0,2}\d{3,4}[ -]?\d{4}"
_ABROAD: Final = r"(?:\+\d|00[1-9])\d{0,2}(?:[ -]?\(?\d{1,8}\)?){1,6}"
_GROUPS: Final = r"\d{3}-\d{3,4}-\d{4}"
_EXTENSION: Final = r"(?:(?:-| ?转 ?| ?(?:ext|x)\.? ?)(?P<extension>\d{1,6}))?"

CALLED: Final = rf"(?P<called>{_MOBILE}|{_SERVICE}|{_LANDLINE}|{_ABROAD}|{_GROUPS}){_EXTENSION}(?![\d.]?\d)"
"""What is a telephone number by its shape alone."""

CALLED_HERE: Final = r"\d{3,4}(?:[ -]\d{3,4}){1,2}(?![\d.]?\d)"
"""What is one where words say so: ``电话 6552 9988``."""

_LONG: Final = (
    re.compile(r"(1[3-9]\d)(\d{4})(\d{4})"),
    re.compile(r"([48]00)(\d{3})(\d{4})"),
    re.compile(r"(01\d|02\d)(\d{4})(\d{4})"),
    re.compile(r"(0[3-9]\d{2})(\d{3,4})(\d{4})"),
    re.compile(r"(\d{4})(\d{4})"),
    re.compile(r"(86)(1[3-9]\d)(\d{4})(\d{4})"),
)


def groups(number: str) -> list[str]:
    """``010-6552 9988`` -> ``["010", "6552", "9988"]``; unbroken numbers are broken as people read them."""
    written = re.findall(r"\d+", number)
    return [part for group in written for part in _broken(group)]


def _broken(digits: str) -> tuple[str, ...]:
    return next((tuple(m.groups()) for pattern in _LONG if (m := pattern.fullmatch(digits))), (digits,))


SERVICE_NUMBER: Final = re.compile(r"(?:95|96)\d{3,6}|100(?!00)\d{2}|1010\d{4}|11[68]114|12(?:[13]\d\d|[05]\d0)")
"""Short numbers that are known by five digits or more, without a word beside them."""

EMERGENCY: Final = re.compile(r"11[0-9]|12[0-2]")

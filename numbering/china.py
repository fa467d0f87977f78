"""National numbers of mainland China: what may follow ``+86``, of which kind it is, and how it is dialled at home.

A national number has no trunk 0: ``1065529988`` is the landline that people dial as ``01065529988``. Shapes after the
numbering plan of the ministry (电信网编号计划); where a number could be of two kinds, the order in ``kind_of`` decides,
for every spelling alike.
"""

from __future__ import annotations

import re
from typing import Final, Literal

from numbering.area_codes import EIGHT_DIGITS, LARGE_CITIES, SEVEN_DIGITS

Kind = Literal["mobile", "freephone", "relay", "landline", "local_service", "service"]
"""freephone: 400 and 800. relay: a 700 number of 15 digits, which stands between two parties. service: 95588, 10086 and
numbers like them; local_service: one of these behind an area code."""

COUNTRY: Final = "86"

SHORT_DIGITS: Final = 8
"""Up to so many digits without area code stay as they are: an extension, a local number or a service may be meant."""

_LONGEST_EXTENSION: Final = 6

_MOBILE = re.compile(r"1[3-9][0-9]{9}")
_FREEPHONE = re.compile(r"[48]00[0-9]{7}")
_RELAY = re.compile(r"700[0-9]{12}")
_FAMILIAR = r"11[0-9]|12[0-9]|(?:100|11[0-9]|12[0-9]|179)[0-9]{2}|11[68]114|9[56][0-9]{3,9}"
"""110, 12345, 10086, 116114, 95588 and longer numbers of their kind."""

_LOCAL_SERVICE = re.compile(_FAMILIAR)
_SERVICE = re.compile(rf"{_FAMILIAR}|100[0-9]{{3,5}}|11[68][0-9]{{3}}|1010[0-9]{{4}}")


def kind_of(number: str) -> Kind | None:
    """The kind of a national number, None for what has no shape known in China."""
    if _MOBILE.fullmatch(number):
        return "mobile"
    if _FREEPHONE.fullmatch(number):
        return "freephone"
    if _RELAY.fullmatch(number):
        return "relay"
    area = area_of(number)
    local = number[len(area) :]
    if area and _is_local_number(area, local):
        return "landline"
    if area and _LOCAL_SERVICE.fullmatch(local):
        return "local_service"
    if _SERVICE.fullmatch(number):
        return "service"
    if area and len(local) in ((8,) if area in LARGE_CITIES else (7, 8)):  # cities go over to eight digits
        return "landline"
    return None


def area_of(number: str) -> str:
    """The area code that a national number begins with, "" where no such code exists."""
    if number[:2] in LARGE_CITIES:
        return number[:2]
    code = number[:3]
    return code if code in EIGHT_DIGITS or code in SEVEN_DIGITS else ""


def from_home(digits: str) -> str | None:
    """The national number that is dialled as ``digits`` inside China, None where there is none.

    ``digits`` may also be a national number that lost its trunk 0, or has 86 before it.
    """
    number = digits.removeprefix("0")
    kind = kind_of(number)
    if number != digits:
        # a trunk 0 before any other number counts for nothing; but an extension may begin with 0
        return number if kind and (takes_trunk_zero(kind) or len(digits) > _LONGEST_EXTENSION) else None
    if kind == "landline" and not _begins_local_number(number[len(area_of(number))]):
        kind = None  # without its 0 only what surely is one
    if kind:
        return number
    return from_abroad(number[len(COUNTRY) :]) if number.startswith(COUNTRY) else None


def from_abroad(digits: str) -> str | None:
    """The national number that is meant by ``digits`` after +86, None where there is none.

    A trunk 0 that was kept there is dropped, and so is a second 86.
    """
    number = digits.removeprefix("0")
    if kind_of(number):
        return number
    again = number.removeprefix(COUNTRY)
    return again if again != number and kind_of(again) else None


def stored(number: str) -> str:
    """As records keep the national number: with 86 before it; but what is too short for that as it is dialled."""
    if kind_of(number) == "service" and len(number) <= SHORT_DIGITS:
        return number
    digits = COUNTRY + number
    return digits if len(digits) > SHORT_DIGITS else dialled(number)


def dialled(number: str) -> str:
    """The national number as people at home dial it."""
    kind = kind_of(number)
    return f"0{number}" if kind and takes_trunk_zero(kind) else number


def takes_trunk_zero(kind: Kind) -> bool:
    """Whether a number of that kind is dialled with 0 before its area code."""
    return kind in ("landline", "local_service")


def nationwide(number: str) -> str | None:
    """The service that a number with an area code reaches: ``2195588`` -> ``95588``; None for what is none."""
    return number[len(area_of(number)) :] if kind_of(number) == "local_service" else None


def _is_local_number(area: str, local: str) -> bool:
    return len(local) == (7 if area in SEVEN_DIGITS else 8) and _begins_local_number(local[0])


def _begins_local_number(digit: str) -> bool:
    return "2" <= digit <= "8"

"""How far away a dialled number is, seen from a number of one's own: what a permission to call needs to know.

A mobile number is national wherever its owner is: where it is at home cannot be seen from it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

from numbering import abroad, china
from numbering.plan import NotANumber, national, nationwide, normalise
from numbering.spelling import is_digits

Reach = Literal["emergency", "local", "national", "international"]

Calls = Literal["internal", "local", "national", "international"]
"""How far somebody may call; each holds what stands before it. Emergency calls everybody may make."""

CALLS: tuple[Calls, ...] = get_args(Calls)

EMERGENCY = frozenset(("110", "119", "120", "122"))
"""Police, fire, ambulance, traffic accidents: nobody may be kept from calling these."""


@dataclass(frozen=True, slots=True)
class Outside:
    """A number outside. kept: as records keep it. country: its country code where it is abroad, else ""."""

    kept: str
    reach: Reach
    country: str = ""


def is_emergency(dialled: str) -> bool:
    """However it is written, also with an area code before it."""
    try:
        kept = normalise(dialled)
    except NotANumber:
        return False
    return kept in EMERGENCY or nationwide(kept) in EMERGENCY


def outside(dialled: str, area: str) -> Outside | None:
    """The number that is reached outside by dialling so; None where no number has that shape.

    area: the area code of one's own number without its 0 (see ``area_of``), "" for none; a local number is dialled
    without it.
    """
    try:
        kept = normalise(dialled)
    except NotANumber:
        return None
    if is_emergency(kept):
        return Outside(kept, "emergency")
    if len(kept) <= china.SHORT_DIGITS and kept[0] != "0":
        return _short(kept, area)
    home = national(kept)
    if home.startswith("+"):
        return Outside(kept, "international", abroad.country_code(kept))
    number = home.removeprefix("0")
    match china.kind_of(number):
        case "freephone" | "service":
            return Outside(kept, "local")
        case "landline" | "local_service":
            return Outside(kept, "local" if area and china.area_of(number) == area else "national")
        case "mobile" | "relay":
            return Outside(kept, "national")
        case _:
            return None


def _short(kept: str, area: str) -> Outside | None:
    """A service, or a local number without its area code."""
    if china.kind_of(kept) == "service":
        return Outside(kept, "local")
    if len(kept) < 7 or not "2" <= kept[0] <= "8":
        return None
    if not area:
        return Outside(kept, "local")
    return Outside(china.stored(area + kept), "local") if china.kind_of(area + kept) == "landline" else None


def area_of(kept: str) -> str:
    """The area code of a kept number without its 0, "" for what is no landline."""
    number = kept.removeprefix(china.COUNTRY)
    landline = number != kept and is_digits(number) and china.kind_of(number) == "landline"
    return china.area_of(number) if landline else ""


def may_be_shown(kept: str) -> bool:
    """Whether calls out may show this number as the caller's: 400, 800 and 700 numbers only take calls."""
    return is_digits(kept) and china.kind_of(kept.removeprefix(china.COUNTRY)) not in ("freephone", "relay")

"""English: what each shape of number, date, time and sign is in spoken words."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from designer.audio.spoken import english_signs, telephone, units
from designer.audio.spoken.english_signs import spaced
from designer.audio.spoken.numerals import aloud, cardinal, english_date, english_year, ordinal, quantity
from designer.audio.spoken.scan import Found, Shape, read, shape
from designer.audio.spoken.writing import HAN

NUMBER: Final = r"(?:\d{1,3}(?:,\d{3}){1,6}(?!\d)|\d+)(?:\.\d+)?"
_TO: Final = r"\s*(?:[-~]|to)\s*"
_BEGINS: Final = re.compile(rf"[^{HAN}.,?!\s]|\.(?=\d)")

_FILL: Final = r"(?:\s+(?:number|no\.?|code|is|at|in))*\s*[:#]?\s*[\"'(]?\s*$"
_NAMED: Final = re.compile(
    r"\b(?:ext|extension|ending|ends|agent|order|account|card|room|suite|gate|flight|bus|route|zip|postcode|postal|code|pin|"
    r"password|passcode|id|ticket|case|invoice|contract|serial|reference|ref|phone|telephone|tel|fax|mobile|hotline|number|"
    r"dial|call|press|enter|key|type)s?\.?" + _FILL,
    re.IGNORECASE,
)
_PHONED: Final = re.compile(r"\b(?:phone|telephone|tel|fax|mobile|hotline|dial|call)\.?" + _FILL, re.IGNORECASE)
_COUNTED: Final = re.compile(
    r"\s*(?:-|to)?\s*(?:digit|time|second|minute|hour|day|week|month|year|yuan|dollar|people|person|key|call|character)s?\b",
    re.IGNORECASE,
)
_MONTH: Final = (
    r"(?:January|February|March|April|May|June|July|August|September|October|November|December|"
    r"Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)"
)
_YEARED: Final = re.compile(
    rf"\b(?:in|since|until|till|by|of|year|from|to|before|after|between|and|{_MONTH}\.?(?:\s+\d{{1,2}}(?:st|nd|rd|th)?,?)?)\s+$",
    re.IGNORECASE,
)
_MONTHED: Final = re.compile(rf"\b{_MONTH}\.?\s+$")
_DAYS: Final[Mapping[str, str]] = {
    "mon": "Monday", "tue": "Tuesday", "tues": "Tuesday", "wed": "Wednesday", "thu": "Thursday", "thur": "Thursday",
    "thurs": "Thursday", "fri": "Friday", "sat": "Saturday", "sun": "Sunday",
}  # fmt: skip
_DAY: Final = r"(?:mon|tues?|wed|thu|thurs?|fri|sat|sun)"
_FRACTIONS: Final[Mapping[str, str]] = {
    "1/2": "one half",
    "1/4": "one quarter",
    "3/4": "three quarters",
    "24/7": "twenty four seven",
}


def english(text: str) -> str:
    """``Call 400-123-4567`` -> ``Call four zero zero, one two three, ...``."""
    return read(text, SHAPES, _BEGINS)


def called(number: str) -> str:
    """Digit by digit, a short pause between groups."""
    groups = ", ".join(aloud(group, "en") for group in telephone.groups(number))
    return f"plus {groups}" if number.startswith("+") else groups


# Dates and times -----------------------------------------------------------------------------------------------


@shape(r"(\d{4})([-/.])(\d{1,2})\2(\d{1,2})(?!\d)")
def _date(found: Found) -> str | None:
    return _day(found[3], found[4], found[1])


@shape(r"(\d{1,2})/(\d{1,2})/(\d{4})(?!\d)")
def _american_date(found: Found) -> str | None:
    return _day(found[1], found[2], found[3])


@shape(r"(\d{1,2})/(\d{1,2})(?![\d/])")
def _month_and_day(found: Found) -> str | None:
    """11/30 is a day, 1/2 a half."""
    return None if len(found[1]) == len(found[2]) == 1 or found[0] in _FRACTIONS else _day(found[1], found[2])


def _day(month: str, day: str, year: str = "") -> str | None:
    if not (1 <= int(month) <= 12 and 1 <= int(day) <= 31):
        return None
    return spaced(english_date(int(month), int(day), int(year) if year else None))


@shape(r"(\d{1,2}):(\d{2})(?::(\d{2}))?(?!\d)(?:\s*([AaPp])\.?\s?[Mm]\b\.?)?")
def _time(found: Found) -> str | None:
    """9:00-18:30 is nine o'clock to six thirty P M."""
    hour, minute = int(found[1]), int(found[2])
    if hour > 24 or minute > 59:
        return None
    half = found[4].upper() or ("P" if 12 < hour < 24 else "A" if hour % 24 == 0 else "")
    words = cardinal(hour % 12 or 12, "en")
    if minute:
        words += " oh " if minute < 10 else " "
        words += cardinal(minute, "en")
    elif not half:
        words += " o'clock"
    words += f" and {cardinal(int(found[3]), 'en')} seconds" if found[3] else ""
    return spaced(words + (f" {half} M" if half else ""))


@shape(r"(\d{1,2})\s?([AaPp])\.?[Mm]\b\.?")
def _hour(found: Found) -> str:
    return spaced(f"{cardinal(int(found[1]), 'en')} {found[2].upper()} M")


@shape(r"((?:1[89]|20)\d0)s\b")
def _decade(found: Found) -> str:
    """1990s: nineteen nineties."""
    year = english_year(int(found[1]))
    return f"{year[:-1]}ies" if year.endswith("y") else f"{year}s"


@shape(rf"(?i:({_DAY})\.?\s?-\s?({_DAY})\b)")
def _days(found: Found) -> str:
    return f"{_DAYS[found[1].lower()]} to {_DAYS[found[2].lower()]}"


@shape(r"\d{4}(?!\d)")
def _year(found: Found) -> str | None:
    is_year = "1900" <= found[0] < "2100" and _YEARED.search(found.before)
    return english_year(int(found[0])) if is_year and not _COUNTED.match(found.after) else None


@shape(rf"(\d{{1,2}})(?:st|nd|rd|th)?\s+(?:of\s+)?({_MONTH})\b\.?")
def _day_and_month(found: Found) -> str | None:
    return f"the {ordinal(int(found[1]))} of {found[2]}" if 1 <= int(found[1]) <= 31 else None


# Names in digits -----------------------------------------------------------------------------------------------


@shape(telephone.CALLED)
def _telephone(found: Found) -> str:
    extension = found["extension"]
    return spaced(called(found["called"]) + (f", extension {aloud(extension, 'en')}" if extension else ""))


@shape(telephone.CALLED_HERE)
def _telephone_by_name(found: Found) -> str | None:
    return spaced(called(found[0])) if _PHONED.search(found.before) else None


@shape(r"\d+(?:(?:\s?[-~,/]\s?| (?:or |and )?)\d+){0,12}")
def _identifiers(found: Found) -> str | None:
    if not _NAMED.search(found.before) or _COUNTED.match(found.after):
        return None
    first, *rest = re.split(r"(\s?[-~,/]\s?| (?:or |and )?)", found[0])
    words, last = aloud(first, "en"), first
    for joint, digits in zip(rest[::2], rest[1::2], strict=True):
        is_range = joint.strip() in ("-", "~") and len(last) == len(digits) and last < digits
        words += (
            f"{' to' if is_range else f' {joint.strip()}' if joint.strip().isalpha() else ','} {aloud(digits, 'en')}"
        )
        last = digits
    return spaced(words)


@shape(r"(?=[A-Za-z]{0,20}\d)(?=\d{0,20}[A-Za-z])[A-Za-z\d]{2,40}")
def _code(found: Found) -> str:
    """B2, CA1234, 5G: up to two digits count, more are names."""
    return re.sub(r"\d+", lambda match: spaced(_count_or_name(match[0])), found[0])


@shape(r"\d{1,6}(?:-\d{1,6}){2,6}")
def _chain(found: Found) -> str:
    """3-2-501: building, entrance, room."""
    return spaced(" dash ".join(_count_or_name(part) for part in found[0].split("-")))


def _count_or_name(digits: str) -> str:
    """Up to two digits count, more are a name."""
    return quantity(digits, "en") if len(digits) < 3 and digits[0] != "0" else aloud(digits, "en")


@shape(r"[Nn][Oo]\.?\s?(\d{1,4})(?!\d)")
def _numbered(found: Found) -> str:
    return f"number {cardinal(int(found[1]), 'en')}"


@shape(r"(?:[A-Za-z]\.){2,6}")
def _initials(found: Found) -> str:
    """p.m., U.S.A."""
    return " ".join(found[0].replace(".", "").upper())


@shape(r"\d{3,8}")
def _service(found: Found) -> str | None:
    is_called = telephone.SERVICE_NUMBER.fullmatch(found[0]) and not _COUNTED.match(found.after)
    return aloud(found[0], "en") if is_called else None


# Quantities ----------------------------------------------------------------------------------------------------


@shape(r"(\d{1,9})(?:st|nd|rd|th)\b")
def _ordinal(found: Found) -> str:
    return spaced(ordinal(int(found[1])))


@shape(
    rf"(?P<sign>{units.CURRENCY})\s*({NUMBER})(?:{_TO}(?:{units.CURRENCY})?({NUMBER}))?(?:\s*(million|billion|thousand)\b)?"
)
def _priced(found: Found) -> str:
    return _price(found)


@shape(
    rf"(?P<_>)({NUMBER})(?:{_TO}({NUMBER}))?(?:\s*(million|billion|thousand))?\s*(?P<sign>{units.CURRENCY})(?![A-Za-z])"
)
def _price_named(found: Found) -> str:
    return _price(found)


def _price(found: Found) -> str:
    """¥12.34 is twelve yuan thirty four fen, $1.20 one dollar twenty cents."""
    name = units.currency(found["sign"], "en")
    cents = re.fullmatch(r"([\d,]{1,15})\.(\d\d)", found[2])
    small = {"yuan": "fen", "dollars": "cents", "euros": "cents", "pounds": "pence"}.get(name)
    if small and cents and not found[3] and not found[4]:
        whole = _some(cents[1], name) if cents[1].strip("0,") or cents[2] == "00" else ""
        return spaced(" ".join(filter(None, (whole, _some(cents[2], small) if cents[2] != "00" else ""))))
    if found[3]:
        return spaced(f"{quantity(found[2], 'en')} to {quantity(found[3], 'en')} {found[4]} {name}")
    if found[4]:
        return spaced(f"{quantity(found[2], 'en')} {found[4]} {name}")
    return spaced(_some(found[2], name))


def _some(written: str, name: str) -> str:
    """One dollar, two dollars."""
    single = (
        re.sub(r"s(?= per|$)", "", name, count=1) if written.lstrip("0") == "1" and name not in ("pence",) else name
    )
    return f"{quantity(written, 'en')} {single}"


@shape(rf"({NUMBER})(?:{_TO}({NUMBER}))?\s?([%‰])")
def _percent(found: Found) -> str:
    high = f" to {quantity(found[2], 'en')}" if found[2] else ""
    return spaced(f"{quantity(found[1], 'en')}{high} {units.unit(found[3], 'en')}")


@shape(rf"({NUMBER})(?:{_TO}({NUMBER}))?(?:({units.UNIT})|\s({units.LONG_UNIT}))(?![A-Za-z\d])")
def _measure(found: Found) -> str:
    name = units.unit(found[3] or found[4], "en")
    if found[2]:
        return spaced(f"{quantity(found[1], 'en')} to {quantity(found[2], 'en')} {name}")
    return spaced(re.sub(r"degrees$", "degree", _some(found[1], name)))


@shape(r"(\d{1,4})/(\d{1,4})(?![\d/])")
def _fraction(found: Found) -> str | None:
    if found[0] in _FRACTIONS:
        return _FRACTIONS[found[0]]
    if not 0 < int(found[1]) < int(found[2]) or int(found[2]) < 3:
        return None
    return f"{cardinal(int(found[1]), 'en')} {ordinal(int(found[2]))}" + ("s" if int(found[1]) > 1 else "")


@shape(r"(\d{1,4})(?:\s*[*×xX]\s*(\d{1,4}))(?:\s*[*×xX]\s*(\d{1,4}))?(?![\dA-Za-z])")
def _product(found: Found) -> str | None:
    return (
        None if _NAMED.search(found.before) else " by ".join(cardinal(int(n), "en") for n in found.match.groups() if n)
    )


@shape(r"(?P<v>(?<![A-Za-z])[vV](?:er\.?)?\s?)?\d{1,8}(?:\.\d{1,8}){1,6}(?!\d)")
def _version(found: Found) -> str | None:
    groups = found[0].removeprefix(found["v"]).split(".")
    if len(groups) < 3 and not found["v"]:
        return None
    said = [aloud(g, "en") if len(g) > 2 or g[0] == "0" else cardinal(int(g), "en") for g in groups]
    return f"{found['v']} {' point '.join(said)}"


@shape(r"\.\d+")
def _only_a_fraction(found: Found) -> str | None:
    return None if found.before[-1:].isalnum() else spaced(quantity(f"0{found[0]}", "en"))


@shape(NUMBER)
def _number(found: Found) -> str:
    written = found[0]
    if _MONTHED.search(found.before) and re.fullmatch(r"[12]?\d|3[01]", written):
        return ordinal(int(written))
    digits = len(written.partition(".")[0].replace(",", ""))
    if written.isdigit() and ((written[0] == "0" and digits > 1) or digits > 6):
        return spaced(called(written))
    return spaced(quantity(written, "en"))


SHAPES: Final[tuple[Shape, ...]] = (
    _date, _american_date, _month_and_day, _time, _hour, _decade, _days,
    _priced, _price_named, _percent, _measure, _ordinal, _telephone, _telephone_by_name, _identifiers,
    _product, _version, _code,
    _day_and_month, _year, _numbered, _initials, _chain, _service, _fraction, _only_a_fraction, _number,
    *english_signs.SHAPES,
)  # fmt: skip
"""Of equally long ones the earlier is asked first."""

"""English: keys of the telephone, ranges, addresses of the web, and single signs."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from designer.audio.spoken.numerals import aloud, cardinal
from designer.audio.spoken.scan import Found, Shape, shape
from designer.audio.spoken.signs import address_in, ornament, sign_of, word

_SIGNS: Final[Mapping[str, str]] = {
    "&": " and ", "+": " plus ", "=": " equals ", "@": " at ", "×": " times ", "÷": " divided by ",
    "±": " plus or minus ",
    "≥": " at least ", "≤": " at most ", ">": " greater than ", "<": " less than ", "≈": " about ",
    "≠": " not equal to ",
    "%": " percent ", "‰": " per mille ", "°": " degrees ", "℃": " degrees Celsius ", "℉": " degrees Fahrenheit ",
    "¥": " yuan ", "$": " dollars ", "€": " euros ", "£": " pounds ", "²": " squared ", "³": " cubed ",
    "(": ", ", ")": ", ", "[": ", ", "]": ", ", "{": ", ", "}": ", ", "|": ", ", "/": ", ", "→": ", ",
    "•": ", ", "—": ", ",
    "…": ". ", ";": ", ", ":": ", ", "，": ", ", "：": ", ", "；": ", ", "、": ", ", "。": ". ", "？": "? ",
    "！": "! ",
}  # fmt: skip
_KEYS: Final = {"*": "star", "#": "pound"}


def spaced(say: str) -> str:
    """Words for something that may touch its neighbours."""
    return f" {say} "


@shape(r"[*#]{1,2}\d{1,20}(?:[*#]{1,2}\d{0,20}){0,6}|(?P<digits>\d{1,20})[*#](?!\d)")
def _keys(found: Found) -> str | None:
    """*21*801# is dialled, and so is 12#; #1 is number one."""
    if found[0][0] == "#" and found[0][1:].isdigit():
        return spaced(f"number {cardinal(int(found[0][1:]), 'en')}") if len(found[0]) < 4 else None
    return spaced(re.sub(r"\d+|[*#]", lambda m: f"{_KEYS.get(m[0]) or aloud(m[0], 'en')} ", found[0]))


@shape(r"\(?\s*([*#])\s*\)?\s*(?:(?:key|sign)\b)?")
def _key(found: Found) -> str:
    """Press #, the # key; in ``pound key (#)`` it is said already."""
    if re.search(r"(?:pound|hash|star|asterisk)(?: key| sign)?\s*$", found.before, re.IGNORECASE):
        return " key " if "key" in found[0] else " "
    return spaced(_KEYS[found[1]] + (" key" if "key" in found[0] else " sign" if "sign" in found[0] else ""))


@shape(r"\s?[-~—]{1,3}\s*")
def _dash(found: Found) -> str:
    """A range between numbers, a minus before one, or a pause."""
    if re.search(r"(?:\d|[\d\s.][AaPp]\.?[Mm]\.?|\d(?:st|nd|rd|th)|[%℃°])\s*$", found.before) and re.match(
        r"[\d¥$€£]", found.after
    ):
        return " to "
    if found[0] == "-" and found.after[:1].isdigit() and not found.before[-1:].isalnum():
        return " minus "
    return " " if len(found[0]) == 1 else ", "


SHAPES: Final[tuple[Shape, ...]] = (_keys, _key, ornament, address_in("en"), word, _dash, sign_of(_SIGNS))

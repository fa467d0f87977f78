"""How the page writes a number, by its shape alone.

``static/src/model/telephone.ts`` has the same rules; both are tested with ``tests/numbering/written.json``.
"""

from __future__ import annotations

import re

from numbering.abroad import SHORTEST, country_code
from numbering.china import COUNTRY
from numbering.spelling import is_digits

_AREA = r"(0(?:10|2[0-9]|[3-9][0-9]{2}))"
_SHAPES = [
    (re.compile(r"(1[3-9][0-9])([0-9]{4})([0-9]{4})"), "{} {} {}"),
    (re.compile(r"([48]00)([0-9]{3})([0-9]{4})"), "{}-{}-{}"),
    (re.compile(r"(700)([0-9]{4})([0-9]{4})([0-9]{4})"), "{} {} {} {}"),
    (re.compile(rf"{_AREA}([0-9]{{3,4}})([0-9]{{4}})"), "{}-{} {}"),
    (re.compile(rf"{_AREA}(1[0-2][0-9]{{1,4}}|9[56][0-9]{{3,9}})"), "{}-{}"),
]
"""Mobiles; 400 and 800; 700; landlines; services behind an area code."""

_GROUPS_ABROAD = {
    6: (3, 3), 7: (3, 4), 8: (4, 4), 9: (3, 3, 3), 10: (3, 3, 4), 11: (3, 4, 4), 12: (4, 4, 4),
}  # fmt: skip
"""Lengths of the groups after a country code, by how many digits follow it; others stay in one piece."""


def written(home: str) -> str:
    """A number as ``plan.national`` gives it in groups, what has no such shape unchanged: ``01065529988`` ->
    ``010-6552 9988``, ``+16502530000`` -> ``+1 650 253 0000``, ``95588`` -> ``95588``.
    """
    if home.startswith("+") and is_digits(home[1:]):
        return _written_abroad(home[1:])
    for shape, groups in _SHAPES:
        if match := shape.fullmatch(home):
            return groups.format(*match.groups())
    return home


def _written_abroad(digits: str) -> str:
    code = country_code(digits)
    if not code or code == COUNTRY or len(digits) < SHORTEST:
        return f"+{digits}"
    rest = digits[len(code) :]
    groups, start = [f"+{code}"], 0
    for length in _GROUPS_ABROAD.get(len(rest), (len(rest),)):
        groups.append(rest[start : start + length])
        start += length
    return " ".join(groups)

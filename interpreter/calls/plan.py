"""Whom somebody of ours reaches by dialling: the one rule for calls, transfers and whatever else names a number.

What is dialled is an extension, a number of ours, or a number outside. The last asks for a permission; police, fire and
ambulance need none, and come before an extension that has their number.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, Protocol

from interpreter.calls.inputs import Resolved
from interpreter.machine.effects import Behalf, Target
from numbering.plan import home_of
from numbering.reach import CALLS, Calls, Outside, area_of, outside

FULL_NUMBER_DIGITS = 9
"""From so many E.164 digits on a number is the same for everybody; below, every tenant has its own."""

Recorded = Literal["off", "answered", "whole"]
"""What is recorded of calls that telephones of ours make: nothing, from the answer on, or what is heard before, too."""

Rule = Literal[
    "itself", "no_such_number", "internal_only", "local_only", "national_only", "country_not_allowed",
    "no_shown_number", "own_number",
]  # fmt: skip
"""Why somebody is not reached, as records keep it. own_number: a number of ours, where only people can be reached."""

WORDS: Mapping[str, str] = {
    "internal_only": "pv_internalonly",
    "local_only": "pv_localonly",
    "national_only": "pv_nationalonly",
    "country_not_allowed": "pv_countrynotallowed",
    "no_shown_number": "pv_noshownnumber",
}
"""The system prompt that says why a call out is not allowed; the other rules are no call out, and told by their status
alone.
"""

_STATUS: dict[Rule, int] = {"itself": 486, "no_such_number": 404}
_BEYOND: dict[Calls, Rule] = {"internal": "internal_only", "local": "local_only", "national": "national_only"}

EVERYWHERE = "*"
"""In the place of a country code."""


@dataclass(frozen=True, slots=True)
class Rights:
    """Whom somebody may call outside. countries: abroad, by country code, or ``EVERYWHERE``.

    shown: the number of ours that such calls show, as records keep it, "" for none. Its area is the local one.
    """

    calls: Calls = "internal"
    countries: frozenset[str] = frozenset()
    shown: str = ""


NOBODY_OUTSIDE = Rights()


@dataclass(frozen=True, slots=True)
class Barred:
    """Nobody is reached, and by which rule."""

    rule: Rule

    @property
    def status(self) -> int:
        """The same as SIP says it."""
        return _STATUS.get(self.rule, 403)


@dataclass(frozen=True, slots=True)
class OwnNumber:
    """A number of ours is reached, and whatever answers there. digits: as records keep it."""

    digits: str


Reached = Target | OwnNumber | Barred


class Known(Protocol):
    """What a tenant has of its own."""

    def has_extension(self, number: str) -> bool: ...
    def own_number(self, dialled: str) -> str | None:
        """The number of ours that is reached by dialling so, as records keep it."""


def reached_by(dialled: str, extension: str, rights: Rights, known: Known) -> Reached:
    """Whom ``extension`` reaches by dialling ``dialled``, in any spelling."""
    found = outside(dialled, area_of(rights.shown))
    if found is not None and found.reach == "emergency":
        return _target(found, extension, rights)
    if dialled == extension:
        return Barred("itself")
    if known.has_extension(dialled):
        return Target("extension", dialled)
    own = known.own_number(dialled)
    if own is not None:
        return OwnNumber(own)
    if found is None:
        return Barred("no_such_number")
    rule = _forbidden(found, rights)
    return _target(found, extension, rights) if rule is None else Barred(rule)


def resolved(leg: int, reached: Reached) -> Resolved:
    """What a talk hears of where its partner is to be given."""
    match reached:
        case Target():
            return Resolved(leg, reached)
        case OwnNumber(digits):
            return Resolved(leg, None, number=digits)
        case Barred():
            return Resolved(leg, None, reached.status, rule=reached.rule)


def _forbidden(found: Outside, rights: Rights) -> Rule | None:
    if CALLS.index(rights.calls) < CALLS.index(found.reach):  # no emergency
        return _BEYOND[rights.calls]
    if found.country and not rights.countries & {found.country, EVERYWHERE}:
        return "country_not_allowed"
    return None if rights.shown else "no_shown_number"


def _target(found: Outside, extension: str, rights: Rights) -> Target:
    return Target("number", home_of(found.kept), behalf=Behalf(extension, rights.shown))

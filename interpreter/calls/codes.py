"""What telephones of ours do by dialling: one table of a tenant's codes, for keys in a talk and for calls.

A code is a star and keys. What begins in a talk (``Way``) is typed there; the rest are services that are called, some
with an extension's number behind the code (``**802``). Places where calls are parked are called by their own numbers.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal, get_args

from interpreter.calls.transfer import Way

Service = Literal["pick_up", "pick_up_in_group", "fetch", "listen", "whisper", "barge_in", "take_over"]
"""What is called by a code; ``fetch`` by a place."""

Act = Way | Service

Codes = Mapping[str, Act]
"""Code -> what it does."""

USUAL: Final[Codes] = {
    "*2": "blind",
    "*3": "consult",
    "*68": "park",
    "*8": "pick_up_in_group",
    "**": "pick_up",
}
"""The table of a tenant that has not changed it."""

PLACES: Final = tuple(str(place) for place in range(71, 80))
"""Where calls are parked: what is dialled to fetch them."""

WAYS: Final = frozenset(get_args(Way))
WITH_NUMBER: Final = frozenset({"pick_up", "listen", "whisper", "barge_in", "take_over"})
"""Services with an extension's number behind their code."""


@dataclass(frozen=True, slots=True)
class Called:
    """A service that was called. number: the extension or place that it is about, "" for none."""

    service: Service
    number: str = ""


class CodeTable:
    """A tenant's codes. in_talk: those that begin something in a talk."""

    __slots__ = ("_codes", "_places", "in_talk")

    def __init__(self, codes: Codes = USUAL, places: Sequence[str] = PLACES) -> None:
        self._codes: Mapping[str, Service] = {code: act for code, act in codes.items() if act not in WAYS}  # type: ignore[misc]  # no Way
        self._places = frozenset(places)
        self.in_talk: Mapping[str, Way] = {code: act for code, act in codes.items() if act in WAYS}  # type: ignore[misc]

    def called(self, dialled: str) -> Called | None:
        """What was dialled, if it is a service; the longest code counts."""
        if dialled in self._places:
            return Called("fetch", dialled)
        for length in range(len(dialled), 0, -1):
            service = self._codes.get(dialled[:length])
            if service is not None:
                number = dialled[length:]
                return Called(service, number) if bool(number) == (service in WITH_NUMBER) else None
        return None


USUAL_TABLE: Final = CodeTable()

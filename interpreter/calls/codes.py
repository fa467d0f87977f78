"""What telephones of ours do by dialling: one table of a tenant's codes, for keys in a talk and for calls.

A code is a star and keys. What begins in a talk (``Way``) is typed there; the rest are services that are called, some
with an extension's number behind the code (``**802``). Places where calls are parked are called by their own numbers.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal, get_args

from interpreter.calls.transfer import Way

Service = Literal[
    "pick_up", "pick_up_in_group", "fetch", "do_not_disturb", "disturb", "day", "night", "by_calendar",
    "mailbox", "listen", "whisper", "barge_in", "take_over",
]  # fmt: skip
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
    "*78": "do_not_disturb",
    "*79": "disturb",
    "*97": "mailbox",
    "*31": "day",
    "*32": "night",
    "*30": "by_calendar",
    "*51": "listen",
    "*52": "whisper",
    "*53": "barge_in",
    "*54": "take_over",
}
"""The table of a tenant that has not changed it."""

PLACES: Final = tuple(str(place) for place in range(71, 80))
"""Where calls are parked: what is dialled to fetch them."""

WAYS: Final = frozenset(get_args(Way))
WITH_NUMBER: Final = frozenset({"pick_up", "listen", "whisper", "barge_in", "take_over"})
"""Services with an extension's number behind their code."""


FOR_OPERATORS: Final = frozenset({"day", "night", "by_calendar", "listen", "whisper", "barge_in", "take_over"})
"""Services that only some extensions of a tenant may call."""

WITH_PIN: Final = frozenset({"listen", "whisper", "barge_in", "take_over"})

CODE_OF: Final[Mapping[Act, str]] = {act: code for code, act in USUAL.items()}
"""Each act that has a code, with the usual one."""

CODE: Final = re.compile(r"\*[0-9*]{1,3}")
"""How a code is written."""


def codes_of(changed: Mapping[str, str]) -> Codes:
    """A whole table from what a tenant has changed of it: act -> code, "" for none; what is no act is passed over."""
    return {code: act for act, usual in CODE_OF.items() if (code := changed.get(act, usual))}


def clash(codes: Mapping[Act, str]) -> tuple[Act, Act] | None:
    """Two acts of which one could never be asked for: their codes are the same, or one goes on where the other ends.

    A code with nothing behind it may begin another (``*8`` and ``*801``); in a talk none may, for keys come one by one.
    """
    used = [(act, code) for act, code in codes.items() if code]
    for act, code in used:
        for other, longer in used:
            begins = longer.startswith(code) and (act in WITH_NUMBER or {act, other} <= WAYS)
            if act != other and (code == longer or begins):
                return act, other
    return None


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
        self.in_talk: Mapping[str, Way] = {code: act for code, act in codes.items() if act in WAYS}  # type: ignore[misc]  # Ways

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

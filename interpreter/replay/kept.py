"""A call's inputs as they are kept (``runtime.books.kept`` says how), and whether they decide what the call did."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from interpreter.calls.given import Given
from interpreter.calls.input_data import input_of
from interpreter.calls.inputs import Input
from interpreter.calls.session import SECRET_KEY

Undecided = Literal["old", "cut", "lost", "secret", "program", "damaged"]
"""Why a call cannot be replayed: it is of before inputs were kept; there were too many; some are missing; what was
typed was a secret; a program of its is not at hand; what was kept makes no sense."""


@dataclass(frozen=True, slots=True)
class Moment:
    """An input and what the call did then. at: UNIX seconds. deeds: lists, as JSON has them (``calls.deeds``)."""

    at: float
    event: Input
    deeds: Sequence[Sequence[Any]]


@dataclass(frozen=True, slots=True)
class KeptCall:
    """given: see ``calls.given``."""

    id: str
    given: Given
    moments: Sequence[Moment]


def read(call_id: str, kept: str | None) -> KeptCall | Undecided:
    """The call, or why it cannot be replayed. kept: what is kept of it, None where that is nothing."""
    if kept is None:
        return "old"
    try:
        data = json.loads(kept)
        if data.get("cut"):
            return "cut"
        moments = tuple(Moment(at, input_of(event), did) for at, event, did in data["in"])
        if data["heard"] not in (None, len(moments)):
            return "lost"
        given = data["given"]
    except (AttributeError, LookupError, TypeError, ValueError):
        return "damaged"
    if given.get("lead") == "pin" or any(moment.event == SECRET_KEY for moment in moments):
        return "secret"
    return KeptCall(call_id, given, moments)

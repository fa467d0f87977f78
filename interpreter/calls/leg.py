"""Legs as a call's rooms know them: numbers, and who is at the other end.

A leg is one party's end: small int, unique within the call; the one that began the call is leg 0. At each moment a leg
is held by one room: the dial that rings it, or the talk that it is in.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, TypedDict

from interpreter.calls.inputs import LegAnswered, LegCame, LegEarlyMedia, LegHeld, LegInput, LegRinging, TransferAsked
from interpreter.calls.outputs import HangUpLeg, Output, TellTransfer
from interpreter.machine.effects import Behalf, Target

FIRST_LEG = 0

_PASSING = frozenset((LegRinging, LegEarlyMedia, LegHeld))
"""News after which more are expected of a leg."""


class BehalfSnapshot(TypedDict):
    extension: str
    shown: str
    diverted: str
    via: list[str]
    accept: bool


class TargetSnapshot(TypedDict):
    kind: Literal["extension", "number", "trunk"]
    value: str
    user: str
    label: str
    behalf: BehalfSnapshot | None


def save_target(target: Target) -> TargetSnapshot:
    return {
        "kind": target.kind, "value": target.value, "user": target.user, "label": target.label,
        "behalf": None if target.behalf is None else _save_behalf(target.behalf),
    }  # fmt: skip


def _save_behalf(behalf: Behalf) -> BehalfSnapshot:
    return {
        "extension": behalf.extension, "shown": behalf.shown, "diverted": behalf.diverted, "via": list(behalf.via),
        "accept": behalf.accept,
    }  # fmt: skip


def load_target(snapshot: TargetSnapshot) -> Target:
    """What ``save_target`` said."""
    behalf = snapshot["behalf"]
    fields = (snapshot["kind"], snapshot["value"], snapshot["user"], snapshot["label"])
    if behalf is None:
        return Target(*fields)
    of = Behalf(behalf["extension"], behalf["shown"], behalf["diverted"], tuple(behalf["via"]), behalf["accept"])
    return Target(*fields, of)


@dataclass(slots=True)
class LegBook:
    """The legs of one call over all its rooms: the last number given out, cancelled legs not yet ended, those whose
    telephones have put us on hold, be it before they were in a talk.
    """

    last: int = FIRST_LEG
    leaving: frozenset[int] = frozenset()
    held: frozenset[int] = frozenset()

    def hold(self, leg: int, held: bool) -> None:
        self.held = self.held | {leg} if held else self.held - {leg}

    def left(self, event: LegInput) -> Sequence[Output]:
        """Take news of a leg that no room holds; an answer that crossed our CANCEL is hung up."""
        if type(event) is LegCame:
            return (HangUpLeg(event.leg),)  # what it came for is over
        if type(event) is TransferAsked:
            return (TellTransfer(event.leg, 403),)  # it talks with nobody whom it could give on
        if event.leg not in self.leaving or type(event) in _PASSING:
            return ()
        self.leaving -= {event.leg}
        return (HangUpLeg(event.leg),) if type(event) is LegAnswered else ()

"""A call given on: who gives his partner to whom, how, and how far it has come. ``talk`` carries it out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypedDict

from interpreter.calls.dial import Dialing, DialingSnapshot
from interpreter.calls.leg import LegBook, TargetSnapshot, load_target, save_target
from interpreter.machine.effects import Target

Way = Literal["blind", "consult", "park"]
"""Given on with the first answer; after a word with whoever answers; or left at a place where anybody may fetch it."""


class TransferSnapshot(TypedDict):
    by: int
    way: Way
    by_keys: bool
    recalls: TargetSnapshot | None
    digits: str
    asks: bool
    dial: DialingSnapshot | None
    other: int | None
    place: str | None
    told: bool


@dataclass(slots=True)
class Transfer:
    """by: the leg that gives its partner on. by_keys: its keys say so, else its telephone asked by REFER.

    recalls: who is rung where it fails after ``by`` has left; None where nobody can be. digits: typed so far. asks:
    where that leads is being found out. dial: rings for it. other: who answered and is consulted. place: where the
    call is parked. told: it has failed, and ``by`` hears why.
    """

    by: int
    way: Way
    by_keys: bool
    recalls: Target | None = None
    digits: str = ""
    asks: bool = False
    dial: Dialing | None = None
    other: int | None = None
    place: str | None = None
    told: bool = False

    @property
    def typing(self) -> bool:
        """Whether the number is still being typed."""
        open_yet = self.by_keys and self.way != "park" and not self.told
        return open_yet and not self.asks and self.dial is None and self.other is None

    def snapshot(self) -> TransferSnapshot:
        return {
            "by": self.by,
            "way": self.way,
            "by_keys": self.by_keys,
            "recalls": save_target(self.recalls) if self.recalls else None,
            "digits": self.digits,
            "asks": self.asks,
            "dial": self.dial.snapshot() if self.dial else None,
            "other": self.other,
            "place": self.place,
            "told": self.told,
        }

    @classmethod
    def restore(cls, snapshot: TransferSnapshot, book: LegBook) -> Transfer:
        dial, recalls = snapshot["dial"], snapshot["recalls"]
        return cls(
            snapshot["by"],
            snapshot["way"],
            snapshot["by_keys"],
            load_target(recalls) if recalls else None,
            snapshot["digits"],
            snapshot["asks"],
            Dialing.restore(dial, book) if dial else None,
            snapshot["other"],
            snapshot["place"],
            snapshot["told"],
        )

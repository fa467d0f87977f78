"""Who is in a talk, and who of them hears whom: said anew, as outputs, whenever it changes.

Those who speak hear each other. Who waits hears music: the partner of a telephone that holds, and whoever is to be
given on. Beside them somebody may listen, or whisper to one of them whom only that one hears.
"""

from __future__ import annotations

import functools
from collections.abc import Sequence
from typing import TypedDict

from interpreter.calls.leg import FIRST_LEG, LegBook, TargetSnapshot, load_target, save_target
from interpreter.calls.outputs import Beside, Connect, EndTalk, HangUpLeg, Output, PlayTo, StopPlayTo
from interpreter.machine.effects import Target

_END = EndTalk()
_NOBODY: frozenset[int] = frozenset()  # nearly always; a set of its own for each talk would cost more than the talk

# looking one up takes a third of the time of making it
_connect = functools.lru_cache(maxsize=256)(Connect)


class CircleSnapshot(TypedDict):
    people: list[tuple[int, TargetSnapshot | None]]
    record: bool
    beside: list[tuple[int, int | None]]
    said: tuple[list[int], list[tuple[int, int | None]]]
    waiting: list[int]


class Circle:
    """people: the legs and who is there; None for somebody from outside who began the call.

    record: whether the talk is recorded. book: knows who holds.
    """

    __slots__ = ("_beside", "_book", "_record", "_said", "_waiting", "people")

    def __init__(self, people: dict[int, Target | None], record: bool, book: LegBook) -> None:
        self.people = people
        self._record = record
        self._book = book
        self._beside: tuple[Beside, ...] = ()
        self._said: tuple[tuple[int, ...], tuple[Beside, ...]] = ((), ())
        self._waiting = _NOBODY

    def begin(self, outputs: list[Output]) -> None:
        """Let all hear each other, but who holds."""
        if self._book.held:
            self.arrange(outputs)
            return
        legs = tuple(self.people)
        self._said = (legs, ())
        outputs.append(_connect(legs, self._record))

    def listen(self, leg: int, to: int | None = None) -> None:
        """A leg listens from now on, and whispers ``to`` one of the people if to anybody."""
        self._beside = (*(other for other in self._beside if other.leg != leg), Beside(leg, to))

    def listens(self, leg: int) -> bool:
        return any(other.leg == leg for other in self._beside)

    def forget(self, leg: int) -> None:
        """A leg is gone, or speaks where it listened before."""
        self.people.pop(leg, None)
        if leg in self._waiting:
            self._waiting -= {leg}
        if self._beside:
            self._beside = tuple(other for other in self._beside if other.leg != leg)

    def let_go(self, leg: int, outputs: list[Output]) -> None:
        """Somebody goes elsewhere, and hears no music of ours there."""
        if leg in self._waiting:
            outputs.append(StopPlayTo(leg))
        self.forget(leg)

    def dismiss(self, leg: int, outputs: list[Output]) -> None:
        """Who is not wanted any more leaves; whoever began the call is seen off by the session, with the flow."""
        self.let_go(leg, outputs)
        if leg != FIRST_LEG:
            outputs.append(HangUpLeg(leg))

    def arrange(self, outputs: list[Output], group: Sequence[int] | None = None, busy: int | None = None) -> None:
        """Say who hears whom now. group: who may hear each other, None for all. busy: waits, but without music."""
        held = self._book.held
        legs = tuple(leg for leg in (self.people if group is None else group) if leg not in held)
        if len(legs) < 2:
            legs = ()
        waiting = frozenset(
            leg for leg in self.people if leg not in legs and leg not in held and leg != busy
        )
        outputs += [StopPlayTo(leg) for leg in sorted(self._waiting - waiting)]
        beside = tuple(Beside(b.leg, b.to if b.to in legs else None) for b in self._beside) if legs else ()
        if (legs, beside) != self._said:
            self._said = (legs, beside)
            outputs.append(_connect(legs, self._record, beside))
        outputs += [PlayTo(leg) for leg in sorted(waiting - self._waiting)]
        self._waiting = waiting

    def end(self, outputs: list[Output]) -> None:
        """Nobody hears anybody any more; who only listened leaves."""
        if self._waiting:
            outputs += [StopPlayTo(leg) for leg in sorted(self._waiting)]
            self._waiting = _NOBODY
        outputs.append(_END)
        outputs += [HangUpLeg(other.leg) for other in self._beside]
        self._beside = ()
        self._said = ((), ())

    def snapshot(self) -> CircleSnapshot:
        legs, beside = self._said
        return {
            "people": [(leg, save_target(who) if who else None) for leg, who in self.people.items()],
            "record": self._record,
            "beside": [(other.leg, other.to) for other in self._beside],
            "said": (list(legs), [(other.leg, other.to) for other in beside]),
            "waiting": sorted(self._waiting),
        }

    @classmethod
    def restore(cls, snapshot: CircleSnapshot, book: LegBook) -> Circle:
        people = {leg: load_target(who) if who else None for leg, who in snapshot["people"]}
        circle = cls(people, snapshot["record"], book)
        circle._beside = tuple(Beside(*other) for other in snapshot["beside"])
        legs, beside = snapshot["said"]
        circle._said = (tuple(legs), tuple(Beside(*other) for other in beside))
        circle._waiting = frozenset(snapshot["waiting"])
        return circle

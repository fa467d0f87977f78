"""A talk, from the first answer until fewer than two are left; and what telephones of ours can do with it meanwhile.

Sans-IO. Who is in it may change any number of times: a telephone of ours gives its partner to somebody else, with or
without a word before, or parks it; somebody comes in from another call, to speak, to listen, to take over. The talk,
and its recording, go on. What the session gets back is ``TalkOver``.

- By keys, for extensions only: ``*2`` number ``#`` gives the partner on; ``*3`` number ``#`` speaks with that one
  first, then hanging up joins the two, ``*`` takes the partner back, ``#`` makes it a talk of three; ``*68`` parks him
  (``codes``).
- A transfer that fails gives the partner back: to who had him, who is rung where he has left; else the talk is over.
- A leg that leaves is told by ``LegHungUp``; the leg that began the call by ``leave``, for its end is the flow's, too.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypedDict

from interpreter.calls.circle import Circle, CircleSnapshot
from interpreter.calls.dial import Dialing, DialResult, Reached
from interpreter.calls.inputs import (
    LegCame,
    LegDigit,
    LegFailed,
    LegHeld,
    LegHungUp,
    LegInput,
    LegReason,
    Parked,
    PartChanged,
    Resolved,
    TransferAsked,
)
from interpreter.calls.leg import LegBook
from interpreter.calls.outputs import LeadOn, Output, Park, Resolve, Say, SayPlace, StopPlayTo, TellTransfer, Unpark
from interpreter.calls.plan import WORDS
from interpreter.calls.transfer import Transfer, TransferSnapshot, Way
from interpreter.calls.typed import CANCEL_KEYS, KEY_CODES, KEYS_TIMER, START_KEYS, KeyCodes, Typed, TypedCode
from interpreter.machine.effects import CancelTimer, StartTimer, Target

PARK_TIMER = "talk:park"
PARK_SECONDS = 120.0
"""How long a call stays parked before whoever left it there is rung."""

RING_SECONDS = 30.0
"""How long somebody is rung to whom a call is given."""

STATUS: Mapping[LegReason, int] = {
    "busy": 486, "declined": 603, "no_answer": 480, "offline": 480, "failed": 503, "no_such": 404,
}  # fmt: skip
"""What is told to a telephone whose transfer failed."""

SAID: Mapping[int, str] = {
    404: "pv_nosuch", 480: "pv_noanswer", 484: "pv_noinput", 486: "pv_busy", 603: "pv_busy",
}  # fmt: skip
"""The same for who asked by keys, in words; ``pv_error`` for anything else."""

_START_PARK, _CANCEL_PARK = StartTimer(PARK_TIMER, PARK_SECONDS), CancelTimer(PARK_TIMER)


@dataclass(frozen=True, slots=True)
class TalkOver:
    """Fewer than two are left. left: the leg that still is there, the session's again; None where nobody is."""

    left: int | None


_talk_over = functools.lru_cache(maxsize=256)(TalkOver)  # looking it up takes a third of the time of making it


class TalkSnapshot(TypedDict):
    circle: CircleSnapshot
    typed: Typed | None
    transfer: TransferSnapshot | None


class Talk:
    """people: the legs and who is there; None for somebody from outside who began the call."""

    __slots__ = ("_book", "_circle", "_transfer", "_typed")

    def __init__(
        self, people: dict[int, Target | None], record: bool, book: LegBook, codes: KeyCodes = KEY_CODES
    ) -> None:
        self._circle = Circle(people, record, book)
        self._book = book
        self._typed = TypedCode(codes)
        self._transfer: Transfer | None = None

    @property
    def people(self) -> tuple[int, ...]:
        """The legs in it, whether they hear each other now or wait."""
        return tuple(self._circle.people)

    def has(self, leg: int) -> bool:
        return leg in self._circle.people

    def start(self, outputs: list[Output]) -> None:
        """Let them hear each other."""
        self._circle.begin(outputs)

    # what happens

    def handle_leg(self, event: LegInput, outputs: list[Output]) -> TalkOver | None:
        """Take what a leg did; news of legs that are neither here nor rung from here go to the book."""
        kind = type(event)
        if (kind is LegHungUp or kind is LegFailed) and self.has(event.leg):
            return self.leave(event.leg, outputs)
        match event:
            case LegDigit(leg, digit) if not self._rings(leg):
                return self.pressed(leg, digit, outputs)
            case LegHeld(leg):
                if self.has(leg):
                    self._arrange(outputs)
            case TransferAsked(leg, dialled):
                self._asked(leg, dialled, outputs)
            case Resolved():
                return self._resolved(event, outputs)
            case Parked(_, place):
                return self._parked(place, outputs)
            case LegCame():
                return self._came(event, outputs)
            case PartChanged() if self._circle.listens(event.leg):
                return self._came(event, outputs)
            case _ if self._circle.listens(event.leg):
                self._circle.forget(event.leg)
                self._arrange(outputs)
            case _:
                return self._rung(event, outputs)
        return None

    def timer(self, name: str, outputs: list[Output]) -> TalkOver | None:
        """``talk:keys``, ``talk:park``, or the ring timer of a transfer's dial."""
        transfer = self._transfer
        if name == KEYS_TIMER:
            self._typed.expired()
            if transfer is not None and transfer.typing:
                return self._typed_all(transfer, outputs)
            if transfer is not None and transfer.told:
                self._drop_transfer(outputs)
                return self._settle(outputs)
            if transfer is not None and transfer.place is not None and self.has(transfer.by):
                self._tell(transfer, 200, outputs)
                self._circle.dismiss(transfer.by, outputs)  # has heard the place
            return None
        if transfer is None:
            return None
        if name == PARK_TIMER:
            return self._failed(transfer, 480, outputs)
        dial = transfer.dial
        return None if dial is None else self._dialled(transfer, dial.timer(name, outputs), outputs)

    def leave(self, leg: int, outputs: list[Output]) -> TalkOver | None:
        """A leg is gone."""
        if not self.has(leg):
            return None
        self._circle.forget(leg)
        self._gone(leg, outputs)
        return self._settle(outputs)

    def stop(self, outputs: list[Output]) -> None:
        """End everything; whoever began the call is the session's and stays."""
        self._drop_transfer(outputs)
        self._typed.stop(outputs)
        self._circle.end(outputs)
        for leg in self.people:
            self._circle.dismiss(leg, outputs)

    # keys

    def takes_key(self, leg: int, digit: str) -> bool:
        """Whether a key of this leg's, pressed now, means anything here; most are for its partner alone."""
        if self._rings(leg):
            return True
        who = self._circle.people.get(leg)
        if who is None or who.kind != "extension":
            return False
        if self._transfer is not None:
            return leg == self._transfer.by
        return self._typed.goes_on(leg, digit)

    def pressed(self, leg: int, digit: str, outputs: list[Output]) -> TalkOver | None:
        """A key; only telephones of ours can mean more by it than their partner hears."""
        who = self._circle.people.get(leg)
        if who is None or who.kind != "extension":
            return None
        transfer = self._transfer
        if transfer is not None and leg == transfer.by and transfer.told:  # has heard enough
            self._drop_transfer(outputs)
            self._arrange(outputs)
        elif transfer is not None:
            return self._pressed_meanwhile(transfer, digit, outputs) if leg == transfer.by else None
        way = self._typed.press(leg, digit, outputs)
        if way is not None and len(self._circle.people) == 2:
            self._by_keys(Transfer(leg, way, by_keys=True, recalls=who), outputs)
        return None

    def _by_keys(self, transfer: Transfer, outputs: list[Output]) -> None:
        self._transfer = transfer
        self._arrange(outputs)
        if transfer.way == "park":
            self._park(transfer, outputs)
        else:
            outputs.append(START_KEYS)

    def _pressed_meanwhile(self, transfer: Transfer, digit: str, outputs: list[Output]) -> TalkOver | None:
        """A key of whoever is giving his partner on."""
        if digit == "*":
            self._drop_transfer(outputs)
            return self._settle(outputs)
        if transfer.typing:
            if digit == "#":
                return self._typed_all(transfer, outputs)
            transfer.digits += digit
            outputs.append(START_KEYS)
        elif digit == "#" and transfer.other is not None:
            self._transfer = None  # all three
            self._arrange(outputs)
        return None

    def _typed_all(self, transfer: Transfer, outputs: list[Output]) -> TalkOver | None:
        outputs.append(CANCEL_KEYS)
        if not transfer.digits:
            return self._failed(transfer, 484, outputs)
        self._resolve(transfer, transfer.digits, outputs)
        return None

    # somebody of another call

    def _came(self, event: LegCame | PartChanged, outputs: list[Output]) -> TalkOver | None:
        transfer, leg = self._transfer, event.leg
        match event.part:
            case "answers":
                return self._rung(event, outputs)
            case "listens":
                self._circle.listen(leg)
            case "whispers":
                self._circle.listen(leg, event.other)
            case "replaces" | "speaks":
                self._circle.forget(leg)
                self._circle.people[leg] = event.who
                if event.part == "replaces" and event.other is not None and self.has(event.other):
                    self._circle.dismiss(event.other, outputs)
                    self._gone(event.other, outputs)
                elif transfer is not None and transfer.place is not None:
                    self._fetched(transfer, outputs)
        return self._settle(outputs)

    # a transfer

    def _asked(self, leg: int, dialled: str, outputs: list[Output]) -> None:
        who = self._circle.people.get(leg)
        if who is None or who.kind != "extension" or self._transfer is not None or len(self._circle.people) != 2:
            outputs.append(TellTransfer(leg, 403))
            return
        self._typed.stop(outputs)
        way: Way = "park" if self._typed.way(dialled) == "park" else "blind"
        self._transfer = transfer = Transfer(leg, way, by_keys=False, recalls=who)
        outputs.append(TellTransfer(leg, 100))
        self._arrange(outputs)
        if way == "park":
            self._park(transfer, outputs)
        else:
            self._resolve(transfer, dialled, outputs)

    def _resolve(self, transfer: Transfer, dialled: str, outputs: list[Output]) -> None:
        transfer.asks = True
        outputs.append(Resolve(transfer.by, dialled))

    def _resolved(self, event: Resolved, outputs: list[Output]) -> TalkOver | None:
        transfer = self._transfer
        if transfer is None or not transfer.asks or transfer.way == "park":
            return None
        transfer.asks = False
        if event.number:
            return self._lead_on(transfer, event.number, outputs)
        if event.target is None:
            return self._failed(transfer, event.status, outputs, WORDS.get(event.rule))
        return self._ring(transfer, event.target, outputs)

    def _lead_on(self, transfer: Transfer, number: str, outputs: list[Output]) -> TalkOver | None:
        """A flow takes the partner over, at once, and whoever gave him to it leaves."""
        self._transfer = None
        self._tell(transfer, 200, outputs)
        for leg in [leg for leg in self.people if leg != transfer.by]:
            self._circle.let_go(leg, outputs)
            outputs.append(LeadOn(leg, number))
        if self.has(transfer.by):
            self._circle.dismiss(transfer.by, outputs)
        return self._settle(outputs)

    def _park(self, transfer: Transfer, outputs: list[Output]) -> None:
        transfer.asks = True
        outputs.append(Park(transfer.by))

    def _parked(self, place: str | None, outputs: list[Output]) -> TalkOver | None:
        transfer = self._transfer
        if transfer is None or not transfer.asks or transfer.way != "park":
            if place is not None:
                outputs.append(Unpark(place))
            return None
        transfer.asks = False
        if place is None:
            return self._failed(transfer, 486, outputs, "pv_error")
        transfer.place = place
        outputs.append(_START_PARK)
        if self.has(transfer.by):
            outputs += (SayPlace(transfer.by, place), START_KEYS)
        return None

    def _ring(self, transfer: Transfer, target: Target, outputs: list[Output]) -> TalkOver | None:
        hearer = transfer.by if self.has(transfer.by) else None
        transfer.dial = Dialing(((target,),), RING_SECONDS, self._book, hearer)
        return self._dialled(transfer, transfer.dial.start(outputs), outputs)

    def _rings(self, leg: int) -> bool:
        """Whether a transfer rings it."""
        dial = self._transfer.dial if self._transfer is not None else None
        return dial is not None and dial.rings(leg)

    def _rung(self, event: LegInput, outputs: list[Output]) -> TalkOver | None:
        transfer = self._transfer
        if transfer is None or transfer.dial is None:
            outputs += self._book.left(event)
            return None
        return self._dialled(transfer, transfer.dial.handle_leg(event, outputs), outputs)

    def _dialled(self, transfer: Transfer, result: DialResult | None, outputs: list[Output]) -> TalkOver | None:
        if result is None:
            return None
        transfer.dial = None
        if not isinstance(result, Reached):
            return self._failed(transfer, STATUS[result.outcome], outputs)
        self._circle.people[result.leg] = result.target
        if transfer.way == "consult":
            transfer.other = result.leg
        else:
            self._transfer = None
            if self.has(transfer.by):
                self._tell(transfer, 200, outputs)
                self._circle.dismiss(transfer.by, outputs)
        return self._settle(outputs)

    def _failed(
        self, transfer: Transfer, status: int, outputs: list[Output], words: str | None = None
    ) -> TalkOver | None:
        """Back to who had the call: he is still there, or is rung; where that fails, too, the talk is over.

        words: why, for his ear; None for what the status says.
        """
        self._tell(transfer, status, outputs)
        self._leave_place(transfer, outputs)
        if transfer.by_keys and self.has(transfer.by):
            transfer.told = True
            outputs += (Say(transfer.by, (words or SAID.get(status, "pv_error"),)), START_KEYS)
            return None
        if self.has(transfer.by) or transfer.recalls is None:
            self._transfer = None
            return self._settle(outputs)
        target, transfer.recalls = transfer.recalls, None
        transfer.way = "blind"
        return self._ring(transfer, target, outputs)

    def _fetched(self, transfer: Transfer, outputs: list[Output]) -> None:
        """Somebody came for the parked call."""
        self._leave_place(transfer, outputs)
        self._transfer = None
        if self.has(transfer.by):
            self._tell(transfer, 200, outputs)
            self._circle.dismiss(transfer.by, outputs)

    def _gone(self, leg: int, outputs: list[Output]) -> None:
        """Somebody has just left: what he had begun, or was given to, goes another way."""
        self._typed.gone(leg, outputs)
        transfer = self._transfer
        if transfer is None:
            return
        waits = any(other not in (transfer.by, transfer.other) for other in self._circle.people)
        if leg == transfer.by and waits and (transfer.dial or transfer.asks or transfer.place):
            if transfer.way == "consult":
                transfer.way = "blind"  # he did not stay for the answer
            if transfer.dial is not None:
                transfer.dial.nobody_hears(outputs)
            if transfer.place is not None:
                outputs.append(CANCEL_KEYS)
        elif leg == transfer.by and transfer.other is not None:
            self._transfer = None  # joined
        else:
            self._drop_transfer(outputs, keep_other=leg == transfer.other or not waits)

    def _drop_transfer(self, outputs: list[Output], *, keep_other: bool = False) -> None:
        """As if it had never been asked for; who was rung or consulted leaves."""
        transfer, self._transfer = self._transfer, None
        if transfer is None:
            return
        if transfer.typing or transfer.told:
            outputs.append(CANCEL_KEYS)
        if transfer.told and self.has(transfer.by):
            outputs.append(StopPlayTo(transfer.by))
        self._leave_place(transfer, outputs)
        if transfer.dial is not None:
            transfer.dial.stop(outputs)
        if transfer.other is not None and self.has(transfer.other) and not keep_other:
            self._circle.dismiss(transfer.other, outputs)
        self._tell(transfer, 487, outputs)

    def _leave_place(self, transfer: Transfer, outputs: list[Output]) -> None:
        if transfer.place is not None:
            outputs += (Unpark(transfer.place), _CANCEL_PARK, CANCEL_KEYS)
            transfer.place = None

    def _tell(self, transfer: Transfer, status: int, outputs: list[Output]) -> None:
        if not transfer.by_keys and self.has(transfer.by):
            outputs.append(TellTransfer(transfer.by, status))

    # who is left

    def _settle(self, outputs: list[Output]) -> TalkOver | None:
        """After somebody came or went: go on, or end."""
        people, transfer = self._circle.people, self._transfer
        if len(people) > 1 or (people and transfer is not None and transfer.by not in people):
            self._arrange(outputs)
            return None
        left = next(iter(people), None)
        self._typed.stop(outputs)
        self._circle.end(outputs)
        people.clear()
        return _talk_over(left)

    def _arrange(self, outputs: list[Output]) -> None:
        transfer = self._transfer
        if transfer is None:
            self._circle.arrange(outputs)
        else:
            group = () if transfer.other is None else (transfer.by, transfer.other)
            self._circle.arrange(outputs, group, busy=transfer.by)

    def snapshot(self) -> TalkSnapshot:
        """The whole state as plain JSON-able data (the book is the session's)."""
        return {
            "circle": self._circle.snapshot(),
            "typed": self._typed.typed,
            "transfer": self._transfer.snapshot() if self._transfer else None,
        }

    @classmethod
    def restore(cls, snapshot: TalkSnapshot, book: LegBook, codes: KeyCodes = KEY_CODES) -> Talk:
        """The talk as it stood at ``snapshot()``."""
        talk = cls({}, False, book, codes)
        talk._circle = Circle.restore(snapshot["circle"], book)
        typed, transfer = snapshot["typed"], snapshot["transfer"]
        talk._typed.typed = (typed[0], typed[1]) if typed else None
        talk._transfer = Transfer.restore(transfer, book) if transfer else None
        return talk

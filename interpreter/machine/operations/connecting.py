"""Operations that connect the caller with somebody, take a message, or end the call."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final, Literal

from interpreter.machine.effects import (
    Answer,
    Dial,
    ExitTaken,
    Finished,
    Hangup,
    RecordMessage,
    StopMessage,
    Target,
)
from interpreter.machine.operations.asking import DECIMAL, MAX_EXTENSION_LENGTH
from interpreter.machine.operations.base import (
    END,
    STOP_PLAY,
    WAIT,
    CallState,
    Expression,
    Operation,
    Speech,
)

ANSWER: Final = Answer()
FINISHED: Final = Finished("hangup")

RINGING, TALKING = range(2)

_CACHED_DIALS: Final = 1024


class Ring(Operation):
    """Dial constant targets, wait for the talk and its end.

    outcomes: every ``DialOutcome`` -> operation. early_media: the caller may not be answered yet, so the answer of
    a target answers the caller too.
    """

    __slots__ = ("dial", "early_media", "hung_up", "outcomes")

    def __init__(self, node: str, dial: Dial, *, hung_up: int, outcomes: Mapping[str, int], early_media: bool) -> None:
        super().__init__(node)
        self.dial = dial
        self.hung_up = hung_up
        self.outcomes = dict(outcomes)
        self.early_media = early_media

    def run(self, call: CallState) -> int:
        return self._ring(call, self.dial)

    def _ring(self, call: CallState, dial: Dial) -> int:
        call.phase = RINGING
        call.typed = ""
        call.out.append(dial)
        return WAIT

    def answered(self, call: CallState) -> int:
        if call.phase == RINGING:
            call.phase = TALKING
            if self.early_media:
                call.out.append(ANSWER)
        return WAIT

    def dial_ended(self, call: CallState, outcome: str) -> int:
        return self.outcomes[outcome] if call.phase == RINGING else WAIT

    def partner_hung_up(self, call: CallState) -> int:
        return self.hung_up if call.phase == TALKING else WAIT

    def targets(self) -> Iterable[int]:
        return (self.hung_up, *self.outcomes.values())

    def describe(self) -> str:
        targets = " ".join(f"{target.kind}:{target.value}" for target in self.dial.targets)
        ways = " ".join(f"{outcome}->{target}" for outcome, target in self.outcomes.items())
        return f"dial {self.dial.strategy} {targets} {self.dial.ring_seconds:g} s -> {self.hung_up} {ways}"


class RingExtension(Ring):
    """Dial one extension: that of ``number``, or ``call.extension`` where number is None.

    What cannot be an extension's number (empty, letters, too long, a value that cannot be had) leads where ``no_such``
    does, undialled.
    """

    __slots__ = ("dials", "number")

    def __init__(
        self,
        node: str,
        dial: Dial,
        number: Expression | None,
        *,
        hung_up: int,
        outcomes: Mapping[str, int],
        early_media: bool,
    ) -> None:
        super().__init__(node, dial, hung_up=hung_up, outcomes=outcomes, early_media=early_media)
        self.number = number
        self.dials: dict[str, Dial] = {}

    def run(self, call: CallState) -> int:
        env = call.env
        if self.number is not None:
            try:
                env["call.extension"] = str(self.number(env))
            except ArithmeticError:  # as expressions raise it
                env["call.extension"] = ""
        number = str(env["call.extension"])
        dial = self.dials.get(number) or self._dial(number)
        if dial is None:
            call.typed = ""
            return self.outcomes["no_such"]
        return self._ring(call, dial)

    def _dial(self, number: str) -> Dial | None:
        if not 0 < len(number) <= MAX_EXTENSION_LENGTH or not DECIMAL.issuperset(number):
            return None
        if len(self.dials) >= _CACHED_DIALS:
            self.dials.clear()
        constant = self.dial
        dial = Dial((Target("extension", number),), constant.strategy, constant.ring_seconds, constant.record)
        self.dials[number] = dial
        return dial

    def describe(self) -> str:
        ways = " ".join(f"{outcome}->{target}" for outcome, target in self.outcomes.items())
        return f"dial extension {self.dial.ring_seconds:g} s -> {self.hung_up} {ways}"


GREETING, RECORDING, GONE = range(3)


class TakeMessage(Operation):
    """Greet (any key skips that), record, and leave by what came of it.

    recorded, empty: (exit, operation) each. A caller who hangs up while speaking has left by that exit, but goes
    nowhere: the machine waits for ``CallerHungUp``.
    """

    __slots__ = ("early_media", "empty_way", "greeting", "record", "recorded_way")

    def __init__(
        self,
        node: str,
        greeting: Speech,
        record: RecordMessage,
        *,
        recorded: tuple[ExitTaken, int],
        empty: tuple[ExitTaken, int],
        early_media: bool,
    ) -> None:
        super().__init__(node)
        self.greeting = greeting
        self.record = record
        self.recorded_way = recorded
        self.empty_way = empty
        self.early_media = early_media

    def run(self, call: CallState) -> int:
        call.typed = ""
        play = self.greeting.effect(call.env)
        if play is None:
            return self._record(call)
        call.phase = GREETING
        call.out.append(play)
        return WAIT

    def _record(self, call: CallState) -> int:
        call.phase = RECORDING
        if self.early_media:
            call.out.append(ANSWER)
        call.out.append(self.record)
        return WAIT

    def digit(self, call: CallState, digit: str) -> int:
        if call.phase != GREETING:
            return WAIT
        call.out.append(STOP_PLAY)
        return self._record(call)

    def play_done(self, call: CallState) -> int:
        return self._record(call) if call.phase == GREETING else WAIT

    def recorded(self, call: CallState, seconds: float, reason: str) -> int:
        if call.phase != RECORDING:
            return WAIT
        exit_taken, target = self.recorded_way if seconds > 0 else self.empty_way
        if reason != "hangup":
            return target
        call.phase = GONE
        call.out.append(exit_taken)
        return WAIT

    def abandon(self, call: CallState) -> None:
        if call.phase == GREETING:
            call.out.append(STOP_PLAY)
        elif call.phase == RECORDING:
            call.out.append(StopMessage())

    def targets(self) -> Iterable[int]:
        return (self.recorded_way[1], self.empty_way[1])

    def describe(self) -> str:
        record = self.record
        ways = f"recorded {self.recorded_way[1]}, empty {self.empty_way[1]}"
        return f"voicemail {record.box} after {self.greeting.describe()}, {record.max_seconds:g} s: {ways}"


class HangUp(Operation):
    """Say the last words and end the call."""

    __slots__ = ("hangup", "speech")

    def __init__(self, node: str, speech: Speech, cause: Literal["normal", "busy", "rejected", "error"]) -> None:
        super().__init__(node)
        self.speech = speech
        self.hangup = Hangup(cause)

    def run(self, call: CallState) -> int:
        call.typed = ""
        play = self.speech.effect(call.env)
        if play is None:
            return self._end(call)
        call.out.append(play)
        return WAIT

    def _end(self, call: CallState) -> int:
        call.out.append(self.hangup)
        call.out.append(FINISHED)
        return END

    def play_done(self, call: CallState) -> int:
        return self._end(call)

    def abandon(self, call: CallState) -> None:
        call.out.append(STOP_PLAY)

    def describe(self) -> str:
        return f"play {self.speech.describe()}, hang up ({self.hangup.cause})"

"""Operations that say where the call is and where it goes, and the one that only plays."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from interpreter.machine.effects import Answer, EarlyMedia, ExitTaken, NodeEntered
from interpreter.machine.facts import NO_DAYS, Days, Switch
from interpreter.machine.operations.base import (
    STOP_PLAY,
    WAIT,
    CallState,
    Expression,
    Operation,
    OperationFault,
    Speech,
)


class Enter(Operation):
    """Trace: the call came to a node. Only where a call begins or faults; ``Leave`` enters the next node itself."""

    __slots__ = ("effect", "next")

    def __init__(self, effect: NodeEntered, next: int) -> None:
        super().__init__(effect.node)
        self.effect = effect
        self.next = next

    def run(self, call: CallState) -> int:
        call.out.append(self.effect)
        return self.next

    def targets(self) -> Iterable[int]:
        return (self.next,)

    def describe(self) -> str:
        return "enter"


class Leave(Operation):
    """Trace: the call left its node by an exit and came to another, whose first own operation is ``next``."""

    __slots__ = ("effects", "next")

    def __init__(self, taken: ExitTaken, entered: NodeEntered, next: int) -> None:
        super().__init__(taken.node)
        self.effects = (taken, entered)
        self.next = next

    def run(self, call: CallState) -> int:
        call.out += self.effects
        return self.next

    def targets(self) -> Iterable[int]:
        return (self.next,)

    def describe(self) -> str:
        taken, entered = self.effects
        label = f" ({taken.label})" if taken.label else ""
        return f"leave by {taken.exit}{label}, enter {entered.node} -> {self.next}"


class Fail(Operation):
    """A fault of ours: the call goes to the flow's error exit."""

    __slots__ = ("code",)

    def __init__(self, node: str, code: str) -> None:
        super().__init__(node)
        self.code = code

    def run(self, call: CallState) -> int:
        raise OperationFault(self.code)

    def describe(self) -> str:
        return f"fail by {self.code}"


class Pickup(Operation):
    """Answer the caller, or only let them hear us."""

    __slots__ = ("effect", "next")

    def __init__(self, node: str, early_media: bool, next: int) -> None:
        super().__init__(node)
        self.effect: Answer | EarlyMedia = EarlyMedia() if early_media else Answer()
        self.next = next

    def run(self, call: CallState) -> int:
        call.out.append(self.effect)
        return self.next

    def targets(self) -> Iterable[int]:
        return (self.next,)

    def describe(self) -> str:
        return f"{'answer' if isinstance(self.effect, Answer) else 'early media'} -> {self.next}"


class PlayPrompts(Operation):
    """Play a speech some times, then go on; a digit goes on at once where ``barge_in``, and is kept either way."""

    __slots__ = ("barge_in", "next", "speech", "times")

    def __init__(self, node: str, speech: Speech, *, times: int, barge_in: bool, next: int) -> None:
        super().__init__(node)
        self.speech = speech
        self.times = times
        self.barge_in = barge_in
        self.next = next

    def run(self, call: CallState) -> int:
        call.attempt = self.times
        return self._play(call)

    def _play(self, call: CallState) -> int:
        speech = self.speech
        play = speech.constant or speech.effect(call.env)
        if play is None:
            return self.next
        call.out.append(play)
        return WAIT

    def play_done(self, call: CallState) -> int:
        call.attempt -= 1
        return self._play(call) if call.attempt > 0 else self.next

    def digit(self, call: CallState, digit: str) -> int:
        call.type_ahead(digit)
        if not self.barge_in:
            return WAIT
        call.out.append(STOP_PLAY)
        return self.next

    def abandon(self, call: CallState) -> None:
        call.out.append(STOP_PLAY)

    def targets(self) -> Iterable[int]:
        return (self.next,)

    def describe(self) -> str:
        barge_in = ", barge-in" if self.barge_in else ""
        return f"play {self.speech.describe()} x{self.times}{barge_in} -> {self.next}"


class Assign(Operation):
    """Give variables new values, in order. work: what that costs, for ``CallState.spend``.

    failed: where a value that cannot be had leads, None for the flow's error exit.
    """

    __slots__ = ("assignments", "failed", "next", "work")

    def __init__(
        self,
        node: str,
        assignments: tuple[tuple[str, Expression], ...],
        next: int,
        work: int = 0,
        failed: int | None = None,
    ) -> None:
        super().__init__(node)
        self.assignments = assignments
        self.failed = failed
        self.next = next
        self.work = work

    def run(self, call: CallState) -> int:
        call.spend(self.work)
        env = call.env
        try:
            for name, expression in self.assignments:
                env[name] = expression(env)
        except ArithmeticError:  # as expressions raise it
            if self.failed is None:
                raise
            return self.failed
        return self.next

    def targets(self) -> Iterable[int]:
        return (self.next,) if self.failed is None else (self.next, self.failed)

    def describe(self) -> str:
        failed = "" if self.failed is None else f", failed {self.failed}"
        return f"set {', '.join(name for name, _ in self.assignments)}{failed} -> {self.next}"


class Branch(Operation):
    """Go where the first true condition points. work: what all of them cost, for ``CallState.spend``.

    A condition without a value is not true: it may be of what the caller typed, which is no fault of ours.
    """

    __slots__ = ("cases", "otherwise", "work")

    def __init__(self, node: str, cases: tuple[tuple[Expression, int], ...], otherwise: int, work: int = 0) -> None:
        super().__init__(node)
        self.cases = cases
        self.otherwise = otherwise
        self.work = work

    def run(self, call: CallState) -> int:
        call.spend(self.work)
        env = call.env
        for condition, target in self.cases:
            try:
                if condition(env):
                    return target
            except ArithmeticError:  # as expressions raise it
                continue
        return self.otherwise

    def targets(self) -> Iterable[int]:
        return (*(target for _, target in self.cases), self.otherwise)

    def describe(self) -> str:
        return f"branch {' '.join(str(t) for _, t in self.cases)} else {self.otherwise}"


class PickByTime(Operation):
    """Go where the call's local time points, or where the number's day/night switch does.

    pick: index into ``ways`` for a local time and the tenant's days, the same all through a minute. timezone: None for
    the tenant's. switched: the ways of the switch's positions, those that it does not change left out.
    """

    __slots__ = ("asks_for_workdays", "last_picked", "pick", "switched", "timezone", "ways")

    def __init__(
        self,
        node: str,
        pick: Callable[[datetime, Days], int],
        ways: tuple[int, ...],
        timezone: str | None,
        switched: Mapping[Switch, int] | None = None,
        *,
        asks_for_workdays: bool = False,
    ) -> None:
        super().__init__(node)
        self.pick = pick
        self.ways = ways
        self.timezone = timezone
        self.switched = switched or {}
        self.asks_for_workdays = asks_for_workdays
        self.last_picked: tuple[float, str, Days, int] = (-1.0, "", NO_DAYS, 0)

    def run(self, call: CallState) -> int:
        facts = call.facts
        if facts.switch != "auto" and facts.switch in self.switched:
            return self.switched[facts.switch]
        minute, timezone, days = call.now // 60, self.timezone or facts.timezone, facts.days
        # on a busy line most calls come in the same minute as the one before
        last_minute, last_timezone, last_days, way = self.last_picked
        if minute == last_minute and timezone == last_timezone and days is last_days:
            return way
        local = datetime.fromtimestamp(call.now, _zone(timezone))
        way = self.ways[self.pick(local, days)]
        if local.second == int(call.now % 60):  # not so by the sun's time of former days: Shanghai had +08:05:43
            self.last_picked = (minute, timezone, days, way)
        return way

    def targets(self) -> Iterable[int]:
        return (*self.ways, *self.switched.values())

    def describe(self) -> str:
        switched = "".join(f", switched to {position} -> {way}" for position, way in self.switched.items())
        return f"by time in {self.timezone or 'tenant zone'} -> {' '.join(map(str, self.ways))}{switched}"


@lru_cache(maxsize=256)
def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise OperationFault("unknown_timezone") from error

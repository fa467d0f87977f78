"""Inputs of a session as plain JSON data and back: a word and its values, as the journal keeps them for a replay."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from operator import attrgetter
from typing import Any, Final, cast

from interpreter.calls.inputs import (
    Input,
    LegAnswered,
    LegCame,
    LegDigit,
    LegDiverted,
    LegEarlyMedia,
    LegFailed,
    LegHeld,
    LegHungUp,
    LegRinging,
    Parked,
    PartChanged,
    Resolved,
    RingPlan,
    TalkStopped,
    TransferAsked,
)
from interpreter.calls.leg import load_target, save_target
from interpreter.machine.events import (
    CallerHungUp,
    CallStarted,
    Digit,
    Fault,
    MessageRecorded,
    PlayDone,
    Restored,
    TimerFired,
    Told,
)

WORDS: Final[Mapping[type[Input], str]] = {
    CallStarted: "start",
    Digit: "digit",
    PlayDone: "played",
    TimerFired: "timer",
    MessageRecorded: "message",
    Told: "told",
    Restored: "restored",
    CallerHungUp: "gone",
    Fault: "fault",
    LegRinging: "rings",
    LegEarlyMedia: "early",
    LegAnswered: "up",
    LegFailed: "failed",
    LegDiverted: "diverted",
    LegHungUp: "left",
    LegDigit: "key",
    LegHeld: "held",
    TransferAsked: "transfer",
    Resolved: "resolved",
    LegCame: "came",
    PartChanged: "part",
    Parked: "parked",
    TalkStopped: "stopped",
}

Values = tuple[Any, ...]


def _values_of(kind: type[Input]) -> Callable[[Any], Values]:
    """What reads all fields of an input, in their order."""
    names: Sequence[str] = kind.__slots__  # all are dataclasses with slots
    if not names:
        return lambda event: ()
    read = attrgetter(*names)
    return read if len(names) > 1 else lambda event: (read(event),)


def _saved_plan(plan: RingPlan) -> Values:
    waves = [[save_target(target) for target in wave] for wave in plan.waves]
    instead = {outcome: save_target(target) for outcome, target in plan.instead.items()}
    return waves, plan.seconds, instead, list(plan.reasons)


def _plan(waves: Any, seconds: float, instead: Any, reasons: Any) -> RingPlan:
    rung = tuple(tuple(load_target(target) for target in wave) for wave in waves)
    return RingPlan(rung, seconds, {key: load_target(target) for key, target in instead.items()}, tuple(reasons))


def _came(event: LegCame | PartChanged) -> Values:
    return event.leg, save_target(event.who), event.part, event.other


def _resolved(event: Resolved) -> Values:
    target = None if event.target is None else save_target(event.target)
    return event.leg, target, event.status, event.number, event.rule


_SAVES: Final[dict[type[Input], Callable[[Any], Values]]] = {kind: _values_of(kind) for kind in WORDS} | {
    LegDiverted: lambda event: (event.leg, *_saved_plan(event.plan)),
    LegCame: _came,
    PartChanged: _came,
    Resolved: _resolved,
}

_LOADS: Final[dict[str, Callable[..., Input]]] = {word: kind for kind, word in WORDS.items()} | {
    "diverted": lambda leg, *plan: LegDiverted(leg, _plan(*plan)),
    "came": lambda leg, who, part, other: LegCame(leg, load_target(who), part, other),
    "part": lambda leg, who, part, other: PartChanged(leg, load_target(who), part, other),
    "resolved": lambda leg, target, *more: Resolved(leg, target and load_target(target), *more),
}


def input_data(event: Input) -> Values:
    """Its word and its values."""
    kind = type(event)
    return (WORDS[kind], *_SAVES[kind](event))


def input_of(data: Sequence[Any]) -> Input:
    """What ``input_data`` said. Raises LookupError and TypeError for what is none."""
    word, *values = data
    return _LOADS[cast(str, word)](*values)

"""What a ``CallSession`` wants done: the machine's effects without ``Dial``, and what becomes of legs."""

from __future__ import annotations

from dataclasses import dataclass

from interpreter.machine.effects import (
    Answer,
    Ask,
    CancelTimer,
    EarlyMedia,
    ExitTaken,
    Finished,
    Hangup,
    InputMissed,
    NodeEntered,
    Play,
    RecordMessage,
    StartTimer,
    StopMessage,
    StopPlay,
    Target,
    Tell,
    Unask,
)


@dataclass(frozen=True, slots=True)
class InviteLeg:
    """Ring ``target`` as leg ``leg``. Every invited leg is later reported failed, answered or hung up.

    A driver that knows at once how it ends (extension not registered) says so by an input after it has
    carried out the other outputs of the same turn.
    """

    leg: int
    target: Target


@dataclass(frozen=True, slots=True)
class CancelLeg:
    """Stop ringing (SIP CANCEL, RFC 3261 section 9). An answer that crosses it is met with ``HangUpLeg``."""

    leg: int


@dataclass(frozen=True, slots=True)
class HangUpLeg:
    """End an answered leg (ACK if still owed, then BYE). Nothing more is expected of the leg."""

    leg: int


@dataclass(frozen=True, slots=True)
class Bridge:
    """Connect the caller and the answered leg; ``record``: record the talk until ``Unbridge``."""

    leg: int
    record: bool = False


@dataclass(frozen=True, slots=True)
class Unbridge:
    """Part the caller from the leg and close the talk's recording; the caller stays ours."""

    leg: int


@dataclass(frozen=True, slots=True)
class StartRingback:
    """Let the caller hear that it rings: by a 180 while not answered, else by the ringing tone in a loop."""


@dataclass(frozen=True, slots=True)
class StopRingback:
    """End the ringing tone; always said before ``Bridge`` and before the next prompt."""


LegOutput = InviteLeg | CancelLeg | HangUpLeg | Bridge | Unbridge | StartRingback | StopRingback

Output = (
    NodeEntered
    | InputMissed
    | ExitTaken
    | Answer
    | EarlyMedia
    | Play
    | StopPlay
    | StartTimer
    | CancelTimer
    | RecordMessage
    | StopMessage
    | Ask
    | Unask
    | Tell
    | Hangup
    | Finished
    | LegOutput
)

"""What a ``CallSession`` wants done: the machine's effects but ``Dial`` and ``StopDial``, and what becomes of legs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from interpreter.calls.inputs import Part
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
class Beside:
    """A leg that hears a talk without being heard, but by ``to`` if that is anybody."""

    leg: int
    to: int | None = None


@dataclass(frozen=True, slots=True)
class Connect:
    """From now on these legs hear each other, and no other leg of the call hears anybody.

    legs: none while everybody waits. record: the talk is recorded from its first ``Connect`` to ``EndTalk``, whoever
    is in it meanwhile. beside: who listens, while anybody is connected.
    """

    legs: tuple[int, ...]
    record: bool = False
    beside: tuple[Beside, ...] = ()


@dataclass(frozen=True, slots=True)
class EndTalk:
    """Nobody hears anybody any more, and the talk's recording is closed; legs that are left stay ours."""


@dataclass(frozen=True, slots=True)
class PlayTo:
    """Let a leg that waits hear something over and over, until ``StopPlayTo``.

    what: ``music`` on hold; ``accept``: to press 1 to take the call.
    """

    leg: int
    what: Literal["music", "accept"] = "music"


@dataclass(frozen=True, slots=True)
class StopPlayTo:
    """Always said before the leg is connected again."""

    leg: int


@dataclass(frozen=True, slots=True)
class StartRingback:
    """Let a leg hear that it rings: by a 180 while it is not answered, else by the ringing tone in a loop."""

    leg: int = 0


@dataclass(frozen=True, slots=True)
class StopRingback:
    """End the ringing tone; always said before ``Connect`` and before the next prompt."""

    leg: int = 0


@dataclass(frozen=True, slots=True)
class PassEarlyMedia:
    """Let leg ``to`` hear what ``leg`` sends before its answer, as early media where it is not answered itself.

    record: until ``StopEarlyMedia``.
    """

    leg: int
    to: int
    record: bool = False


@dataclass(frozen=True, slots=True)
class StopEarlyMedia:
    """End that; always said before ``Connect`` and before the next prompt, also where either has gone."""

    leg: int
    to: int


@dataclass(frozen=True, slots=True)
class Resolve:
    """Say by ``Resolved`` whom ``dialled`` reaches by the tenant's plan, under the permissions of who is at ``leg``."""

    leg: int
    dialled: str


@dataclass(frozen=True, slots=True)
class Park:
    """Find a place for whoever ``leg`` talks with; answered by ``Parked``."""

    leg: int


@dataclass(frozen=True, slots=True)
class SayPlace:
    """Tell ``leg`` at which place the call is parked, by voice."""

    leg: int
    place: str


@dataclass(frozen=True, slots=True)
class Say:
    """Let ``leg`` hear words of ours once, by the names of system prompts; nobody is told when they end."""

    leg: int
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Unpark:
    """The call is not at ``place`` any more, which is free again."""

    place: str


@dataclass(frozen=True, slots=True)
class TellTransfer:
    """Tell the leg that asked for a transfer how it goes, in words of SIP (NOTIFY of RFC 3515 section 2.4.4).

    status: 100 it is tried, 180 it rings, 200 it is done, else why it failed.
    """

    leg: int
    status: int


@dataclass(frozen=True, slots=True)
class JoinCall:
    """Whoever began this call leaves it for another of the tenant's. part, other: see ``inputs.LegCame``."""

    call: str
    part: Part
    other: int | None = None


@dataclass(frozen=True, slots=True)
class LeadOn:
    """A leg leaves this call, and goes on in the flow that answers ``number`` of ours, in a call of its own."""

    leg: int
    number: str


LegOutput = (
    InviteLeg
    | CancelLeg
    | HangUpLeg
    | Connect
    | EndTalk
    | PlayTo
    | StopPlayTo
    | StartRingback
    | StopRingback
    | PassEarlyMedia
    | StopEarlyMedia
    | Resolve
    | Park
    | SayPlace
    | Say
    | Unpark
    | TellTransfer
    | JoinCall
    | LeadOn
)

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

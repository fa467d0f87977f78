"""What a call did, in short: those outputs of its session that somebody hears, or that decide what comes next.

Two runs of a call went the same way where each input led to the same deeds. Timers, the ends of prompts and tones, and
who waits with music follow from them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final

from interpreter.calls.outputs import (
    CancelLeg,
    Connect,
    EndTalk,
    HangUpLeg,
    InviteLeg,
    JoinCall,
    LeadOn,
    Output,
    Park,
    PassEarlyMedia,
    PlayTo,
    Resolve,
    Say,
    SayPlace,
    TellTransfer,
)
from interpreter.machine.effects import (
    Answer,
    Ask,
    EarlyMedia,
    ExitTaken,
    Finished,
    Hangup,
    InputMissed,
    NodeEntered,
    Play,
    RecordMessage,
    Target,
    Tell,
)

Deed = tuple[Any, ...]
"""A word and what belongs to it, as plain JSON data."""


def _connect(output: Connect) -> Deed:
    beside = [(other.leg, other.to) for other in output.beside]
    return ("connect", output.legs, output.record, beside) if beside else ("connect", output.legs, output.record)


def _whom(target: Target) -> Deed:
    return (target.kind, target.value, target.user) if target.user else (target.kind, target.value)


_TOLD: Final[dict[type[Output], Callable[[Any], Deed]]] = {
    NodeEntered: lambda output: ("node", output.node),
    ExitTaken: lambda output: ("exit", output.node, output.exit),
    InputMissed: lambda output: ("missed", output.node, output.why),
    Answer: lambda output: ("answer",),
    EarlyMedia: lambda output: ("early",),
    Play: lambda output: ("loop" if output.loop else "play", *output.prompts),
    RecordMessage: lambda output: ("message", output.box),
    Ask: lambda output: ("ask", output.n, output.kind),
    Tell: lambda output: ("tell", output.kind),
    Hangup: lambda output: ("hangup", output.cause),
    Finished: lambda output: ("end", output.reason, output.code) if output.code else ("end", output.reason),
    InviteLeg: lambda output: ("invite", output.leg, *_whom(output.target)),
    CancelLeg: lambda output: ("cancel", output.leg),
    HangUpLeg: lambda output: ("release", output.leg),
    Connect: _connect,
    EndTalk: lambda output: ("part",),
    PassEarlyMedia: lambda output: ("pass", output.leg, output.to),
    PlayTo: lambda output: ("play_to", output.leg, output.what),
    Say: lambda output: ("say", output.leg, *output.words),
    SayPlace: lambda output: ("say_place", output.leg, output.place),
    Resolve: lambda output: ("resolve", output.leg, output.dialled),
    Park: lambda output: ("park", output.leg),
    TellTransfer: lambda output: ("tell_transfer", output.leg, output.status),
    JoinCall: lambda output: ("join", output.call, output.part, output.other),
    LeadOn: lambda output: ("lead_on", output.leg, output.number),
}


def deeds(outputs: Sequence[Output]) -> list[Deed]:
    """Those among some outputs, in their order."""
    return [tell(output) for output in outputs if (tell := _TOLD.get(type(output))) is not None]

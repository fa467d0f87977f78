"""What the machine wants done. Effects are plain data; a driver carries them out in the order given.

A waiting effect (``Play``, ``StartTimer``, ``Dial``, ``RecordMessage``, ``Ask``) is answered by a later event.
``NodeEntered``, ``InputMissed`` and ``ExitTaken`` ask for nothing: they are the call's trace, for journal, statistics
and tests. ``flow`` is the name by which the program was compiled (see ``Program``): a call may go into other flows.
What is played after a ``NodeEntered`` is of its flow's version.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

PromptKey = str
"""Names one audio in the version's prompt table: ``file:welcome.wav``, ``text:zh-CN:您好`` or ``system:digit-7``;
with a voice or speed of its own ``text;voice=zm_yunjian;speed=1.1:zh-CN:您好``."""


Miss = Literal["no_input", "no_match"]

Data = Mapping[str, object]
"""What a service is asked or told, and what it says: plain JSON data."""


@dataclass(frozen=True, slots=True)
class NodeEntered:
    """The call came to this node of the flow. type: ``menu`` and so on; label: "" where the author gave it none."""

    node: str
    type: str = ""
    label: str = ""
    flow: str = ""


@dataclass(frozen=True, slots=True)
class ExitTaken:
    """The call left ``node`` by ``exit``; ``label`` is what people call that exit ("" where it has no own label)."""

    node: str
    exit: str
    label: str = ""
    flow: str = ""


@dataclass(frozen=True, slots=True)
class InputMissed:
    """One attempt to ask the caller at ``node`` came to nothing: no key came, or what came meant nothing there."""

    node: str
    why: Miss
    flow: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """Answer the caller (200 OK), if that has not happened yet."""


@dataclass(frozen=True, slots=True)
class EarlyMedia:
    """Let the caller hear us without answering (183 with SDP)."""


@dataclass(frozen=True, slots=True)
class Play:
    """Play audios one after the other without a gap; replaces what plays now. Ends with ``PlayDone``."""

    prompts: tuple[PromptKey, ...]
    loop: bool = False


@dataclass(frozen=True, slots=True)
class StopPlay:
    """Stop what plays, within one packet; no ``PlayDone`` follows."""


@dataclass(frozen=True, slots=True)
class StartTimer:
    """Fire ``TimerFired(name)`` after ``seconds``; starting a running name anew replaces it."""

    name: str
    seconds: float


@dataclass(frozen=True, slots=True)
class CancelTimer:
    name: str


@dataclass(frozen=True, slots=True)
class Behalf:
    """For which extension a target is rung: it dialled that, or its calls go there; its permissions were asked.

    shown: the number that may be shown outside, as records keep it, "" for none. diverted: why its calls go there, in
    the words of Diversion (RFC 5806), "" where it dialled; via: the extensions that sent the call on, this one last.
    accept: whoever answers is asked to press 1 first. An extension that is rung for itself is its telephones.
    """

    extension: str
    shown: str = ""
    diverted: str = ""
    via: tuple[str, ...] = ()
    accept: bool = False


@dataclass(frozen=True, slots=True)
class Target:
    """Somebody to ring.

    kind: ``extension`` (value: its number), ``number`` (an outside number as people at home dial it, through the
    tenant's trunks) or ``trunk`` (value: the trunk's name, ``user`` what to dial there). behalf: None where the flow
    names it.
    """

    kind: Literal["extension", "number", "trunk"]
    value: str
    user: str = ""
    label: str = ""
    behalf: Behalf | None = None


@dataclass(frozen=True, slots=True)
class Dial:
    """Ring targets and connect the first that answers; ends with ``Answered`` or ``DialEnded``.

    ring_seconds: per target when sequential, for all when simultaneous.
    record: record the talk from the answer on. ringback: the caller hears that it rings; without it what plays goes on
    until somebody answers. heard: the caller hears us already, so that ringing may begin at once. record_early: record
    what comes before the answer, too.
    """

    targets: tuple[Target, ...]
    strategy: Literal["sequential", "simultaneous"]
    ring_seconds: float
    record: bool = False
    ringback: bool = True
    heard: bool = True
    record_early: bool = False


@dataclass(frozen=True, slots=True)
class StopDial:
    """Ring nobody any more; no ``DialEnded`` follows. Always the first effect of its event."""


@dataclass(frozen=True, slots=True)
class RecordMessage:
    """Record the caller into a voicemail box, after a beep if wanted; ends with ``MessageRecorded``.

    silence_seconds: None where silence does not end it. min_seconds: what is shorter, from the first sound to the last,
    is no message.
    Digits heard meanwhile go to the driver's stop keys and are not events of the machine.
    """

    box: str
    max_seconds: float
    silence_seconds: float | None
    stop_keys: str = "#"
    beep: bool = True
    min_seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class StopMessage:
    """End a running ``RecordMessage``; what was said is kept and no event follows."""


@dataclass(frozen=True, slots=True)
class Ask:
    """Ask the service ``kind`` outside; ends with ``Told`` of the same ``n``, unless ``Unask`` takes it back.

    n: counted within the call, never used twice.
    """

    n: int
    kind: str
    data: Data


@dataclass(frozen=True, slots=True)
class Unask:
    """Nobody waits for the answer to question ``n`` any more; no ``Told`` of it is heard."""

    n: int


@dataclass(frozen=True, slots=True)
class Tell:
    """Let the service ``kind`` know something; no event follows, whatever comes of it, also after the call."""

    kind: str
    data: Data


@dataclass(frozen=True, slots=True)
class Hangup:
    """End the call. ``cause`` chooses the SIP answer where the caller was not answered yet."""

    cause: Literal["normal", "busy", "rejected", "error"] = "normal"


@dataclass(frozen=True, slots=True)
class Finished:
    """The machine has ended; the last effect of every call.

    reason: ``hangup`` (the flow hung up), ``caller`` (the caller did) or ``error`` (see ``code``: a fault of ours
    that no ``on_error`` node could take, the step budget spent).
    """

    reason: Literal["hangup", "caller", "error"]
    code: str = ""


Effect = (
    NodeEntered
    | InputMissed
    | ExitTaken
    | Answer
    | EarlyMedia
    | Play
    | StopPlay
    | StartTimer
    | CancelTimer
    | Dial
    | StopDial
    | RecordMessage
    | StopMessage
    | Ask
    | Unask
    | Tell
    | Hangup
    | Finished
)

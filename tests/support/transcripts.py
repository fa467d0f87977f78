"""A call of a machine as text: ``0.000 > play file:main.wav`` is an effect, ``1.200 < digit 2`` an event.

A transcript is its own script: the ``<`` lines are handed to a machine, and the whole text must come out again.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable

from interpreter.machine import Facts, Machine, Program
from interpreter.machine.effects import (
    Answer,
    Ask,
    CancelTimer,
    Dial,
    EarlyMedia,
    Effect,
    ExitTaken,
    Finished,
    Hangup,
    InputMissed,
    NodeEntered,
    Play,
    RecordMessage,
    StartTimer,
    StopDial,
    StopMessage,
    StopPlay,
    Tell,
    Unask,
)
from interpreter.machine.events import (
    Answered,
    CallerHungUp,
    CallStarted,
    DialEnded,
    Digit,
    Event,
    Fault,
    MessageRecorded,
    PartnerHungUp,
    PlayDone,
    Restored,
    TimerFired,
    Told,
)

FACTS = Facts("call-1", caller="13800138000", called="4001234567", extension_length=None)

_EVENTS: dict[str, Callable[..., Event]] = {
    "start": CallStarted,
    "played": PlayDone,
    "digit": Digit,
    "timer": TimerFired,
    "answered": Answered,
    "dial-ended": DialEnded,
    "partner-hung-up": PartnerHungUp,
    "recorded": lambda seconds, reason: MessageRecorded(float(seconds), reason),
    "told": lambda n, kind, data="{}": Told(int(n), kind, json.loads(data)),
    "restored": Restored,
    "caller-hung-up": CallerHungUp,
    "fault": Fault,
}


def event_of(text: str) -> Event:
    word, *values = text.split(maxsplit=3)
    return _EVENTS[word](*values)


def text_of(effect: Effect) -> str:
    """One effect in one line."""
    match effect:
        case NodeEntered(node):
            return f"enter {node}"
        case ExitTaken(node, exit, label):
            return f"exit {node} {exit}" + (f" ({label})" if label else "")
        case InputMissed(node, why):
            return f"missed {node} {why}"
        case Play(prompts, loop):
            return f"play {' '.join(prompts)}" + (" loop" if loop else "")
        case StartTimer(name, seconds):
            return f"timer {name} {seconds:g}"
        case CancelTimer(name):
            return f"cancel {name}"
        case Dial(targets, strategy, seconds, record, ringback):
            rung = " ".join(f"{t.kind}:{t.value}" + (f"/{t.user}" if t.user else "") for t in targets)
            more = (" record" if record else "") + ("" if ringback else " quiet")
            return f"dial {strategy} {rung} {seconds:g}{more}"
        case RecordMessage(box, longest, silence, keys, beep):
            return f"record {box} {longest:g} {silence or 0:g} [{keys}]" + (" beep" if beep else "")
        case Ask(n, kind, data):
            return f"ask {n} {kind} {json.dumps(data, ensure_ascii=False)}"
        case Unask(n):
            return f"unask {n}"
        case Tell(kind, data):
            return f"tell {kind} {json.dumps(data, ensure_ascii=False)}"
        case Hangup(cause):
            return f"hang up {cause}"
        case Finished(reason, code):
            return f"finished {reason}" + (f" {code}" if code else "")
        case Answer() | EarlyMedia() | StopPlay() | StopMessage() | StopDial():
            return _PLAIN[type(effect)]


_PLAIN: dict[type[Effect], str] = {
    Answer: "answer",
    EarlyMedia: "early media",
    StopPlay: "stop",
    StopMessage: "stop message",
    StopDial: "stop dial",
}


def replay(program: Program, script: Iterable[str], *, facts: Facts = FACTS, start: float = 0.0, hide: str = "") -> str:
    """The transcript of a call whose events are the ``<`` lines of ``script``.

    start: UNIX time at 0.000. hide: effects that only concern nodes of this prefix are left out.
    """
    machine = Machine(program, facts, seed=1)
    lines: list[str] = []
    for line in script:
        at, _, event = line.partition(" < ")
        if not event:
            continue
        lines.append(line)
        for effect in machine.handle(event_of(event), start + float(at)):
            if hide and isinstance(effect, NodeEntered) and effect.node.startswith(hide):
                break
            lines.append(f"{at} > {text_of(effect)}")
    return "\n".join(lines) + "\n"

"""A scenario as data: who calls, what the called people and the caller do, and how it must end."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from interpreter.calls.forwarding import NO_FORWARDING, Forwarding
from interpreter.calls.plan import NOBODY_OUTSIDE, Rights
from interpreter.calls.queue import Group
from interpreter.machine.effects import Data, Miss
from interpreter.machine.facts import Days, Switch

Texts = Mapping[str, str]
"""A text for people, by locale (``zh-CN``, ``en``)."""

State = Literal["answers", "busy", "no_answer", "offline", "declined", "failed"]
EndedBy = Literal["caller", "flow", "system"]


@dataclass(frozen=True, slots=True)
class Wait:
    """Do nothing for ``seconds``."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Press:
    """Press digits, one every ``DIGIT_SECONDS``."""

    digits: str


@dataclass(frozen=True, slots=True)
class Say:
    """Speak for ``seconds``."""

    seconds: float


@dataclass(frozen=True, slots=True)
class BusyTone:
    """The network sends its busy tone for ``seconds``: the caller is gone, and nobody hung up."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Heard:
    """Wait until the prompt was heard to its end (see ``prompts.matches``)."""

    prompt: str


@dataclass(frozen=True, slots=True)
class HangUp:
    """The caller hangs up."""


CallerStep = Wait | Press | Say | BusyTone | Heard | HangUp

DIGIT_SECONDS = 0.3
"""From the beginning of one digit to the next; a robot sends about 0.1 s of tone and a pause."""


@dataclass(frozen=True, slots=True)
class Dials:
    """An extension dials a code or a place, ``at`` seconds after the call began."""

    at: float
    number: str


@dataclass(frozen=True, slots=True)
class Person:
    """What happens when somebody is rung. after: seconds of ringing; talk: seconds until they hang up, or None.

    does: what they do once they have answered; waiting, pressing keys and hanging up only. dials: what they do by
    themselves. rights: whom an extension may call outside; forwarding: where its calls go. early_media: whether they
    send sound while it rings.
    """

    state: State
    after: float = 1.0
    talk: float | None = None
    does: tuple[CallerStep, ...] = ()
    dials: tuple[Dials, ...] = ()
    rights: Rights = NOBODY_OUTSIDE
    forwarding: Forwarding = NO_FORWARDING
    early_media: bool = False


@dataclass(frozen=True, slots=True)
class Reply:
    """What a service answers. kind, data: see ``events.Told``; after: virtual seconds until it comes."""

    kind: str = "ok"
    data: Data = field(default_factory=dict)
    after: float = 0.0


Misses = Mapping[Miss, int]
"""How often a caller was asked in vain, by why."""


@dataclass(frozen=True, slots=True)
class Expectation:
    """How the call must go; None is not compared. answered_by: "" means nobody. missed: by node."""

    path: tuple[str, ...] | None = None
    missed: Mapping[str, Misses] | None = None
    heard: tuple[str, ...] | None = None
    ended_by: EndedBy | None = None
    cause: str | None = None
    answered_by: str | None = None
    messages: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """One scripted call. at: UNIX seconds, UTC. caller: "" where nobody is named. people: by target kind
    (``extension`` …), then value.

    services: what each service answers, in turn, by its kind.
    switch, days: the called number's day/night switch, and the tenant's own days (see ``Facts``).
    groups: of extensions, by name. others: calls of the same world that begin with this one or later (``at``), each
    with steps and an expectation of its own.
    """

    name: Texts
    at: float
    caller: str = "13800138000"
    called: str = "4001234567"
    timezone: str = "Asia/Shanghai"
    switch: Switch = "auto"
    days: Days = field(default_factory=dict)
    people: Mapping[str, Mapping[str, Person]] = field(default_factory=dict)
    groups: Mapping[str, Group] = field(default_factory=dict)
    services: Mapping[str, tuple[Reply, ...]] = field(default_factory=dict)
    steps: tuple[CallerStep, ...] = ()
    durations: Mapping[str, float] = field(default_factory=dict)
    expect: Expectation = field(default_factory=Expectation)
    others: tuple[Scenario, ...] = ()

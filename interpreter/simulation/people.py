"""The scripted people of a virtual call: its caller, and those who are rung."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Protocol

from interpreter.calls.inputs import (
    LegAnswered,
    LegDigit,
    LegEarlyMedia,
    LegFailed,
    LegHungUp,
    LegInput,
    LegReason,
    LegRinging,
)
from interpreter.calls.outputs import InviteLeg
from interpreter.simulation.agenda import Agenda
from interpreter.simulation.prompts import matches
from interpreter.simulation.scenario import (
    DIGIT_SECONDS,
    BusyTone,
    CallerStep,
    HangUp,
    Heard,
    Person,
    Press,
    Say,
    Wait,
)

RING_DELAY_SECONDS = 0.1
"""From INVITE to 180, or to a refusal without ringing."""


class Line(Protocol):
    """What a caller can do to the call."""

    def press(self, digit: str) -> None: ...
    def speech(self, speaking: bool) -> None: ...
    def signal(self, sounding: bool) -> None: ...
    def hang_up(self) -> None: ...


class Script:
    """Somebody who does steps one after the other, from ``start`` on. name: of whom; no two in a call have the same."""

    __slots__ = ("_agenda", "_line", "_name", "_started", "_steps", "_wanted")

    def __init__(self, steps: tuple[CallerStep, ...], agenda: Agenda, line: Line, name: str = "caller") -> None:
        self._steps = list(steps)
        self._agenda = agenda
        self._line = line
        self._name = name
        self._wanted: str | None = None
        self._started = False

    def start(self) -> None:
        """The call can be heard now; once is enough."""
        if not self._started:
            self._started = True
            self._agenda.set(self._name, 0.0, self._next)

    def prompt_ended(self, key: str) -> None:
        """A prompt was heard to its end."""
        if self._wanted is not None and matches(key, self._wanted):
            self._wanted = None
            self._agenda.set(self._name, 0.0, self._next)

    def stop(self) -> None:
        """The call is over."""
        self._steps.clear()
        self._agenda.cancel(self._name)

    @property
    def waits_for(self) -> str | None:
        """The prompt that the caller still wants to hear."""
        return self._wanted

    def _next(self) -> None:
        if not self._steps:
            return
        match self._steps.pop(0):
            case Wait(seconds):
                self._agenda.set(self._name, seconds, self._next)
            case Press(digits):
                self._press(digits)
            case Say(seconds):
                self._agenda.set(self._name, seconds, self._fall_silent)
                self._line.speech(True)
            case BusyTone(seconds):
                self._agenda.set(self._name, seconds, self._tone_ended)
                self._line.signal(True)
            case Heard(prompt):
                self._wanted = prompt
            case HangUp():
                self._line.hang_up()

    def _press(self, digits: str) -> None:
        rest = digits[1:]
        following = (lambda: self._press(rest)) if rest else self._next
        self._agenda.set(self._name, DIGIT_SECONDS, following)
        self._line.press(digits[0])

    def _tone_ended(self) -> None:
        self._agenda.set(self._name, 0.0, self._next)
        self._line.signal(False)

    def _fall_silent(self) -> None:
        self._agenda.set(self._name, 0.0, self._next)
        self._line.speech(False)


class Telephone:
    """The line of somebody who answered (``Line``)."""

    __slots__ = ("_leg", "_report")

    def __init__(self, leg: int, report: Callable[[LegInput], None]) -> None:
        self._leg = leg
        self._report = report

    def press(self, digit: str) -> None:
        self._report(LegDigit(self._leg, digit))

    def speech(self, speaking: bool) -> None:
        pass

    def signal(self, sounding: bool) -> None:
        pass

    def hang_up(self) -> None:
        self._report(LegHungUp(self._leg))


class ScriptedPeople:
    """Answers ``InviteLeg`` as the scenario says; legs do nothing once they are forgotten."""

    __slots__ = ("_agenda", "_people", "_persons", "_report", "_scripts")

    def __init__(
        self,
        people: Mapping[str, Mapping[str, Person]],
        agenda: Agenda,
        report: Callable[[LegInput], None],
    ) -> None:
        self._people = people
        self._agenda = agenda
        self._report = report
        self._persons: dict[int, Person] = {}
        self._scripts: dict[int, Script] = {}

    def come(self, dialled: Callable[[str, str], None]) -> None:
        """Let extensions dial when it is time: ``dialled`` is told which, and what."""
        for extension, person in self._people.get("extension", {}).items():
            for n, dials in enumerate(person.dials):
                self._agenda.set(f"dials:{extension}:{n}", dials.at, partial(dialled, extension, dials.number))

    def came(self, leg: int, extension: str) -> None:
        """What an extension dialled has led it into the call."""
        self._persons[leg] = self._people["extension"][extension]

    def ring(self, invite: InviteLeg, *, busy: bool) -> None:
        """Begin what the rung person does. busy: in another call."""
        leg, target = invite.leg, invite.target
        person = self._people.get(target.kind, {}).get(target.value)
        if person is None:
            self._fail(leg, 0.0, "no_such" if target.kind == "extension" else "failed")
            return
        self._persons[leg] = person
        match "busy" if busy and person.state != "offline" else person.state:
            case "offline":
                self._fail(leg, 0.0, "offline")
            case "busy" | "failed" as reason:
                self._fail(leg, RING_DELAY_SECONDS, reason)
            case _:
                self._after(leg, RING_DELAY_SECONDS, LegRinging(leg), lambda: self._ringing(leg, person))

    def answered(self, leg: int) -> None:
        """The leg is connected for the first time: count its talk."""
        person = self._persons[leg]
        if person.talk is not None:
            self._after(leg, person.talk, LegHungUp(leg))
        self.listens(leg)

    def listens(self, leg: int) -> None:
        """The leg hears something: do what this person does."""
        person = self._persons[leg]
        if person.does and leg not in self._scripts:
            script = Script(person.does, self._agenda, Telephone(leg, self._report), f"does:{leg}")
            self._scripts[leg] = script
            script.start()

    def forget(self, leg: int) -> None:
        """The leg was cancelled or hung up."""
        self._agenda.cancel(f"leg:{leg}")
        self._agenda.cancel(f"early:{leg}")
        script = self._scripts.pop(leg, None)
        if script is not None:
            script.stop()

    def _ringing(self, leg: int, person: Person) -> None:
        if person.early_media:
            self._agenda.set(f"early:{leg}", 0.0, lambda: self._report(LegEarlyMedia(leg, True)))
        if person.state == "answers":
            self._after(leg, person.after, LegAnswered(leg))
        elif person.state == "declined":
            self._fail(leg, person.after, "declined")

    def _fail(self, leg: int, delay: float, reason: LegReason) -> None:
        self._after(leg, delay, LegFailed(leg, reason))

    def _after(self, leg: int, delay: float, event: LegInput, then: Callable[[], None] | None = None) -> None:
        def act() -> None:
            if then is not None:
                then()
            self._report(event)

        self._agenda.set(f"leg:{leg}", delay, act)

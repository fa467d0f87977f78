"""Drives one ``CallSession`` through a scenario in virtual time. What the session says is done by ``carrying``."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping, Sequence
from typing import get_args

from interpreter.calls.inputs import Input, LegCame, LegInput
from interpreter.calls.outputs import JoinCall, Output
from interpreter.calls.session import CallSession
from interpreter.machine.effects import Target
from interpreter.machine.events import CallerHungUp, CallStarted, Digit, Told
from interpreter.simulation.agenda import Agenda
from interpreter.simulation.company import Company
from interpreter.simulation.crowd import Crowd
from interpreter.simulation.hearing import Hearing
from interpreter.simulation.ladder import Ladder
from interpreter.simulation.office import Office
from interpreter.simulation.outcome import Outcome
from interpreter.simulation.people import Script, ScriptedPeople
from interpreter.simulation.prompts import Durations
from interpreter.simulation.questions import Questions, Services
from interpreter.simulation.recorder import Reason, Recorder
from interpreter.simulation.scenario import Scenario
from interpreter.simulation.way import Way

MAX_SECONDS = 4 * 3600.0
MAX_INPUTS = 20_000
"""A call that is not over by then never will be."""

Carrying = Mapping[type[Output], Callable[..., None]]

_LEG_INPUTS = get_args(LegInput)


class VirtualCall:
    """One call from ``CallStarted`` until the session is closed, or nothing is due any more.

    carrying: how to do what the session says, by the type of its output. crowd: what it shares with the scenario's
    other calls, which go on ``together``. name: its own there.
    connected: who hears whom now. met: legs that have been connected.
    """

    def __init__(
        self,
        session: CallSession,
        scenario: Scenario,
        durations: Durations,
        carrying: Carrying,
        crowd: Crowd | None = None,
        name: str = "",
    ) -> None:
        self.number = scenario.caller
        self.answered = False
        self.answered_by = ""
        self.ended_by = ""
        self.cause = ""
        self.connected: tuple[int, ...] = ()
        self.met: set[int] = set()
        self.crowd = crowd
        self.agenda = Agenda()
        self.ladder = Ladder(self.agenda)
        self.way = Way(self.agenda, self.ladder)
        self.company = Company(scenario)
        self.caller = Script(scenario.steps, self.agenda, self)
        self.people = ScriptedPeople(scenario.people, self.agenda, self.feed)
        self.hearing = Hearing(self.agenda, durations, self.caller.prompt_ended)
        self.recorder = Recorder(self.agenda, self._message_over)
        self.questions = Questions(name, Services(scenario.services, self, crowd), self.agenda, self.feed)
        self._session = session
        self._carrying = carrying
        self._began_at = scenario.at
        self._inbox: deque[Input] = deque()
        self._inputs = 0
        self._began = 0.0 if crowd is None else scenario.at - crowd.at
        self.office = Office(
            self.agenda,
            self.company.has_extension,
            self.company.colleagues,
            None if crowd is None else crowd.exchange,
            name,
            self._began,
        )
        if crowd is not None:
            crowd.doors[name] = self._let_in

    # its time

    def run(self) -> None:
        """Let the call happen; returns when it is over, or can never be."""
        self.begin()
        while self.step():
            pass

    def begin(self, *, people_dial: bool = True) -> None:
        """people_dial: what extensions do by themselves happens in this call's time."""
        self.feed(CallStarted())
        if people_dial:
            self.people.come(self._dialled)

    def step(self) -> bool:
        """Let one thing happen; False where the call is over, or can never be."""
        if self._inbox:
            self._inputs += 1
            self._handle(self._inbox.popleft())
            return self._inputs < MAX_INPUTS
        return not self._session.closed and self.agenda.step() and self.agenda.now <= MAX_SECONDS

    @property
    def due(self) -> float | None:
        """When something happens next, in seconds since the call began; None where nothing does."""
        if self._inbox:
            return self.agenda.now
        return None if self._session.closed else self.agenda.due

    def wait_until(self, seconds: float) -> None:
        """Nothing has happened here until then."""
        self.agenda.now = max(self.agenda.now, seconds)

    # how it went

    @property
    def seconds(self) -> float:
        """Virtual seconds since the call began."""
        return self.agenda.now

    @property
    def waits_for(self) -> str | None:
        """The prompt that the caller waited for in vain."""
        return self.caller.waits_for

    def outcome(self) -> Outcome:
        return Outcome(
            tuple(self.way.path),
            self.ended_by,
            self.cause,
            self.answered_by,
            tuple(self.hearing.heard),
            tuple(self.recorder.messages),
        )

    # what the caller does (people.Line)

    def press(self, digit: str) -> None:
        if self.recorder.busy:
            self.ladder.note("<", f"digit {digit}")
            if self.recorder.stops_at(digit):
                self._message_over("key")
            return
        self.feed(Digit(digit))

    def speech(self, speaking: bool) -> None:
        self.ladder.note("<", "speaks" if speaking else "falls silent")
        self.recorder.speech(speaking)

    def signal(self, sounding: bool) -> None:
        self.ladder.note("<", "busy tone" if sounding else "tone ends")
        self.recorder.signal(sounding)

    def hang_up(self) -> None:
        if self.recorder.busy:
            self._message_over("hangup")
        self.feed(CallerHungUp())

    # what a service does to the call (questions.Caller)

    def hear(self, prompts: Sequence[str]) -> None:
        self._catch_up()
        if prompts:
            self.ladder.note(">", "hears " + " ".join(prompts))
        self.hearing.play(prompts)

    # what comes in

    def feed(self, event: Input) -> None:
        """Let the session hear it in its turn."""
        self._inbox.append(event)

    def _handle(self, event: Input) -> None:
        if self._session.finished and not isinstance(event, _LEG_INPUTS):
            return
        self.ladder.came(event)
        if isinstance(event, _LEG_INPUTS):
            self.office.hears(event)
        elif isinstance(event, Told):
            self.questions.close(event.n)
        for output in self._session.handle(event, self._began_at + self.agenda.now):
            self._carrying[type(output)](self, output)

    def _message_over(self, reason: Reason) -> None:
        self.feed(self.recorder.end(reason))

    def _dialled(self, extension: str, number: str) -> None:
        """A telephone of the company's dials a code or a place."""
        self.ladder.note("<", f"extension:{extension} dials {number}")
        visit = self.office.dialled(extension, number)
        if visit is None:
            self.ladder.note(">", f"nothing for extension:{extension}")
            return
        doors = {} if self.crowd is None else self.crowd.doors
        doors.get(visit.call, self._let_in)(extension, visit)

    def _catch_up(self) -> None:
        """It happens now; while a call only waits, its own time stands still."""
        if self.crowd is not None:
            self.wait_until(self.crowd.now - self._began)

    def _let_in(self, extension: str, visit: JoinCall) -> None:
        """An extension comes into this call."""
        self._catch_up()
        leg, who = self._session.next_leg, Target("extension", extension)
        self.ladder.targets[leg] = who
        self.people.came(leg, extension)
        self.feed(LegCame(leg, who, visit.part, visit.other))

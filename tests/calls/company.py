"""Several calls of one company at once, and people who go from one into another: by picking up, fetching, monitoring.

Each call has a driver's book of its own (``Telephones``); what they have to do with each other is in one ``Exchange``,
told and asked by the simulator's ``Office``.
"""

from __future__ import annotations

from random import Random

from calls.exchange_people import ANSWERED, OTHERS, REACHABLE, RINGING, Telephones
from calls.one_call import OWN, DialsAgain, random_dial

from interpreter.calls.codes import Called, Service
from interpreter.calls.exchange import Exchange, LegName
from interpreter.calls.inputs import Input, LegCame, Parked
from interpreter.calls.outputs import Output, Park, Resolve, Unpark
from interpreter.calls.session import CallSession
from interpreter.machine.effects import Dial, Target
from interpreter.simulation.agenda import Agenda
from interpreter.simulation.office import Office

PLACES = ("71", "72")
EXTENSIONS = ("A", "B", "C", "801", "803", "805", "806")
VISITS: tuple[tuple[Service, tuple[str, ...]], ...] = (
    ("pick_up", EXTENSIONS), ("pick_up_in_group", ("",)), ("fetch", PLACES), ("listen", EXTENSIONS),
    ("whisper", EXTENSIONS), ("barge_in", EXTENSIONS), ("take_over", EXTENSIONS),
)  # fmt: skip
CALLS_AT_ONCE = 4


class OneOf(Telephones):
    """The books of one of the company's calls; its places are the exchange's."""

    def __init__(self, office: Office) -> None:
        super().__init__()
        self._office = office

    def carry_out(self, output: Output) -> None:
        self._office.sees(output)
        super().carry_out(output)
        if isinstance(output, Unpark):
            self._office.unpark(output.place)

    def _answer(self, question: Resolve | Park) -> Input:
        if isinstance(question, Resolve):
            return super()._answer(question)
        place = self._office.park()
        if place is not None:
            self.places.add(place)
        return Parked(question.leg, place)

    def comes(self, who: str, part: str, other: int | None) -> Input:
        """A telephone of ours comes into the call."""
        self.last += 1
        self.alive[self.last] = "answered"
        return LegCame(self.last, Target("extension", who), part, other)  # type: ignore[arg-type]  # a Part


class Line:
    """One call."""

    def __init__(self, name: str, company: Company, first: Dial, caller: Target | None) -> None:
        self.name = name
        self.office = Office(
            Agenda(), lambda number: number in EXTENSIONS, lambda _: EXTENSIONS, company.exchange, name
        )
        self.telephones = OneOf(self.office)
        self.session = CallSession(DialsAgain(first), caller)  # type: ignore[arg-type]  # its snapshot is smaller
        self.happens("start")

    def happens(self, happening: str | tuple[int, str]) -> None:
        self.take(self.telephones.inputs(happening))

    def take(self, events: list[Input]) -> None:
        while events:
            event = events.pop(0)
            self.office.hears(event)
            for output in self.session.handle(event, 0.0):
                self.telephones.carry_out(output)
            events += self.telephones.answers()

    def end(self) -> None:
        self.happens("caller")
        while self.telephones.alive:
            for what in ("answer", "busy", "hangup"):
                self.happens((0, what))


class Company:
    def __init__(self) -> None:
        self.exchange = Exchange(PLACES)
        self.lines: list[Line] = []
        self.made = 0

    def begins(self, first: Dial, caller: Target | None) -> None:
        if len(self.lines) < CALLS_AT_ONCE:
            self.made += 1
            self.lines.append(Line(f"c{self.made}", self, first, caller))

    def happens(self, which: int, happening: str | tuple[int, str]) -> None:
        if self.lines:
            line = self.lines[which % len(self.lines)]
            line.happens(happening)
            self._forget(line)

    def visits(self, service: Service, number: str, who: str) -> None:
        """A telephone calls a service; it leads nowhere, or into a call that is there."""
        join = self.exchange.visit(Called(service, number), who, EXTENSIONS)
        if join is not None:
            (line,) = (line for line in self.lines if line.name == join.call)
            line.take([line.telephones.comes(who, join.part, join.other)])
            self._forget(line)

    def breaks_off(self, which: int) -> None:
        """A fault of the driver's at whatever it was carrying out: it drops the call, with all that it has."""
        if self.lines:
            line = self.lines.pop(which % len(self.lines))
            for leg in line.telephones.alive:
                self.exchange.gone(LegName(line.name, leg), 0.0)
            self.exchange.ended(line.name)

    def closes(self) -> None:
        for line in list(self.lines):
            line.end()
            assert line.session.closed
            assert (line.telephones.timers, line.telephones.music) == (set(), set())
            self._forget(line)

    def _forget(self, line: Line) -> None:
        if line.session.closed:
            self.exchange.ended(line.name)
            self.lines.remove(line)

    def check(self) -> None:
        """Each leg that lives is of one call, in its books and in the exchange's alike; so is each place."""
        books = {
            LegName(line.name, leg): state for line in self.lines for leg, state in line.telephones.alive.items() if leg
        }
        known = {leg: talks for leg, _, talks in self.exchange.legs()}
        assert known.keys() == books.keys()
        assert {leg for leg, talks in known.items() if talks} == {leg for leg, s in books.items() if s == "answered"}
        parked = {place: line.name for line in self.lines for place in line.telephones.places}
        assert {place: call for place in PLACES if (call := self.exchange.parked(place))} == parked


def random_step(company: Company, rng: Random) -> object:
    """Have something happen; what it was."""
    which = rng.random()
    if which < 0.1:
        company.begins(random_dial(rng), rng.choice([None, OWN]))
        return "begins"
    if which < 0.25:
        service, numbers = rng.choice(VISITS)
        visit = service, rng.choice(numbers), rng.choice(EXTENSIONS)
        company.visits(*visit)
        return visit
    line = rng.randrange(CALLS_AT_ONCE)
    if which < 0.26:
        company.breaks_off(line)
        return line, "breaks off"
    happening: str | tuple[int, str] = rng.choice(OTHERS)
    if which < 0.9:
        happening = (rng.randrange(6), rng.choice(RINGING if which < 0.55 else ANSWERED))
    company.happens(line, happening)
    return line, happening


def live_together(rng: Random, least: int) -> int:
    """Company after company until so much has happened; how much it was. Raises AssertionError with the story."""
    happened = 0
    while happened < least:
        company, story = Company(), []
        try:
            for _ in range(150):
                story.append(random_step(company, rng))
                company.check()
            company.closes()
            company.check()
        except Exception as error:
            raise AssertionError(f"story={story!r}") from error
        happened += len(story)
    return happened


assert set(REACHABLE) - {"9"} <= set(EXTENSIONS)

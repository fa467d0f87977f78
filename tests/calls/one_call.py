"""One call of random people, from its beginning until everybody has hung up."""

from __future__ import annotations

from random import Random

from calls.exchange_people import Telephones, random_happening

from interpreter.calls.session import CallSession
from interpreter.machine.effects import Dial, Finished, StopDial, Target
from interpreter.machine.events import (
    Answered,
    CallerHungUp,
    CallStarted,
    DialEnded,
    Digit,
    Fault,
    PartnerHungUp,
)

MAX_DIALS = 3
OWN = Target("extension", "805")


class DialsAgain:
    """A flow that dials again whenever it can, three times at most; also when the caller presses 8 while it rings."""

    def __init__(self, first: Dial, dials: int = 0, rings: bool = False) -> None:
        self.first, self.dials, self.rings, self.finished = first, dials, rings, False

    def handle(self, event, now):
        if self.finished:
            return ()
        if isinstance(event, CallerHungUp):
            self.finished = True
            return (Finished("caller"),)
        if isinstance(event, Answered):
            self.rings = False
        elif isinstance(event, (CallStarted, DialEnded, PartnerHungUp, Fault)):
            return self.again()
        elif event == Digit("8") and self.rings:
            return (StopDial(), *self.again())
        return ()

    def again(self):
        self.rings = self.dials < MAX_DIALS
        if not self.rings:
            self.finished = True
            return (Finished("hangup"),)
        self.dials += 1
        return (self.first,)

    def snapshot(self):
        return {"dials": self.dials, "rings": self.rings, "finished": self.finished}


def play(session: CallSession, telephones: Telephones, happening, twin: CallSession | None = None) -> None:
    events = telephones.inputs(happening)
    while events:
        event = events.pop(0)
        outputs = list(session.handle(event, 0.0))
        for output in outputs:
            telephones.carry_out(output)
        events += telephones.answers()
        if twin is not None:
            assert list(twin.handle(event, 0.0)) == outputs


def begin(first: Dial, caller: Target | None) -> tuple[CallSession, Telephones]:
    session, telephones = CallSession(DialsAgain(first), caller), Telephones()  # type: ignore[arg-type]  # its snapshot is smaller
    play(session, telephones, "start")
    return session, telephones


def end(session: CallSession, telephones: Telephones) -> None:
    """Everybody hangs up; asserts that nothing is left."""
    play(session, telephones, "caller")
    assert session.finished
    assert telephones.finished
    while telephones.alive:  # the far ends of our CANCELs: some answer all the same
        play(session, telephones, (0, "answer"))
        play(session, telephones, (0, "busy"))
        play(session, telephones, (0, "hangup"))
    assert telephones.connected == ()
    assert telephones.music == set()
    assert telephones.timers == set()
    assert session.closed


def random_dial(rng: Random) -> Dial:
    numbers = rng.sample("ABC", rng.randint(1, 3))
    return Dial(tuple(Target("extension", n) for n in numbers), rng.choice(["sequential", "simultaneous"]), 20.0)


def live_through(rng: Random, least: int) -> int:
    """Call after call until so much has happened; how much it was. Raises AssertionError with the call that failed."""
    happened = 0
    while happened < least:
        first, caller = random_dial(rng), rng.choice([None, OWN])
        story: list[object] = []
        try:
            session, telephones = begin(first, caller)
            while telephones.alive and len(story) < 80:
                story.append(random_happening(rng))
                play(session, telephones, story[-1])
            end(session, telephones)
        except AssertionError as error:
            raise AssertionError(f"first={first!r}, caller={caller!r}, story={story!r}") from error
        happened += len(story)
    return happened

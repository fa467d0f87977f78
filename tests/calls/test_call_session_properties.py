"""Whatever legs and callers do in whatever order: no leg, timer or music is left behind."""

from __future__ import annotations

import json
from random import Random

import pytest
from calls.exchange_people import Telephones, happenings, random_happening
from hypothesis import given, settings
from hypothesis import strategies as st

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
from support.proof import examples

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


dials = st.builds(
    Dial,
    st.lists(st.sampled_from("ABC"), max_size=3).map(lambda names: tuple(Target("extension", n) for n in names)),
    st.sampled_from(["sequential", "simultaneous"]),
    st.just(20.0),
    st.booleans(),
    st.booleans(),
)
callers = st.sampled_from([None, OWN])


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


@given(dials, callers, happenings)
@settings(max_examples=examples(300), deadline=None)
def test_when_all_have_hung_up_nothing_is_left(first, caller, story):
    session, telephones = begin(first, caller)
    for happening in story:
        play(session, telephones, happening)
    end(session, telephones)


@pytest.mark.parametrize("seed", range(4))
def test_very_many_happenings_leave_nothing(seed):
    """100,000 in the suite's time; what fails here is written down for the test above to make it short."""
    rng = Random(seed)
    happened = 0
    while happened < examples(25_000):
        numbers = rng.sample("ABC", rng.randint(1, 3))
        first = Dial(tuple(Target("extension", n) for n in numbers), rng.choice(["sequential", "simultaneous"]), 20.0)
        caller = rng.choice([None, OWN])
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


@given(dials, callers, happenings, st.integers(0, 40))
@settings(max_examples=examples(300), deadline=None)
def test_a_restored_call_goes_on_as_if_nothing_happened(first, caller, story, cut):
    """Snapshot after ``cut`` happenings, through JSON; both calls must say the same from then on."""
    machine = DialsAgain(first)
    session, telephones = CallSession(machine, caller), Telephones()  # type: ignore[arg-type]  # its snapshot is smaller
    twin: CallSession | None = None
    for index, happening in enumerate(["start", *story, "caller"]):
        if index == cut:
            saved = json.loads(json.dumps(session.snapshot()))
            copy = DialsAgain(first, saved["machine"]["dials"], saved["machine"]["rings"])
            copy.finished = saved["machine"]["finished"]
            twin = CallSession.restore(copy, saved)  # type: ignore[arg-type]  # its snapshot is smaller
        play(session, telephones, happening, twin)

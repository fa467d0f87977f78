"""Whatever legs and callers do in whatever order: no leg, timer or music is left behind."""

from __future__ import annotations

import json
from random import Random

import pytest
from calls.exchange_people import Telephones, happenings
from calls.one_call import OWN, DialsAgain, begin, end, live_through, play
from hypothesis import given, settings
from hypothesis import strategies as st

from interpreter.calls.session import CallSession
from interpreter.machine.effects import Dial, Target
from support.proof import examples

dials = st.builds(
    Dial,
    st.lists(st.sampled_from("ABC"), max_size=3).map(lambda names: tuple(Target("extension", n) for n in names)),
    st.sampled_from(["sequential", "simultaneous"]),
    st.just(20.0),
    st.booleans(),
    st.booleans(),
)
callers = st.sampled_from([None, OWN])


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
    live_through(Random(seed), examples(25_000))


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

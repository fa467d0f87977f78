"""Whatever a scenario scripts: the simulator comes to an end, and nobody's telephone rings on."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from interpreter.simulation import Scenario, run_scenario
from interpreter.simulation.scenario import Expectation, HangUp, Heard, Person, Press, Say, Wait
from support.proof import examples

seconds = st.integers(0, 300).map(lambda tenths: tenths / 10)
steps = st.lists(
    st.one_of(
        st.builds(Wait, seconds),
        st.builds(Press, st.text("0123456789*#", min_size=1, max_size=3)),
        st.builds(Say, seconds.map(lambda value: value + 0.1)),
        st.builds(Heard, st.sampled_from(["main", "bye", "beep", "greeting"])),
    ),
    max_size=8,
).map(tuple)
people = st.builds(
    Person,
    st.sampled_from(["answers", "busy", "no_answer", "offline", "declined", "failed"]),
    seconds,
    st.none() | seconds,
)
scenarios = st.builds(
    lambda steps, sales, outside, impatient: Scenario(
        name={"zh-CN": "任意", "en": "anything"},
        at=1_795_140_000.0,
        people={"extension": {"801": sales}, "number": {"02088880000": outside}},
        # without the last word of the caller a talk may go on for ever, which is a failure of its own
        steps=(*(step for step in steps if not (impatient and isinstance(step, Heard))), Wait(60.0), HangUp()),
        expect=Expectation(),
    ),
    steps,
    people,
    people,
    st.booleans(),
)


@given(scenarios)
@settings(max_examples=examples(150), deadline=None)
def test_every_call_ends_and_no_telephone_rings_on(desk, scenario):
    result = run_scenario(desk, scenario)
    waits = any("heard" in failure["en"] for failure in result.failures)
    assert result.outcome.ended_by in ({"flow", "caller"} | ({""} if waits else set()))
    if not result.outcome.ended_by:
        return
    for target in ("extension:801", "number:02088880000"):
        said = [line.split(" ", 1)[1] for line in result.transcript]
        rung = said.count(f"> ring {target}")
        ended = sum(line.startswith(f"< failed {target}") for line in said)
        ended += said.count(f"< hung up {target}") + said.count(f"> hang up {target}")
        assert rung == ended


@given(scenarios)
@settings(max_examples=examples(50), deadline=None)
def test_the_same_scenario_gives_the_same_transcript(desk, scenario):
    assert run_scenario(desk, scenario).transcript == run_scenario(desk, scenario).transcript


@given(scenarios)
@settings(max_examples=examples(50), deadline=None)
def test_time_never_runs_backwards(desk, scenario):
    times = [float(line.split(" ", 1)[0]) for line in run_scenario(desk, scenario).transcript]
    assert times == sorted(times)

"""Whoever calls, answers, gives up or is offline: every call ends, and nobody is left in a queue, or busy."""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from simulation.test_queues import queue_flow

from interpreter.calls.queue import Group
from interpreter.calls.session import CallSession
from interpreter.machine.effects import Target
from interpreter.machine.facts import facts_of
from interpreter.machine.machine import Machine
from interpreter.simulation.carrying import CARRYING
from interpreter.simulation.crowd import Crowd
from interpreter.simulation.prompts import Durations
from interpreter.simulation.scenario import HangUp, Person, Press, Scenario, Wait
from interpreter.simulation.together import run_together
from interpreter.simulation.virtual_call import VirtualCall
from support.proof import examples

PROGRAM = queue_flow(key="0", timeout=120, most=4, ring_seconds=10, announce_seconds=25)
AGENTS = ("801", "802", "803")

people = st.builds(
    Person,
    st.sampled_from(["answers", "answers", "answers", "busy", "no_answer", "offline", "declined"]),
    st.sampled_from([0.0, 1.0, 9.0]),
    st.sampled_from([0.0, 5.0, 60.0]),
)
steps = st.lists(
    st.one_of(st.builds(Wait, st.sampled_from([0.0, 1.0, 20.0, 90.0])), st.just(Press("0")), st.just(HangUp())),
    max_size=3,
)
strategies = st.sampled_from(["sequential", "simultaneous", "random", "weighted", "round_robin", "longest_idle"])


@settings(max_examples=examples(100), deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(people, min_size=3, max_size=3),
    st.lists(st.tuples(st.sampled_from([0.0, 1.0, 10.0, 100.0]), steps), min_size=1, max_size=8),
    strategies,
)
def test_nothing_is_left(agents, callers, strategy):
    extensions = dict(zip(AGENTS, agents, strict=True))
    crowd = Crowd(0.0, extensions, {"desk": Group("desk", dict.fromkeys(AGENTS, 1.0), strategy)}, 1)
    calls = []
    for n, (after, does) in enumerate(callers):
        scenario = Scenario(name={}, at=after, people={"extension": extensions}, steps=tuple(does))
        facts = facts_of(f"c{n}", caller="13800138000", called="4001234567")
        session = CallSession(Machine(PROGRAM, facts, n))
        calls.append((after, VirtualCall(session, scenario, Durations({}), CARRYING, crowd, str(n))))
    run_together(calls, crowd)
    assert [call.ended_by for _, call in calls if not call.ended_by] == []
    assert crowd.room.empty
    assert [agent for agent in AGENTS if crowd.exchange.state(Target("extension", agent)) != "idle"] == []
    for _, call in calls:
        assert call.outcome().path[1].exit in ("answered", "timeout", "full", "nobody", "key", None)

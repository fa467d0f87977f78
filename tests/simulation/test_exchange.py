"""Calls picked up, parked and fetched, in virtual time."""

from __future__ import annotations

import pytest
from simulation.test_transfers import story  # the same reading of a transcript

from interpreter.simulation import run_scenario


def test_a_ringing_telephone_is_picked_up(desk, read):
    result = run_scenario(
        desk,
        read("""
            name: 802 picks up for 801
            extensions:
              801: {state: no_answer}
              802: {state: answers, talk: 10, dials: [{at: 5, number: "**801"}]}
            steps: [{wait: 1}, {press: "1"}]
            expect: {path: [start, "main:1", "sales:answered", bye], ended_by: flow, answered_by: "802"}
        """),
    )
    assert result.failures == ()
    assert [line.split(maxsplit=1)[1] for line in result.transcript if line.startswith("5.0")][:5] == [
        "< extension:802 dials **801",
        "< extension:802 answers",
        "> cancel extension:801",
        "> stop ringback",
        "> connect extension:802",
    ]


def test_a_group_picks_up_whoever_rings(desk, read):
    result = run_scenario(
        desk,
        read("""
            name: 802 picks up in the group
            extensions:
              801: {state: no_answer}
              802: {state: answers, talk: 10, dials: [{at: 0.5, number: "*8"}, {at: 5, number: "*8"}]}
            steps: [{wait: 1}, {press: "1"}]
            expect: {ended_by: flow, answered_by: "802"}
        """),
    )
    assert result.failures == ()
    assert "0.500 > nothing for extension:802" in result.transcript


@pytest.mark.parametrize(("members", "picked_up"), [("[801, 802]", True), ("[801, 803]", False)])
def test_only_who_is_in_a_group_with_whoever_rings_picks_up(desk, read, members, picked_up):
    result = run_scenario(
        desk,
        read(f"""
            name: 802 tries
            groups: {{sales: {{members: {members}}}}}
            extensions:
              801: {{state: no_answer}}
              802: {{state: answers, talk: 10, dials: [{{at: 5, number: "*8"}}]}}
            steps: [{{wait: 1}}, {{press: "1"}}]
            expect: {{ended_by: flow}}
        """),
    )
    assert result.failures == ()
    assert (result.outcome.answered_by == "802") is picked_up


PARKED = """
    name: 801 parks the caller
    extensions:
      801: {state: answers, after: 1, does: [{wait: 2}, {press: "*68"}], talk: 200}
      802: {state: answers, after: 1, talk: 10%s}
    steps: [{wait: 1}, {press: "1"}, {wait: 129}, {hangup: true}]
    expect: {ended_by: %s, answered_by: "%s"}
"""


def test_a_call_is_parked_and_fetched(desk, read):
    result = run_scenario(desk, read(PARKED % (', dials: [{at: 30, number: "71"}]', "flow", "802")))
    assert result.failures == ()
    assert [line.split(maxsplit=1)[1] for line in story(result) if ">" in line][2:] == [
        "> connect nobody",
        "> music for caller",
        "> parked at 71, extension:801 is told",
        "> hang up extension:801",
        "> leaves place 71",
        "> stop music for caller",
        "> connect extension:802",
        "> part extension:802",
        "> play file:bye.wav",
        "> hang up normal",
    ]


def test_nobody_fetches_a_parked_call(desk, read):
    """Whoever parked it is rung after two minutes."""
    result = run_scenario(desk, read(PARKED % ("", "caller", "801")))
    assert result.failures == ()
    parked, _ = times_of(result, "> parked at 71, extension:801 is told")
    _, recalled = times_of(result, "> ring extension:801")
    assert recalled == parked + 120


def times_of(result, what: str) -> list[float]:
    return [float(line.split()[0]) for line in result.transcript if line.endswith(what)]

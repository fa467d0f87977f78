"""Several callers at once: they wait for the same people, and each call goes as its scenario says."""

from __future__ import annotations

import pytest

from interpreter.compiler import compile_flow
from interpreter.simulation import ScenarioError, coverage, run_scenario

SECONDS = {"file:music.wav": 8.0, "file:pv_queuenext.wav": 2.0, "file:pv_queueahead.wav": 1.0}


def queue_flow(**config):
    exits = ["answered", "timeout", "full", "nobody", *(["key"] if "key" in config else [])]
    return compile_flow(
        {
            "format": "zongji.flow/1", "name": "queue", "locale": "zh-CN", "settings": {"on_error": "error"},
            "nodes": [
                {"id": "start", "type": "start"},
                {"id": "wait", "type": "queue", "config": {"group": "desk", **config}},
                *({"id": name, "type": "hangup"} for name in (*exits, "error")),
            ],
            "edges": [{"from": "start", "exit": "next", "to": "wait"},
                      *({"from": "wait", "exit": name, "to": name} for name in exits)],
        }
    )  # fmt: skip


def went(result):
    """By which exit each caller left, who answered, and when that was."""
    return [
        (outcome.path[1].exit, outcome.answered_by, round(outcome.path[-1].at)) for outcome in result.outcomes
    ]


def test_ten_callers_and_three_agents(read):
    scenario = read(
        """
        name: ten
        groups: {desk: {members: [801, 802, 803], strategy: longest_idle}}
        extensions:
          "801": {state: answers, after: 2, talk: 60}
          "802": {state: answers, after: 2, talk: 60}
          "803": {state: answers, after: 2, talk: 60}
        caller: "13800000001"
        others: [{after: 1}, {after: 2}, {after: 3}, {after: 4}, {after: 5}, {after: 6}, {after: 7}, {after: 8},
                 {after: 9, expect: {path: [start, "wait:answered", answered], answered_by: 801}}]
        expect: {answered_by: 801}
        """
    )
    result = run_scenario(queue_flow(timeout=600), scenario, seconds=SECONDS)
    assert result.passed, [failure for call in (result, *result.others) for failure in call.failures]
    assert [who for _, who, _ in went(result)] == [str(801 + n % 3) for n in range(10)]
    ends = [place + at for place, (_, _, at) in enumerate(went(result))]
    assert ends == sorted(ends), "nobody overtakes"
    assert ends[3] > 62 + 60, "the fourth waits for the first to be done with"


def test_the_place_is_told_and_counts_down(read):
    scenario = read(
        """
        name: places
        groups: {desk: {members: [801]}}
        extensions: {"801": {state: answers, after: 1, talk: 50}}
        others: [{after: 2}, {after: 3}]
        expect: {answered_by: 801}
        """
    )
    result = run_scenario(queue_flow(announce_seconds=20), scenario, seconds=SECONDS)
    first, second, third = result.outcomes
    assert "file:pv_queuenext.wav" not in first.heard
    assert [key for key in second.heard if key != "file:music.wav"] == ["file:pv_queuenext.wav"] * 3
    told = [key for key in third.heard if "queue" in key]
    assert told[:2] == ["file:pv_queueahead.wav", "file:pv_queuewait.wav"]
    assert told[-1] == "file:pv_queuenext.wav"
    assert "ringback" not in " ".join(result.others[0].transcript)


@pytest.mark.parametrize(
    ("config", "people", "steps", "exit"),
    [
        ({"most": 1}, "answers, talk: 60", "[]", "full"),
        ({"timeout": 30}, "answers, talk: 600", "[]", "timeout"),
        ({"key": "0"}, "answers, talk: 60", '[{wait: 9}, {press: "50"}]', "key"),
        ({}, "answers, talk: 60", "[{wait: 9}, {hangup: true}]", None),
    ],
)
def test_who_leaves_the_queue_makes_room(read, config, people, steps, exit):
    """The first talks, the second waits, the third cannot, gives up, or waits on."""
    scenario = read(
        f"""
        name: leaves
        groups: {{desk: {{members: [801]}}}}
        extensions: {{"801": {{state: {people}}}}}
        others: [{{after: 2, steps: []}}, {{after: 3, steps: {steps}}}]
        expect: {{answered_by: 801}}
        """
    )
    result = run_scenario(queue_flow(**config), scenario, seconds=SECONDS)
    assert result.outcomes[2].path[1].exit == exit
    assert result.outcomes[2].answered_by == ""


def test_nobody_is_there(read):
    offline = 'groups: {desk: {members: [801]}}, extensions: {"801": {state: offline}},'
    for given in (offline, "groups: {},", ""):
        scenario = read(f"{{name: x, {given} expect: {{cause: normal}}}}")
        assert [exit for exit, _, _ in went(run_scenario(queue_flow(), scenario))] == ["nobody"]


def test_who_does_not_answer_is_passed_over(read):
    scenario = read(
        """
        name: x
        groups: {desk: {members: [801, 802]}}
        extensions: {"801": {state: no_answer}, "802": {state: answers, talk: 5}}
        expect: {path: [start, "wait:answered", answered], answered_by: 802}
        """
    )
    result = run_scenario(queue_flow(ring_seconds=10), scenario, seconds=SECONDS)
    assert result.passed, result.transcript
    assert result.outcome.path[-1].at == pytest.approx(10 + 0.1 + 1 + 5)


def test_who_talks_with_one_caller_is_busy_for_another(read):
    flow = compile_flow(
        {
            "format": "zongji.flow/1", "name": "ring", "settings": {"on_error": "bye"},
            "nodes": [{"id": "start", "type": "start"}, {"id": "bye", "type": "hangup"},
                      {"id": "desk", "type": "transfer",
                       "config": {"targets": [{"kind": "extension", "value": "801"}]}}],
            "edges": [{"from": "start", "exit": "next", "to": "desk"},
                      *({"from": "desk", "exit": exit, "to": "bye"}
                        for exit in ("answered", "busy", "no_answer", "offline"))],
        }
    )  # fmt: skip
    scenario = read(
        """
        name: x
        extensions: {"801": {state: answers, talk: 20}}
        others: [{after: 5, expect: {path: [start, "desk:busy", bye]}},
                 {after: 30, expect: {path: [start, "desk:answered", bye]}}]
        expect: {path: [start, "desk:answered", bye]}
        """
    )
    assert run_scenario(flow, scenario).passed


def test_what_differs_is_told_of_each_caller(read):
    scenario = read(
        """
        name: x
        groups: {desk: {members: [801]}}
        extensions: {"801": {state: answers, talk: 20}}
        others: [{after: 5, caller: "13900000000", expect: {answered_by: 802}}]
        expect: {answered_by: 801}
        """
    )
    result = run_scenario(queue_flow(), scenario)
    assert (result.failures, result.passed) == ((), False)
    assert result.others[0].failures[0]["en"] == "answered_by should be 802, was 801"


def test_all_callers_count_for_coverage(read):
    program = queue_flow(most=1)
    scenario = read(
        """
        name: x
        groups: {desk: {members: [801]}}
        extensions: {"801": {state: answers, talk: 20}}
        others: [{after: 1}, {after: 2}]
        expect: {answered_by: 801}
        """
    )
    found = coverage(program, run_scenario(program, scenario).outcomes)
    assert (found.taken["wait", "answered"], found.taken["wait", "full"]) == (2, 1)


def test_a_scenario_with_a_mistake_names_its_place(read):
    with pytest.raises(ScenarioError) as wrong:
        read("name: x\nexpect: {cause: normal}\nothers:\n- {after: 1, people: 2}\n")
    assert wrong.value.issues[0].path == "others[0]"


@pytest.mark.parametrize("elsewhere", ["do_not_disturb: true", "always: 803", "destinations: [{to: 803}]"])
def test_who_has_sent_his_calls_elsewhere_gets_none_of_a_queues(read, elsewhere):
    scenario = read(
        f"""
        name: x
        groups: {{desk: {{members: [801, 802]}}}}
        extensions:
          "801": {{state: answers, talk: 5, forwarding: {{{elsewhere}}}}}
          "802": {{state: answers, talk: 5}}
          "803": {{state: answers, talk: 5}}
        expect: {{answered_by: 802}}
        """
    )
    result = run_scenario(queue_flow(), scenario)
    assert result.passed, result.transcript
    assert "ring extension:801" not in " ".join(result.transcript)


def test_where_an_agents_unanswered_calls_go_the_queues_do_not(read):
    scenario = read(
        """
        name: x
        groups: {desk: {members: [801]}}
        extensions:
          "801": {state: no_answer, forwarding: {no_answer: 803}}
          "803": {state: answers, talk: 5}
        expect: {path: [start, "wait:timeout", timeout]}
        """
    )
    result = run_scenario(queue_flow(timeout=60, ring_seconds=10), scenario)
    assert result.passed, result.transcript

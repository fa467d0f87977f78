"""Whole calls in virtual time, as their transcripts."""

from __future__ import annotations

from textwrap import dedent

import pytest
from simulation.conftest import DESK

from interpreter.compiler import compile_flow
from interpreter.simulation import run_scenario


def transcript(text: str) -> list[str]:
    return dedent(text).strip().splitlines()


def test_a_call_reads_like_a_ladder(desk, read):
    result = run_scenario(
        desk,
        read("""
            name: sales answers at the second number
            extensions: {801: {state: busy}}
            numbers: {02088880000: {state: answers, after: 2, talk: 5}}
            steps: [{wait: 1}, {press: "1"}]
            expect: {path: [start, "main:1", "sales:answered", bye], ended_by: flow, answered_by: "02088880000"}
        """),
    )
    assert result.failures == ()
    assert list(result.transcript) == transcript("""
        0.000 < call
        0.000 = start
        0.000 > answer
        0.000 = start:next
        0.000 = main
        0.000 > play file:main.wav
        1.000 < digit 1
        1.000 > stop
        1.000 = main:1 (sales)
        1.000 = sales
        1.000 > ring extension:801
        1.000 > ringback
        1.100 < failed extension:801 busy
        1.100 > ring number:02088880000
        1.200 < ringing number:02088880000
        3.200 < answered number:02088880000
        3.200 > stop ringback
        3.200 > connect number:02088880000
        8.200 < hung up number:02088880000
        8.200 > part number:02088880000
        8.200 = sales:answered
        8.200 = bye
        8.200 > play file:bye.wav
        11.200 > hang up normal
        11.200 = finished hangup
    """)


def test_a_carriers_announcement_is_heard_instead_of_our_ringing_tone(desk, read):
    result = run_scenario(
        desk,
        read("""
            name: the carrier has something to say
            extensions:
              801: {state: busy}
            numbers:
              "02088880000": {state: no_answer, early_media: true}
            steps: [{wait: 1}, {press: "1"}, {wait: 30}, {hangup: true}]
            expect: {ended_by: caller}
        """),
    )
    assert [line for line in result.transcript if "early" in line or "ringback" in line] == transcript("""
        1.000 > ringback
        1.200 < early media of number:02088880000
        1.200 > stop ringback
        1.200 > early media of number:02088880000 for caller
        11.100 > stop early media for caller
    """)


def test_who_was_given_up_answers_no_more(desk, read):
    result = run_scenario(
        desk,
        read("""
            name: too slow
            extensions: {801: {state: answers, after: 15}}
            numbers: {02088880000: {state: answers, after: 8, talk: 5}}
            steps: [{press: "1"}]
            expect: {path: [start, "main:1", "sales:answered", bye], answered_by: "02088880000"}
        """),
    )
    assert result.failures == ()
    assert not [line for line in result.transcript if "answered extension:801" in line]


def with_attempts(node, attempts):
    return {**node, "config": {**node["config"], "attempts": attempts}}


def test_silences_and_wrong_keys_are_told_apart(desk, read):
    told = read("""
        name: two silences around a wrong key
        steps: [{wait: 10}, {press: "9"}]
        expect: {path: [start, "main:no_input", bye], missed: {main: {no_input: 2, no_match: 1}}}
    """)
    nodes = [node if node["id"] != "main" else with_attempts(node, 3) for node in DESK["nodes"]]
    patient = compile_flow({**DESK, "nodes": nodes})
    result = run_scenario(patient, told)
    assert result.failures == ()
    assert [line for line in result.transcript if "main no" in line] == transcript("""
        8.000 = main no input
        10.000 = main no match
        21.000 = main no input
    """)
    other = run_scenario(desk, told)
    assert {"zh-CN": "main 没按键次数应为 2，实为 1", "en": "main: no input should be 2, was 1"} in other.failures


def test_numbers_match_in_any_spelling(desk, read):
    scenario = read("""
        name: sales answers at the second number
        extensions: {801: {state: busy}}
        numbers: {"+86 20 8888-0000": {state: answers, talk: 5}}
        steps: [{press: "1"}]
        expect: {answered_by: "020-8888 0000"}
    """)
    assert run_scenario(desk, scenario).failures == ()


@pytest.mark.parametrize(
    ("steps", "path", "ended_by", "messages", "ends_at"),
    [
        pytest.param("[{say: 12}]", "recorded", "flow", "[desk]", 20.3, id="silence ends it"),
        pytest.param('[{say: 12}, {press: "#"}]', "recorded", "flow", "[desk]", 16.3, id="the key ends it"),
        pytest.param("[{say: 12}, {busy_tone: 60}]", "recorded", "flow", "[desk]", 18.4, id="a busy tone ends it"),
        pytest.param("[{heard: beep}, {busy_tone: 60}]", "empty", "flow", "[]", 9.6, id="a busy tone is no message"),
        pytest.param("[{heard: beep}, {say: 0.5}]", "empty", "flow", "[]", 12, id="too short"),
        pytest.param("[{say: 60}]", "recorded", "flow", "[desk]", 27.5, id="the limit ends it"),
        pytest.param("[{wait: 9}]", "empty", "flow", "[]", 11.5, id="nothing was said"),
        pytest.param("[{say: 12}, {hangup: true}]", "recorded", "caller", "[desk]", 13.3, id="hung up"),
        pytest.param("[{wait: 5}, {hangup: true}]", "empty", "caller", "[]", 6.3, id="hung up without a word"),
        pytest.param(
            "[{heard: beep}, {wait: 1}, {say: 3}]", "recorded", "flow", "[desk]", 15.5, id="speaks after the beep"
        ),
    ],
)
def test_messages(desk, read, steps, path, ended_by, messages, ends_at):
    """The greeting ends at 4, the beep 0.5 s later, counted from the key at 1.0 s."""
    after_key = steps.removeprefix("[").removesuffix("]")
    result = run_scenario(
        desk,
        read(f"""
            name: a message
            steps: [{{wait: 1}}, {{press: "2"}}, {after_key}]
            expect: {{path: [start, "main:2", "message:{path}"{", bye" if ended_by == "flow" else ""}],
                      ended_by: {ended_by}, cause: normal, messages: {messages}, answered_by: null}}
        """),
    )
    assert result.failures == ()
    assert result.seconds == pytest.approx(ends_at)


def test_the_key_that_ends_a_message_is_no_key_of_the_next_menu(read):
    flow = {
        "format": "zongji.flow/1", "name": "desk", "locale": "en-US", "settings": {"on_error": "bye"},
        "nodes": [
            {"id": "start", "type": "start"},
            {"id": "message", "type": "voicemail", "config": {"box": "desk", "greeting": ["greeting.wav"]}},
            {"id": "again", "type": "menu", "config": {"prompt": ["main.wav"], "keys": {"#": "more"}, "attempts": 1}},
            {"id": "bye", "type": "hangup"},
        ],
        "edges": [
            {"from": "start", "exit": "next", "to": "message"},
            {"from": "message", "exit": "recorded", "to": "again"},
            {"from": "message", "exit": "empty", "to": "bye"},
            *({"from": "again", "exit": exit, "to": "bye"} for exit in ("#", "no_input", "no_match")),
        ],
    }  # fmt: skip
    scenario = read("""
        name: says something and presses the key
        steps: [{heard: beep}, {say: 5}, {press: "#"}]
        expect: {path: [start, "message:recorded", "again:no_input", bye]}
    """)
    assert run_scenario(compile_flow(flow), scenario).failures == ()


@pytest.mark.parametrize(
    ("state", "exit_"),
    [("busy", "busy"), ("declined", "busy"), ("no_answer", "no_answer"), ("offline", "offline")],
)
def test_people_who_do_not_answer(desk, read, state, exit_):
    result = run_scenario(
        desk,
        read(f"""
            name: nobody answers
            extensions: {{801: {{state: {state}}}}}
            numbers: {{02088880000: {{state: offline}}}}
            steps: [{{press: "1"}}]
            expect: {{path: [start, "main:1", "sales:{exit_}", "message:empty", bye]}}
        """),
    )
    assert result.failures == ()


def test_a_caller_may_hang_up_while_it_rings(desk, read):
    result = run_scenario(
        desk,
        read("""
            name: impatient
            extensions: {801: {state: no_answer}}
            steps: [{press: "1"}, {wait: 3}, {hangup: true}]
            expect: {path: [start, "main:1", sales], ended_by: caller, cause: normal, answered_by: null}
        """),
    )
    assert result.failures == ()
    assert "3.300 > cancel extension:801" in result.transcript


def test_what_differs_is_said_in_both_languages(desk, read):
    result = run_scenario(
        desk,
        read("""
            name: wrong in everything
            expect: {path: [start, "main:1", bye], heard: [bye, main], ended_by: caller, cause: busy,
                     answered_by: "801", messages: [desk]}
        """),
    )
    assert not result.passed
    assert [failure["en"] for failure in result.failures] == [
        "step 2 of the path should be main:1, was main:no_input (whole path: start:next > main:no_input > bye)",
        "main was not heard (in this order); heard: file:main.wav, file:bye.wav",
        "messages should be desk, was none",
        "ended_by should be caller, was flow",
        "cause should be busy, was normal",
        "answered_by should be 801, was none",
    ]
    assert all(failure["zh-CN"] for failure in result.failures)


def test_a_prompt_that_never_ends_is_told(desk, read):
    result = run_scenario(desk, read("{name: waits, steps: [{heard: other}], expect: {ended_by: flow}}"))
    assert [failure["en"] for failure in result.failures] == ["other was never heard to its end"]


def test_a_call_that_never_ends_is_told(desk, read):
    result = run_scenario(
        desk,
        read("""
            name: talks for ever
            extensions: {801: {state: answers}}
            steps: [{press: "1"}]
            expect: {answered_by: "801"}
        """),
    )
    assert [failure["en"][:32] for failure in result.failures] == ["the call stays at sales and neve"]


def test_durations_come_from_the_scenario_then_the_table_then_an_estimate(desk, read):
    text = "{name: slow, durations: {main.wav: 7}, expect: {ended_by: flow}}"
    measured = {"file:main.wav": 100.0, "file:bye.wav": 1.0}
    result = run_scenario(desk, read(text), seconds=measured)
    assert result.seconds == pytest.approx(7 + 5 + 1)


@pytest.mark.parametrize(
    ("given", "end"),
    [
        ("at: 2027-10-01 10:00", "holiday"),
        ("at: 2027-01-01 10:00", "holiday"),
        ("at: 2027-10-08 10:00", "open"),
        ("at: 2027-10-08 10:00\ncalendar: {2027-10-08: holiday}", "holiday"),
        ("at: 2027-10-09 10:00\ncalendar: {2027-10-09: workday}", "open"),
        ("at: 2027-10-08 10:00\nswitch: night", "closed"),
        ("at: 2027-10-01 23:00\nswitch: day", "open"),
    ],
)
def test_days_and_the_switch_are_as_the_scenario_has_them(given, end, office, read):
    result = run_scenario(office, read(f"name: x\n{given}\nexpect: {{cause: normal}}"))
    assert result.outcome.path[-1].node == end

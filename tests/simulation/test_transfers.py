"""Telephones that give the caller on, in virtual time."""

from __future__ import annotations

from textwrap import dedent

from interpreter.simulation import run_scenario


def story(result) -> list[str]:
    """From the first answer of somebody who was rung on."""
    lines = list(result.transcript)
    return lines[next(i for i, line in enumerate(lines) if "< answered extension:801" in line):]


def test_by_keys_and_at_once(desk, read):
    result = run_scenario(
        desk,
        read("""
            name: 801 gives the caller to 802
            extensions:
              801: {state: answers, after: 1, does: [{wait: 5}, {press: "*2802#"}]}
              802: {state: answers, after: 2, talk: 10}
            steps: [{wait: 1}, {press: "1"}]
            expect: {path: [start, "main:1", "sales:answered", bye], ended_by: flow, answered_by: "802"}
        """),
    )
    assert result.failures == ()
    assert story(result) == dedent("""
        2.100 < answered extension:801
        2.100 > stop ringback
        2.100 > connect extension:801
        7.100 < digit * of extension:801
        7.400 < digit 2 of extension:801
        7.400 > connect nobody
        7.400 > music for caller
        7.700 < digit 8 of extension:801
        8.000 < digit 0 of extension:801
        8.300 < digit 2 of extension:801
        8.600 < digit # of extension:801
        8.600 > extension:801 wants 802
        8.600 > ring extension:802
        8.600 > ringback for extension:801
        8.700 < ringing extension:802
        10.700 < answered extension:802
        10.700 > stop ringback for extension:801
        10.700 > hang up extension:801
        10.700 > stop music for caller
        10.700 > connect extension:802
        20.700 < hung up extension:802
        20.700 > part extension:802
        20.700 = sales:answered
        20.700 = bye
        20.700 > play file:bye.wav
        23.700 > hang up normal
        23.700 = finished hangup
    """).strip().splitlines()


def test_after_a_word_with_whoever_answers(desk, read):
    result = run_scenario(
        desk,
        read("""
            name: 801 speaks with 802 first
            extensions:
              801: {state: answers, after: 1, does: [{press: "*3802#"}, {wait: 6}, {hangup: true}]}
              802: {state: answers, after: 1, talk: 30}
            steps: [{wait: 1}, {press: "1"}]
            expect: {ended_by: flow, answered_by: "802"}
        """),
    )
    assert result.failures == ()
    connected = [line.split(" > ")[1] for line in story(result) if "> connect" in line]
    assert connected == [
        "connect extension:801", "connect nobody", "connect extension:801 extension:802 without the caller",
        "connect extension:802",
    ]


def test_nobody_is_lost_where_it_fails(desk, read):
    result = run_scenario(
        desk,
        read("""
            name: 801 tries two who cannot
            extensions:
              801:
                state: answers
                does: [{press: "*2802#"}, {wait: 1}, {press: "*2899#"}, {wait: 3}, {hangup: true}]
              802: {state: busy}
            steps: [{wait: 1}, {press: "1"}]
            expect: {path: [start, "main:1", "sales:answered", bye], ended_by: flow, answered_by: "801"}
        """),
    )
    assert result.failures == ()
    connected = [line.split(" > ")[1] for line in story(result) if "> connect" in line]
    assert connected == ["connect extension:801", "connect nobody"] * 2
    told = [line.rsplit(" ", 1)[1] for line in story(result) if "is told" in line]
    assert told == ["pv_busy", "pv_nosuch"]


def test_nobody_is_given_to_an_outside_number_for_the_line_does_not_either(desk, read):
    result = run_scenario(
        desk,
        read("""
            name: 801 tries a mobile
            extensions: {801: {state: answers, does: [{press: "*213900139000#"}, {wait: 2}, {hangup: true}]}}
            numbers: {13900139000: {state: answers}}
            steps: [{wait: 1}, {press: "1"}]
            expect: {ended_by: flow, answered_by: "801"}
        """),
    )
    assert result.failures == ()


def test_an_extension_that_calls_may_transfer_as_on_the_line(desk, read):
    result = run_scenario(
        desk,
        read("""
            name: 805 calls 801 and gives it to 802
            caller: "805"
            extensions: {805: {state: answers}, 801: {state: answers}, 802: {state: answers, talk: 5}}
            steps: [{wait: 1}, {press: "1"}, {wait: 5}, {press: "*2802#"}]
            expect: {ended_by: caller}
        """),
    )
    assert result.failures == ()
    assert any("connect extension:801 extension:802 without the caller" in line for line in result.transcript)


def test_outside_only_as_whoever_gives_the_call_on_may(desk, read):
    """802 may call nobody outside: the caller comes back, and is given to 801, who may."""
    result = run_scenario(
        desk,
        read("""
            name: to a mobile number
            extensions:
              801:
                state: answers
                does: [{press: "*2802#"}]
              802:
                state: answers
                does: [{press: "*213900139000#"}, {wait: 1}, {press: "*2110#"}]
            numbers:
              13900139000: {state: answers}
              110: {state: answers, talk: 5}
            steps: [{wait: 1}, {press: "1"}]
            expect: {ended_by: flow, answered_by: "110"}
        """),
    )
    assert result.failures == ()
    assert "> ring number:13900139000" not in "\n".join(result.transcript)

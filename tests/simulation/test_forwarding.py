"""Extensions whose calls go elsewhere, in virtual time."""

from __future__ import annotations

from textwrap import dedent

from interpreter.simulation import run_scenario


def test_a_list_of_destinations_with_press_1_to_accept(desk, read):
    result = run_scenario(
        desk,
        read("""
            name: 801 at the desk, then at 802 and on the mobile number
            extensions:
              801:
                state: no_answer
                outside: {calls: national, shows: "01065529988"}
                forwarding: {seconds: 10, destinations: [{}, {to: 802}, {to: 13900139000, together: true}]}
              802: {state: no_answer}
            numbers:
              13900139000: {state: answers, after: 2, does: [{wait: 1}, {press: "1"}], talk: 20}
            steps: [{wait: 1}, {press: "1"}]
            expect: {ended_by: flow, answered_by: "13900139000"}
        """),
    )
    assert result.failures == ()
    story = "\n".join(result.transcript)
    assert dedent("""
        1.000 > divert extension:801
        1.000 > ringback
        1.000 > ring extension:801
        1.100 < ringing extension:801
        11.000 < timeout dial:ring:1
        11.000 > cancel extension:801
        11.000 > ring extension:802
        11.000 > ring number:13900139000
    """).strip() in story
    assert dedent("""
        13.100 < answered number:13900139000
        13.100 > accept for number:13900139000
        14.100 < digit 1 of number:13900139000
        14.100 > stop music for number:13900139000
        14.100 > cancel extension:802
        14.100 > stop ringback
        14.100 > connect number:13900139000
    """).strip() in story


def ring(desk, read, wishes, rights="calls: national, shows: 01065529988"):
    return run_scenario(
        desk,
        read(f"""
            name: wishes
            extensions:
              801: {{state: busy, outside: {{{rights}}}, forwarding: {{{wishes}}}}}
              802: {{state: answers, talk: 5}}
              803: {{state: answers, talk: 5, forwarding: {{always: 801}}}}
            numbers:
              13900139000: {{state: answers, talk: 5}}
            steps: [{{wait: 1}}, {{press: "1"}}]
            expect: {{}}
        """.replace("expect: {}", "expect: {ended_by: flow}")),
    )


def test_forwards(desk, read):
    for wishes, answered_by in (
        ("always: 13900139000", "13900139000"),
        ("busy: 802", "802"),
        ("no_answer: 802", ""),
        ("do_not_disturb: true", ""),
        ("do_not_disturb: true, busy: 139-0013-9000", "13900139000"),
        ("always: 803", "803"),  # whose calls come back: it rings there
        ("destinations: [{}, {to: 802}]", "802"),
    ):
        result = ring(desk, read, wishes)
        assert result.outcome.answered_by == answered_by, wishes


def test_nobody_is_sent_where_the_extension_may_not_call(desk, read):
    result = ring(desk, read, "always: 13900139000, busy: 802", rights="calls: local, shows: 01065529988")
    assert result.outcome.answered_by == "802"

"""Whole calls through several nodes, as transcripts: type-ahead, late terminators, faults, runaway flows."""

from __future__ import annotations

from textwrap import dedent

import pytest

from interpreter.compiler import compile_flow
from interpreter.machine import Facts, Machine
from interpreter.machine.effects import ExitTaken, Finished, Hangup, NodeEntered
from interpreter.machine.events import CallStarted, Digit, PlayDone
from interpreter.machine.machine import STEP_BUDGET
from interpreter.machine.operations import Branch, Enter
from interpreter.machine.program import Program
from support.flow_documents import Document, flow, node
from support.transcripts import replay


def check_call(document: Document, transcript: str) -> None:
    expected = dedent(transcript).lstrip("\n")
    assert replay(compile_flow(document), expected.splitlines()) == expected


MENUS = flow(
    node("hello", "play", prompt=["hello.wav"]),
    node("first", "menu", prompt=["first.wav"], keys={"1": "sales", "#": "hash"}),
    node("second", "menu", prompt=["second.wav"], keys={"2": "north"}),
    node("bye", "hangup"),
    edges="""hello -> first, first.1 -> second, first.# -> bye, first.no_input -> bye, first.no_match -> bye,
      second.2 -> bye, second.no_input -> bye, second.no_match -> bye""",
)


def test_digits_typed_ahead_pass_menus_without_their_prompts() -> None:
    check_call(
        MENUS,
        """
        0.000 < start
        0.000 > enter start
        0.000 > answer
        0.000 > exit start next
        0.000 > enter hello
        0.000 > play file:hello.wav
        1.000 < digit 1
        1.500 < digit 2
        4.000 < played
        4.000 > exit hello next
        4.000 > enter first
        4.000 > exit first 1 (sales)
        4.000 > enter second
        4.000 > exit second 2 (north)
        4.000 > enter bye
        4.000 > hang up normal
        4.000 > finished hangup
        """,
    )


def test_a_wrong_digit_drops_what_was_typed_after_it() -> None:
    check_call(
        MENUS,
        """
        0.000 < start
        0.000 > enter start
        0.000 > answer
        0.000 > exit start next
        0.000 > enter hello
        0.000 > play file:hello.wav
        1.000 < digit 7
        1.500 < digit 1
        4.000 < played
        4.000 > exit hello next
        4.000 > enter first
        4.000 > missed first no_match
        4.000 > play file:pv_nomatch.wav file:first.wav
        7.000 < played
        7.000 > timer input 5
        """,
    )


COLLECT_THEN_MENU = flow(
    node("code", "collect", prompt=["code.wav"], variable="code", min=2, max=2),
    node("main", "menu", prompt=["main.wav"], keys={"1": "sales"}),
    node("bye", "hangup"),
    edges="code.ok -> main, code.no_input -> bye, code.no_match -> bye, main.1 -> bye, main.no_input -> bye,"
    "main.no_match -> bye",
    variables={"code": ""},
)


def test_a_terminator_after_the_last_digit_is_not_the_next_menus() -> None:
    check_call(
        COLLECT_THEN_MENU,
        """
        0.000 < start
        0.000 > enter start
        0.000 > answer
        0.000 > exit start next
        0.000 > enter code
        0.000 > play file:code.wav
        1.000 < digit 4
        1.000 > stop
        1.000 > timer input 3
        1.500 < digit 2
        1.500 > cancel input
        1.500 > exit code ok
        1.500 > enter main
        1.500 > play file:main.wav
        2.000 < digit #
        2.500 < digit #
        2.500 > stop
        2.500 > missed main no_match
        2.500 > play file:pv_nomatch.wav file:main.wav
        """,
    )


def test_a_terminator_long_after_the_last_digit_is() -> None:
    check_call(
        COLLECT_THEN_MENU,
        """
        0.000 < start
        0.000 > enter start
        0.000 > answer
        0.000 > exit start next
        0.000 > enter code
        0.000 > play file:code.wav
        1.000 < digit 4
        1.000 > stop
        1.000 > timer input 3
        1.500 < digit 2
        1.500 > cancel input
        1.500 > exit code ok
        1.500 > enter main
        1.500 > play file:main.wav
        5.000 < digit #
        5.000 > stop
        5.000 > missed main no_match
        5.000 > play file:pv_nomatch.wav file:main.wav
        """,
    )


def test_a_terminator_typed_ahead_belongs_to_its_number_too() -> None:
    document = flow(
        node("hello", "play", prompt=["hello.wav"]),
        *COLLECT_THEN_MENU["nodes"][1:],
        edges="hello -> code, code.ok -> main, code.no_input -> bye, code.no_match -> bye, main.1 -> bye,"
        "main.no_input -> bye, main.no_match -> bye",
        variables={"code": ""},
    )
    check_call(
        document,
        """
        0.000 < start
        0.000 > enter start
        0.000 > answer
        0.000 > exit start next
        0.000 > enter hello
        0.000 > play file:hello.wav
        1.000 < digit 4
        1.100 < digit 2
        1.200 < digit #
        1.300 < digit 1
        4.000 < played
        4.000 > exit hello next
        4.000 > enter code
        4.000 > exit code ok
        4.000 > enter main
        4.000 > exit main 1 (sales)
        4.000 > enter bye
        4.000 > hang up normal
        4.000 > finished hangup
        """,
    )


def test_a_digit_pressed_into_a_greeting_is_the_menus() -> None:
    document = flow(
        node("hello", "play", prompt=["hello.wav"], barge_in=True, times=9),
        node("main", "menu", prompt=["main.wav"], keys={"1": "sales"}),
        node("bye", "hangup"),
        edges="hello -> main, main.1 -> bye, main.no_input -> bye, main.no_match -> bye",
    )
    check_call(
        document,
        """
        0.000 < start
        0.000 > enter start
        0.000 > answer
        0.000 > exit start next
        0.000 > enter hello
        0.000 > play file:hello.wav
        1.000 < digit 1
        1.000 > stop
        1.000 > exit hello next
        1.000 > enter main
        1.000 > exit main 1 (sales)
        1.000 > enter bye
        1.000 > hang up normal
        1.000 > finished hangup
        """,
    )


def test_a_number_dialled_in_the_menu_rings_and_falls_back() -> None:
    document = flow(
        node("main", "menu", prompt=["main.wav"], keys={"0": "desk"}, direct_dial=True),
        node("ext", "extension", number="call.extension"),
        node("sorry", "play", prompt=["pv_nosuch.wav", {"digits": "call.extension"}]),
        node("bye", "hangup"),
        edges="""main.0 -> bye, main.extension -> ext, main.no_input -> bye, main.no_match -> bye, ext.busy -> main,
          ext.answered -> bye, ext.no_answer -> bye, ext.offline -> bye, ext.no_such -> sorry, sorry -> main""",
        settings={"extension_length": 2},
    )
    check_call(
        document,
        """
        0.000 < start
        0.000 > enter start
        0.000 > answer
        0.000 > exit start next
        0.000 > enter main
        0.000 > play file:main.wav
        1.000 < digit 8
        1.000 > stop
        1.000 > timer input 3
        1.500 < digit 9
        1.500 > cancel input
        1.500 > exit main extension
        1.500 > enter ext
        1.500 > dial sequential extension:89 30
        1.600 < dial-ended no_such
        1.600 > exit ext no_such
        1.600 > enter sorry
        1.600 > play file:pv_nosuch.wav system:digit-8 system:digit-9
        4.000 < played
        4.000 > exit sorry next
        4.000 > enter main
        4.000 > play file:main.wav
        """,
    )


def test_a_fault_goes_to_the_error_node_once() -> None:
    document = flow(
        node("hello", "play", prompt=["hello.wav"]),
        node("bye", "hangup"),
        node("error", "play", prompt=["pv_error.wav"]),
        edges="hello -> bye, error -> hello",
    )
    check_call(
        document,
        """
        0.000 < start
        0.000 > enter start
        0.000 > answer
        0.000 > exit start next
        0.000 > enter hello
        0.000 > play file:hello.wav
        1.000 < fault audio_missing
        1.000 > stop
        1.000 > exit hello on_error (audio_missing)
        1.000 > enter error
        1.000 > play file:pv_error.wav
        3.000 < played
        3.000 > exit error next
        3.000 > enter hello
        3.000 > play file:hello.wav
        4.000 < fault audio_missing
        4.000 > stop
        4.000 > hang up error
        4.000 > finished error audio_missing
        """,
    )


def test_keys_typed_ahead_are_no_answer_to_what_is_asked_after_a_fault() -> None:
    document = flow(
        node("hello", "play", prompt=["hello.wav"]),
        node("bye", "hangup"),
        node("error", "menu", prompt=["pv_error.wav"], keys={"1": "again"}),
        edges="hello -> bye, error.1 -> bye, error.no_input -> bye, error.no_match -> bye",
    )
    check_call(
        document,
        """
        0.000 < start
        0.000 > enter start
        0.000 > answer
        0.000 > exit start next
        0.000 > enter hello
        0.000 > play file:hello.wav
        1.000 < digit 1
        2.000 < fault audio_missing
        2.000 > stop
        2.000 > exit hello on_error (audio_missing)
        2.000 > enter error
        2.000 > play file:pv_error.wav
        """,
    )


def test_a_timer_of_an_abandoned_wait_is_cancelled() -> None:
    check_call(
        MENUS,
        """
        0.000 < start
        0.000 > enter start
        0.000 > answer
        0.000 > exit start next
        0.000 > enter hello
        0.000 > play file:hello.wav
        1.000 < played
        1.000 > exit hello next
        1.000 > enter first
        1.000 > play file:first.wav
        2.000 < played
        2.000 > timer input 5
        3.000 < fault no_memory
        3.000 > cancel input
        3.000 > exit first on_error (no_memory)
        3.000 > enter error
        3.000 > play file:pv_error.wav
        """,
    )


def test_variables_of_a_call() -> None:
    document = flow(
        node("set", "set", assign=[{"variable": "n", "value": "n * 2"}, {"variable": "who", "value": "call.caller"}]),
        node("wait", "play", prompt=["a.wav"]),
        node("bye", "hangup"),
        edges="set -> wait, wait -> bye",
        variables={"n": 1, "who": "", "vip": False},
    )
    facts = Facts("c", "138", "400", inputs={"n": 21, "who": 7, "vip": 1, "unknown": "x"})
    machine = Machine(compile_flow(document), facts, seed=1)
    machine.handle(CallStarted(), 0.0)
    assert machine.node == "wait"
    assert machine.variables == {
        "n": 42,
        "who": "138",
        "vip": False,
        "call.caller": "138",
        "call.called": "400",
        "call.extension": "",
    }


def test_nothing_happens_before_the_start_or_after_the_end() -> None:
    machine = Machine(compile_flow(MENUS), Facts("c", "1", "2"), seed=1)
    assert machine.handle(Digit("1"), 0.0) == []
    assert machine.node is None
    machine.handle(CallStarted(), 1.0)
    assert machine.handle(CallStarted(), 1.0) == []
    for _ in range(30):
        machine.handle(PlayDone(), 2.0)
        machine.handle(Digit("9"), 3.0)
    assert machine.finished
    assert list(machine.handle(CallStarted(), 9.0)) == []


def test_a_runaway_program_ends_by_the_step_budget() -> None:
    """The checks refuse such flows; the machine does not rely on that."""

    def always(env: object) -> bool:
        return True

    operations = (Enter(NodeEntered("a"), 1), Branch("a", ((always, 0),), 0))
    program = Program("t", "zh-CN", operations, 0, 0, {}, {}, frozenset(), "digest")
    machine = Machine(program, Facts("c", "1", "2"), seed=1)
    effects = machine.handle(CallStarted(), 0.0)
    assert effects[-2:] == [Hangup("error"), Finished("error", "step_budget")]
    assert len(effects) <= STEP_BUDGET + 2
    assert machine.finished


def long_row(kind: str, nodes: int, expression: str) -> Program:
    """Nodes one after the other, each with fifty times the expression."""
    cases = [{"exit": f"e{i}", "label": "", "when": f"{expression} and {i} == {i}"} for i in range(50)]
    configs = {"set": {"assign": [{"variable": "found", "value": expression}] * 50}, "switch": {"cases": cases}}
    row = [node(f"n{i}", kind, **configs[kind]) for i in range(nodes)]
    ways = {"set": ["next"], "switch": ["otherwise", *(f"e{i}" for i in range(50))]}[kind]
    edges = [f"n{i}.{way} -> {'bye' if i == nodes - 1 else f'n{i + 1}'}" for i in range(nodes) for way in ways]
    variables = {"found": False, "text": "x" * 900, "part": "x" * 400 + "y" + "x" * 50}
    return compile_flow(flow(*row, node("bye", "hangup"), edges=", ".join(edges), variables=variables))


def test_expressions_of_one_event_may_not_keep_the_other_calls() -> None:
    """Each within its limits, all together much longer than a packet: the call faults before that."""
    program = long_row("set", 3, " or ".join(["part in text"] * 45))
    machine = Machine(program, Facts("c", "1", "2"), seed=1)
    effects = machine.handle(CallStarted(), 0.0)
    assert any(isinstance(e, ExitTaken) and (e.exit, e.label) == ("on_error", "step_budget") for e in effects)
    assert machine.node == "error"


def test_a_long_row_of_large_switches_is_no_fault() -> None:
    machine = Machine(long_row("switch", 40, 'starts_with(call.caller, "139")'), Facts("c", "1", "2"), seed=1)
    effects = machine.handle(CallStarted(), 0.0)
    assert not any(isinstance(e, ExitTaken) and e.exit == "on_error" for e in effects)


@pytest.mark.parametrize("digits", ["1" * 500])
def test_a_key_held_down_fills_nothing(digits: str) -> None:
    machine = Machine(compile_flow(MENUS), Facts("c", "1", "2"), seed=1)
    machine.handle(CallStarted(), 0.0)
    for digit in digits:
        machine.handle(Digit(digit), 1.0)
    assert len(machine.snapshot()["typed"]) == 32


def test_keys_typed_ahead_end_at_a_telephone_that_rings() -> None:
    """Whoever pressed on meant the menu before it, not the one that follows the ringing."""
    document = flow(
        node("hello", "play", prompt=["hello.wav"]),
        node("main", "menu", prompt=["main.wav"], keys={"1": "sales"}),
        node("ring", "transfer", targets=[{"kind": "extension", "value": "801"}]),
        node("after", "menu", prompt=["after.wav"], keys={"2": "north"}),
        node("bye", "hangup"),
        edges="""hello -> main, main.1 -> ring, main.no_input -> bye, main.no_match -> bye, ring.answered -> after,
          ring.busy -> after, ring.no_answer -> after, ring.offline -> after, after.2 -> bye, after.no_input -> bye,
          after.no_match -> bye""",
    )
    check_call(
        document,
        """
        0.000 < start
        0.000 > enter start
        0.000 > answer
        0.000 > exit start next
        0.000 > enter hello
        0.000 > play file:hello.wav
        1.000 < digit 1
        1.100 < digit 2
        4.000 < played
        4.000 > exit hello next
        4.000 > enter main
        4.000 > exit main 1 (sales)
        4.000 > enter ring
        4.000 > dial sequential extension:801 30
        9.000 < dial-ended busy
        9.000 > exit ring busy
        9.000 > enter after
        9.000 > play file:after.wav
        """,
    )


def test_the_late_terminator_is_a_key_where_the_next_menu_has_it() -> None:
    document = flow(
        node("code", "collect", prompt=["code.wav"], variable="code", min=2, max=2),
        node("main", "menu", prompt=["main.wav"], keys={"#": "operator"}),
        node("bye", "hangup"),
        edges="code.ok -> main, code.no_input -> bye, code.no_match -> bye, main.# -> bye, main.no_input -> bye,"
        "main.no_match -> bye",
        variables={"code": ""},
    )
    check_call(
        document,
        """
        0.000 < start
        0.000 > enter start
        0.000 > answer
        0.000 > exit start next
        0.000 > enter code
        0.000 > play file:code.wav
        1.000 < digit 4
        1.000 > stop
        1.000 > timer input 3
        1.500 < digit 2
        1.500 > cancel input
        1.500 > exit code ok
        1.500 > enter main
        1.500 > play file:main.wav
        2.000 < digit #
        2.000 > stop
        2.000 > exit main # (operator)
        2.000 > enter bye
        2.000 > hang up normal
        2.000 > finished hangup
        """,
    )

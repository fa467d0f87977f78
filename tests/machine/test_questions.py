"""What a call asks services outside: numbers, late answers, limits of time, faults, and a call that is restored."""

from __future__ import annotations

import json
from textwrap import dedent
from typing import Any

import pytest

from interpreter.machine import Facts, Machine, Program
from interpreter.machine.effects import Ask, Data, ExitTaken, Finished, NodeEntered, Unask
from interpreter.machine.events import CallStarted, Restored, Told
from interpreter.machine.operations import (
    AskService,
    CallState,
    Leave,
    Operation,
    PlayPrompts,
    StayWithService,
    TellService,
)
from interpreter.machine.operations.base import WAIT, OperationFault
from support.programs import bye, program, says
from support.transcripts import replay

FACTS = Facts("c", caller="01088881234", called="4001234567")


def check_call(given: Program, transcript: str) -> None:
    expected = dedent(transcript).lstrip("\n")
    assert replay(given, expected.splitlines()) == expected


def looks_up(**changes: Any) -> Program:
    """Asks for a customer's name, then hangs up by what came of it."""
    settings = {
        "ways": {"ok": 1, "none": 2, "error": 3, "timeout": 4},
        "answers": {"name": "name", "calls": "calls"},
        "timeout_s": 5.0,
    } | changes
    given = {"caller": lambda env: env["call.caller"], "list": "vip"}
    return program(
        AskService("look", "customers", given, **settings),  # type: ignore[arg-type]  # settings of any type
        bye("ok"), bye("none", "busy"), bye("failed", "rejected"), bye("late", "error"),
        variables={"name": "", "calls": 0, "code": ""},
    )  # fmt: skip


def ask(given: Program, *answers: Told) -> Machine:
    """A machine that has asked and heard these answers."""
    machine = Machine(given, FACTS, seed=1)
    machine.handle(CallStarted(), 0.0)
    for answer in answers:
        machine.handle(answer, 1.0)
    return machine


def test_an_answer_leads_on_and_its_values_are_the_variables() -> None:
    check_call(
        looks_up(),
        """
        0.000 < start
        0.000 > ask 1 customers {"list": "vip", "caller": "13800138000"}
        0.000 > timer question 5
        0.500 < digit 7
        1.000 < told 1 ok {"name": "王", "calls": 3, "other": [1]}
        1.000 > cancel question
        1.000 > hang up normal
        1.000 > finished hangup
        """,
    )
    assert ask(looks_up(), Told(1, "ok", {"name": "王", "calls": 3})).variables["name"] == "王"


@pytest.mark.parametrize(
    ("kind", "data", "node"),
    [
        ("none", {}, "none"),
        ("error", {}, "failed"),
        ("timeout", {}, "late"),
        pytest.param("maybe", {}, "failed", id="a word that leads nowhere"),
        pytest.param("ok", {"calls": "many"}, "failed", id="a text for a number"),
        pytest.param("ok", {"calls": True}, "failed", id="yes for a number"),
        pytest.param("ok", {"calls": 10**16}, "failed", id="a number that none can reckon with"),
        pytest.param("ok", {"name": "王" * 1001}, "failed", id="a text too long"),
        pytest.param("ok", {"name": None}, "ok", id="a value that is not known"),
    ],
)
def test_how_an_answer_came_out_leads_on(kind: str, data: Data, node: str) -> None:
    machine = ask(looks_up(), Told(1, kind, data))
    assert machine.node == node
    assert (machine.variables["name"], machine.variables["calls"]) == ("", 0)


def test_a_silent_service_is_waited_for_no_longer_than_wanted() -> None:
    check_call(
        looks_up(),
        """
        0.000 < start
        0.000 > ask 1 customers {"list": "vip", "caller": "13800138000"}
        0.000 > timer question 5
        5.000 < timer question
        5.000 > unask 1
        5.000 > hang up error
        5.000 > finished hangup
        5.000 < told 1 ok {}
        """,
    )


def test_a_question_that_cannot_be_put_ends_as_error() -> None:
    def nothing(env: object) -> str:
        raise ArithmeticError("expression.number")

    question = AskService("look", "customers", {"n": nothing}, ways={"ok": 1, "error": 2})
    given = program(question, bye("ok"), bye("failed"))
    machine = Machine(given, FACTS, seed=1)
    assert not any(isinstance(effect, Ask) for effect in machine.handle(CallStarted(), 0.0))
    assert machine.node == "failed"


def asks_twice() -> Program:
    """The same question again after each answer but ``ok``."""
    return program(AskService("look", "customers", {}, ways={"ok": 1, "error": 0}), bye())


def test_a_late_answer_never_reaches_the_next_question() -> None:
    machine = ask(asks_twice(), Told(1, "error", {}))
    assert machine.handle(Told(1, "ok", {}), 2.0) == []
    assert machine.handle(Told(3, "ok", {}), 2.0) == []
    assert not machine.finished
    machine.handle(Told(2, "ok", {}), 2.0)
    assert machine.finished


def test_numbers_are_counted_on_in_a_restored_call() -> None:
    machine = ask(asks_twice(), Told(1, "error", {}))
    written = json.loads(json.dumps(machine.snapshot()))
    twin = Machine.restore(asks_twice(), FACTS, written)
    for either in (machine, twin):
        assert either.handle(Told(2, "error", {}), 2.0) == [Ask(3, "customers", {})]


def test_a_restored_call_takes_what_it_asked_for_failed_and_asks_nobody_again() -> None:
    given = looks_up()
    twin = Machine.restore(given, FACTS, ask(given).snapshot())
    effects = twin.handle(Restored(), 1.0)
    assert twin.node == "failed"
    assert not any(isinstance(effect, (Ask, Unask)) for effect in effects)


def test_a_call_that_asked_nothing_does_not_notice_that_it_was_restored() -> None:
    given = program(PlayPrompts("hello", says("hello"), times=1, barge_in=True, next=1), bye())
    twin = Machine.restore(given, FACTS, ask(given).snapshot())
    assert twin.handle(Restored(), 1.0) == []
    assert twin.node == "hello"


def test_a_caller_who_hangs_up_waits_for_no_answer() -> None:
    check_call(
        looks_up(timeout_s=None),
        """
        0.000 < start
        0.000 > ask 1 customers {"list": "vip", "caller": "13800138000"}
        1.000 < caller-hung-up
        1.000 > unask 1
        1.000 > finished caller
        """,
    )


def test_a_fault_takes_the_question_back() -> None:
    check_call(
        looks_up(),
        """
        0.000 < start
        0.000 > ask 1 customers {"list": "vip", "caller": "13800138000"}
        0.000 > timer question 5
        1.000 < fault media
        1.000 > cancel question
        1.000 > exit look on_error (media)
        1.000 > unask 1
        1.000 > hang up error
        1.000 > finished hangup
        """,
    )


class AsksTwo(Operation):
    """Asks two services at once and goes with whoever says yes first; a key goes on without."""

    def run(self, call: CallState) -> int:
        call.ask("one", {})
        call.ask("two", {})
        return WAIT

    def told(self, call: CallState, n: int, kind: str, data: Data) -> int:
        return 1 if kind == "yes" else WAIT

    def digit(self, call: CallState, digit: str) -> int:
        return 1


TWO = program(AsksTwo("both"), bye())


def test_several_questions_may_be_open_and_the_others_are_taken_back_with_the_first_that_leads_on() -> None:
    machine = Machine(TWO, FACTS, seed=1)
    assert machine.handle(CallStarted(), 0.0) == [Ask(1, "one", {}), Ask(2, "two", {})]
    assert machine.handle(Told(1, "no", {}), 1.0) == []
    assert machine.handle(Told(1, "yes", {}), 1.0) == [], "it has been answered"
    machine.handle(Told(2, "yes", {}), 2.0)
    assert machine.finished
    machine = Machine(TWO, FACTS, seed=1)
    machine.handle(CallStarted(), 0.0)
    assert Unask(1) in machine.handle(Told(2, "yes", {}), 1.0)


def test_an_operation_cannot_forget_what_it_asked() -> None:
    check_call(
        TWO,
        """
        0.000 < start
        0.000 > ask 1 one {}
        0.000 > ask 2 two {}
        1.000 < digit 1
        1.000 > unask 1
        1.000 > unask 2
        1.000 > hang up normal
        1.000 > finished hangup
        """,
    )


class FailsWhenTold(AsksTwo):
    def told(self, call: CallState, n: int, kind: str, data: Data) -> int:
        raise OperationFault("odd")


def test_a_second_fault_ends_the_call_with_nothing_left_open() -> None:
    given = program(FailsWhenTold("both"), on_error=0)
    machine = Machine(given, FACTS, seed=1)
    machine.handle(CallStarted(), 0.0)
    machine.handle(Told(1, "yes", {}), 0.0)  # asks again at the error exit: 3 and 4
    effects = machine.handle(Told(3, "yes", {}), 0.0)
    assert effects[0] == Unask(4)
    assert effects[-1] == Finished("error", "odd")


def stays(**changes: Any) -> Program:
    settings = {"ways": {"served": 1, "error": 3}, "leads": {"#": 2}} | changes
    return program(
        StayWithService("queue", "queue", {"name": "sales"}, **settings),  # type: ignore[arg-type]  # settings of any type
        bye("served"), bye("tired", "busy"), bye("failed", "error"),
    )  # fmt: skip


def test_who_stays_with_a_service_tells_it_his_keys_until_it_answers() -> None:
    check_call(
        stays(tells=True, early_media=True),
        """
        0.000 < start
        0.000 > answer
        0.000 > ask 1 queue {"name": "sales"}
        700.000 < digit 5
        700.000 > tell queue {"key": "5"}
        900.000 < told 1 served {}
        900.000 > hang up normal
        900.000 > finished hangup
        """,
    )


def test_who_stays_with_a_service_goes_on_by_a_key_of_his_own() -> None:
    check_call(
        stays(),
        """
        0.000 < start
        0.000 > ask 1 queue {"name": "sales"}
        1.000 < digit 5
        2.000 < digit #
        2.000 > unask 1
        2.000 > hang up busy
        2.000 > finished hangup
        """,
    )


def test_news_are_told_and_the_call_goes_on() -> None:
    news = {"to": lambda env: env["call.caller"], "text": "来过", "score": lambda env: 1 / 0}
    given = program(
        TellService("tell", "sms", news, next=1),
        Leave(ExitTaken("tell", "next"), NodeEntered("bye"), 2),
        bye(),
    )
    check_call(
        given,
        """
        0.000 < start
        0.000 > tell sms {"text": "来过", "to": "13800138000"}
        0.000 > exit tell next
        0.000 > enter bye
        0.000 > hang up normal
        0.000 > finished hangup
        """,
    )

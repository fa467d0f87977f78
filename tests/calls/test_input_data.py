"""Inputs as plain data and back, what a session is made with, and which keys are written down."""

from __future__ import annotations

import json
from datetime import date
from typing import Any, get_args

import pytest

from interpreter.calls.codes import CodeTable
from interpreter.calls.denial import Denial
from interpreter.calls.direct import DirectCall
from interpreter.calls.errand import Errand
from interpreter.calls.given import NoReplay, given_of, session_of
from interpreter.calls.input_data import WORDS, input_data, input_of
from interpreter.calls.inputs import (
    Input,
    LegAnswered,
    LegCame,
    LegDigit,
    LegDiverted,
    LegEarlyMedia,
    LegFailed,
    LegHeld,
    LegHungUp,
    LegRinging,
    Parked,
    PartChanged,
    Resolved,
    RingPlan,
    TalkStopped,
    TransferAsked,
)
from interpreter.calls.mailbox import MailboxCall
from interpreter.calls.monitoring import PinCall
from interpreter.calls.outputs import EndTalk, HangUpLeg, JoinCall
from interpreter.calls.plan import Barred
from interpreter.calls.session import CallSession, RunsFlow
from interpreter.calls.visitor import Visitor
from interpreter.compiler import compile_flow
from interpreter.machine.effects import Behalf, Target
from interpreter.machine.events import (
    CallerHungUp,
    CallStarted,
    Digit,
    Fault,
    MessageRecorded,
    PlayDone,
    Restored,
    TimerFired,
    Told,
)
from interpreter.machine.facts import Facts
from interpreter.machine.machine import Machine

OUTSIDE = Target("number", "13900139000", "u", "l", Behalf("801", "4001234567", "no-answer", ("802", "801"), True))
PLAN = RingPlan(((OUTSIDE, Target("extension", "803")), (OUTSIDE,)), 12.5, {"busy": OUTSIDE}, ("busy", "offline"))
FACTS = Facts("c", "13800138000", "4001234567", "Asia/Tokyo", 3, switch="night")
BEGINS = 1_767_225_600.0
TODAY = date(2026, 1, 1).toordinal()

INPUTS: list[Input] = [
    CallStarted(), Digit("#"), PlayDone(), TimerFired("input"), MessageRecorded(1.25, "silence"),
    Told(3, "ok", {"members": ["801"], "n": 0.1}), Restored(), CallerHungUp(), Fault("media", "no port"),
    LegRinging(1), LegEarlyMedia(1, True), LegAnswered(2), LegFailed(2, "busy"), LegDiverted(1, PLAN), LegHungUp(1),
    LegDigit(1, "*"), LegHeld(1, False), TransferAsked(1, "802"), Resolved(1, OUTSIDE),
    Resolved(1, None, 403, "", "local_only"), LegCame(3, OUTSIDE, "whispers", 1), PartChanged(3, OUTSIDE, "speaks"),
    Parked(1, None), Parked(1, "71"), TalkStopped(),
]  # fmt: skip


@pytest.mark.parametrize("event", INPUTS, ids=lambda event: type(event).__name__)
def test_an_input_comes_back_as_it_was(event: Input) -> None:
    assert input_of(json.loads(json.dumps(input_data(event)))) == event


def test_no_input_is_forgotten() -> None:
    assert set(WORDS) == set(get_args(Input)) == {type(event) for event in INPUTS}


def _flow(calendar: str) -> dict[str, Any]:
    return {
        "format": "zongji.flow/1", "name": "hours", "locale": "zh-CN", "settings": {"on_error": "end"}, "variables": {},
        "nodes": [
            {"id": "start", "type": "start", "label": "", "config": {}, "position": {"x": 0, "y": 0}},
            {"id": "when", "type": "hours", "label": "", "position": {"x": 0, "y": 0},
             "config": {"periods": [{"exit": "p", "calendar": calendar}]}},
            {"id": "end", "type": "hangup", "label": "", "config": {}, "position": {"x": 0, "y": 0}},
        ],
        "edges": [{"from": a, "exit": b, "to": c} for a, b, c in (
            ("start", "next", "when"), ("when", "p", "end"), ("when", "otherwise", "end"))],
    }  # fmt: skip


LEADERS: list[RunsFlow] = [
    DirectCall(OUTSIDE, 30.0, "whole"), Denial(Barred("local_only"), ["zh-CN:pv_localonly"]),
    Errand("switch", {"to": "day"}, {"ok": "pv_day", "error": "pv_error"}), MailboxCall("zh-CN"),
    Visitor(JoinCall("other", "whispers", 2)), Machine(compile_flow(_flow("weekly")), FACTS, 7),
]  # fmt: skip


@pytest.mark.parametrize("leader", LEADERS, ids=lambda leader: type(leader).__name__)
def test_a_session_is_made_anew_of_what_it_was_made_with(leader: RunsFlow) -> None:
    session = CallSession(leader, Target("extension", "801"), CodeTable({"*9": "blind"}).in_talk)
    programs = {program.digest: program for program in leader.programs} if isinstance(leader, Machine) else {}
    given = json.loads(json.dumps(given_of(session, FACTS, BEGINS, 0.5)))
    again = session_of(given, "c", programs)
    assert type(again.leader) is type(leader)
    assert json.loads(json.dumps(given_of(again, FACTS, BEGINS, 0.5))) == given
    assert again.handle(CallStarted(), BEGINS) == session.handle(CallStarted(), BEGINS)


def test_nothing_is_made_of_a_secret_or_without_its_program() -> None:
    pin = given_of(CallSession(PinCall(lambda pin: "wrong")), FACTS, BEGINS, 0.0)
    flow = given_of(CallSession(LEADERS[-1]), FACTS, BEGINS, 0.0)
    for given, why in ((pin, "secret"), (flow, "program")):
        with pytest.raises(NoReplay) as raised:
            session_of(given, "c", {})
        assert raised.value.why == why


@pytest.mark.parametrize(("calendar", "kept"), [
    ("workdays", {str(TODAY - 1): True, str(TODAY): False}),
    ("weekly", None),
])  # fmt: skip
def test_only_days_that_the_call_may_ask_for_are_kept(calendar: str, kept: object) -> None:
    days = {TODAY - 1: True, TODAY: False, TODAY + 40: True, TODAY - 40: True}
    facts = Facts("c", "13800138000", "4001234567", days=days)
    session = CallSession(Machine(compile_flow(_flow(calendar)), facts, 7))
    assert given_of(session, facts, BEGINS, 0.0).get("days") == kept


@pytest.fixture
def talk() -> CallSession:
    """801 and 802 talk."""
    session = CallSession(DirectCall(Target("extension", "802"), 30.0, "off"), Target("extension", "801"))
    session.handle(CallStarted(), 0.0)
    session.handle(LegAnswered(1), 1.0)
    return session


def test_keys_for_the_partner_are_not_written_down(talk: CallSession) -> None:
    """They may be a card's number; those of a code are the talk's, and the number behind it."""
    for event, written in (
        (Digit("6"), Digit("")), (LegDigit(1, "6"), LegDigit(1, "")), (Digit("*"), Digit("*")),
        (Digit("2"), Digit("2")), (LegDigit(1, "6"), LegDigit(1, "")), (Digit("8"), Digit("8")),
    ):  # fmt: skip
        assert talk.written(event) == written
        talk.handle(event, 2.0)
    assert talk.written(LegHungUp(1)) == LegHungUp(1)


def test_keys_for_a_carrier_who_asks_before_the_answer_are_not_written_down() -> None:
    session = CallSession(DirectCall(OUTSIDE, 30.0, "off"), Target("extension", "801"))
    session.handle(CallStarted(), 0.0)
    session.handle(LegEarlyMedia(1, True), 1.0)
    assert session.written(Digit("6")) == Digit("")


def test_keys_of_a_secret_are_not_written_down() -> None:
    session = CallSession(PinCall(lambda pin: "wrong"))
    session.handle(CallStarted(), 0.0)
    assert session.written(Digit("6")) == Digit("?")


def test_those_who_talk_on_can_be_stopped(talk: CallSession) -> None:
    talk.handle(LegCame(2, Target("extension", "803"), "speaks"), 2.0)
    talk.handle(CallerHungUp(), 3.0)
    assert talk.talking == (1, 2)
    assert list(talk.handle(TalkStopped(), 4.0)) == [EndTalk(), HangUpLeg(1), HangUpLeg(2)]
    assert talk.closed

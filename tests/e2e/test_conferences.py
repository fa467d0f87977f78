"""Three telephones in one conference, on the real line: who hears whom, and who does not."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from e2e.test_first_call import known_calls, last_call, listen

from support.desk import answer_with
from support.server import Api, Zongji
from support.sound import rms, tone_share

pytestmark = pytest.mark.e2e

NUMBER = "4001119001"
CHAIRMAN, PARTICIPANT = "7913", "2580"
HZ = {"13800138101": 700, "13800138102": 900, "13800138103": 1100}
EXAMPLE = Path(__file__).resolve().parents[2] / "flows" / "conference-room" / "flow.json"


@pytest.fixture(scope="module")
def number(zongji: Zongji) -> None:
    """The example answers the number."""
    answer_with(zongji.api(), NUMBER, json.loads(EXAMPLE.read_text("utf-8")))


@pytest.fixture
def meeting(phones: Any, number: None) -> list[Any]:
    """A chairman and two participants who hear each other."""
    found = [phones(user, frequency=frequency) for user, frequency in HZ.items()]
    for phone, pin in zip(found, (CHAIRMAN, PARTICIPANT, PARTICIPANT), strict=True):
        enter(phone, pin)
    listen(3)
    return found


def enter(phone: Any, pin: str) -> None:
    phone.dial(NUMBER)
    phone.wait_for("CALL_ESTABLISHED")
    listen(1.5)  # a key typed during the welcome, which it does not stop, is kept
    phone.press(pin)


def heard_at_last(phone: Any) -> dict[str, float]:
    """Whose tones make up its last second, and how much of it."""
    last: np.ndarray = phone.heard()[-8000:]
    assert rms(last) > 300
    return {user: tone_share(last, frequency) for user, frequency in HZ.items()}


def test_each_hears_the_two_others_and_not_himself(meeting: list[Any], api: Api) -> None:
    before = known_calls(api)
    for phone in meeting:
        shares = heard_at_last(phone)
        assert shares.pop(phone.line.user) < 0.02, "nobody hears himself"
        assert all(share > 0.3 for share in shares.values()), shares
    chairman, one, two = meeting
    two.hang_up()
    listen(2.5)
    assert heard_at_last(one)[chairman.line.user] > 0.9
    one.press("#")
    one.wait_for("CALL_CLOSED")
    chairman.hang_up()
    steps = last_call(api, one.line.user, before)["steps"]
    assert [(step["type"], step["exit"]) for step in steps][-2:] == [("conference", "left"), ("hangup", None)]


def test_who_is_muted_is_not_heard_until_he_is_again(meeting: list[Any]) -> None:
    chairman, one, two = meeting
    one.press("*6")
    listen(2)
    assert heard_at_last(two)[chairman.line.user] > 0.9, "and nobody else"
    assert heard_at_last(one)[two.line.user] > 0.3, "he hears the others"
    one.press("*6")
    listen(2.5)
    assert heard_at_last(two)[one.line.user] > 0.3


def test_a_lock_keeps_others_out_and_the_chairman_ends_it(meeting: list[Any], phones: Any, api: Api) -> None:
    before = known_calls(api)
    chairman, one, two = meeting
    chairman.press("*5")
    listen(1)
    late = phones("13800138104", frequency=1300)
    enter(late, PARTICIPANT)
    late.wait_for("CALL_CLOSED")
    steps = last_call(api, late.line.user, before)["steps"]
    assert ("conference", "denied") in [(step["type"], step["exit"]) for step in steps]
    chairman.press("*9")
    for phone in (one, two, chairman):
        phone.wait_for("CALL_CLOSED")

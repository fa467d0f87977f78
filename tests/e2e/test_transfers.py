"""Telephones give the caller on, on the real line: who hears whom, and who does not."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from e2e.test_first_call import known_calls, last_call, listen

from support.server import Api
from support.sound import loudest_second, rms, tone_share

pytestmark = [pytest.mark.e2e, pytest.mark.usefixtures("morning")]

NUMBER = "4001234567"
CALLER_HZ, SALES_HZ, OTHER_HZ = 1100, 700, 900


def parts(heard: np.ndarray) -> list[np.ndarray]:
    """Half seconds of what a telephone heard."""
    return [heard[start : start + 4000] for start in range(0, len(heard) - 4000, 4000)]


def hears(phone: Any, frequency: float) -> bool:
    """Whether any half second of what it heard was this tone."""
    return any(tone_share(part, frequency) > 0.9 and rms(part) > 300 for part in parts(phone.heard()))


@pytest.fixture
def talk(phones: Any) -> Any:
    """A caller and 801 who talk, and 803 beside."""
    sales, other = phones("801", answer="auto", frequency=SALES_HZ), phones("803", answer="auto", frequency=OTHER_HZ)
    caller = phones("13800138000", frequency=CALLER_HZ)
    caller.dial(NUMBER)
    caller.wait_for("CALL_ESTABLISHED")
    caller.press("1")
    sales.wait_for("CALL_ESTABLISHED")
    listen(1.5)
    return caller, sales, other


def test_by_keys_and_at_once(talk: Any, api: Api) -> None:
    before = known_calls(api)
    caller, sales, other = talk
    sales.press("*2803#")
    other.wait_for("CALL_ESTABLISHED")
    sales.wait_for("CALL_CLOSED")
    listen(2.5)
    caller.hang_up()
    other.wait_for("CALL_CLOSED")
    record = last_call(api, caller.line.user, before)
    assert record["answered_by"] == "803"
    assert hears(sales, CALLER_HZ)
    assert hears(other, CALLER_HZ)
    assert not hears(other, SALES_HZ)
    assert tone_share(loudest_second(caller.heard()[-12000:]), OTHER_HZ) > 0.9


def test_the_caller_hears_music_while_it_rings_and_comes_back(talk: Any, api: Api) -> None:
    caller, sales, _ = talk
    sales.press("*2")
    listen(3)
    sales.press("*")
    listen(2)
    caller.hang_up()
    sales.wait_for("CALL_CLOSED")
    heard = parts(caller.heard())
    music = [part for part in heard if rms(part) > 100 and tone_share(part, SALES_HZ) < 0.3]
    assert len(music) >= 3, "no music"
    assert tone_share(loudest_second(caller.heard()[-12000:]), SALES_HZ) > 0.9


def test_after_a_word_with_whoever_answers(talk: Any, api: Api) -> None:
    before = known_calls(api)
    caller, sales, other = talk
    sales.press("*3803#")
    other.wait_for("CALL_ESTABLISHED")
    listen(2)
    sales.hang_up()
    sales.wait_for("CALL_CLOSED")
    listen(2.5)
    other.hang_up()
    caller.wait_for("CALL_CLOSED")
    assert last_call(api, caller.line.user, before)["answered_by"] == "803"
    assert hears(other, SALES_HZ)
    assert hears(other, CALLER_HZ)
    assert hears(sales, OTHER_HZ)


def test_by_the_telephones_own_transfer_key(talk: Any, api: Api) -> None:
    """A blind transfer by REFER."""
    before = known_calls(api)
    caller, sales, other = talk
    sales.command("transfer", f"sip:803@127.0.0.1:{sales.line.registrar_port}")
    other.wait_for("CALL_ESTABLISHED")
    sales.wait_for("CALL_CLOSED")
    listen(2.5)
    caller.hang_up()
    other.wait_for("CALL_CLOSED")
    assert last_call(api, caller.line.user, before)["answered_by"] == "803"
    assert hears(other, CALLER_HZ)
    assert tone_share(loudest_second(caller.heard()[-12000:]), OTHER_HZ) > 0.9


def test_nobody_from_outside_gives_our_people_on(talk: Any, api: Api) -> None:
    caller, sales, other = talk
    caller.press("*2803#")
    listen(2)
    caller.hang_up()
    sales.wait_for("CALL_CLOSED")
    assert not any(event.get("type") == "CALL_INCOMING" for event in other.events)
    assert hears(sales, CALLER_HZ)

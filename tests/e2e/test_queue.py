"""A queue on the real line: music and the place while waiting, then whoever becomes free; the exit key."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from e2e.test_first_call import known_calls, last_call, listen

from support.desk import answer_with
from support.hearing import hears, published_prompts
from support.server import Api, Zongji
from support.sound import loudest_second, tone_share

pytestmark = pytest.mark.e2e

NUMBER = "4001239000"
AGENT_HZ, FIRST_HZ, SECOND_HZ = 700, 1100, 1300

FLOW: dict[str, Any] = {
    "format": "zongji.flow/1", "name": "queue", "locale": "zh-CN", "settings": {"on_error": "bye"},
    "nodes": [
        {"id": "start", "type": "start"},
        {"id": "wait", "type": "queue", "config": {"group": "一席", "key": "0", "announce_seconds": 300}},
        {"id": "bye", "type": "hangup", "config": {"prompt": ["pv_goodbye.wav"]}},
    ],
    "edges": [
        {"from": "start", "exit": "next", "to": "wait"},
        *({"from": "wait", "exit": name, "to": "bye"} for name in ("answered", "timeout", "full", "nobody", "key")),
    ],
}  # fmt: skip


@pytest.fixture(scope="module")
def prompts(api: Api, zongji: Zongji) -> dict[str, np.ndarray]:
    """A queue for 801 alone, and what its callers hear."""
    api.post("/groups", {"name": "一席", "members": [{"number": "801"}]})
    answer_with(api, NUMBER, FLOW)
    return published_prompts(zongji.data, NUMBER)


def heard_last(phone: Any) -> np.ndarray:
    return loudest_second(phone.heard()[-12000:])


def test_the_second_hears_music_and_his_place_and_gets_the_agent_when_the_first_has_hung_up(
    phones: Any, api: Api, prompts: dict[str, np.ndarray]
) -> None:
    before = known_calls(api)
    agent = phones("801", answer="auto", frequency=AGENT_HZ)
    first = phones("13800138011", frequency=FIRST_HZ)
    first.dial(NUMBER)
    agent.wait_for("CALL_ESTABLISHED")
    second = phones("13800138012", frequency=SECOND_HZ)
    second.dial(NUMBER)
    hears(second, prompts["file:pv_queuenext.wav"])
    hears(second, prompts["file:music.wav"])
    assert tone_share(second.heard(), AGENT_HZ) < 0.1
    first.hang_up()
    agent.wait_for("CALL_CLOSED")
    agent.wait_for("CALL_ESTABLISHED")
    listen(2.5)
    second.hang_up()
    agent.wait_for("CALL_CLOSED")
    assert tone_share(heard_last(second), AGENT_HZ) > 0.9
    assert tone_share(heard_last(agent), SECOND_HZ) > 0.9
    record = last_call(api, second.line.user, before)
    assert (record["answered_by"], record["ended_by"]) == ("801", "caller")


def test_the_exit_key_while_he_waits(phones: Any, api: Api, prompts: dict[str, np.ndarray]) -> None:
    before = known_calls(api)
    agent = phones("801", answer="auto", frequency=AGENT_HZ)
    first = phones("13800138013", frequency=FIRST_HZ)
    first.dial(NUMBER)
    agent.wait_for("CALL_ESTABLISHED")
    second = phones("13800138014", frequency=SECOND_HZ)
    second.dial(NUMBER)
    hears(second, prompts["file:pv_queuenext.wav"])
    second.press("0")
    hears(second, prompts["file:pv_goodbye.wav"])
    second.wait_for("CALL_CLOSED")
    steps = last_call(api, second.line.user, before)["steps"]
    assert ("queue", "key") in [(step["type"], step["exit"]) for step in steps]
    assert tone_share(heard_last(first), AGENT_HZ) > 0.9

"""The robot telephone's own parts: its steps, and finding prompts in what it heard."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np
import pytest

from interpreter.simulation import parse_scenario
from store import migrate, open_store
from store.records import Day
from zongji.ring.errors import CannotRing
from zongji.ring.listening import Listener, likeness
from zongji.ring.scenario import Line, dial
from zongji.ring.steps import HangUp, Press, StepError, Wait, parse_steps


def test_steps_are_read_in_order() -> None:
    assert parse_steps("1,wait:2,801,wait:0.5,*#,hangup") == (
        Press("1"), Wait(2.0), Press("801"), Wait(0.5), Press("*#"), HangUp(),
    )
    assert parse_steps("") == ()


@pytest.mark.parametrize("text", ["wait:", "wait:x", "12z", "hang up", "wait:-1"])
def test_a_step_that_cannot_be_read_is_named(text: str) -> None:
    with pytest.raises(StepError) as caught:
        parse_steps(f"1,{text}")
    assert caught.value.text == text


def noise(seconds: float, seed: int) -> np.ndarray:
    steps = np.random.default_rng(seed).normal(0, 3000, int(seconds * 8000))
    return np.convolve(steps, np.ones(8) / 3, mode="same").astype(np.int16)


def test_a_prompt_is_found_where_it_begins() -> None:
    prompt = noise(1.5, 1)
    heard = np.concatenate([noise(2.0, 2), prompt // 2, noise(1.0, 3)])
    score, at = likeness(heard, prompt)
    assert score > 0.95
    assert at == pytest.approx(2.0, abs=0.001)
    assert likeness(noise(5, 4), prompt)[0] < 0.2
    assert likeness(prompt[:100], prompt) == (0.0, 0.0)


def test_a_listener_finds_each_playing_once() -> None:
    prompt, listener = noise(1.5, 1), Listener()
    once = np.concatenate([noise(1.0, 2), prompt])
    assert not listener.heard_end_of(prompt, once[:-4000])
    assert listener.heard_end_of(prompt, once)
    assert not listener.heard_end_of(prompt, once)
    assert listener.heard_end_of(prompt, np.concatenate([once, noise(0.5, 3), prompt]))


@pytest.fixture
def line(tmp_path: Path) -> Line:
    """A number that is switched to night, of a tenant with a day off; nobody answers there."""
    url = f"sqlite:///{tmp_path / 'zongji.db'}"
    migrate(url)
    store = open_store(url)
    tenant = store.tenants.create("acme").id
    flow = store.flows.create(tenant, "flow", {}, by="t")
    store.flows.publish(tenant, flow.id, 1, prompts={}, note="", by="t")
    number = store.numbers.create(tenant, "4001234567", by="t")
    store.numbers.update(tenant, number.id, 1, flow_id=flow.id, version=1, enabled=True, by="t")
    store.numbers.set_switch(tenant, number.id, 2, "night", by="t")
    store.days.put(tenant, 0, [Day(date(2027, 10, 8), False, "", "own")], by="t")
    store.close()
    return Line("4001234567", "127.0.0.1", 9, tmp_path, tmp_path / "none.json")


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({}, "ring.switch"),
        ({"others": [{"after": 1}]}, "ring.others"),
        ({"switch": "night", "at": "2027-10-08 10:00"}, "ring.day"),
        ({"switch": "night", "calendar": {"2027-10-11": "holiday"}}, "ring.day"),
        ({"switch": "night", "at": "2027-10-08 10:00", "calendar": {"2027-10-08": "holiday"}}, "ring.not_running"),
    ],
)
def test_a_scenario_is_dialled_where_days_and_switch_are_its_own(given: dict, code: str, line: Line) -> None:
    scenario = parse_scenario({"name": "x", "expect": {"cause": "normal"}, **given})
    with pytest.raises(CannotRing) as caught:
        dial(scenario, line)
    assert caught.value.code == code

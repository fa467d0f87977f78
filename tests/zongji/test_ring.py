"""The robot telephone's own parts: its steps, and finding prompts in what it heard."""

from __future__ import annotations

import numpy as np
import pytest

from zongji.ring.listening import Listener, likeness
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

"""Prompt items and the keys under which a version has their audio."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interpreter.flow.prompts import AS_USUAL, Manner, TextPrompt, ValuePrompt, prompts_of, read_key, system_key

OWN = Manner("zm_yunjian", 1.1)


@pytest.mark.parametrize(
    ("item", "key"),
    [
        ("welcome.wav", "file:welcome.wav"),
        ({"text": "您好"}, "text:zh-CN:您好"),
        ({"text": "Hello", "locale": "en-US"}, "text:en-US:Hello"),
        ({"text": "您好", "voice": "zm_yunjian", "speed": 1.1}, "text;voice=zm_yunjian;speed=1.1:zh-CN:您好"),
        ({"text": "您好", "speed": 2}, "text;speed=2:zh-CN:您好"),
        ({"text": "voice=zf_x:您好"}, "text:zh-CN:voice=zf_x:您好"),
    ],
)
def test_keys_of_items(item, key):
    (prompt,) = prompts_of([item], "zh-CN")
    assert prompt.key == key


def test_values_carry_their_voice_to_every_word():
    (prompt,) = prompts_of([{"money": "balance", "voice": "zm_yunjian", "speed": 1.1}], "zh-CN")
    assert prompt == ValuePrompt("money", "balance", OWN)
    assert system_key("yuan", prompt.manner) == "system;voice=zm_yunjian;speed=1.1:yuan"
    assert system_key("yuan") == "system:yuan"


@given(
    st.text(min_size=1),
    st.sampled_from([None, "zf_xiaobei"]),
    st.none() | st.floats(0.5, 2).map(lambda speed: round(speed, 2)),
)
def test_every_key_is_read_back(text, voice, speed):
    prompt = TextPrompt(text, "zh-CN", Manner(voice, speed))
    assert read_key(prompt.key) == ("text", prompt.manner, f"zh-CN:{text}")


def test_what_is_not_chosen_is_as_usual():
    assert Manner("a", None).else_as(Manner("b", 1.2)) == Manner("a", 1.2)
    assert AS_USUAL.else_as(OWN) == OWN

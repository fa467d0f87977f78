"""How long prompts last that are spoken in a manner of their own, and which prompt a scenario means."""

from __future__ import annotations

import pytest

from interpreter.simulation.prompts import Durations, estimate, matches


def test_a_voice_of_its_own_changes_no_length_and_a_speed_does():
    durations = Durations({}, {"system:digit-7": 0.4})
    assert durations.seconds("system;voice=zm_yunjian:digit-7") == 0.4
    assert durations.seconds("system;voice=zm_yunjian;speed=2:digit-7") == pytest.approx(0.2)
    assert estimate("text;speed=0.5:zh-CN:您好，欢迎致电") == pytest.approx(2 * estimate("text:zh-CN:您好，欢迎致电"))


def test_scenarios_name_prompts_without_their_voice():
    assert matches("text;voice=zm_yunjian:zh-CN:您好，欢迎致电", "欢迎")
    assert matches("system;speed=1.2:digit-7", "digit-7")
    assert not matches("text;voice=zm_yunjian:zh-CN:您好", "yunjian")

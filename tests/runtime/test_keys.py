"""One press is one digit, however many ways a telephone signals it in."""

from __future__ import annotations

import pytest

from interpreter.runtime.keys import Keys


@pytest.mark.parametrize(
    ("heard", "digits"),
    [
        pytest.param("1 event, 1 info, 2 event, 2 info", "12", id="event before INFO"),
        pytest.param("1 info, 1 event, 2 event, 2 info", "12", id="INFO before event"),
        pytest.param("1 info, 1 tone, 1 info, 1 tone", "11", id="INFO before tone"),
        pytest.param("1 tone, 1 info, 1 info, 2 info", "112", id="tone before INFO"),
        pytest.param("5 tone, 1 info, 1 info", "511", id="speech that sounded like a key, then INFO"),
        pytest.param("1 tone, 1 tone, 2 tone", "112", id="tones alone"),
        pytest.param("1 event, 1 event", "11", id="events alone"),
        pytest.param("1 info, 1 info", "11", id="INFO alone"),
        pytest.param("1 tone, 2 event, 2 event", "122", id="events agreed on later"),
    ],
)
def test_each_press_counts_once(heard, digits):
    keys = Keys()
    presses = [press.split() for press in heard.split(", ")]
    assert "".join(digit for digit, way in presses if keys.count(digit, way, 0.0)) == digits


def test_an_info_long_after_a_tone_is_another_press():
    keys = Keys()
    assert [keys.count("1", "tone", 0.0), keys.count("1", "info", 2.5)] == [True, True]

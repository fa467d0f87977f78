"""One press is one digit, however many ways a telephone signals it in."""

from __future__ import annotations

import pytest

from interpreter.runtime.legs.keys import Keys


class Partner:
    def __init__(self, takes_events: bool) -> None:
        self.takes_events = takes_events
        self.sent = ""

    def send_key(self, digit: str) -> None:
        self.sent += digit


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


@pytest.mark.parametrize(
    ("heard", "events", "no_events"),
    [
        pytest.param("1 info, 2 info", "12", "12", id="INFO alone"),
        pytest.param("1 event, 2 event", "", "12", id="events, which the engine passes on where it can"),
        pytest.param("1 event, 1 info, 2 event, 2 info", "", "12", id="event and INFO"),
        pytest.param("1 info, 1 event, 2 info, 2 event", "1", "12", id="INFO before event, at first not known"),
        pytest.param("1 tone, 2 tone", "", "", id="tones are in the audio"),
    ],
)
def test_the_partner_is_sent_what_it_would_not_hear(heard, events, no_events):
    for takes_events, sent in ((True, events), (False, no_events)):
        keys, partner = Keys(), Partner(takes_events)
        counted = [keys.take(*press.split(), 0.0, partner) for press in heard.split(", ")]
        assert partner.sent == sent
        assert sum(counted) == 2, "whoever runs the flow hears each key once"


def test_without_a_partner_keys_are_for_the_flow_alone():
    keys = Keys()
    assert keys.take("1", "info", 0.0, None)

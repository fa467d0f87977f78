"""Who is busy, who can be picked up, which places are taken."""

from __future__ import annotations

import pytest

from interpreter.calls.exchange import Exchange, LegName
from interpreter.machine.effects import Target

A, B = Target("extension", "801"), Target("extension", "802")
MOBILE = Target("number", "13900139000")
FIRST, SECOND = LegName("one", 1), LegName("two", 1)


@pytest.fixture
def exchange():
    return Exchange(places=("71", "72"))


def test_somebody_is_idle_rung_and_talks(exchange):
    assert exchange.state(A) == "idle"
    exchange.rings(FIRST, A)
    assert exchange.state(A) == "ringing"
    exchange.talks(FIRST, A)
    assert exchange.state(A) == "talking"
    assert exchange.gone(FIRST, 100.0) == A
    assert (exchange.state(A), exchange.idle_since(A)) == ("idle", 100.0)


def test_a_second_call_that_ends_leaves_the_first(exchange):
    exchange.talks(FIRST, A)
    exchange.rings(SECOND, A)
    exchange.gone(SECOND, 5.0)
    assert (exchange.state(A), exchange.idle_since(A)) == ("talking", 0.0)


def test_an_outside_number_is_busy_with_us(exchange):
    exchange.talks(FIRST, MOBILE)
    assert exchange.state(MOBILE) == "talking"
    assert exchange.state(Target("extension", MOBILE.value)) == "idle"


def test_whoever_has_rung_longest_is_picked_up(exchange):
    exchange.rings(SECOND, B)
    exchange.rings(FIRST, A)
    assert exchange.ringing(["801", "802"]) == SECOND
    assert exchange.ringing(["801"]) == FIRST
    exchange.talks(SECOND, B)
    assert exchange.ringing(["801", "802"]) == FIRST
    assert exchange.ringing(["803"]) is None


def test_the_talk_that_began_last_is_the_one_to_listen_to(exchange):
    exchange.talks(FIRST, A)
    exchange.talks(SECOND, A)
    exchange.rings(LegName("three", 1), A)
    assert exchange.talking("801") == SECOND


def test_places_are_taken_and_given_back(exchange):
    assert [exchange.park(call, bool) for call in ("one", "two", "three")] == ["71", "72", None]
    assert exchange.parked("72") == "two"
    exchange.unpark("71")
    assert exchange.park("three", lambda place: place != "71") is None
    assert exchange.park("three", bool) == "71"
    assert exchange.parked("79") is None


def test_a_leg_that_nobody_knows_has_ended(exchange):
    assert exchange.gone(FIRST, 1.0) is None

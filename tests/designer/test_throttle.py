"""Pauses between wrong passwords: they grow, fall again, and never keep a victim out for ever."""

from __future__ import annotations

import pytest

from designer import throttle as module
from designer.throttle import Attempt, Budget, SignInThrottle


class Clocked(SignInThrottle):
    """Five wrong passwords within 300 s, at times that the test says."""

    def __init__(self, failures: int = 5, window: float = 300.0) -> None:
        self.now = 0.0
        super().__init__(failures, window, clock=lambda: self.now)

    def tries(self, times: int, attempt: Attempt) -> list[int]:
        return [self.begin(attempt) for _ in range(times)]

    def pauses(self, times: int, attempt: Attempt) -> list[int]:
        """How long somebody waits who always tries as soon as possible and fails."""
        waits = []
        for _ in range(times):
            waits.append(self.begin(attempt))
            self.now += waits[-1]
            if waits[-1]:
                assert self.begin(attempt) == 0
        return waits


ANN = Attempt("ann", "192.0.2.1")


def test_pauses_grow_up_to_the_window():
    throttle = Clocked()
    assert throttle.tries(5, ANN) == [0] * 5
    assert throttle.pauses(8, ANN) == [15, 30, 60, 120, 240, 300, 300, 300]


def test_a_short_window_has_short_pauses():
    throttle = Clocked(failures=1, window=4.0)
    assert throttle.tries(1, ANN) == [0]
    assert throttle.pauses(3, ANN) == [4, 4, 4]


def test_failures_are_forgotten_bit_by_bit_once_the_pause_is_over():
    throttle = Clocked()
    throttle.tries(5, ANN)
    assert throttle.pauses(2, ANN) == [15, 30]
    throttle.now += 60 + 60.0  # the pause, and the time in which one of five is forgotten
    assert throttle.begin(ANN) == 0
    assert throttle.begin(ANN) == 60, "as long as before, not longer"
    throttle.now += 60 + 8 * 60.0
    assert throttle.tries(6, ANN) == [0] * 5 + [15]


def test_the_patient_user_is_never_paused():
    throttle = Clocked()
    for _ in range(100):
        throttle.now += 60.0
        assert throttle.begin(ANN) == 0


@pytest.mark.parametrize(
    ("one", "another"),
    [
        (Attempt("zhé", "192.0.2.1"), Attempt("ZHE\u0301", "192.0.2.1")),
        (Attempt("admin", "192.0.2.1"), Attempt(" Admin ", "192.0.2.1")),
        (Attempt("straße", "192.0.2.1"), Attempt("STRASSE", "192.0.2.1")),
        (Attempt("ann", "2001:db8:1:2::1"), Attempt("ann", "2001:db8:1:2:ffff::9")),
        (Attempt("ann", "192.0.2.1"), Attempt("ann", "::ffff:192.0.2.1")),
    ],
)
def test_one_account_and_one_network_by_whatever_name(one: Attempt, another: Attempt):
    throttle = Clocked()
    throttle.tries(5, one)
    assert throttle.begin(another) == 15


@pytest.mark.parametrize(
    ("one", "another"),
    [("192.0.2.1", "192.0.2.2"), ("2001:db8:1:2::1", "2001:db8:1:3::1")],
)
def test_another_network_has_its_own_budget(one: str, another: str):
    throttle = Clocked()
    throttle.tries(6, Attempt("ann", one))
    assert throttle.begin(Attempt("ann", another)) == 0
    assert throttle.begin(Attempt("bob", one)) == 0


def test_one_network_does_not_walk_through_all_names():
    throttle = Clocked()
    tried = [throttle.begin(Attempt(f"name{n}", f"2001:db8::{n:x}")) for n in range(51)]
    assert tried == [0] * 50 + [15]


def test_many_networks_slow_an_account_down_by_a_minute_at_most():
    throttle = Clocked()
    attackers = (Attempt("ann", f"10.0.{n // 200}.{n % 200}") for n in range(100_000))
    longest = 0
    for attacker in attackers:
        while wait := throttle.begin(attacker):
            longest = max(longest, wait)
            throttle.now += wait
        if throttle.now > 24 * 3600:
            break
    assert longest == 60
    assert throttle.begin(ANN) == 60
    throttle.now += 60
    assert throttle.begin(ANN) == 0


def test_a_known_browser_has_a_budget_of_its_own():
    throttle = Clocked()
    for n in range(200):
        throttle.begin(Attempt("ann", f"10.0.0.{n}"))
    throttle.tries(100, ANN)
    own = Attempt("ann", "192.0.2.1", device="d1")
    assert throttle.tries(6, own) == [0] * 5 + [15]
    assert throttle.begin(Attempt("ann", "192.0.2.1", device="d2")) == 0


def test_the_right_password_counts_nowhere():
    throttle = Clocked()
    for attempt in (ANN, Attempt("ann", "192.0.2.1", device="d1")):
        for _ in range(100):
            assert throttle.begin(attempt) == 0
            throttle.succeeded(attempt)
    assert throttle.tries(6, ANN) == [0] * 5 + [15]


def test_signing_in_does_not_forgive_what_strangers_did_to_the_account():
    throttle = Clocked()
    for n in range(49):
        throttle.begin(Attempt("ann", f"10.0.0.{n}"))
    assert throttle.begin(ANN) == 0
    throttle.succeeded(ANN)
    assert throttle.begin(Attempt("ann", "10.0.1.1")) == 0
    assert throttle.begin(Attempt("ann", "10.0.1.2")) == 15


def test_what_is_remembered_is_bounded_and_the_oldest_goes_first(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(module, "MAX_KEYS", 3)
    budget = Budget(free=1, window=300.0, longest=300.0)
    for now, key in enumerate("abcad"):
        budget.add(key, now)
    assert [key for key in "abcd" if budget.wait(key, 5.0)] == ["a", "c", "d"]

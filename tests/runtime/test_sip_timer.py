"""The one timer handle behind all of SIP's deadlines: set anew only where something is due sooner."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from interpreter.runtime.sip_driver import GRAIN_SECONDS, SipDriver


class Loop:
    """Keeps what is to be called; time stands still."""

    def __init__(self) -> None:
        self.set_for: list[float] = []

    def time(self) -> float:
        return 100.0

    def call_at(self, at: float, called: Any) -> Any:
        self.set_for.append(at)
        return SimpleNamespace(cancel=lambda: None)


def driver_with(loop: Loop, deadlines: list[float]) -> SipDriver:
    """A driver whose user agent has these deadlines, one at each flush."""
    due = iter(deadlines)
    ua = SimpleNamespace(events=list, datagrams_to_send=list, next_timer=lambda: next(due))
    driver = SipDriver(loop, ua, lambda driver, event: None)  # type: ignore[arg-type]
    driver.listeners["udp:127.0.0.1:5060"] = SimpleNamespace()  # type: ignore[assignment]
    return driver


@pytest.mark.parametrize("at", [100.51, 100.5])
def test_one_deadline_is_set_once(at: float) -> None:
    loop = Loop()
    driver = driver_with(loop, [at, at, at + GRAIN_SECONDS, at + 1.0])
    for _ in range(4):
        driver.flush()
    assert len(loop.set_for) == 1
    assert at <= loop.set_for[0] < at + GRAIN_SECONDS


def test_what_is_due_sooner_moves_it_forward() -> None:
    loop = Loop()
    driver = driver_with(loop, [100.51, 100.21])
    driver.flush()
    driver.flush()
    assert loop.set_for == [pytest.approx(100.55), pytest.approx(100.25)]

"""The bell that wakes the journal's thread: whoever hurries is heard at once, and no ring is lost."""

from __future__ import annotations

import threading
from collections import deque

import pytest

from interpreter.runtime.books.bell import Bell

LONG = 60.0


def test_who_hurries_is_not_kept_waiting_for_a_batch() -> None:
    bell = Bell()
    bell.ring()
    bell.ring(hurry=True)
    assert bell.wait(5.0)


def test_without_hurry_a_batch_gathers() -> None:
    bell = Bell()
    bell.ring()
    bell.ring()
    assert not bell.wait(0.0)
    bell.ring()
    assert not bell.wait(0.0)


@pytest.mark.parametrize("hurry_each", [2, 7, 100_000])
def test_no_ring_is_lost(hurry_each: int) -> None:
    """Whatever was put before a ring is found by the wait that the ring ended, or by an earlier one."""
    bell, items, count = Bell(), deque[int](), 20_000
    found: list[int] = []

    def find() -> None:
        while len(found) < count:
            bell.wait(0.0)
            found.extend(items.popleft() for _ in range(len(items)))

    finding = threading.Thread(target=find, daemon=True)
    finding.start()
    for n in range(count):
        items.append(n)
        bell.ring(hurry=n % hurry_each == 0)
    finding.join(LONG)
    assert found == list(range(count))

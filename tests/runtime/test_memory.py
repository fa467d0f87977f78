"""When the calls have become few, memory goes back; and once more when the last transactions are gone."""

from __future__ import annotations

import weakref

import pytest

from interpreter.runtime.memory import AFTERMATH, Tide, give_back


@pytest.mark.parametrize(
    ("seen", "gone_out"),
    [
        ([0, 0, 0], [False, False, False]),
        ([10, 20, 11, 10, 9, 9, 4], [False, False, False, False, True, False, True]),
        ([100, 0, 0, 1, 0], [False, True, False, False, True]),
    ],
)
def test_the_tide_goes_out_once_for_each_busy_time(seen: list[int], gone_out: list[bool]) -> None:
    tide = Tide()
    assert [tide.has_gone_out(calls) for calls in seen] == gone_out


def test_what_outlives_the_calls_goes_back_too() -> None:
    tide = Tide()
    seen = [tide.has_gone_out(calls) for calls in [100, 0, *[0] * (2 * AFTERMATH)]]
    assert [look for look, out in enumerate(seen) if out] == [1, 1 + AFTERMATH]


def test_cycles_are_collected() -> None:
    class Node:
        pass

    node = Node()
    node.itself = node  # type: ignore[attr-defined]  # that is the cycle
    gone = weakref.ref(node)
    del node
    give_back()
    assert gone() is None


def test_pages_can_be_given_back_while_in_use() -> None:
    kept = bytearray(b"x" * 1_000_000)
    give_back()
    assert kept == b"x" * 1_000_000

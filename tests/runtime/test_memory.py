"""When the calls have become few, memory goes back; not before, and once."""

from __future__ import annotations

import pytest

from interpreter.runtime.memory import Tide, give_back


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


def test_pages_can_be_given_back_while_in_use() -> None:
    kept = bytearray(b"x" * 1_000_000)
    give_back()
    assert kept == b"x" * 1_000_000

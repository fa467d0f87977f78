"""Ports of the tests: places that never take each other's room, below those that Linux gives to anybody."""

from __future__ import annotations

from itertools import pairwise

from support.ports import PLACES, RTP_PLACES, free_range

EPHEMERAL = 32_768


def test_places_stand_side_by_side() -> None:
    zones = [PLACES, *RTP_PLACES]
    assert all(zone[-1] + zone.step <= following[0] for zone, following in pairwise(zones))
    assert zones[-1][-1] + zones[-1].step <= EPHEMERAL
    assert all(first % 2 == 0 for zone in zones for first in zone)


def test_many_small_ranges_leave_room_for_a_large_one() -> None:
    for size in (20, 200):
        free_range(size)
    large = RTP_PLACES[-1]
    first, last = free_range(large.step)
    assert first in large
    assert last - first + 1 == large.step

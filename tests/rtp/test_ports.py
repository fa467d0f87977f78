from __future__ import annotations

import errno
import socket

import pytest

from interpreter.rtp.errors import NoCapacity, NoPortFree
from interpreter.rtp.ports import PortPool
from support.ports import free_range

FIRST = free_range(100)[0]


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.mark.parametrize(
    ("first", "last"), [(23901, 23911), (23900, 23911), (23910, 23900), (1000, 1010), (65000, 65536)]
)
def test_impossible_ranges_are_refused(first, last):
    with pytest.raises(ValueError, match="even"):
        PortPool("127.0.0.1", first, last)


@pytest.mark.e2e
def test_pairs_are_even_and_rtcp_is_held_too():
    pair = PortPool("127.0.0.1", FIRST, FIRST + 2).acquire()
    assert pair.rtp.getsockname()[1] == pair.port == FIRST
    assert pair.rtcp.getsockname()[1] == FIRST + 1
    pair.close()


@pytest.mark.e2e
@pytest.mark.parametrize("taken", [0, 1])
def test_a_port_that_others_hold_is_passed_over(taken):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as other:
        other.bind(("127.0.0.1", FIRST + taken))
        pair = PortPool("127.0.0.1", FIRST, FIRST + 2).acquire()
        assert pair.port == FIRST + 2
        pair.close()


@pytest.mark.e2e
def test_a_released_port_rests_before_it_is_used_again():
    clock = Clock()
    pool = PortPool("127.0.0.1", FIRST, FIRST, quarantine_s=2.0, clock=clock)
    pair = pool.acquire()
    with pytest.raises(NoPortFree):
        pool.acquire()
    pair.close()
    pool.release(pair.port)
    assert pool.available() == 0
    clock.now += 2.0
    again = pool.acquire()
    assert again.port == FIRST
    again.close()


def test_no_port_is_a_lack_of_capacity():
    assert issubclass(NoPortFree, NoCapacity)


def test_a_foreign_address_is_an_error_of_its_own():
    pool = PortPool("192.0.2.1", FIRST, FIRST + 2)
    with pytest.raises(OSError) as caught:
        pool.acquire()
    assert caught.value.errno == errno.EADDRNOTAVAIL
    assert pool.available() == 2

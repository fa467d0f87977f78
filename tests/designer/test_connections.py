"""Clients that send or read slowly."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator

import pytest

from designer.connections import Gate, ImpatientSocket, TooManyWaiting, TooSlow, network_of

Make = Callable[..., tuple[ImpatientSocket, socket.socket]]


@pytest.fixture
def connect() -> Iterator[Make]:
    """(our side, the client's side) of a connection."""
    opened: list[socket.socket] = []

    def make(
        gate: Gate | None = None, seconds: float = 0.01, clock: Callable[[], float] = lambda: 0.0
    ) -> tuple[ImpatientSocket, socket.socket]:
        ours, theirs = socket.socketpair()
        gate = gate or Gate(None, None)
        assert gate.enter("10.0.0.1")
        impatient = ImpatientSocket(ours, "10.0.0.1", gate, seconds, clock)
        opened.extend((impatient, theirs))
        return impatient, theirs

    yield make
    for one in opened:
        one.close()


def test_what_has_come_is_read_at_once_and_its_beginning_kept(connect: Make):
    ours, client = connect(Gate(None, 0))
    client.sendall(b"GET / HTTP/1.1\r\n")
    assert ours.recv(100) == b"GET / HTTP/1.1\r\n"
    assert ours.head == b"GET / HTTP/1.1\r\n"


def test_silence_is_waited_for_once(connect: Make):
    ours, _client = connect()
    with pytest.raises(TooSlow):
        ours.recv(100)
    with pytest.raises(ConnectionResetError):
        ours.recv(100)


def test_a_byte_now_and_then_does_not_buy_time(connect: Make):
    now = [0.0]
    ours, client = connect(seconds=20.0, clock=lambda: now[0])
    for _ in range(4):
        client.sendall(b" ")
        assert ours.recv(100) == b" "
        now[0] += 5.1
    with pytest.raises(TooSlow):
        ours.recv(100)


def test_an_upload_that_keeps_up_may_take_its_time(connect: Make):
    now = [0.0]
    ours, client = connect(seconds=0.01, clock=lambda: now[0])
    for _ in range(50):
        client.sendall(b"x" * 8_000)
        assert len(ours.recv(8_000)) == 8_000
        now[0] += 1.0
    client.sendall(b"x")
    assert ours.recv(1) == b"x"


def test_the_next_request_has_its_own_time(connect: Make):
    now = [0.0]
    ours, client = connect(seconds=0.01, clock=lambda: now[0])
    with pytest.raises(TooSlow):
        ours.recv(1)
    now[0] = 100.0
    ours.begin()
    client.sendall(b"x")
    assert ours.recv(1) == b"x"


def test_one_network_cannot_make_all_threads_wait(connect: Make):
    gate = Gate(None, 1)
    ours, client = connect(gate)
    with gate.waiting("10.0.0.1"):
        with pytest.raises(TooManyWaiting):
            ours.recv(1)
        with gate.waiting("10.0.0.2"):
            pass
    client.sendall(b"x")
    ours.begin()
    assert ours.recv(1) == b"x"


def test_one_network_cannot_have_all_connections(connect: Make):
    gate = Gate(1, None)
    ours, _client = connect(gate)
    assert not gate.enter("10.0.0.1")
    assert gate.enter("10.0.0.2")
    ours.close()
    ours.close()
    assert gate.enter("10.0.0.1")


def test_an_answer_that_nobody_reads_is_given_up(connect: Make):
    ours, _client = connect()
    with pytest.raises(ConnectionResetError):
        ours.sendall(b"x" * 10_000_000)


def test_an_answer_that_is_read_comes_whole(connect: Make):
    ours, client = connect()
    ours.sendall(b"x" * 10_000)
    assert client.recv(20_000) == b"x" * 10_000


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("10.0.0.1", "10.0.0.1"),
        ("::ffff:10.0.0.1", "10.0.0.1"),
        ("2001:db8:1:2:3::4", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("", ""),
    ],
)
def test_whom_an_address_belongs_to(address: str, network: str):
    assert network_of(address) == network


def test_many_networks_cannot_make_all_threads_wait(connect: Make):
    gate = Gate(None, 2, 3)
    with gate.waiting("10.0.0.1"), gate.waiting("10.0.0.2"), gate.waiting("10.0.0.3"):
        ours, client = connect(gate)
        with pytest.raises(TooManyWaiting):
            ours.recv(1)
        client.sendall(b"x")
        ours.begin()
        assert ours.recv(1) == b"x", "who has sent does not wait"
    with gate.waiting("10.0.0.1"), gate.waiting("10.0.0.1"):
        pass


def test_the_network_with_the_most_connections_is_known():
    gate = Gate(None, None)
    assert gate.busiest() == ""
    for network in ("a", "b", "b"):
        gate.enter(network)
    assert gate.busiest() == "b"

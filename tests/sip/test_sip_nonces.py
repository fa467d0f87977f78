"""Which nonces are taken, how often, and how many are remembered (RFC 7616 sections 3.4 and 5.4)."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interpreter.sip.nonces import NONCES_PER_ADDRESS, NONCES_PER_USER, Nonces

HOST, ELSEWHERE = "192.0.2.10", "198.51.100.7"


@pytest.fixture
def nonces():
    return Nonces(random.Random(5), lifetime_s=300.0)


def flood(nonces, user, *hosts, times, at=0.0):
    """Answers without end, each to a challenge of its own; when the last one came."""
    for number in range(times):
        at += 0.001
        assert nonces.use(nonces.new(at), 1, user, hosts[number % len(hosts)], at)
    return at


def test_a_nonce_counts_up(nonces):
    nonce = nonces.new(0.0)
    taken = [nonces.use(nonce, count, "801", HOST, 1.0) for count in (0, 1, 1, 3, 2, 4)]
    assert taken == [False, True, False, True, False, True]


def test_one_accounts_answers_make_no_other_stale(nonces):
    quiet = nonces.new(0.0)
    assert nonces.use(quiet, 1, "802", HOST, 0.0)
    at = flood(nonces, "801", HOST, ELSEWHERE, times=100_000)
    assert nonces.use(quiet, 2, "802", HOST, at)
    assert nonces.use(nonces.new(at), 1, "803", ELSEWHERE, at)
    assert len(nonces) <= 2 * NONCES_PER_ADDRESS + 2


def test_answers_from_one_address_leave_those_from_another(nonces):
    desk = nonces.new(0.0)
    assert nonces.use(desk, 1, "801", HOST, 0.0)
    at = flood(nonces, "801", ELSEWHERE, times=1000)
    assert nonces.use(desk, 2, "801", HOST, at)


def test_however_many_addresses_a_user_has_so_many_nonces_and_no_more(nonces):
    flood(nonces, "801", *(f"192.0.2.{number}" for number in range(250)), times=5000)
    assert len(nonces) == NONCES_PER_USER


def test_the_oldest_goes_and_is_never_taken_again(nonces):
    """Forgotten it would look unused: whoever heard the answer could send it once more."""
    first, second = nonces.new(0.0), nonces.new(0.001)
    for nonce in (first, second):
        assert nonces.use(nonce, 1, "801", HOST, 0.002)
    at = flood(nonces, "801", HOST, times=NONCES_PER_ADDRESS - 1, at=0.002)
    assert not nonces.use(first, 1, "801", HOST, at)
    assert not nonces.use(first, 1, "801", ELSEWHERE, at)
    assert nonces.use(second, 2, "801", HOST, at)


def test_it_is_told_who_has_too_many(nonces):
    flood(nonces, "801", HOST, times=NONCES_PER_ADDRESS)
    assert nonces.take_forgotten() == {}
    flood(nonces, "801", HOST, times=3, at=1.0)
    assert nonces.take_forgotten() == {"801": 3}
    assert nonces.take_forgotten() == {}


def test_what_has_expired_is_forgotten(nonces):
    flood(nonces, "801", HOST, times=10)
    old = nonces.new(1.0)
    assert not nonces.use(old, 1, "801", HOST, 302.0)
    assert nonces.use(nonces.new(600.0), 1, "802", HOST, 602.0)
    assert len(nonces) == 1


@given(st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from([HOST, ELSEWHERE, "10.0.0.1"]),
                          st.integers(0, 3), st.integers(0, 40)), max_size=300))  # fmt: skip
def test_no_answer_is_taken_twice(uses):
    """Whatever users do in whatever order, within the life of a nonce."""
    nonces = Nonces(random.Random(1), lifetime_s=300.0)
    made: list[str] = []
    taken: set[tuple[str, str, int]] = set()
    for at, (user, host, count, back) in enumerate(uses):
        now = at / 1000
        made.append(nonces.new(now))
        nonce = made[-1 - min(back, len(made) - 1)]
        if nonces.use(nonce, count, user, host, now):
            assert (user, nonce, count) not in taken
            taken.add((user, nonce, count))

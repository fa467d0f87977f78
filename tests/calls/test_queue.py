"""Who gets whom in a queue."""

from __future__ import annotations

from collections import Counter
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interpreter.calls.queue import EMPTY_SECONDS, PAUSE_SECONDS, Group, Offer, Queue

WEIGHTS = {"801": 1.0, "802": 1.0, "803": 1.0}


class Desk:
    """A queue and the members at their telephones. Callers are put through until somebody is busy."""

    def __init__(self, strategy="sequential", *, weights=WEIGHTS, since=None, taken=None) -> None:
        self.busy: set[str] = set()
        self.offline: set[str] = set()
        self.since: dict[str, float] = since or {}
        self.queue = Queue(Group("desk", weights, strategy), self, set() if taken is None else taken, Random(1))

    def there(self, member: str) -> bool:
        return member not in self.offline

    def free(self, member: str) -> bool:
        return self.there(member) and member not in self.busy

    def idle_since(self, member: str) -> float:
        return self.since.get(member, 0.0)

    def calls(self, *names: str) -> list[Offer]:
        for name in names:
            assert self.queue.join(name, 10, 0.0) == "waits"
            self.queue.turn(name, 0.0, missed=False)
        return self.offers(0.0)

    def offers(self, now: float) -> list[Offer]:
        """All that can be made."""
        made = []
        while (offer := self.queue.offer(now)) is not None:
            made.append(offer)
        return made


def test_callers_are_served_in_the_order_of_their_coming():
    desk = Desk()
    desk.busy = {"802", "803"}
    assert desk.calls("a", "b", "c") == [Offer("a", ("801",))]
    desk.queue.leave("a")
    desk.busy = {"801", "803"}
    assert desk.offers(1.0) == [Offer("b", ("802",))]


def test_nobody_is_offered_to_two():
    desk = Desk()
    assert desk.calls("a", "b") == [Offer("a", ("801",)), Offer("b", ("802",))]
    assert desk.calls("c", "d") == [Offer("c", ("803",))]
    assert desk.offers(0.0) == []


def test_a_member_of_two_groups_is_offered_by_one_of_them_at_a_time():
    taken: set[str] = set()
    one, other = Desk(taken=taken), Desk(taken=taken)
    one.calls("a", "b")
    assert other.calls("c") == [Offer("c", ("803",))]
    one.queue.leave("a")
    assert other.calls("d") == [Offer("d", ("801",))]


def test_all_at_once_ring_for_one_caller():
    desk = Desk("simultaneous")
    desk.busy = {"802"}
    assert desk.calls("a", "b") == [Offer("a", ("801", "803"))]


def test_who_did_not_answer_is_left_alone_for_a_while():
    desk = Desk()
    desk.busy = {"802", "803"}
    desk.calls("a")
    assert desk.queue.turn("a", 5.0, missed=True)
    assert desk.offers(5.0) == []
    assert desk.queue.next_at(5.0) == 5.0 + PAUSE_SECONDS
    assert desk.offers(5.0 + PAUSE_SECONDS) == [Offer("a", ("801",))]
    assert desk.queue.next_at(30.0) is None


def test_whoever_rang_in_vain_because_another_answered_or_the_caller_left_is_not_left_alone():
    desk = Desk("simultaneous")
    desk.calls("a")
    desk.queue.leave("a")
    desk.busy = {"802"}
    assert desk.calls("b") == [Offer("b", ("801", "803"))]


def test_a_caller_whose_offer_came_to_nothing_keeps_his_place():
    desk = Desk()
    desk.busy = {"802", "803"}
    desk.calls("a", "b")
    desk.queue.turn("a", 0.0, missed=True)
    assert [desk.queue.ahead(call) for call in ("a", "b", "x")] == [0, 1, None]


def test_a_caller_gets_no_offer_before_he_wants_one():
    desk = Desk()
    desk.queue.join("a", 10, 0.0)
    assert desk.offers(0.0) == []
    assert not desk.queue.turn("x", 0.0, missed=False)


def test_a_full_queue_takes_nobody():
    desk = Desk()
    assert desk.queue.join("a", 1, 0.0) == "waits"
    assert desk.queue.join("b", 1, 0.0) == "full"
    desk.queue.leave("a")
    assert desk.queue.join("b", 1, 0.0) == "waits"


def test_where_nobody_is_there_nobody_waits():
    desk = Desk()
    desk.offline = set(WEIGHTS)
    assert desk.queue.join("a", 10, 0.0) == "nobody"
    assert Desk(weights={}).queue.join("a", 10, 0.0) == "nobody"
    desk.offline = {"801", "802"}
    desk.busy = {"803"}
    assert desk.queue.join("a", 10, 0.0) == "waits"


def test_callers_wait_on_for_a_telephone_that_starts_anew_but_not_for_ever():
    desk = Desk()
    desk.busy = {"801", "802", "803"}
    desk.calls("a", "b")
    desk.offline = set(WEIGHTS)
    assert desk.queue.abandoned(100.0) == []
    assert desk.queue.next_at(100.0) == 100.0 + EMPTY_SECONDS
    desk.offline = {"801", "802"}
    assert desk.queue.abandoned(110.0) == []
    desk.offline = set(WEIGHTS)
    assert desk.queue.abandoned(200.0) == []
    assert desk.queue.abandoned(200.0 + EMPTY_SECONDS) == ["a", "b"]
    assert desk.queue.ahead("a") is None


def test_a_call_that_rings_is_not_given_up_though_nobody_else_is_there():
    desk = Desk()
    desk.busy = {"802", "803"}
    desk.calls("a", "b")
    desk.offline = set(WEIGHTS)
    desk.queue.abandoned(0.0)
    assert desk.queue.abandoned(EMPTY_SECONDS) == ["b"]
    desk.queue.turn("a", 30.0, missed=True)
    assert desk.queue.abandoned(30.0) == ["a"]


def test_a_group_may_change_while_callers_wait():
    desk = Desk()
    desk.busy = {"801", "802", "803"}
    desk.calls("a")
    desk.queue.group = Group("desk", {"804": 1.0})
    assert desk.offers(1.0) == [Offer("a", ("804",))]


def one_after_the_other(desk: Desk, count: int) -> list[str]:
    """Whom so many callers get while all are idle."""
    given_to = []
    for number in range(count):
        [offer] = desk.calls(f"c{number}")
        given_to.append(offer.members[0])
        desk.queue.leave(offer.call)
    return given_to


def test_in_turn():
    assert one_after_the_other(Desk("round_robin"), 5) == ["801", "802", "803", "801", "802"]


def test_in_turn_passes_over_who_is_busy():
    desk = Desk("round_robin")
    desk.busy = {"802"}
    assert one_after_the_other(desk, 4) == ["801", "803", "801", "803"]


def test_whoever_has_been_idle_longest():
    desk = Desk("longest_idle", since={"801": 30.0, "802": 10.0, "803": 20.0})
    assert one_after_the_other(desk, 1) == ["802"]


def test_by_weight():
    counted = Counter(one_after_the_other(Desk("weighted", weights={"801": 3.0, "802": 1.0, "803": 0.0}), 400))
    assert counted["803"] == 0
    assert 2 < counted["801"] / counted["802"] < 4


def test_whoever_has_no_weight_is_there_when_nobody_else_is():
    desk = Desk("weighted", weights={"801": 1.0, "802": 0.0})
    desk.busy = {"801"}
    assert one_after_the_other(desk, 1) == ["802"]


def test_by_chance_all_have_their_turn():
    assert set(one_after_the_other(Desk("random"), 60)) == set(WEIGHTS)


STRATEGIES = ["sequential", "simultaneous", "random", "weighted", "round_robin", "longest_idle"]
HAPPENINGS = ["join", "leave", "miss", "busy", "idle", "offline", "online"]


@pytest.mark.parametrize("strategy", STRATEGIES)
@given(story=st.lists(st.tuples(st.sampled_from(HAPPENINGS), st.integers(0, 5))))
def test_whatever_happens_nobody_is_offered_twice_and_nobody_idle_is_left(strategy, story):
    desk, offered, now = Desk(strategy), {}, 0.0
    members, paused = list(WEIGHTS), {}
    for what, number in story:
        call, member = f"c{number}", members[number % 3]
        now += 1.0
        match what:
            case "join":
                if desk.queue.ahead(call) is None and desk.queue.join(call, 4, 0.0) == "waits":
                    desk.queue.turn(call, now, missed=False)
            case "leave":
                desk.queue.leave(call)
                offered.pop(call, None)
            case "miss" if call in offered:
                paused |= dict.fromkeys(offered.pop(call), now + PAUSE_SECONDS)
                desk.queue.turn(call, now, missed=True)
            case "busy":
                desk.busy.add(member)
            case "idle":
                desk.busy.discard(member)
            case "offline":
                desk.offline.add(member)
            case "online":
                desk.offline.discard(member)
        if desk.queue.abandoned(now):
            assert desk.offline == set(members)
        for offer in desk.offers(now):
            taken = {one for those in offered.values() for one in those}
            assert offer.members
            assert not taken.intersection(offer.members)
            assert all(desk.free(one) and paused.get(one, 0.0) <= now for one in offer.members)
            offered[offer.call] = offer.members
        waiting = [c for c in (f"c{n}" for n in range(6)) if desk.queue.ahead(c) is not None]
        assert len(waiting) <= 4
        taken = {one for those in offered.values() for one in those}
        left = [m for m in members if m not in taken and paused.get(m, 0.0) <= now and desk.free(m)]
        assert not left or all(c in offered for c in waiting)

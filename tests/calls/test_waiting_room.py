"""The queues of a tenant: what calls ask, and what is answered."""

from __future__ import annotations

from random import Random

import pytest

from interpreter.calls.queue import PAUSE_SECONDS, Group
from interpreter.calls.waiting_room import Answer, WaitingRoom

GROUPS = {"a": Group("a", {"801": 1.0}), "b": Group("b", {"801": 1.0, "802": 1.0})}


class Telephones:
    def __init__(self) -> None:
        self.busy = {"801", "802"}
        self.groups = dict(GROUPS)
        self.room = WaitingRoom(self.groups.get, self, Random(1))

    def there(self, member: str) -> bool:
        return True

    def free(self, member: str) -> bool:
        return member not in self.busy

    def idle_since(self, member: str) -> float:
        return 0.0

    def comes(self, call: str, group: str, now: float, most: int = 5) -> list[Answer]:
        """A caller, who asks all that there is to ask."""
        wishes = {"stay": {"most": most}, "turn": {"missed": False}, "place": {}}
        for want, more in wishes.items():
            self.room.ask((call, want), call, {"want": want, "group": group, **more}, now)
        return self.room.answers(now)


@pytest.fixture
def office():
    return Telephones()


def test_a_caller_hears_of_his_place_or_gets_an_offer_first(office):
    assert office.comes("x", "a", 0.0) == [(("x", "place"), "place", {"ahead": 0})]
    assert office.comes("y", "a", 1.0) == [(("y", "place"), "place", {"ahead": 1})]
    office.busy.clear()
    assert office.comes("z", "b", 2.0) == [
        (("x", "turn"), "offer", {"members": ["801"]}),
        (("z", "turn"), "offer", {"members": ["802"]}),
        (("z", "place"), "place", {"ahead": 0}),
    ]
    assert office.room.answers(3.0) == [], "each is said once"


def test_of_two_queues_with_the_same_people_whoever_has_waited_longest_comes_first(office):
    for now, (call, group) in enumerate([("first", "b"), ("second", "a"), ("third", "b")]):
        office.comes(call, group, float(now))
    office.busy = {"802"}
    assert [answer.key for answer in office.room.answers(5.0)] == [("first", "turn")]
    office.room.take_back(("first", "stay"))
    assert [answer.key for answer in office.room.answers(6.0)] == [("second", "turn")]
    office.room.take_back(("second", "stay"))
    assert [answer.key for answer in office.room.answers(7.0)] == [("third", "turn")]


def test_who_takes_his_stay_back_has_left_and_whom_he_was_offered_is_free(office):
    office.busy.clear()
    office.comes("x", "a", 0.0)
    office.room.take_back(("x", "stay"))
    assert office.room.empty
    assert office.comes("y", "a", 1.0) == [(("y", "turn"), "offer", {"members": ["801"]}),
                                            (("y", "place"), "place", {"ahead": 0})]  # fmt: skip


def test_who_finds_no_room_is_told_so_alone(office):
    office.comes("x", "a", 0.0, most=1)
    assert office.comes("y", "a", 1.0, most=1) == [(("y", "stay"), "full", {})]
    for want in ("turn", "place"):
        office.room.take_back(("y", want))
    office.room.take_back(("x", "stay"))
    assert office.comes("z", "a", 2.0, most=1)[-1].kind == "place"


def test_a_group_that_is_gone_has_nobody(office):
    assert office.comes("x", "nowhere", 0.0) == [(("x", "stay"), "nobody", {})]
    office.comes("y", "a", 0.0)
    del office.groups["a"]
    assert office.room.answers(1.0) == []
    at = office.room.next_at(1.0)
    assert at is not None
    assert office.room.answers(at) == [(("y", "stay"), "nobody", {})]


def test_it_says_when_to_look_again(office):
    office.busy.clear()
    office.comes("x", "a", 0.0)
    office.room.ask("again", "x", {"want": "turn", "group": "a", "missed": True}, 8.0)
    assert office.room.answers(8.0) == []
    assert office.room.next_at(8.0) == 8.0 + PAUSE_SECONDS
    assert office.room.answers(8.0 + PAUSE_SECONDS) == [("again", "offer", {"members": ["801"]})]
    assert office.room.next_at(20.0) is None


@pytest.mark.parametrize("data", [{}, {"want": "stay"}, {"want": "sleep", "group": "a"}, {"want": "stay", "group": 7}])
def test_what_is_no_question_to_a_queue(office, data):
    with pytest.raises(ValueError, match="no question"):
        office.room.ask("n", "x", data, 0.0)
    assert office.room.empty

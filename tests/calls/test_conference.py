"""Conferences: who hears whom, who gets in, what keys do; and that nobody is ever forgotten."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from interpreter.calls.conference import Conference, Connect, Dismiss, Output, Rules, Say, SayToAll, Wait

LIMIT = 5


class Hall:
    """A conference, and what its members hear of it."""

    def __init__(self, rules: Rules | None = None) -> None:
        self.conference = Conference(rules or Rules(LIMIT))
        self.hearing: dict[str, str] = {}  # member -> "others" or "music"
        self.speaking: set[str] = set()
        self.gone: dict[str, str] = {}

    def does(self, outputs: list[Output]) -> list[Output]:
        for output in outputs:
            self._do(output)
        return outputs

    def _do(self, output: Output) -> None:
        match output:
            case Connect(member, speaks):
                assert member not in self.gone
                self.hearing[member] = "others"
                (self.speaking.add if speaks else self.speaking.discard)(member)
            case Wait(member, said):
                assert said
                assert member not in self.gone
                self.hearing[member] = "music"
                self.speaking.discard(member)
            case Say(member):
                assert member in self.hearing
            case SayToAll():
                assert "others" in self.hearing.values()
            case Dismiss(member, why):
                assert member not in self.gone
                self.gone[member] = why
                self._forget(member)

    def _forget(self, member: str) -> None:
        self.hearing.pop(member, None)
        self.speaking.discard(member)

    def come(self, member: str, chairman: bool = False) -> list[Output]:
        outputs: list[Output] = []
        self.conference.come(member, chairman, outputs)
        return self.does(outputs)

    def press(self, member: str, keys: str) -> list[Output]:
        outputs: list[Output] = []
        for key in keys:
            self.conference.pressed(member, key, outputs)
        return self.does(outputs)

    def leave(self, member: str) -> list[Output]:
        outputs: list[Output] = []
        self._forget(member)
        self.conference.leave(member, outputs)
        return self.does(outputs)


def hall(*members: str, rules: Rules | None = None) -> Hall:
    """The first of them is the chairman."""
    found = Hall(rules)
    for index, member in enumerate(members):
        found.come(member, chairman=index == 0)
    return found


def test_the_first_hears_that_he_is_alone_and_with_the_second_both_hear_each_other() -> None:
    room = Hall()
    assert room.come("a") == [Wait("a", ("alone",))]
    assert room.come("b") == [Connect("a", True), Connect("b", True), SayToAll("joined")]
    assert room.come("c") == [Connect("c", True), SayToAll("joined")]


def test_who_leaves_is_heard_and_the_last_one_hears_that_he_is_alone() -> None:
    room = hall("a", "b", "c")
    assert room.leave("a") == [SayToAll("left")]
    assert room.leave("b") == [Wait("c", ("left", "alone"))]
    assert room.leave("c") == []
    assert room.conference.empty


def test_a_conference_waits_for_its_chairman_and_goes_on_without_him() -> None:
    room = Hall(Rules(LIMIT, waits=True))
    assert room.come("a") == [Wait("a", ("waits",))]
    assert room.come("b") == [Wait("b", ("waits",))]
    assert room.come("boss", chairman=True) == [
        Connect("a", True), Connect("b", True), Connect("boss", True), SayToAll("joined"),
    ]  # fmt: skip
    assert room.leave("boss") == [SayToAll("left")]
    assert room.come("c") == [Connect("c", True), SayToAll("joined")]


def test_a_chairman_who_comes_first_is_alone_and_does_not_wait() -> None:
    assert Hall(Rules(LIMIT, waits=True)).come("boss", chairman=True) == [Wait("boss", ("alone",))]


def test_a_conference_may_end_with_its_last_chairman() -> None:
    room = hall("boss", "a", rules=Rules(LIMIT, ends=True))
    room.come("vice", chairman=True)
    assert room.leave("boss") == [SayToAll("left")]
    assert room.leave("vice") == [Dismiss("a", "ended")]
    assert room.conference.empty


def test_nobody_gets_in_beyond_the_limit_not_even_a_chairman() -> None:
    room = hall("a", "b", rules=Rules(2))
    assert room.come("c") == [Dismiss("c", "full")]
    assert room.come("boss", chairman=True) == [Dismiss("boss", "full")]
    room.leave("a")
    assert room.come("d")[-1] == SayToAll("joined")


def test_a_lock_keeps_participants_out_until_it_is_taken_off() -> None:
    room = hall("boss", "a")
    assert room.press("boss", "*5") == [Say("boss", "locked")]
    assert room.come("b") == [Dismiss("b", "locked")]
    assert room.come("vice", chairman=True)[0] == Connect("vice", True)
    assert room.press("vice", "*5") == [Say("vice", "unlocked")]
    assert room.come("c")[0] == Connect("c", True)


def test_everybody_mutes_himself() -> None:
    room = hall("boss", "a")
    assert room.press("a", "*6") == [Connect("a", False), Say("a", "muted")]
    assert room.press("a", "*6") == [Connect("a", True), Say("a", "unmuted")]


def test_who_is_muted_while_he_waits_is_muted_when_it_begins() -> None:
    room = Hall()
    room.come("a")
    assert room.press("a", "*6") == [Say("a", "muted")]
    assert Connect("a", False) in room.come("b")


def test_a_chairman_mutes_all_others_and_those_who_come_later_and_they_cannot_undo_it() -> None:
    room = hall("boss", "a", "b")
    room.press("b", "*6")
    assert room.press("boss", "*7") == [
        Connect("boss", True), Connect("a", False), Say("a", "muted"), Connect("b", False), Say("b", "muted"),
        Say("boss", "all_muted"),
    ]  # fmt: skip
    assert Connect("c", False) in room.come("c")
    assert room.press("a", "*6")[-1] == Say("a", "muted")
    room.press("boss", "*7")
    assert room.speaking == {"boss", "c"}, "who muted himself stays so"


def test_a_chairman_ends_it() -> None:
    assert hall("boss", "a").press("boss", "*9") == [Dismiss("boss", "ended"), Dismiss("a", "ended")]


@given(st.lists(st.sampled_from("0123456789*#ABCD"), max_size=12).map("".join))
def test_a_participants_keys_only_ever_mute_him(keys: str) -> None:
    room = hall("boss", "a", "b")
    outputs = room.press("a", keys)
    assert {output.member for output in outputs if isinstance(output, (Connect, Say))} <= {"a"}
    assert len([output for output in outputs if isinstance(output, Say)]) == len(outputs) / 2
    assert room.come("c")[0] == Connect("c", True), "and lock nobody out"


def test_a_command_is_a_star_and_the_key_right_behind() -> None:
    room = hall("boss", "a")
    assert room.press("a", "6") == []
    assert room.press("a", "*16") == []
    assert room.press("a", "**6")[-1] == Say("a", "muted")
    assert room.press("a", "6") == []


class People(RuleBasedStateMachine):
    """Whatever they do, each is heard of, and hears what the rules say."""

    def __init__(self) -> None:
        super().__init__()
        self.hall = Hall(Rules(LIMIT, waits=True))
        self.inside: dict[str, bool] = {}
        self.names = iter(range(10_000))

    @rule(chairman=st.booleans())
    def comes(self, chairman: bool) -> None:
        name = str(next(self.names))
        full = len(self.inside) == LIMIT
        self.hall.come(name, chairman)
        if name not in self.hall.gone:
            assert not full
            self.inside[name] = chairman
        elif full:
            assert self.hall.gone[name] == "full"
        else:
            assert not chairman

    @precondition(lambda self: self.inside)
    @rule(data=st.data(), key=st.sampled_from("*5679#"))
    def presses(self, data: st.DataObject, key: str) -> None:
        self.hall.press(data.draw(st.sampled_from(sorted(self.inside))), key)
        self.inside = {name: role for name, role in self.inside.items() if name not in self.hall.gone}

    @precondition(lambda self: self.inside)
    @rule(data=st.data())
    def leaves(self, data: st.DataObject) -> None:
        name = data.draw(st.sampled_from(sorted(self.inside)))
        del self.inside[name]
        self.hall.leave(name)

    @rule()
    def somebody_strange_presses_and_leaves(self) -> None:
        assert self.hall.press("nobody", "*9") == []
        assert self.hall.leave("nobody") == []

    @invariant()
    def everybody_hears_something(self) -> None:
        assert set(self.hall.hearing) == set(self.inside)
        assert self.hall.conference.empty == (not self.inside)

    @invariant()
    def all_hear_each_other_or_nobody_anybody(self) -> None:
        heard = set(self.hall.hearing.values())
        assert len(heard) <= 1
        if len(self.inside) == 1:
            assert heard == {"music"}
        if len(self.inside) > 1 and any(self.inside.values()):
            assert heard == {"others"}


TestPeople = People.TestCase

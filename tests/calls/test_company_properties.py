"""Calls of one company beside each other: whoever goes from one into another, the books of all agree."""

from __future__ import annotations

from random import Random

import pytest
from calls.company import CALLS_AT_ONCE, EXTENSIONS, VISITS, Company, live_together
from calls.exchange_people import ANSWERED, OTHERS, RINGING
from calls.one_call import OWN
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from interpreter.machine.effects import Dial, Target
from support.proof import examples

lines = st.integers(0, CALLS_AT_ONCE - 1)
people = st.integers(0, 5)
visits = st.one_of(*(st.tuples(st.just(service), st.sampled_from(numbers)) for service, numbers in VISITS))


class PeopleOfACompany(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.company = Company()

    @rule(names=st.lists(st.sampled_from("ABC"), min_size=1, max_size=3), at_once=st.booleans(), own=st.booleans())
    def begins(self, names: list[str], at_once: bool, own: bool) -> None:
        targets = tuple(Target("extension", name) for name in names)
        strategy = "simultaneous" if at_once else "sequential"
        self.company.begins(Dial(targets, strategy, 20.0), OWN if own else None)

    @rule(line=lines, whose=people, what=st.sampled_from(RINGING))
    def is_rung(self, line: int, whose: int, what: str) -> None:
        self.company.happens(line, (whose, what))

    @rule(line=lines, whose=people, what=st.sampled_from(ANSWERED))
    def talks(self, line: int, whose: int, what: str) -> None:
        self.company.happens(line, (whose, what))

    @rule(line=lines, what=st.sampled_from(OTHERS))
    def happens(self, line: int, what: str) -> None:
        self.company.happens(line, what)

    @rule(line=lines)
    def breaks_off(self, line: int) -> None:
        self.company.breaks_off(line)

    @rule(visit=visits, who=st.sampled_from(EXTENSIONS))
    def goes_into_another(self, visit, who: str) -> None:
        self.company.visits(*visit, who)

    @invariant()
    def the_books_agree(self) -> None:
        self.company.check()

    def teardown(self) -> None:
        self.company.closes()
        self.company.check()


TestCompany = PeopleOfACompany.TestCase
TestCompany.settings = settings(max_examples=examples(60), stateful_step_count=60, deadline=None)


@pytest.mark.parametrize("seed", range(2))
def test_very_much_at_once_leaves_nothing(seed: int) -> None:
    live_together(Random(seed), examples(10_000))

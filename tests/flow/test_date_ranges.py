"""Ranges of days hold what their days, one by one, hold."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from interpreter.flow.date_ranges import DateRanges

spans = st.lists(st.tuples(st.integers(1, 60), st.integers(0, 25)).map(lambda pair: (pair[0], sum(pair))), max_size=8)


@given(spans)
def test_a_day_is_in_the_ranges_where_it_is_in_one_of_them(given_spans: list[tuple[int, int]]) -> None:
    days = {day for first, last in given_spans for day in range(first, last + 1)}
    ranges = DateRanges(given_spans)
    assert {day for day in range(100) if day in ranges} == days
    assert bool(ranges) == bool(days)
    assert set(ranges.samples()) <= days


@given(spans, spans)
def test_two_sets_of_days_meet_where_one_begins_within_the_other(
    first: list[tuple[int, int]], second: list[tuple[int, int]]
) -> None:
    one, other = DateRanges(first), DateRanges(second)
    meet = any(day in one and day in other for day in range(100))
    assert meet == any(day in one and day in other for day in {*one.firsts, *other.firsts})

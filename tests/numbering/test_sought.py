"""What is typed into a search finds what is shown somewhere, whole or in part."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from numbering.plan import at_home, display, national
from numbering.search import sought
from numbering.spelling import compact, is_digits

KEPT = [
    "864001234567", "8613800138000", "861065529988", "862165529988", "8675588889999", "864596123456", "862195588",
    "021110", "8695013123456", "95588", "801", "65529988", "86700123456789012", "16502530000", "85223456789",
]  # fmt: skip


def finds(typed: str, kept: str) -> bool:
    wanted = sought(typed)
    assert wanted is not None
    return (wanted.within is not None and wanted.within in kept) or kept.startswith(tuple(wanted.beginnings))


@given(st.sampled_from(KEPT), st.sampled_from([display, national, at_home, str]), st.data())
def test_every_part_of_what_is_shown_finds_it(kept, shown, data):
    text = shown(kept)
    start = data.draw(st.integers(0, len(text) - 1))
    part = text[start : data.draw(st.integers(start + 1, len(text)))]
    if is_digits(compact(part).removeprefix("+")):
        assert finds(part, kept)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("＋８６ 400–123", "864001234567"),
        ("0086 400", "864001234567"),
        ("+86 010-6552", "861065529988"),
        ("8610 6552", "861065529988"),
        ("+86 95588", "95588"),
        ("\u202d138 0013 8000\u202c", "8613800138000"),
        ("２１６５５２９９８８", "862165529988"),
        ("00 1 650", "16502530000"),
    ],
)
def test_other_spellings_find_it_too(typed, kept):
    assert finds(typed, kept)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [("0755", "8675112345678"), ("+86 138", "16138613800"), ("010-6552 9988", "862165529988"), ("400-123-4567", "801")],
)
def test_others_are_not_found(typed, kept):
    assert not finds(typed, kept)


@pytest.mark.parametrize("typed", ["", "王", "4a", "+", "-", "v3"])
def test_what_is_no_number_is_left_to_the_names(typed):
    assert sought(typed) is None

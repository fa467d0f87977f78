"""Patterns of keys: they mean what the same text means to ``re``, and no pattern and no digits take long."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interpreter.machine.key_pattern import MAX_POSITIONS, KeyPattern, PatternError

KEYS = "0123456789*#"

atoms = st.sampled_from(
    [
        "1", "2", "0", "#", r"\*", r"\#", ".", r"\d", r"\w", r"\D", "[12]", "[^1]", "[1-3#]", "[*-0]", "[]1]", "[^]1]",
        r"[\d*]", "[1-]", "[a-z2]", "()", "a",
    ]
)  # fmt: skip
repetitions = st.sampled_from(["?", "*", "+", "{2}", "{0,2}", "{1,}", "{,2}", "{0}", "??", "*?", "+?", "{1,2}?"])


def larger(smaller: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    groups = st.builds("({}{})".format, st.sampled_from(["", "?:"]), smaller)
    return st.one_of(
        st.builds("{}{}".format, st.one_of(atoms, groups), repetitions),
        groups,
        st.builds("{}{}".format, smaller, smaller),
        st.builds("{}|{}".format, smaller, smaller),
    )


patterns = st.recursive(atoms, larger, max_leaves=8)


@given(pattern=patterns, digits=st.text("123*#0", max_size=7))
def test_a_pattern_means_what_it_means_to_re(pattern: str, digits: str) -> None:
    assert KeyPattern(pattern).matches(digits) == bool(re.fullmatch(pattern, digits)), (pattern, digits)


@given(pattern=patterns, anchored=st.sampled_from(["^{}", "{}$", "^{}$", "^(?:{})$"]), digits=st.text("12", max_size=4))
def test_anchors_at_the_ends_change_nothing(pattern: str, anchored: str, digits: str) -> None:
    whole = anchored.format(f"(?:{pattern})")
    assert KeyPattern(whole).matches(digits) == bool(re.fullmatch(pattern, digits))


@given(text=st.text(r"12*#d\()[]{},-?+|.^$:a", max_size=14))
def test_any_text_is_a_pattern_that_re_knows_too_or_is_refused(text: str) -> None:
    try:
        pattern = KeyPattern(text)
    except PatternError as error:
        column = error.column
    else:
        column = 1
        for digits in ("", "1", "12", "1*", "##"):
            assert pattern.matches(digits) == bool(re.fullmatch(text, digits))
    assert 1 <= column <= len(text) + 1


@pytest.mark.parametrize(
    ("pattern", "fits", "fits_not"),
    [
        (r"1[3-9]\d{9}", ["13900139000"], ["12900139000", "1390013900", "139001390000"]),
        (r"0\d{2,3}\d{7,8}|400\d{7}", ["01088889999", "4001234567"], ["1088889999", "400123456"]),
        (r"\*\d\d#", ["*12#"], ["12#", "*12"]),
        (r"(?:\d{4}){4}", ["6222020200112233"], ["622202020011223"]),
        (r"\+?1", ["1"], ["+1", "11"]),
    ],
)
def test_numbers_that_people_ask_for(pattern: str, fits: list[str], fits_not: list[str]) -> None:
    compiled = KeyPattern(pattern)
    assert [digits for digits in fits + fits_not if compiled.matches(digits)] == [d for d in fits if d.isascii()]


@pytest.mark.parametrize(
    "pattern", [r"\d?" * 32 + "#", "(?:1|11|111)" * 8 + "#", "(1+)+2", "(1*)*(1*)*2", "(1|1)*(1|1)*2"]
)
def test_patterns_that_backtracking_takes_ages_for(pattern: str) -> None:
    """Not a matter of time: each position of the pattern is looked at once at most for each digit."""
    assert not KeyPattern(pattern).matches("1" * 32)


@pytest.mark.parametrize(
    ("pattern", "problem", "column"),
    [
        ("1[3-", "unfinished", 5),
        ("(1", "unfinished", 3),
        ("1)", "unknown", 2),
        ("1\\", "unfinished", 3),
        ("*12", "nothing_repeated", 1),
        ("(?:+1)", "nothing_repeated", 4),
        ("1**", "nothing_repeated", 3),
        ("1++", "nothing_repeated", 3),
        ("1^2", "unknown", 2),
        ("1$2", "unknown", 2),
        ("(?=1)", "unknown", 2),
        ("(?P<a>1)", "unknown", 2),
        (r"(1)\1", "unknown", 4),
        (r"\b1", "unknown", 1),
        ("[3-1]", "unknown", 2),
        ("1{3,1}", "unknown", 2),
        ("1{", "unknown", 2),
        (r"((\d{9}){9}){9}", "too_large", 13),
        (r"\d{99999999999999999999}", "too_large", 3),
        ("(" * 200 + ")" * 200, "too_large", 51),
    ],
)
def test_what_is_no_pattern_of_keys(pattern: str, problem: str, column: int) -> None:
    with pytest.raises(PatternError) as refused:
        KeyPattern(pattern)
    assert (refused.value.problem, refused.value.column) == (problem, column)


def test_keys_that_no_telephone_has_are_named() -> None:
    assert KeyPattern(r"\+?86[1a]|x").strange == "+x"
    assert KeyPattern(r"1[3-9]\d{9}").strange == ""


def test_the_largest_patterns_are_allowed() -> None:
    assert KeyPattern(rf"\d{{{MAX_POSITIONS}}}").matches("1" * MAX_POSITIONS)

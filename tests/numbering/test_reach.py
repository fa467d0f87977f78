"""How far a dialled number is from one's own."""

from __future__ import annotations

import pytest

from numbering.plan import home_of
from numbering.reach import Outside, area_of, is_emergency, may_be_shown, outside


@pytest.mark.parametrize(
    ("dialled", "area", "expected"),
    [
        ("110", "10", Outside("110", "emergency")),
        ("021-120", "10", Outside("021120", "emergency")),
        ("+86 122", "", Outside("122", "emergency")),
        ("65529988", "10", Outside("861065529988", "local")),
        ("65529988", "", Outside("65529988", "local")),
        ("010-6552 9988", "10", Outside("861065529988", "local")),
        ("+861065529988", "10", Outside("861065529988", "local")),
        ("02165529988", "10", Outside("862165529988", "national")),
        ("02165529988", "", Outside("862165529988", "national")),
        ("13900139000", "10", Outside("8613900139000", "national")),
        ("013900139000", "10", Outside("8613900139000", "national")),
        ("95588", "10", Outside("95588", "local")),
        ("02112345", "10", Outside("862112345", "national")),
        ("01012345", "10", Outside("861012345", "local")),
        ("4001234567", "10", Outside("864001234567", "local")),
        ("700123456789012", "10", Outside("86700123456789012", "national")),
        ("00442079460018", "10", Outside("442079460018", "international", "44")),
        ("+852 2345 6789", "10", Outside("85223456789", "international", "852")),
        ("0016502530000", "10", Outside("16502530000", "international", "1")),
        ("899", "10", None),
        ("8888", "10", None),
        ("6552998", "10", None),
        ("1234567", "10", None),
        ("*72", "10", None),
        ("boss", "10", None),
        ("", "10", None),
        ("1360013600", "10", None),
    ],
)
def test_reach(dialled, area, expected):
    assert outside(dialled, area) == expected


def test_what_is_reached_can_be_dialled():
    """Whatever was dialled, the trunk is told a number that means the same."""
    for dialled in ("65529988", "+861065529988", "010 6552 9988"):
        found = outside(dialled, "10")
        assert found is not None
        assert home_of(found.kept) == "01065529988"


@pytest.mark.parametrize(
    ("kept", "area"),
    [("861065529988", "10"), ("8657165529988", "571"), ("8613900139000", ""), ("864001234567", ""), ("95588", ""),
     ("", "")],
)  # fmt: skip
def test_area_of_a_landline(kept, area):
    assert area_of(kept) == area


@pytest.mark.parametrize(
    ("kept", "shown"),
    [("861065529988", True), ("8613900139000", True), ("95588", True), ("864001234567", False), ("868001234567", False),
     ("86700123456789012", False), ("", False)],
)  # fmt: skip
def test_numbers_that_only_take_calls_are_never_shown(kept, shown):
    assert may_be_shown(kept) is shown


@pytest.mark.parametrize(
    ("dialled", "is_one"), [("110", True), ("1 1 9", True), ("010120", True), ("1100", False), ("x", False)]
)
def test_emergency(dialled, is_one):
    assert is_emergency(dialled) is is_one

"""Numbers as people dial them."""

from __future__ import annotations

import pytest

from designer.numbering import as_stored, dialled


@pytest.mark.parametrize(
    ("stored", "shown"),
    [
        ("864001234567", "4001234567"),
        ("8613812345678", "13812345678"),
        ("861065529988", "01065529988"),
        ("16502530000", "16502530000"),
        ("801", "801"),
        ("95588", "95588"),
        ("anonymous", "anonymous"),
        ("", ""),
    ],
)
def test_number_is_shown_as_dialled(stored: str, shown: str):
    assert dialled(stored) == shown


@pytest.mark.parametrize(
    ("typed", "searched"), [("01065529988", "1065529988"), ("0", "0"), ("00123", "00123"), ("王", "王")]
)
def test_trunk_prefix_is_not_searched_for(typed: str, searched: str):
    assert as_stored(typed) == searched

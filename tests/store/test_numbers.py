"""Numbers as the store takes them; the rules themselves are tested in ``tests/numbering``."""

from __future__ import annotations

import pytest

from store.errors import BadValue
from store.numbers import normalise


@pytest.mark.parametrize(
    ("written", "digits"),
    [("400–123–4569", "864001234569"), ("+44 (0)20 7946 0018", "442079460018"), ("9510512345", "869510512345")],
)
def test_any_spelling_is_taken(written, digits):
    assert normalise(written) == digits


@pytest.mark.parametrize("text", ["", "anonymous", "0260-12345678", "+44 2071", "+1 650 253 000", "+44 123456789012"])
def test_a_refusal_names_what_was_written(text):
    with pytest.raises(BadValue) as refused:
        normalise(text)
    assert text in str(refused.value)

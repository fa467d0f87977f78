"""Telephone numbers as the store takes them: ``interpreter.telephone_numbers``, with the store's error."""

from __future__ import annotations

from interpreter import telephone_numbers
from interpreter.telephone_numbers import NotANumber, display, national, normalise_or_keep
from store.errors import BadValue

__all__ = ["display", "national", "normalise", "normalise_or_keep"]


def normalise(text: str) -> str:
    """See ``telephone_numbers.normalise``. Raises BadValue for what is no telephone number."""
    try:
        return telephone_numbers.normalise(text)
    except NotANumber:
        raise BadValue("number", f"不是电话号码：{text}", f"not a telephone number: {text}") from None

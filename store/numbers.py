"""Telephone numbers as the store takes them: ``numbering.plan``, with the store's error."""

from __future__ import annotations

from numbering import plan
from numbering.plan import NotANumber, display, national, normalise_or_keep
from store.errors import BadValue

__all__ = ["display", "national", "normalise", "normalise_or_keep"]


def normalise(text: str) -> str:
    """See ``plan.normalise``. Raises BadValue for what is no telephone number."""
    try:
        return plan.normalise(text)
    except NotANumber:
        raise BadValue("number", f"不是电话号码：{text}", f"not a telephone number: {text}") from None

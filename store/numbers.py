"""Telephone numbers as the store takes them: ``numbering.plan``, with the store's error."""

from __future__ import annotations

from numbering import plan
from numbering.plan import NotANumber, display, national, normalise_or_keep
from store.errors import BadValue

__all__ = ["display", "national", "normalise", "normalise_or_keep"]


def normalise(text: str) -> str:
    """See ``plan.normalise``. A number that we shall be called by is looked at closely, so also one of another country
    must have a length that it has there. Raises BadValue for what is no telephone number.
    """
    try:
        digits = plan.normalise(text)
    except NotANumber:
        digits = ""
    if not digits or (national(digits).startswith("+") and not _is_possible_abroad(digits)):
        raise BadValue("number", f"不是电话号码：{text}", f"not a telephone number: {text}") from None
    return digits


def _is_possible_abroad(digits: str) -> bool:
    import phonenumbers  # late: it is slow to import, and a runtime needs it never

    try:
        return phonenumbers.is_possible_number(phonenumbers.parse(f"+{digits}", None))
    except phonenumbers.NumberParseException:
        return False

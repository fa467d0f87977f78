"""Names that people give: composed (NFC), on one line, without characters that deceive the eye."""

from __future__ import annotations

import unicodedata

from designer.errors import ApiError, field_error, issue

SPARED = "\u200c\u200d"
"""Formatting characters that words and emoji need: zero-width non-joiner and joiner."""


def composed(text: str) -> str:
    """NFC: one spelling for what looks the same; file names of macOS come decomposed."""
    return unicodedata.normalize("NFC", text)


def composed_within(value: object) -> object:
    """The same of every string in a JSON value, of members' names too."""
    match value:
        case str():
            return composed(value)
        case dict():
            return {composed(name): composed_within(member) for name, member in value.items()}
        case list():
            return [composed_within(item) for item in value]
        case _:
            return value


def clean(given: str, *, field: str = "name", longest: int | None = None) -> str:
    """NFC, white space collapsed; "" where nothing is left.

    Raises ApiError 422: characters that nobody can see or that turn the line round (Unicode categories Cc and Cf, lone
    surrogates, noncharacters, U+FFFD for bytes that were no text), or more than ``longest`` characters.
    """
    name = " ".join(composed(given).split())
    if any(_is_unfit(character) for character in name):
        raise field_error(field, "field.characters")
    if longest is not None and len(name) > longest:
        raise ApiError(422, "invalid", issues=[issue("field.too_long", field=field, limit=longest)], count=1)
    return name if any(character not in SPARED for character in name) else ""


def _is_unfit(character: str) -> bool:
    if character in SPARED:
        return False
    code = ord(character)
    noncharacter = 0xFDD0 <= code <= 0xFDEF or code & 0xFFFE == 0xFFFE
    return noncharacter or character == "\ufffd" or unicodedata.category(character) in ("Cc", "Cf", "Cs")

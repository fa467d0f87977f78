"""``say-as``: a way of reading that a tag asks for, whatever the text looks like."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Final

from designer.audio.spoken import chinese, english
from designer.audio.spoken.markup import Text
from designer.audio.spoken.numerals import aloud, apart, ordinal, quantity
from designer.audio.spoken.parts import Language
from designer.audio.spoken.writing import plain

_NUMBER: Final = re.compile(r"\d[\d,]*(?:\.\d+)?")


def said_as(piece: Text) -> str:
    """The text with what its way decides already in words; all else is left for reading."""
    language: Language = "zh" if piece.locale.lower().startswith("zh") else "en"
    return _WAYS[piece.way](plain(piece.text), language) if piece.way in _WAYS else piece.text


def _digits(text: str, language: Language) -> str:
    return re.sub(r"\d+", lambda m: f" {apart(m[0], language)} ", text)


def _telephone(text: str, language: Language) -> str:
    return re.sub(r"\+?\d[\d ()-]*", lambda m: f" {_CALLED[language](m[0])} ", text)


def _characters(text: str, language: Language) -> str:
    """Letters and digits one by one; a letter in capitals is read by its name."""
    return " ".join(aloud(c, language) if c.isdigit() and len(text) > 1 else c.upper() for c in text if not c.isspace())


def _quantity(text: str, language: Language) -> str:
    minus = "负" if language == "zh" else "minus "
    return _NUMBER.sub(lambda m: quantity(m[0], language), re.sub(r"-(?=\d)", minus, text))


def _ordinal(text: str, language: Language) -> str:
    if language == "zh":
        return re.sub(r"第?(\d{1,12})", lambda m: f"第{quantity(m[1], 'zh')}", text)
    return re.sub(r"(\d{1,12})(?:st|nd|rd|th)?", lambda m: ordinal(int(m[1])), text)


def _date(text: str, language: Language) -> str:
    """Eight digits are year, month and day; other spellings are known by their shape."""
    return re.sub(r"(?<!\d)(\d{4})(\d{2})(\d{2})(?!\d)", r"\1-\2-\3", text)


def _currency(text: str, language: Language) -> str:
    return f"¥{text.strip()}" if _NUMBER.fullmatch(text.strip()) else text


_CALLED: Final[Mapping[Language, Callable[[str], str]]] = {"zh": chinese.called, "en": english.called}
_WAYS: Final[Mapping[str, Callable[[str, Language], str]]] = {
    "digits": _digits,
    "telephone": _telephone,
    "characters": _characters,
    "number": _quantity,
    "ordinal": _ordinal,
    "date": _date,
    "currency": _currency,
}

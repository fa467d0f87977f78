"""How numbers are written: what people, contact lists and web pages put between the digits means nothing."""

from __future__ import annotations

import unicodedata

_MARKS = "-()./·•‧∙⋅・⁃˗−─━ー~"
"""Put between groups of digits, beyond what Unicode calls a dash or a space."""

_NOTHING = frozenset(("Pd", "Zs", "Zl", "Zp", "Cf", "Mn", "Me"))
"""Categories of dashes, spaces, and marks that are invisible, turn the line round or sit on another character."""

_OF_ASCII = str.maketrans("", "", "-()./~ \t\n\r\v\f")


def compact(text: str) -> str:
    """``text`` without separators and marks, full-width characters as ASCII ones: ``４００–123 45`` -> ``40012345``.

    Letters and whatever else is no separator stay, so that the caller sees what is no number.
    """
    if text.isascii():
        return text.translate(_OF_ASCII)
    folded = unicodedata.normalize("NFKC", text)
    return "".join(c for c in folded if not (c in _MARKS or c.isspace() or unicodedata.category(c) in _NOTHING))


def is_digits(text: str) -> bool:
    """Whether it is one or more of ``0``-``9`` and nothing else."""
    return text.isascii() and text.isdigit()

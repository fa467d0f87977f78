"""One way of writing: widths, digits of other scripts, dashes and invisible marks are made the same before reading."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

HAN: Final = r"〇㐀-䶿一-鿿豈-龎\U00020000-\U000323af"
"""For a character class: what the Chinese voice reads."""

KEPT: Final = "，：；？！、²³℃℉"
"""NFKC would make a thousands comma of a Chinese one, and m2 of m²."""

_FOLDED: Final = re.compile(f"[^{KEPT}]+")
_MARKS: Final = str.maketrans(
    {
        **dict.fromkeys("‐‑‒–−﹘﹣－", "-"),
        **dict.fromkeys("〜∼～", "~"),
        **dict.fromkeys("“”„«»「」『』《》〈〉‹›", '"'),
        **dict.fromkeys("‘’′", "'"),
        **dict.fromkeys("【】〔〕〖〗", "("),
        "⁄": "/",
        "∕": "/",
        "✕": "×",
        "✖": "×",
        "﹡": "*",
        "∶": ":",
        "￥": "¥",
    }
)
_SIGNS_OF_TRADE: Final = re.compile("[©®™℠]")
_NUMERALS: Final = re.compile("[Ⅰ-Ⅻⅰ-ⅻ①-⑳]")
_BETWEEN_DIGITS: Final = re.compile(r"(?<=\d)[—：](?=\d)")


def plain(text: str) -> str:
    """``１０，０００　元`` -> ``10，000 元``; digits are ASCII afterwards, whatever is not seen is gone."""
    counted = _NUMERALS.sub(_numeral, _SIGNS_OF_TRADE.sub("", text))
    folded = _FOLDED.sub(lambda match: unicodedata.normalize("NFKC", match[0]), counted).translate(_MARKS)
    written = "".join(_digit(c) for c in folded if unicodedata.category(c) not in ("Cf", "Cn", "Co", "Cs"))
    # between digits an em dash joins, anywhere else it is a pause; so with the colon
    return spaced_once(_BETWEEN_DIGITS.sub(lambda match: "-" if match[0] == "—" else ":", written))


def spaced_once(text: str) -> str:
    """Also what keeps patterns with ``\\s*`` linear."""
    return re.sub(r" *\n\s*", "\n", re.sub(r"[^\S\n]+", " ", text))


def _numeral(match: re.Match[str]) -> str:
    """``Ⅲ`` -> ``3``, ``③`` -> ``3，``: a circled number heads what follows."""
    value = f"{unicodedata.numeric(match[0]):g}"
    return f"，{value}，" if match[0] >= "①" else value


def _digit(c: str) -> str:
    """``٣`` -> ``3``; controls become spaces."""
    category = unicodedata.category(c)
    if category == "Nd":
        return str(unicodedata.decimal(c))
    return " " if category == "Cc" and c != "\n" else c


def is_letter(c: str) -> bool:
    """Of any script, with the signs that are put on letters."""
    return unicodedata.category(c)[0] in "LM"

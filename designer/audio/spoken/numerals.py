"""Numbers as words: the names of ``interpreter.flow.spoken`` in letters, so that a text and a value sound alike."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from designer.audio.spoken.parts import Language
from interpreter.flow import spoken
from interpreter.flow.spoken import Locale

LOCALES: Final[Mapping[Language, Locale]] = {"zh": "zh-CN", "en": "en-US"}

_DIGITS: Final = {
    "zh": dict(enumerate("零一二三四五六七八九")),
    "en": dict(enumerate(["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"])),
}
_CHINESE: Final = {
    "yao": "幺", "liang": "两", "ten": "十", "hundred": "百", "thousand": "千", "ten-thousand": "万",
    "hundred-million": "亿", "minus": "负", "point": "点", "yuan": "元", "jiao": "角", "fen": "分",
    "year": "年", "month": "月", "day": "日",
}  # fmt: skip
_MONTHS: Final = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
_ORDINALS: Final = {
    "one": "first", "two": "second", "three": "third", "five": "fifth", "eight": "eighth", "nine": "ninth",
    "twelve": "twelfth",
}  # fmt: skip


def cardinal(n: int, language: Language) -> str:
    """10086 -> 一万零八十六, ten thousand eighty six; from 10**12 on digit by digit."""
    return _words(spoken.cardinal(n, LOCALES[language]), language)


def quantity(written: str, language: Language) -> str:
    """``1,234.50`` -> 一千两百三十四点五零; the digits behind the point as they are written."""
    whole, _, fraction = written.replace(",", "").replace("，", "").partition(".")
    # int() takes no text of more than 4300 digits
    names = spoken.each_digit(whole) if len(whole) > 12 else spoken.cardinal(int(whole), LOCALES[language])
    return _words((*names, "point", *spoken.each_digit(fraction)) if fraction else names, language)


def apart(digits: str, language: Language) -> str:
    """Digit by digit: ``2026`` -> 二零二六."""
    return _words(spoken.each_digit(digits), language)


def aloud(digits: str, language: Language) -> str:
    """Digit by digit, as numbers that name something are read: ``110`` -> 幺幺零."""
    return _words(spoken.speak("digits", digits, LOCALES[language]), language)


def money(written: str, language: Language) -> str:
    """Yuan with at most two digits behind the point: ``12.34`` -> 十二元三角四分, ``0.50`` -> 五角."""
    yuan, _, fraction = written.replace(",", "").replace("，", "").partition(".")
    return _words(spoken.speak("money", 100 * int(yuan) + int(f"{fraction:0<2}"), LOCALES[language]), language)


def english_date(month: int, day: int, year: int | None = None) -> str:
    """November thirtieth twenty twenty six."""
    words = f"{_MONTHS[month - 1]} {ordinal(day)}"
    return words if year is None else f"{words} {english_year(year)}"


def english_year(year: int) -> str:
    return _words(spoken.english_year(year), "en")


def ordinal(n: int) -> str:
    """In English: 21 -> twenty first."""
    *before, last = cardinal(n, "en").split(" ")
    irregular = _ORDINALS.get(last) or (f"{last[:-1]}ieth" if last.endswith("y") else f"{last}th")
    return " ".join([*before, irregular])


def _words(names: Iterable[str], language: Language) -> str:
    if language == "zh":
        return "".join(_digit(name, "zh") or _CHINESE[name] for name in names)
    return " ".join(_digit(name, "en") or name for name in names)


def _digit(name: str, language: Language) -> str | None:
    return _DIGITS[language][int(name[-1])] if name.startswith("digit-") else None

"""Values read out: numbers, money, dates and digits as sequences of system prompts, in Chinese and English.

The names are those of ``media/prompts.yaml``. Chinese reads by sections of four digits (万, 亿) with one 零 for any
gap of zeros; English by sections of three.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Final, Literal

from interpreter.flow.expressions import EvaluationError, Value

Locale = Literal["zh-CN", "en-US"]
Kind = Literal["digits", "number", "money", "date"]

LOCALES: Final[tuple[Locale, ...]] = ("zh-CN", "en-US")
"""The first where nothing says which."""

LARGEST: Final = 10**12
"""Numbers from here on are read digit by digit."""

_DIGITS: Final = tuple(f"digit-{n}" for n in range(10))
_TEENS: Final = (
    "ten", "eleven", "twelve", "thirteen", "fourteen",
    "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
)  # fmt: skip
_TENS: Final = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_CHINESE_PLACES: Final = ("thousand", "hundred", "ten", "")
_CHINESE_SECTIONS: Final = ((10**8, "hundred-million"), (10**4, "ten-thousand"), (1, ""))
_ENGLISH_SECTIONS: Final = ((10**9, "billion"), (10**6, "million"), (10**3, "thousand"), (1, ""))
_MONTHS: Final = tuple(f"month-{n}" for n in range(1, 13))


def speak(kind: Kind, value: Value, locale: Locale) -> tuple[str, ...]:
    """Names of the system prompts that read ``value`` out. Raises EvaluationError where it is no such thing."""
    return _SPEAKERS[kind](value, locale)


def vocabulary(kind: Kind, locale: Locale) -> frozenset[str]:
    """Every name that ``speak`` may give for this kind."""
    words = set(_DIGITS)
    if kind == "digits":
        return frozenset((words - {_DIGITS[1]}) | {"yao"}) if locale == "zh-CN" else frozenset(words)
    if locale == "zh-CN":
        words |= {"liang", "ten", "hundred", "thousand", "ten-thousand", "hundred-million"}
        words |= {"year", "month", "day"} if kind == "date" else {"minus"}
    else:
        words |= {*_TEENS, *_TENS, "hundred", "thousand", "million", "billion"}
        words |= set(_MONTHS) if kind == "date" else {"minus"}
    if kind == "number":
        words.add("point")
    if kind == "money":
        words |= {"yuan", "fen"} | ({"jiao"} if locale == "zh-CN" else set())
    return frozenset(words)


def _digits(value: Value, locale: Locale) -> tuple[str, ...]:
    """Digit by digit, as numbers of telephones and extensions are read: Chinese then says 幺 for 1."""
    return tuple("yao" if name == _DIGITS[1] and locale == "zh-CN" else name for name in each_digit(_plain(value)))


def each_digit(written: str) -> tuple[str, ...]:
    """Digit by digit; the punctuation of a telephone number is not read."""
    return tuple(_DIGITS[int(c)] for c in written if c in "0123456789")


def _number(value: Value, locale: Locale) -> tuple[str, ...]:
    amount = _numeric(value)
    words: tuple[str, ...] = ("minus",) if amount < 0 else ()
    whole, _, fraction = f"{abs(amount):.4f}".rstrip("0").rstrip(".").partition(".")
    words += cardinal(int(whole), locale)
    return (*words, "point", *each_digit(fraction)) if fraction else words


def _money(value: Value, locale: Locale) -> tuple[str, ...]:
    """Integer fen: 12 元 3 角 4 分."""
    fen = round(_numeric(value))
    words: tuple[str, ...] = ("minus",) if fen < 0 else ()
    yuan, rest = divmod(abs(fen), 100)
    jiao, last = divmod(rest, 10)
    if locale == "en-US":
        if yuan or not rest:
            words += (*cardinal(yuan, locale), "yuan")
        return (*words, *cardinal(rest, locale), "fen") if rest else words
    if yuan or not rest:
        words += (*how_many(yuan, locale), "yuan")
    if jiao:
        words += (_DIGITS[jiao], "jiao")
    elif yuan and last:
        words += (_DIGITS[0],)
    return (*words, _DIGITS[last], "fen") if last else words


def _date(value: Value, locale: Locale) -> tuple[str, ...]:
    """``2026-11-20`` or the eight digits a caller enters; what is no date is read digit by digit."""
    try:
        day = date.fromisoformat(_plain(value))
    except ValueError:
        return each_digit(_plain(value))
    if locale == "en-US":
        return (_MONTHS[day.month - 1], *cardinal(day.day, locale), *english_year(day.year))
    year = each_digit(f"{day.year:04}")
    return (*year, "year", *cardinal(day.month, locale), "month", *cardinal(day.day, locale), "day")


def english_year(year: int) -> tuple[str, ...]:
    """1905 -> nineteen zero five, 2026 -> twenty twenty six, 2000 and 2005 as numbers."""
    century, rest = divmod(year, 100)
    if rest == 0 or (century % 10 == 0 and rest < 10):
        return cardinal(year, "en-US")
    tail = (_DIGITS[0], _DIGITS[rest]) if rest < 10 else _below_thousand(rest)
    return (*_below_thousand(century), *tail)


def how_many(value: int, locale: Locale) -> tuple[str, ...]:
    """A whole number before what it counts: Chinese then says 两 for 2."""
    return ("liang",) if value == 2 and locale == "zh-CN" else cardinal(value, locale)


def cardinal(value: int, locale: Locale) -> tuple[str, ...]:
    """A whole number from 0 on; from ``LARGEST`` on digit by digit."""
    if value == 0:
        return (_DIGITS[0],)
    if value >= LARGEST:
        return each_digit(str(value))
    return _chinese(value) if locale == "zh-CN" else _english(value)


def _chinese(value: int) -> tuple[str, ...]:
    words: list[str] = []
    for unit, name in _CHINESE_SECTIONS:
        section, value = divmod(value, unit)
        if section:
            if words and section < 1000:
                words.append(_DIGITS[0])
            # 两万, not 二万
            words += ["liang"] if name and section == 2 else _chinese_section(section)
            if name:
                words.append(name)
    # 十二, not 一十二, at the very beginning
    return tuple(words[1:] if words[:2] == [_DIGITS[1], "ten"] else words)


def _chinese_section(section: int) -> list[str]:
    words: list[str] = []
    gap = False
    for digit, place in zip(f"{section:04}", _CHINESE_PLACES, strict=True):
        if digit == "0":
            gap = bool(words)
            continue
        if gap:
            words.append(_DIGITS[0])
            gap = False
        words.append("liang" if digit == "2" and place in ("thousand", "hundred") else _DIGITS[int(digit)])
        if place:
            words.append(place)
    return words


def _english(value: int) -> tuple[str, ...]:
    words: list[str] = []
    for unit, name in _ENGLISH_SECTIONS:
        section, value = divmod(value, unit)
        if section:
            words += _below_thousand(section)
            if name:
                words.append(name)
    return tuple(words)


def _below_thousand(value: int) -> tuple[str, ...]:
    hundreds, rest = divmod(value, 100)
    words: tuple[str, ...] = (_DIGITS[hundreds], "hundred") if hundreds else ()
    if rest >= 20:
        words += (_TENS[rest // 10 - 2],)
        rest %= 10
    if rest >= 10:
        return (*words, _TEENS[rest - 10])
    return (*words, _DIGITS[rest]) if rest else words


def _plain(value: Value) -> str:
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def _numeric(value: Value) -> int | float:
    if isinstance(value, int | float):
        return value
    raise EvaluationError("not_a_number")


_SPEAKERS: Final[Mapping[Kind, Callable[[Value, Locale], tuple[str, ...]]]] = {
    "digits": _digits,
    "number": _number,
    "money": _money,
    "date": _date,
}

"""From written text to what a speech engine should say: numbers, dates and keys in words, languages apart.

espeak-ng's Mandarin is fed with pinyin (its own choice among readings is poor) and knows no Latin words, so a
text is cut into runs: Chinese in pinyin for one voice, Latin letters for the other.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from functools import cache

from designer.audio.spoken.parts import Language, Part, Pause, Run

__all__ = ["LEXICON", "Language", "Part", "Pause", "Run", "runs"]

DIGITS = "零一二三四五六七八九"
DIGITS_ALOUD = "零幺二三四五六七八九"
"""1 is read yao in telephone and extension numbers, for yi is too like qi (7)."""

LEXICON: Mapping[str, str] = {
    "长按": "chang2 an4",
    "还款": "huan2 kuan3",
    "还清": "huan2 qing1",
    "重听": "chong2 ting1",
    "重拨": "chong2 bo1",
    "一个": "yi2 ge4",
    "一次": "yi2 ci4",
    "一下": "yi2 xia4",
}
"""Readings that pypinyin gets wrong; a site may add its own."""

_HAN = r"\u3400-\u9fff"
_NUMBER = r"(?:\d{1,3}(?:,\d{3})+(?!\d)|\d+)(?:\.\d+)?"
_CALLED = r"(?<![\d.])(?:\+?\d{1,4}-)?\d{3,4}(?:-\d{3,4}){1,2}(?![\d.])|(?<!\d)[48]00 ?\d{3} ?\d{4}(?![\d.])"
"""Numbers that are called, not counted: groups with hyphens, service numbers with spaces."""
_RUNS = re.compile(r"(?P<en>[A-Za-z][A-Za-z'\s.,!?-]*)|(?P<zh>[^A-Za-z]+)")
_SPEAKABLE = re.compile(rf"[A-Za-z0-9{_HAN}]")
_NOT_FOR_ENGINES = re.compile(r"[<>\[\]{}|\\^_`~]")


def runs(text: str, locale: str, lexicon: Mapping[str, str] = LEXICON) -> list[Part]:
    """What to say, in order; empty where nothing can be spoken. locale: ``zh-CN`` or ``en-US``."""
    plain = _NOT_FOR_ENGINES.sub(" ", unicodedata.normalize("NFKC", text))
    written = _chinese(plain) if locale.startswith("zh") else _english(plain)
    return [run for run in _split(written, lexicon) if _SPEAKABLE.search(run.words)]


def _split(text: str, lexicon: Mapping[str, str]) -> Iterator[Run]:
    has_chinese = re.search(f"[{_HAN}]", text) is not None
    if not has_chinese:
        yield Run("en", text.strip())
        return
    for match in _RUNS.finditer(text):
        if match["en"]:
            yield Run("en", _spelled(match["en"].strip()))
        else:
            yield Run("zh", match["zh"].strip(), pinyin(match["zh"], lexicon))


def _spelled(words: str) -> str:
    """Short words in capitals are abbreviations: ``VIP`` -> ``V I P``."""
    return re.sub(r"\b[A-Z]{2,4}\b", lambda match: " ".join(match[0]), words)


# Chinese ------------------------------------------------------------------------------------------------------


def pinyin(text: str, lexicon: Mapping[str, str] = LEXICON) -> str:
    """Hanzi to pinyin with tone numbers, other characters kept: ``银行`` -> ``yin2 hang2``."""
    from pypinyin import Style, lazy_pinyin

    if not lexicon:
        return " ".join(lazy_pinyin(text, style=Style.TONE3, neutral_tone_with_five=True))
    parts: list[str] = []
    for part in re.split("(" + "|".join(map(re.escape, lexicon)) + ")", text):
        if part in lexicon:
            parts.append(lexicon[part])
        elif part:
            parts.extend(lazy_pinyin(part, style=Style.TONE3, neutral_tone_with_five=True))
    spoken = " ".join(parts).translate(_PUNCTUATION)
    return re.sub(r"\bbu4 (?=[a-zü]+4\b)", "bu2 ", re.sub(r"\s+", " ", spoken)).strip()


_PUNCTUATION = str.maketrans({"。": ".", "、": ",", "“": " ", "”": " ", "《": " ", "》": " ", "…": ".", "—": ","})


def _chinese(text: str) -> str:
    for pattern, say in _chinese_rules():
        text = pattern.sub(say, text)
    return text


Say = Callable[[re.Match[str]], str]


@cache
def _chinese_rules() -> list[tuple[re.Pattern[str], Say]]:
    """In order: what is recognised by its shape comes before plain numbers."""
    rules: list[tuple[str, Say]] = [
        (r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?!\d)", _date),
        (r"(\d{4})(?=年)", lambda m: each_digit(m[1])),
        (r"(\d{1,2}):(\d{2})(?::\d{2})?(?!\d)", _time),
        (r"(?<=[点分号日月])\s*[-~]\s*(?=[\d零一二三四五六七八九十])", lambda m: "到"),
        (_CALLED, lambda m: each_digit(m[0], aloud=True)),
        (r"(?<![\d.])\d{7,}(?![\d.]|\s*[元块角人个次])", lambda m: each_digit(m[0], aloud=True)),
        (r"\d{3,6}(?=\s*(?:号|分机))|(?<=分机)\d{3,6}|(?<=拨)\d{3,6}", lambda m: each_digit(m[0], aloud=True)),
        (rf"[¥￥]\s*({_NUMBER})", lambda m: number(m[1]) + "元"),
        (rf"({_NUMBER})\s*%", lambda m: "百分之" + number(m[1])),
        (r"(?<![\d.])0\d+(?!\.)", lambda m: each_digit(m[0])),
        (r"(?<=\d)\s*[-~]\s*(?=\d)", lambda m: "到"),
        (r"(?<![\d\w])-(?=\d)", lambda m: "负"),
        (_NUMBER, lambda m: number(m[0])),
        (r"#(?=键)", lambda m: "井号"),
        (r"\*(?=键)", lambda m: "星号"),
        (r"#", lambda m: "井号键"),
        (r"\*", lambda m: "星号键"),
        (r"&", lambda m: "和"),
        (r"\+", lambda m: "加"),
        (r"=", lambda m: "等于"),
        (r"@", lambda m: " at "),
        (r"[()/]", lambda m: ","),
    ]
    return [(re.compile(pattern), say) for pattern, say in rules]


def each_digit(text: str, *, aloud: bool = False) -> str:
    """``400-123`` -> ``四零零,一二三``; groups apart by a short pause."""
    names = DIGITS_ALOUD if aloud else DIGITS
    return "".join(names[int(c)] if c.isdigit() else "," if c in "- " else "" for c in text)


def number(text: str) -> str:
    """A quantity in words: ``1234.5`` -> ``一千二百三十四点五``; above 12 digits digit by digit."""
    whole, _, fraction = text.replace(",", "").partition(".")
    words = each_digit(whole) if len(whole) > 12 else cardinal(int(whole))
    return words + ("点" + each_digit(fraction) if fraction else "")


def cardinal(n: int) -> str:
    """0 <= n < 10**12 in Chinese words: 10 -> 十, 102 -> 一百零二, 20000 -> 两万."""
    if n < 10_000:
        return _below_ten_thousand(n) if n else DIGITS[0]
    for unit, name in ((100_000_000, "亿"), (10_000, "万")):
        if n >= unit:
            high, low = divmod(n, unit)
            gap = DIGITS[0] if 0 < low < unit // 10 else ""
            head = "两" if high == 2 else cardinal(high)
            return head + name + (gap + _inner(low) if low else "")
    raise AssertionError(n)


def _inner(n: int) -> str:
    """Inside a longer number ten is said in full: 一万零一十."""
    return "一" + cardinal(n) if 10 <= n < 20 else cardinal(n)


def _below_ten_thousand(n: int) -> str:
    words, gap = "", False
    for unit, name in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit, n = divmod(n, unit)
        if digit == 0:
            gap = bool(words)
            continue
        words += DIGITS[0] if gap else ""
        gap = False
        if not (unit == 10 and digit == 1 and not words):
            words += "两" if digit == 2 and unit == 1000 else DIGITS[digit]
        words += name
    return words


def _date(match: re.Match[str]) -> str:
    return f"{each_digit(match[1])}年{cardinal(int(match[2]))}月{cardinal(int(match[3]))}日"


def _time(match: re.Match[str]) -> str:
    hour, minute = int(match[1]), int(match[2])
    if hour > 24 or minute > 59:
        return match[0]
    hours = "两点" if hour == 2 else f"{cardinal(hour)}点"
    if minute == 0:
        return hours
    return hours + (DIGITS[0] if minute < 10 else "") + cardinal(minute) + "分"


# English ------------------------------------------------------------------------------------------------------


def _english(text: str) -> str:
    text = re.sub(rf"[¥￥]\s*({_NUMBER})", r"\1 yuan", text)
    text = re.sub(rf"{_CALLED}|(?<![\d,.])\d{{5,}}|(?<![\d.:,])0\d+", _apart, text)
    text = text.replace("#", " pound ").replace("*", " star ").replace("&", " and ").replace("@", " at ")
    return re.sub(r"\s+", " ", text)


def _apart(match: re.Match[str]) -> str:
    """A number that is called, not counted: ``400-123`` -> ``4 0 0, 1 2 3``."""
    return ", ".join(" ".join(group) for group in re.split(r"[- ]", match[0].lstrip("+")))

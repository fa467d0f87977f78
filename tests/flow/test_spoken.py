"""Values read out, word by word."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from interpreter.flow.expressions import Value
from interpreter.flow.spoken import Kind, Locale, speak, vocabulary

CHINESE = {
    **{f"digit-{n}": c for n, c in enumerate("零一二三四五六七八九")},
    "yao": "幺", "liang": "两", "ten": "十", "hundred": "百", "thousand": "千", "ten-thousand": "万",
    "hundred-million": "亿", "point": "点", "minus": "负", "yuan": "元", "jiao": "角", "fen": "分",
    "year": "年", "month": "月", "day": "日",
}  # fmt: skip
ENGLISH = {
    f"digit-{n}": word
    for n, word in enumerate(("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"))
}
MONTHS = {"month-1": "January", "month-11": "November"}


@pytest.mark.parametrize(
    ("kind", "value", "said"),
    [
        ("number", 0, "零"),
        ("number", 10, "十"),
        ("number", 12, "十二"),
        ("number", 20, "二十"),
        ("number", 105, "一百零五"),
        ("number", 110, "一百一十"),
        ("number", 222, "两百二十二"),
        ("number", 1005, "一千零五"),
        ("number", 1010, "一千零一十"),
        ("number", 2000, "两千"),
        ("number", 10_000, "一万"),
        ("number", 20_000, "两万"),
        ("number", 10_001, "一万零一"),
        ("number", 100_000, "十万"),
        ("number", 1_050_300, "一百零五万零三百"),
        ("number", 100_000_001, "一亿零一"),
        ("number", 3.14, "三点一四"),
        ("number", -0.5, "负零点五"),
        ("number", 10**12, "一零零零零零零零零零零零零"),
        ("money", 0, "零元"),
        ("money", 5, "五分"),
        ("money", 50, "五角"),
        ("money", 105, "一元零五分"),
        ("money", 200, "两元"),
        ("money", 123_456, "一千两百三十四元五角六分"),
        ("money", -100, "负一元"),
        ("date", "2026-11-20", "二零二六年十一月二十日"),
        ("date", "20260101", "二零二六年一月一日"),
        ("digits", "010-8801", "零幺零八八零幺"),
        ("digits", 801, "八零幺"),
        ("digits", "", ""),
    ],
)
def test_chinese(kind: Kind, value: Value, said: str) -> None:
    assert "".join(CHINESE[name] for name in speak(kind, value, "zh-CN")) == said


@pytest.mark.parametrize(
    ("kind", "value", "said"),
    [
        ("number", 0, "zero"),
        ("number", 13, "thirteen"),
        ("number", 40, "forty"),
        ("number", 115, "one hundred fifteen"),
        ("number", 1_000_021, "one million twenty one"),
        ("number", 2.05, "two point zero five"),
        ("money", 1234, "twelve yuan thirty four fen"),
        ("date", "2026-11-20", "November twenty twenty twenty six"),
        ("date", "1905-01-09", "January nine nineteen zero five"),
        ("date", "2000-01-01", "January one two thousand"),
        ("digits", "110", "one one zero"),
    ],
)
def test_english(kind: Kind, value: Value, said: str) -> None:
    names = speak(kind, value, "en-US")
    assert " ".join(ENGLISH.get(name) or MONTHS.get(name) or name for name in names) == said


@pytest.mark.parametrize(
    ("value", "said"), [("2026-02-30", "二零二六零二三零"), ("tomorrow", ""), ("", ""), ("2026", "二零二六")]
)
def test_what_is_no_date_is_read_digit_by_digit(value: str, said: str) -> None:
    names = speak("date", value, "zh-CN")
    assert "".join(CHINESE[name] for name in names) == said
    assert vocabulary("date", "zh-CN").issuperset(names)


@settings(deadline=None)
@given(
    st.sampled_from(["number", "money"]),
    st.integers(-(10**15), 10**15) | st.floats(-1e15, 1e15),
    st.sampled_from(["zh-CN", "en-US"]),
)
def test_nothing_is_said_that_the_vocabulary_lacks(kind: Kind, value: float, locale: Locale) -> None:
    said = speak(kind, value, locale)
    assert said
    assert set(said) <= vocabulary(kind, locale)


@settings(deadline=None)
@given(st.dates(), st.sampled_from(["zh-CN", "en-US"]))
def test_every_date_can_be_said(day: object, locale: Locale) -> None:
    assert set(speak("date", str(day), locale)) <= vocabulary("date", locale)

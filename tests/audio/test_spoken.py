"""Written text in spoken words: a table of readings, and what holds for every text."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from designer.audio.spoken import BadMarkup, Pause, Run, runs
from designer.audio.spoken.pinyin import pinyin
from designer.audio.system import SystemPrompts
from numbering.plan import NotANumber, display, normalise

READINGS = [
    line.split("\t") for line in Path(__file__).with_name("readings.tsv").read_text(encoding="utf-8").splitlines()
]
"""locale, text (``\\n`` is a new line), reading: words of the runs, ``<0.5>`` is a pause of half a second."""

LOCALES = st.sampled_from(["zh-CN", "en-US"])


def reading(text: str, locale: str) -> str:
    return " ".join(f"<{part.seconds:g}>" if isinstance(part, Pause) else part.words for part in runs(text, locale))


@pytest.mark.parametrize(("locale", "text", "expected"), READINGS)
def test_readings(locale: str, text: str, expected: str) -> None:
    assert reading(text.replace("\\n", "\n"), locale) == expected


# Pinyin --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("重庆", "chong2 qing4"),
        ("银行行长", "yin2 hang2 hang2 zhang3"),
        ("长按", "chang2 an4"),
        ("重听请按", "chong2 ting1 qing3 an4"),
        ("不是", "bu2 shi4"),
        ("女士", "nv3 shi4"),
        ("您好，再见。", "nin2 hao3 , zai4 jian4 ."),
    ],
)
def test_pinyin(text: str, said: str) -> None:
    assert pinyin(text) == said


def test_a_site_may_have_its_own_readings() -> None:
    assert pinyin("长沙长阳", {"长阳": "zhang3 yang2"}) == "chang2 sha1 zhang3 yang2"
    assert runs("长阳", "zh-CN", {"长阳": "zhang3 yang2"}) == [Run("zh", "长阳", "zhang3 yang2")]
    assert pinyin("长沙", {}) == "chang2 sha1"


def test_latin_words_are_for_the_other_voice() -> None:
    assert runs("尊敬的VIP客户，WiFi密码", "zh-CN") == [
        Run("zh", "尊敬的", "zun1 jing4 de5"),
        Run("en", "V I P"),
        Run("zh", "客户，", "ke4 hu4 ,"),
        Run("en", "WiFi"),
        Run("zh", "密码", "mi4 ma3"),
    ]
    assert runs("Ask for 王 please", "en-US") == [Run("en", "Ask for"), Run("zh", "王", "wang2"), Run("en", "please")]


def test_a_number_of_a_prompt_has_one_wording() -> None:
    """Texts and the pieces of ``media/prompts.yaml`` are heard in one sentence."""
    for locale in ("zh-CN", "en-US"):
        texts = SystemPrompts().texts(locale)
        for digit in range(10):
            assert reading(str(digit), locale) == texts[f"digit-{digit}"]
    assert reading("222", "zh-CN") == "两百二十二"


# Tags ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("<voice name='x'>您好</voice>", "<voice>"),
        ("您好<foo>", "<foo>"),
        ('<audio src="a.wav"/>', "<audio>"),
        ("<phoneme ph='x'>好</phoneme>", "<phoneme>"),
        ("<speak>您好", "</speak>"),
        ("您好</speak>", "</speak>"),
        ("<p>您<s>好</p></s>", "</p>"),
        ('您好<break time="1s"', "<break"),
        ("您好<break time='1'/>", "500ms"),
        ("您好<break time='11s'/>", "10s"),
        ("您好<break strength='huge'/>", "huge"),
        ("<say-as interpret-as='poem'>1</say-as>", "telephone"),
        ("<sub>a</sub>", "alias"),
    ],
)
def test_a_tag_that_cannot_be_obeyed_is_refused_by_name(text: str, word: str) -> None:
    with pytest.raises(BadMarkup) as refused:
        runs(text, "zh-CN")
    assert refused.value.code == "bad_markup"
    assert all(word in message for message in refused.value.messages.values())


@pytest.mark.parametrize("text", ["", "   ", "。！", "<speak></speak>", "<break time='1s'/>", "…", "[[]]", "😀", "“”"])
@pytest.mark.parametrize("locale", ["zh-CN", "en-US"])
def test_nothing_to_say(text: str, locale: str) -> None:
    assert runs(text, locale) == []


# Whatever the text is ------------------------------------------------------------------------------------------

TYPED = st.text(
    alphabet=st.sampled_from("0123456789.,:;-~/*#+()%¥$元年月日号点分位拨按第至到，。 \nabkmxAPM<>='\"&@_"), max_size=60
)


@given(st.text(max_size=80) | TYPED, LOCALES)
@example("1" * 5000, "zh-CN")
@example("²", "zh-CN")
@example("\U0002ebe1", "zh-CN")  # in no Unicode that Python knows yet
def test_any_text_becomes_words_alone(text: str, locale: str) -> None:
    try:
        found = runs(text, locale)
    except BadMarkup:
        return
    for part in found:
        if isinstance(part, Run):
            assert any(c.isalpha() for c in part.words)
            assert re.search(r"\d|[<>\[\]{}|\\^_`~@#*%&=+/$¥€:;\"()]", part.words) is None
            assert bool(part.pinyin) == (part.language == "zh")
            assert part.language == "zh" or re.search(r"[㐀-鿿]", part.words) is None
            assert part.language == "en" or re.search(r"[A-Za-z]", part.words) is None


@example("I.II", "zh-CN")
@given(st.text(alphabet=st.sampled_from("您好请按键abcdeVIPéжあ，。 .,!?-()"), max_size=60), LOCALES)
def test_no_letter_is_lost(text: str, locale: str) -> None:
    said = "".join(part.words for part in runs(text, locale) if isinstance(part, Run))
    spoken = iter(said.casefold())
    # words come in between: of a range of letters, of the dots of an address
    assert [c for c in text.casefold() if c.isalpha() and c not in spoken] == []


@given(st.from_regex(r"(1[3-9][0-9]{9}|0(10|2[0-9]|571|755)[2-8][0-9]{7}|400[0-9]{7})", fullmatch=True))
def test_a_telephone_number_as_the_page_shows_it_is_read_digit_by_digit(number: str) -> None:
    try:
        shown = display(normalise(number))
    except NotANumber:
        return
    for text in (shown, f"请拨{shown}。", f"电话：{number}，谢谢"):
        digits = [c for c in reading(text, "zh-CN") if c in "零幺一二三四五六七八九十百千万两"]
        assert digits == ["零幺二三四五六七八九"[int(d)] for d in number]


@pytest.mark.parametrize("pattern", ["1,", "a1", "138 ", "<a ", "<!--", "‘", "*1", "a@", " ", "电话1 "])
def test_a_book_of_one_pattern_is_read_to_its_end(pattern: str) -> None:
    """In time that grows with the text: where it grew with its square this would take an hour."""
    try:
        runs(pattern * 20_000, "zh-CN")
    except BadMarkup:
        pass

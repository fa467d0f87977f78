"""Written text in spoken words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from designer.audio.spoken import Run, cardinal, pinyin, runs


@pytest.mark.parametrize(
    ("n", "words"),
    [
        (0, "零"),
        (10, "十"),
        (12, "十二"),
        (20, "二十"),
        (100, "一百"),
        (101, "一百零一"),
        (110, "一百一十"),
        (115, "一百一十五"),
        (2000, "两千"),
        (2022, "两千零二十二"),
        (10_000, "一万"),
        (10_010, "一万零一十"),
        (20_500, "两万零五百"),
        (120_000, "十二万"),
        (100_000_000, "一亿"),
        (200_000_002, "两亿零二"),
        (1_234_567_890, "十二亿三千四百五十六万七千八百九十"),
    ],
)
def test_chinese_numbers(n, words):
    assert cardinal(n) == words


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("销售请按1，售后请按2。", "xiao1 shou4 qing3 an4 yi1 , shou4 hou4 qing3 an4 er4 ."),
        ("请拨400-123-4567", "qing3 bo1 si4 ling2 ling2 , yao1 er4 san1 , si4 wu3 liu4 qi1"),
        ("801号坐席", "ba1 ling2 yao1 hao4 zuo4 xi2"),
        ("9:00-18:30", "jiu3 dian3 dao4 shi2 ba1 dian3 san1 shi2 fen1"),
        ("2026-11-20", "er4 ling2 er4 liu4 nian2 shi2 yi1 yue4 er4 shi2 ri4"),
        ("1,234.5元", "yi1 qian1 er4 bai3 san1 shi2 si4 dian3 wu3 yuan2"),
        ("12%", "bai3 fen1 zhi1 shi2 er4"),
        ("按#键", "an4 jing3 hao4 jian4"),
        ("按＊结束", "an4 xing1 hao4 jian4 jie2 shu4"),
        ("０５７１", "ling2 wu3 qi1 yi1"),
    ],
)
def test_numbers_dates_and_keys_in_chinese(text, said):
    assert [(run.language, run.text) for run in runs(text, "zh-CN")] == [("zh", said)]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("重庆", "chong2 qing4"),
        ("银行行长", "yin2 hang2 hang2 zhang3"),
        ("长按", "chang2 an4"),
        ("重听请按", "chong2 ting1 qing3 an4"),
        ("不是", "bu2 shi4"),
        ("女士", "nv3 shi4"),
    ],
)
def test_readings(text, said):
    assert pinyin(text) == said


def test_a_site_may_have_its_own_readings():
    assert pinyin("长沙长阳", {"长阳": "zhang3 yang2"}) == "chang2 sha1 zhang3 yang2"


def test_latin_words_are_for_the_other_voice():
    assert runs("尊敬的VIP客户，WiFi密码", "zh-CN") == [
        Run("zh", "尊敬的", "zun1 jing4 de5"),
        Run("en", "V I P"),
        Run("zh", "客户,", "ke4 hu4 ,"),
        Run("en", "WiFi"),
        Run("zh", "密码", "mi4 ma3"),
    ]
    assert runs("Ask for 王 please", "en-US") == [
        Run("en", "Ask for"),
        Run("zh", "王", "wang2"),
        Run("en", "please"),
    ]


def test_english():
    assert runs("Call 400-123-4567, ext 801, press # (or 1).", "en-US") == [
        Run("en", "Call 4 0 0, 1 2 3, 4 5 6 7, ext 801, press pound (or 1).")
    ]


@pytest.mark.parametrize("text", ["", "   ", "。！", "<>", "…", "[[]]"])
@pytest.mark.parametrize("locale", ["zh-CN", "en-US"])
def test_nothing_to_say(text, locale):
    assert runs(text, locale) == []


@given(st.text(max_size=80), st.sampled_from(["zh-CN", "en-US"]))
def test_any_text_becomes_runs_without_markup(text, locale):
    for run in runs(text, locale):
        assert run.text
        assert not set(run.text) & set("<>[]{}|\\")

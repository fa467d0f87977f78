"""Every sentence of the front door exists in both languages, with the same places to fill."""

from __future__ import annotations

import string

import pytest

from zongji.words import WORDS, locale_from


@pytest.mark.parametrize("code", sorted(WORDS))
def test_both_languages_fill_the_same_places(code: str) -> None:
    places = [sorted(name for _, name, _, _ in string.Formatter().parse(text) if name) for text in WORDS[code]]
    assert places[0] == places[1]
    assert all(text.strip() for text in WORDS[code])


@pytest.mark.parametrize(
    ("environment", "locale"),
    [
        ({}, "zh-CN"),
        ({"LANG": "C.UTF-8"}, "zh-CN"),
        ({"LANG": "en_US.UTF-8"}, "en"),
        ({"LANG": "en_US.UTF-8", "LC_ALL": "zh_CN.UTF-8"}, "zh-CN"),
        ({"LANG": "zh_CN.UTF-8", "ZONGJI_LOCALE": "en"}, "en"),
    ],
)
def test_chinese_unless_english_is_asked_for(environment: dict[str, str], locale: str) -> None:
    assert locale_from(environment) == locale


@pytest.mark.parametrize(
    ("arguments", "locale"),
    [
        (["zongji", "serve", "--locale", "en"], "en"),
        (["zongji", "serve", "--locale=en", "--demo"], "en"),
        (["zongji", "serve", "--locale", "fr"], "zh-CN"),
        (["zongji", "serve", "--locale"], "zh-CN"),
    ],
)
def test_the_command_line_may_ask_for_a_language(arguments: list[str], locale: str) -> None:
    assert locale_from({}, arguments) == locale

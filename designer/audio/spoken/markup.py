"""Speech Synthesis Markup (W3C SSML 1.1) in a text: taken for what it means, or refused with a word.

People paste texts made for other systems. A tag is never spoken: pauses, substitutes and ways of reading are kept,
tags of voice and speed fall away (the page has settings for both), others are refused.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from designer.audio.errors import AudioError
from designer.audio.spoken.parts import Pause

LONGEST_PAUSE_S: Final = 10.0

_TAG: Final = re.compile(
    r"<!--.{0,2000}?-->|<\?.{0,200}?\?>|<!\[CDATA\[(?P<data>.{0,2000}?)\]\]>"
    r"|<(?P<close>/?)(?P<name>[A-Za-z][\w:.-]{0,40})(?P<attributes>(?:\s+[\w:.-]{1,40}\s*=\s*(?:\"[^\"<]*\"|'[^'<]*'|[^\s\"'<>/]+))*)\s*(?P<empty>/?)>",
    re.DOTALL,
)
_ATTRIBUTE: Final = re.compile(r"([\w:.-]+)\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'<>/]+))")
_BROKEN: Final = re.compile(
    r"</?(?:speak|break|say-as|sub|prosody|emphasis|phoneme|voice|audio|mark|lang)\b", re.IGNORECASE
)
_TIME: Final = re.compile(r"(\d{1,6}(?:\.\d{1,6})?)\s*(ms|s)")

TRANSPARENT: Final = frozenset(
    [
        "speak",
        "prosody",
        "emphasis",
        "w",
        "token",
        "mark",
        "b",
        "i",
        "u",
        "em",
        "strong",
        "span",
        "div",
        "font",
        "metadata",
        "meta",
        "lexicon",
        "lookup",
    ]
)
"""Only what they enclose is spoken."""
_PAUSES_S: Final = {"none": 0.0, "x-weak": 0.1, "weak": 0.2, "medium": 0.4, "strong": 0.7, "x-strong": 1.2}
_ENDS_S: Final = {"p": 0.7, "s": 0.3, "br": 0.3}
_WAYS: Final = {
    "digits": "digits", "characters": "characters", "spell-out": "characters", "verbatim": "characters",
    "telephone": "telephone", "cardinal": "number", "number": "number", "value": "number", "ordinal": "ordinal",
    "currency": "currency", "date": "date", "time": "plain", "unit": "plain", "fraction": "plain", "address": "plain",
    "name": "plain", "duration": "plain", "measure": "plain",
}  # fmt: skip


class BadMarkup(AudioError):
    """A tag that means nothing here, or none that is whole."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__("bad_markup", f"文字里的标记无法使用：{zh}", f"the text has a tag that cannot be used: {en}")


@dataclass(frozen=True, slots=True)
class Text:
    """way: how it is read where a tag says so, of ``_WAYS``, or ``plain``."""

    text: str
    locale: str
    way: str = "plain"


@dataclass(frozen=True, slots=True)
class _Open:
    name: str
    locale: str
    way: str
    silent: bool = False


def pieces(text: str, locale: str) -> list[Text | Pause]:
    """Texts, adjoining ones in one, and pauses. Raises BadMarkup."""
    joined: list[Text | Pause] = []
    for piece in _pieces(text, locale):
        last = joined[-1] if joined else None
        if isinstance(piece, Text) and isinstance(last, Text) and (piece.locale, piece.way) == (last.locale, last.way):
            joined[-1] = Text(last.text + piece.text, last.locale, last.way)
        else:
            joined.append(piece)
    return joined


def _pieces(text: str, locale: str) -> Iterator[Text | Pause]:
    open_tags = [_Open("", locale, "plain")]
    at = 0
    for match in _TAG.finditer(text):
        yield from _said(text[at : match.start()], open_tags[-1])
        at = match.end()
        if match["data"]:
            yield Text(match["data"], open_tags[-1].locale, open_tags[-1].way)
        if match["name"] is None:
            continue
        name = match["name"].lower().removeprefix("ssml:")
        if match["close"]:
            yield from _closed(name, open_tags)
        else:
            yield from _opened(name, _attributes(match["attributes"]), open_tags, empty=bool(match["empty"]))
    yield from _said(text[at:], open_tags[-1])
    if len(open_tags) > 1:
        name = open_tags[-1].name
        raise BadMarkup(f"<{name}> 没有结束，请加上 </{name}>", f"<{name}> is not closed, add </{name}>")


def _said(text: str, inside: _Open) -> Iterator[Text]:
    if broken := _BROKEN.search(text):
        zh, en = f"“{broken[0]}”没有写完整，缺 > 或引号", f"{broken[0]} is not whole, > or a quote is missing"
        raise BadMarkup(zh, en)
    if text and not inside.silent:
        yield Text(_unescaped(text), inside.locale, inside.way)


def _unescaped(text: str) -> str:
    return re.sub(r"&(?:[a-z]{2,6}|#\d{1,7}|#x[0-9a-fA-F]{1,6});", lambda match: html.unescape(match[0]), text)


def _attributes(written: str) -> dict[str, str]:
    return {m[1].lower(): html.unescape(m[2] or m[3] or m[4] or "") for m in _ATTRIBUTE.finditer(written)}


def _opened(name: str, given: dict[str, str], open_tags: list[_Open], *, empty: bool) -> Iterator[Text | Pause]:
    inside = open_tags[-1]
    if name == "break":
        yield Pause(_seconds(given))
        if not empty:
            open_tags.append(_Open(name, inside.locale, inside.way))
        return
    if name == "br":
        yield Pause(_ENDS_S[name])
        return
    child = _Open(name, given.get("xml:lang", inside.locale), _way(name, given, inside), inside.silent or name == "sub")
    if name == "sub" and not inside.silent:
        if "alias" not in given:
            raise BadMarkup("<sub> 缺少 alias", "<sub> has no alias")
        yield Text(given["alias"], inside.locale, inside.way)
    if not empty and name not in ("meta", "mark", "lexicon"):
        open_tags.append(child)


def _way(name: str, given: dict[str, str], inside: _Open) -> str:
    if name == "say-as":
        kind = given.get("interpret-as", "").lower()
        if kind not in _WAYS:
            zh, en = "，".join(sorted(_WAYS)), ", ".join(sorted(_WAYS))
            raise BadMarkup(f"interpret-as=“{kind}”，可以用 {zh}", f'interpret-as="{kind}"; there are {en}')
        return _WAYS[kind]
    if name in TRANSPARENT or name in _ENDS_S or name in ("sub", "lang"):
        return inside.way
    if name == "voice":
        raise BadMarkup("<voice>，请在页面上选择声音", "<voice>; choose the voice in the page")
    raise BadMarkup(f"<{name}>，请删去", f"<{name}>, leave it out")


def _closed(name: str, open_tags: list[_Open]) -> Iterator[Pause]:
    if name in ("meta", "mark", "lexicon", "br"):
        return
    if open_tags[-1].name != name:
        raise BadMarkup(f"</{name}> 没有对应的开始", f"</{name}> closes nothing")
    if not open_tags.pop().silent and name in _ENDS_S:
        yield Pause(_ENDS_S[name])


def _seconds(given: dict[str, str]) -> float:
    """Of a break; without a time the strength counts."""
    if "time" not in given:
        strength = given.get("strength", "medium").lower()
        if strength not in _PAUSES_S:
            raise BadMarkup(f"<break strength=“{strength}”>", f'<break strength="{strength}">')
        return _PAUSES_S[strength]
    written = _TIME.fullmatch(given["time"].strip().lower())
    seconds = float(written[1]) / (1000 if written[2] == "ms" else 1) if written else LONGEST_PAUSE_S + 1
    if seconds > LONGEST_PAUSE_S:
        zh = f"<break time=“{given['time']}”>，时间写成 500ms 或 1.5s，最长 {LONGEST_PAUSE_S:g}s"
        en = f'<break time="{given["time"]}">; write 500ms or 1.5s, at most {LONGEST_PAUSE_S:g}s'
        raise BadMarkup(zh, en)
    return seconds

"""Sentences: each is read in its own language, and its words are handed out by the voice that can say them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from designer.audio.spoken.chinese import chinese
from designer.audio.spoken.english import english
from designer.audio.spoken.parts import Language, Run
from designer.audio.spoken.writing import HAN, plain, spaced_once

_ENDS: Final = re.compile(r"(?<=[。！？；;!?\n])|(?<=\.)(?<![Nn]o\.)(?<![EeXx]xt\.)(?<!Mr\.)(?<!Dr\.)(?<!St\.)(?=\s)")
_CLAUSE_ENDS: Final = re.compile(r"(?<=，)")
_HAN: Final = re.compile(f"[{HAN}]")
_LATIN_WORD: Final = re.compile(r"(?<![A-Za-z\d.@/])(?<!\d )[A-Za-z]?[a-z]{2,}(?![A-Za-z\d@/]|\.[a-z])")
"""Neither a unit beside its number nor a part of an address."""
_CAPITALS: Final = re.compile(
    r"(?<![A-Za-z'-])[A-Z]{2,5}(?![A-Za-z'-])|(?<![A-Za-z'-])[b-df-hj-np-tv-xz]{2,5}(?![A-Za-z'-])"
)
_WORDS_IN_CAPITALS: Final = frozenset(["APP", "PIN", "OK", "WIFI", "LTD", "INC", "MR", "MRS", "DR", "ST", "VS", "NO"])
_MARKED: Final = re.compile(r"\s*[，。？！、；：,.?!\n](?:[，。？！、；：,.?!]|\s)*")
_VOICES: Final = re.compile(rf"(?P<zh>[{HAN}][{HAN}\s,.?!]*)|[^{HAN}]+")
_ASCII_MARKS: Final = str.maketrans({"。": ".", "？": "?", "！": "!", "\n": "."})
_CHINESE_MARKS: Final = str.maketrans({",": "，", ".": "。", "?": "？", "!": "！"})


def spoken(text: str, locale: str) -> Iterator[Run]:
    """The text in words, a run whenever the language changes; ``pinyin`` is not filled in yet."""
    usual: Language = "zh" if locale.lower().startswith("zh") else "en"
    for sentence in _ENDS.split(plain(text)):
        language = _language(sentence, 1)
        clauses = [sentence] if language else _CLAUSE_ENDS.split(sentence)
        for clause in clauses:
            is_chinese = (language or _language(clause, 2) or usual) == "zh"
            yield from _by_voice(chinese(clause) if is_chinese else english(clause))


def _language(text: str, n_words: int) -> Language | None:
    """English is known by so many words without a hanzi beside them, Chinese by hanzi alone; else None."""
    has_words = len(_LATIN_WORD.findall(text)) >= n_words
    if _HAN.search(text):
        return None if has_words else "zh"
    return "en" if has_words else None


def _by_voice(words: str) -> Iterator[Run]:
    """Hanzi for the one voice, all other letters for the other; a mark stays with what is before it."""
    marked = _MARKED.sub(_one_mark, spaced_once(words))
    is_shouted = _HAN.search(words) is None and words.isupper() and len(words.split()) > 2
    for match in _VOICES.finditer(marked):
        if match["zh"]:
            yield Run("zh", match["zh"].replace(" ", "").translate(_CHINESE_MARKS))
        elif any(c.isalpha() for c in match[0]):
            words = " ".join(match[0].split()).lstrip(",.?! ")
            yield Run("en", words if is_shouted else _CAPITALS.sub(_spelled, words))


def _one_mark(match: re.Match[str]) -> str:
    """Of marks in a row one: the end of a sentence counts more than a comma."""
    ends = [c for c in match[0].translate(_ASCII_MARKS) if c in ".?!"]
    return f"{ends[0] if ends else ','} "


def _spelled(match: re.Match[str]) -> str:
    """Short words in capitals are abbreviations, those without a vowel too: VIP -> V I P, www -> W W W."""
    return match[0] if match[0].upper() in _WORDS_IN_CAPITALS else " ".join(match[0].upper())

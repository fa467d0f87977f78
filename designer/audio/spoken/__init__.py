"""From written text to what a speech engine should say: numbers, dates, signs and tags in words, languages apart.

    markup    tags become pauses and ways of reading
    writing   one way of writing
    sentences each sentence is read as Chinese or as English
    chinese, english   shapes (dates, numbers, signs) and what they are in words; ``scan`` finds them
    pinyin    which reading a character has

``runs`` is the room's only door; docs/design.md has the contract with the engines behind it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from designer.audio.spoken import markup
from designer.audio.spoken.markup import BadMarkup
from designer.audio.spoken.parts import Language, Part, Pause, Run
from designer.audio.spoken.pinyin import LEXICON, pinyin
from designer.audio.spoken.sentences import spoken
from designer.audio.spoken.ways import said_as

__all__ = ["LEXICON", "BadMarkup", "Language", "Part", "Pause", "Run", "runs"]


def runs(text: str, locale: str, lexicon: Mapping[str, str] = LEXICON) -> list[Part]:
    """What to say, in order; empty where nothing can be spoken. locale: ``zh-CN`` or ``en-US``.

    Raises BadMarkup where a tag can be neither obeyed nor left out.
    """
    parts = list(_merged(_parts(text, locale)))
    if not any(isinstance(part, Run) for part in parts):
        return []
    return [
        Run("zh", part.words, pinyin(part.words, lexicon)) if isinstance(part, Run) and part.language == "zh" else part
        for part in parts
    ]


def _parts(text: str, locale: str) -> Iterator[Part]:
    for piece in markup.pieces(text, locale):
        if isinstance(piece, Pause):
            yield piece
        else:
            yield from spoken(said_as(piece), piece.locale)


def _merged(parts: Iterator[Part]) -> Iterator[Part]:
    """Neighbours of one kind in one."""
    last: Part | None = None
    for part in parts:
        if isinstance(last, Run) and isinstance(part, Run) and last.language == part.language:
            last = Run(last.language, last.words + ("" if last.language == "zh" else " ") + part.words)
        elif isinstance(last, Pause) and isinstance(part, Pause):
            last = Pause(last.seconds + part.seconds)
        else:
            if last is not None:
                yield last
            last = part
    if last is not None:
        yield last

"""Words to the model's phonemes, a dialect of IPA with one letter for each diphthong and arrows for Chinese tones.

Runs in the worker: ``misaki`` and espeak-ng are asked. Marks of punctuation are kept, the model pauses at them.
"""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterable, Iterator
from functools import cache

from designer.audio.spoken import Run

LONGEST = 400
"""Phonemes said in one go: the model takes 510, and breathes better when there are fewer."""

ENOUGH = 200
"""Sentences are put together up to here: one of few words alone sounds clipped."""

TONES = (("˧˩˧", "↓"), ("˧˥", "↗"), ("˥˩", "↘"), ("˥", "→"))
"""misaki's tone letters, the longest first; the neutral tone has none."""

SYLLABIC = (("\u027b\u0329", "ɨ"), ("\u0279\u0329", "ɨ"), ("\u0290\u0329", "ɨ"), ("\u032f", ""))
"""The vowel of zhi and zi is one letter here."""

ENGLISH = (
    ("a^ɪ", "I"), ("a^ʊ", "W"), ("e^ɪ", "A"), ("o^ʊ", "O"), ("ɔ^ɪ", "Y"), ("d^ʒ", "ʤ"), ("t^ʃ", "ʧ"), ("ə^l", "ᵊl"),
    ("n\u0329", "ᵊn"), ("l\u0329", "ᵊl"), ("ɜː", "ɜɹ"), ("ɚ", "əɹ"), ("ɹɹ", "ɹ"), ("ɐ", "ə"), ("r", "ɹ"), ("ɾ", "T"),
    ("ᵻ", "ɪ"), ("ː", ""), ("^", ""),
)  # fmt: skip
"""espeak-ng's American IPA with ties -> the model's. In this order."""

_SYLLABLE = re.compile(r"(?P<syllable>[a-zêü]+[1-5])|(?P<mark>[,.?!;:])|\s+|.")
_CLAUSES = re.compile(r"([,.?!;:])")
_SENTENCES = re.compile(r"(?<=[.?!]) ")
_CLAUSE_ENDS = re.compile(r"(?<=[,;:]) ")


def phonemes(runs: Iterable[Run]) -> str:
    """All runs as one utterance: one speaker says Chinese and English alike."""
    said = (chinese(run.pinyin) if run.language == "zh" else english(run.words) for run in runs)
    return re.sub(r"(?<=[^ ,.?!;:]) +(?=[,.?!;:])", "", " ".join(filter(None, said)))


def chinese(pinyin: str) -> str:
    """``yin2 hang2 ,`` -> ``i↗nxa↗ŋ,``. What is no syllable is not said."""
    out = ""
    for match in _SYLLABLE.finditer(pinyin):
        if match["syllable"]:
            out += _syllable(match["syllable"])
        elif match["mark"]:
            out += match["mark"] + " "
    return out.strip()


@cache
def _syllable(pinyin: str) -> str:
    from misaki.transcription import pinyin_to_ipa

    try:
        ipa = "".join(pinyin_to_ipa(pinyin)[0])
    except ValueError:  # no syllable of Mandarin
        return ""
    return _replaced(ipa, (*TONES, *SYLLABIC))


def english(words: str) -> str:
    """American pronunciation; espeak-ng is asked clause by clause, for it drops the marks between them."""
    out = ""
    for part in _CLAUSES.split(words):
        if _CLAUSES.fullmatch(part):
            out += part + " "
        elif part.strip():
            out += _clause(part.strip())
    return out.strip()


@cache
def _clause(words: str) -> str:
    command = ["espeak-ng", "-v", "en-us", "--ipa=3", "--tie=^", "-q", "--stdin"]
    done = subprocess.run(command, input=words, capture_output=True, text=True, timeout=10, check=True)
    return _replaced(" ".join(done.stdout.split()), ENGLISH)


def _replaced(text: str, table: Iterable[tuple[str, str]]) -> str:
    for old, new in table:
        text = text.replace(old, new)
    return text


def utterances(text: str) -> list[str]:
    """``text`` cut into what is said in one go: whole sentences where possible, none longer than ``LONGEST``."""
    gathered: list[str] = []
    for sentence in _cut(text):
        if gathered and len(gathered[-1]) + 1 + len(sentence) <= ENOUGH:
            gathered[-1] += " " + sentence
        else:
            gathered.append(sentence)
    return gathered


def _cut(text: str) -> Iterator[str]:
    """Sentences; clauses of those that are too long; words of clauses that are."""
    for sentence in _SENTENCES.split(text):
        if len(sentence) <= LONGEST:
            yield sentence
            continue
        for clause in _CLAUSE_ENDS.split(sentence):
            while len(clause) > LONGEST:
                at = clause.rfind(" ", 0, LONGEST)
                end = at if at > 0 else LONGEST
                yield clause[:end]
                clause = clause[end:].strip()
            if clause:
                yield clause

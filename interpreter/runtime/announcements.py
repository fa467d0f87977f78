"""What the runtime says by itself, in system prompts: to telephones of ours that no flow leads.

All of it is loaded at the start (``NAMES``, in each language), so that no call waits for the disk.
"""

from __future__ import annotations

import logging
import wave
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from interpreter.calls.plan import WORDS
from interpreter.calls.talk import SAID
from interpreter.flow.spoken import LOCALES, Locale, how_many, vocabulary
from interpreter.rtp._engine import Engine
from interpreter.rtp.events import AudioId
from interpreter.runtime.sounds import load_wave

MEDIA: Final = Path(__file__).resolve().parents[2] / "media"

MAILBOX: Final = (
    "pv_mailboxempty", "pv_mailboxnonew", "pv_mailboxone", "pv_youhave", "pv_newmessages", "pv_mailboxkeys",
    "pv_messagedeleted", "pv_mailboxend",
)  # fmt: skip

NAMES: Final = (
    *(f"digit-{digit}" for digit in range(10)), "pv_parked", "pv_error", "pv_pin", "pv_wrongpin", "pv_locked",
    "pv_nocall", "pv_day", "pv_night", "pv_auto", "pv_accept", "pv_dndon", "pv_dndoff", "pv_testcalls", "pv_testkeys",
    "pv_testanswered", *MAILBOX, *WORDS.values(), *SAID.values(),
)  # fmt: skip

COUNTED_TO: Final = 100
"""Greatest number that is said of anything."""

log = logging.getLogger(__name__)


def load(engine: Engine, folder: Path = MEDIA) -> dict[str, AudioId]:
    """``LOCALE:NAME`` -> audio. What is missing is logged and left out: it will not be said."""
    loaded: dict[str, AudioId] = {}
    for locale, name, path in _files(folder):
        try:
            loaded[f"{locale}:{name}"] = load_wave(engine, path)
        except (OSError, EOFError, wave.Error) as error:
            log.error("system prompt %s cannot be loaded: %s", path, error)
    return loaded


def _words(locale: Locale) -> frozenset[str]:
    """Of numbers: of telephones, and how many."""
    counted = {word for n in range(COUNTED_TO + 1) for word in how_many(n, locale)}
    return vocabulary("digits", locale) | counted


def _files(folder: Path) -> Iterator[tuple[str, str, Path]]:
    for locale in LOCALES:
        for name in sorted({*NAMES, *_words(locale)}):
            yield locale, name, folder / locale / f"{name}.wav"


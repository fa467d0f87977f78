"""What the runtime says by itself, in system prompts: to telephones of ours that no flow leads.

All of it is loaded at the start (``NAMES``, in each language), so that no call waits for the disk.
"""

from __future__ import annotations

import logging
import wave
from array import array
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from interpreter.calls.plan import Rule
from interpreter.rtp._engine import Engine
from interpreter.rtp.events import AudioId
from interpreter.rtp.tones import encode

MEDIA: Final = Path(__file__).resolve().parents[2] / "media"

LOCALES: Final = ("zh-CN", "en-US")

RULES: Final[Mapping[Rule, str]] = {
    "internal_only": "pv_internalonly",
    "local_only": "pv_localonly",
    "national_only": "pv_nationalonly",
    "country_not_allowed": "pv_countrynotallowed",
    "no_shown_number": "pv_noshownnumber",
}
"""What says why a call out is not allowed; the other rules are no call out, and told by their status alone."""

NAMES: Final = (
    *(f"digit-{digit}" for digit in range(10)), "pv_parked", "pv_error", "pv_pin", "pv_wrongpin", "pv_locked",
    "pv_nocall", "pv_day", "pv_night", "pv_auto", "pv_accept", "pv_dndon", "pv_dndoff", "pv_testcalls", "pv_testkeys",
    "pv_testanswered", *RULES.values(),
)  # fmt: skip


log = logging.getLogger(__name__)


def load(engine: Engine, folder: Path = MEDIA) -> dict[str, AudioId]:
    """``LOCALE:NAME`` -> audio. What is missing is logged and left out: it will not be said."""
    loaded: dict[str, AudioId] = {}
    for locale, name, path in _files(folder):
        try:
            loaded[f"{locale}:{name}"] = _load(engine, path)
        except (OSError, EOFError, wave.Error) as error:
            log.error("system prompt %s cannot be loaded: %s", path, error)
    return loaded


def _files(folder: Path) -> Iterator[tuple[str, str, Path]]:
    for locale in LOCALES:
        for name in NAMES:
            yield locale, name, folder / locale / f"{name}.wav"


def _load(engine: Engine, path: Path) -> AudioId:
    with wave.open(str(path), "rb") as file:
        samples = array("h", file.readframes(file.getnframes()))
    audio = encode(samples)
    return engine.load(audio.pcmu, audio.pcma)

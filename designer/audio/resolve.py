"""Publishing: every prompt key that a program may play gets its audio, or a problem that names it."""

from __future__ import annotations

import math
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from designer.audio.analysis import Pcm
from designer.audio.engine import AS_USUAL, Manner
from designer.audio.errors import AudioError
from designer.audio.library import AudioLibrary
from designer.audio.speech import Speaker
from designer.audio.system import LOCALES, SystemPrompts
from designer.audio.system_prompts import say
from designer.workers import TookTooLong
from interpreter.flow.prompts import read_key
from interpreter.rtp.errors import BadWave
from store import Store

PREVIEW_BYTES = 20_000_000
"""So much of what was only listened to is kept in memory: some twenty minutes."""

SPOKEN_ANEW = "system-2"
"""Kind of what is remembered of system prompts in other voices; count it up when ``say`` says them otherwise."""


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a key has no audio. code: ``prompt.missing``, ``prompt.unspeakable``. messages: ``zh-CN`` and ``en``."""

    key: str
    code: str
    messages: dict[str, str]


@dataclass(frozen=True, slots=True)
class Resolved:
    """prompts: key -> sha256, for every key without a problem. spoken: seconds of the texts among them, by sha256."""

    prompts: dict[str, str]
    problems: list[Problem] = field(default_factory=list)
    spoken: dict[str, float] = field(default_factory=dict)


class Previews:
    """Texts that were heard and perhaps never become prompts; the newest, within a size. Thread-safe.

    On the disk nothing would ever remove them, and everybody may hear as many as they like.
    """

    def __init__(self, size_bytes: int = PREVIEW_BYTES) -> None:
        self._left = size_bytes
        self._lock = threading.Lock()
        self._heard: OrderedDict[str, Pcm] = OrderedDict()

    def get(self, note: str) -> Pcm | None:
        with self._lock:
            return self._heard.get(note)

    def put(self, note: str, pcm: Pcm) -> None:
        with self._lock:
            if note in self._heard:
                return
            self._heard[note] = pcm
            self._left -= pcm.nbytes
            while self._left < 0:
                _, forgotten = self._heard.popitem(last=False)
                self._left += forgotten.nbytes


class PromptResolver:
    """Keys as in ``interpreter.machine.effects.PromptKey``; texts are spoken once and remembered."""

    def __init__(self, store: Store, library: AudioLibrary, system: SystemPrompts, speaker: Speaker) -> None:
        self._store = store
        self._library = library
        self._system = system
        self._speaker = speaker
        self._previews = Previews()

    def resolve(
        self, keys: Iterable[str], tenant: str, document: Mapping[str, Any], *, until: float = math.inf
    ) -> Resolved:
        """The prompt table of a version of ``document``. Raises OSError where the data folder is no good, and
        TookTooLong after ``until`` (``time.monotonic``); what was spoken by then is remembered.

        ``file:X.wav`` is the tenant's own prompt of that name, else the system prompt X; the other way round
        where the flow's setting ``use_system_prompts`` is true.
        """
        wanted = sorted(set(keys))
        locale = str(document.get("locale", "zh-CN"))
        system_first = bool(document.get("settings", {}).get("use_system_prompts", False))
        files = [key.removeprefix("file:") for key in wanted if key.startswith("file:")]
        own = self._store.prompts.audios(tenant, files)
        usual = self.usual_manners(tenant)
        resolved = Resolved({})
        for key in wanted:
            if time.monotonic() > until:
                raise TookTooLong
            kind, manner, name = read_key(key)
            found: str | Problem
            if kind == "text":
                found = self._text(key, name, manner, usual)
            elif kind == "file" and self._is_own(name, own, system_first):
                found = own[name] if self._library.use(own[name]) else _missing(key, name)
            else:
                found = self._shipped(key, name.removesuffix(".wav"), locale, manner.else_as(usual[locale]))
            if isinstance(found, Problem):
                resolved.problems.append(found)
            else:
                resolved.prompts[key] = found
                if kind == "text":
                    resolved.spoken[found] = self._library.seconds(found)
        return resolved

    def usual_manners(self, tenant: str) -> Mapping[str, Manner]:
        """Locale -> how the tenant's texts are spoken where they choose nothing themselves."""
        chosen = self._store.speech.get(tenant)
        return {locale: Manner(chosen.voices.get(locale), chosen.speed) for locale in LOCALES}

    def speak(self, text: str, locale: str, manner: Manner = AS_USUAL) -> str:
        """The text's audio, spoken now or before: its sha256 in the library. Raises AudioError, OSError."""
        return self._kept(self._note(text, locale, manner), lambda note: self._unkept(note, text, locale, manner))

    def preview(self, text: str, locale: str, manner: Manner = AS_USUAL) -> Pcm:
        """The same audio, but kept in memory for a while only. Raises AudioError, OSError, BadWave."""
        note = self._note(text, locale, manner)
        sha = self._library.spoken(note)
        if sha is not None:
            return self._library.pcm(sha)
        pcm = self._unkept(note, text, locale, manner)
        self._previews.put(note, pcm)
        return pcm

    def _kept(self, note: str, speak: Callable[[str], Pcm]) -> str:
        sha = self._library.spoken(note)
        if sha is None:
            sha = self._library.put(speak(note)).sha256
            self._library.remember_spoken(note, sha)
        return sha

    def _unkept(self, note: str, text: str, locale: str, manner: Manner) -> Pcm:
        heard = self._previews.get(note)
        return self._speaker.speak(text, locale, manner) if heard is None else heard

    def _note(self, text: str, locale: str, manner: Manner, kind: str = "text") -> str:
        """Names what is spoken, and by whom: the same text by another engine or voice is another audio."""
        return f"{self._speaker.engine}:{kind}{self._speaker.settled(manner, locale)}:{locale}:{text}"

    def _is_own(self, name: str, own: Mapping[str, str], system_first: bool) -> bool:
        return name in own and not (system_first and self._system.has(name.removesuffix(".wav")))

    def _shipped(self, key: str, name: str, locale: str, manner: Manner) -> str | Problem:
        """A system prompt: as it comes with us, or spoken anew where another voice or speed is wanted.

        So a sentence put together of texts and numbers has one voice.
        """
        try:
            as_shipped = self._speaker.settled(manner, locale) == self._speaker.settled(AS_USUAL, locale)
            unspoken = name in self._system.tones() or name in self._system.music()
            if as_shipped or unspoken or not self._speaker.voices():
                return self._library.put(self._system.pcm(name, locale)).sha256
            text = self._system.texts(locale)[name]
            note = self._note(f"{name}:{text}", locale, manner, SPOKEN_ANEW)
            return self._kept(note, lambda _: say(self._speaker, name, text, locale, manner))
        except (KeyError, FileNotFoundError, BadWave):
            return _missing(key, name)
        except AudioError as error:
            return Problem(key, "prompt.unspeakable", error.messages)

    def _text(self, key: str, name: str, manner: Manner, usual: Mapping[str, Manner]) -> str | Problem:
        locale, _, text = name.partition(":")
        try:
            return self.speak(text, locale, manner.else_as(usual.get(locale, AS_USUAL)))
        except AudioError as error:
            return Problem(key, "prompt.unspeakable", error.messages)


def _missing(key: str, name: str) -> Problem:
    zh, en = f"语音“{name}”没有音频", f"the prompt {name} has no audio"
    return Problem(key, "prompt.missing", {"zh-CN": zh, "en": en})

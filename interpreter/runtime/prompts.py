"""Prompt audio: from content-addressed files into the engine, each content once, given back when nobody needs it."""

from __future__ import annotations

import errno
import logging
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

AudioId = int

log = logging.getLogger(__name__)


class AudioEngine(Protocol):
    """The engine's part that is needed here; both methods may be called from any thread."""

    def load(self, pcmu: bytes, pcma: bytes) -> AudioId: ...
    def unload(self, audio: AudioId) -> None: ...


_PASSING = {errno.EMFILE, errno.ENFILE, errno.ENOMEM, errno.ENOBUFS, errno.EAGAIN, errno.EINTR, errno.EIO}
"""Troubles of the machine and not of the file."""


@dataclass(slots=True)
class _Shared:
    audio: AudioId
    holders: int


class PromptLibrary:
    """Loads ``DATA/audio/<2 hex>/<sha256>.{ulaw,alaw}`` by SHA-256, counted by version."""

    def __init__(self, folder: Path, engine: AudioEngine) -> None:
        self._folder = folder
        self._engine = engine
        self._by_sha: dict[str, _Shared] = {}
        self._sha_of: dict[AudioId, str] = {}
        self._lock = threading.Lock()

    def acquire(self, prompts: Mapping[str, str]) -> dict[str, AudioId]:
        """Audio for every key of a version's prompt table (key -> SHA-256); a key whose file is no good is left out.

        Give the result back with ``release``. Raises OSError where the machine lacks something (descriptors ...) and
        what the engine raises where it has no room: then nothing is held, and it may succeed later.
        """
        table: dict[str, AudioId] = {}
        try:
            for key, sha in prompts.items():
                try:
                    with self._lock:
                        table[key] = self._share(sha)
                except (OSError, ValueError) as error:
                    if isinstance(error, OSError) and error.errno in _PASSING:
                        raise
                    log.error("prompt %s (%s) cannot be loaded: %s", key, sha[:12], error)
        except Exception:
            self.release(table)
            raise
        return table

    def release(self, audio: Mapping[str, AudioId]) -> None:
        """Give a version's table back; audio that nobody else holds leaves the engine."""
        with self._lock:
            for identifier in audio.values():
                shared = self._by_sha[self._sha_of[identifier]]
                shared.holders -= 1
                if shared.holders == 0:
                    del self._by_sha[self._sha_of.pop(identifier)]
                    self._engine.unload(identifier)

    def __len__(self) -> int:
        return len(self._by_sha)

    def _share(self, sha: str) -> AudioId:
        shared = self._by_sha.get(sha)
        if shared is None:
            shared = self._by_sha[sha] = _Shared(self._load(sha), 0)
            self._sha_of[shared.audio] = sha
        shared.holders += 1
        return shared.audio

    def _load(self, sha: str) -> AudioId:
        base = self._folder / sha[:2] / sha
        return self._engine.load(base.with_suffix(".ulaw").read_bytes(), base.with_suffix(".alaw").read_bytes())

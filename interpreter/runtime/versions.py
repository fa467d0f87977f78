"""Published versions, compiled and with their audio: for as long as a number is bound to one, or a call runs on it."""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Protocol

from interpreter.machine.program import Program
from interpreter.rtp.errors import MediaError
from interpreter.runtime.directory import AudioId, LoadedMusic, LoadedVersion, VersionKey
from store.errors import NotFound
from store.models import FlowVersion

log = logging.getLogger(__name__)


class PromptLibrary(Protocol):
    """Loads audio into the engine, shared by content; see ``prompts.PromptLibrary``."""

    def acquire(self, prompts: Mapping[str, str]) -> Mapping[str, AudioId]: ...
    def release(self, audio: Mapping[str, AudioId]) -> None: ...


GetVersion = Callable[[str, str, int], FlowVersion]
Compile = Callable[[Mapping[str, object], str], Program]


class Versions:
    """Used by one thread, ``retire`` apart. A version is compiled once, and its prompts are loaded once."""

    def __init__(self, get_version: GetVersion, compile_version: Compile, prompts: PromptLibrary) -> None:
        self._get_version = get_version
        self._compile = compile_version
        self._prompts = prompts
        self._loaded: dict[VersionKey, LoadedVersion] = {}
        self._troubled: dict[VersionKey, LoadedVersion] = {}
        self._music: dict[tuple[str, str], LoadedMusic] = {}
        self._again: frozenset[VersionKey] = frozenset()
        self._retired: deque[LoadedVersion | LoadedMusic] = deque()

    @property
    def to_try_again(self) -> frozenset[VersionKey]:
        """Those that could not be loaded for a reason that may pass."""
        return self._again

    def begin(self) -> None:
        """A new directory is made: what could not be loaded is tried again."""
        self._troubled = {}

    def of(self, key: VersionKey, flow_name: str) -> LoadedVersion:
        if key in self._troubled:  # by another number; not twice for one directory
            return self._troubled[key]
        version = self._loaded.get(key)
        if version is None or version.flow_name != flow_name:
            version = self._load(key, flow_name, version)
            if key not in self._troubled:
                self._loaded[key] = version
        return version

    def music(self, tenant_id: str, sha256: str) -> LoadedMusic:
        """A tenant's music on hold."""
        key = tenant_id, sha256
        if key not in self._music:
            try:
                audio = self._prompts.acquire({"music": sha256})
            except (OSError, MediaError) as error:
                log.error("music on hold of tenant %s cannot be loaded: %s", tenant_id, error)
                return LoadedMusic(*key, {})
            self._music[key] = LoadedMusic(*key, audio)
        return self._music[key]

    def trial(
        self, tenant_id: str, flow_id: str, document: Mapping[str, object], prompts: Mapping[str, str]
    ) -> LoadedVersion:
        """A draft to be tried; to be retired when its call is over. For any thread.

        Raises what the compiler and the engine raise.
        """
        program = self._compile(document, flow_id)
        name, audio = str(document.get("name", "")), self._prompts.acquire(prompts)
        return LoadedVersion(tenant_id, flow_id, name, 0, program, audio)

    def keep(self, versions: Iterable[LoadedVersion], music: Iterable[LoadedMusic]) -> None:
        """These are the new directory's; the others are forgotten."""
        self._music = {m.key: m for m in music if m.audio}
        self._again = frozenset(self._troubled)
        self._loaded = {v.key: v for v in versions if v.key not in self._again or v.program}

    def retire(self, versions: Sequence[LoadedVersion | LoadedMusic]) -> None:
        """Give these up when their last call has ended. For the loop's thread, once they are swapped out."""
        self._retired.extend(versions)

    def sweep(self) -> None:
        """Give back the audio of retired versions on which no call runs."""
        for _ in range(len(self._retired)):
            version = self._retired.popleft()
            if version.calls:
                self._retired.append(version)
            else:
                self._prompts.release(version.audio)

    def _load(self, key: VersionKey, flow_name: str, present: LoadedVersion | None) -> LoadedVersion:
        """Compile a version and load its prompts; what goes wrong stays with this version.

        present: what to go on with where it goes wrong for a reason that may pass.
        """
        loaded = LoadedVersion(*key[:2], flow_name, key[2])
        try:
            program, prompts = self._compiled(key)
            loaded.audio = self._prompts.acquire(prompts)
            loaded.program = program
        except (_MayPass, OSError, MemoryError, MediaError) as error:
            loaded.fault = f"{type(error).__name__}: {error}"
            if key not in self._again:
                log.error("version %d of flow %s cannot run yet: %s", key[2], key[1], loaded.fault)
            return self._troubled.setdefault(key, present or loaded)
        except Exception as error:  # another version's calls must not suffer for it
            loaded.fault = f"{type(error).__name__}: {error}"
            log.error("version %d of flow %s cannot run: %s", key[2], key[1], loaded.fault)
        else:
            missing = program.prompt_keys - loaded.audio.keys()
            if missing:
                log.error("version %d of flow %s lacks audio: %s", key[2], key[1], ", ".join(sorted(missing)))
        return loaded

    def _compiled(self, key: VersionKey) -> tuple[Program, Mapping[str, str]]:
        """Raises _MayPass where the database did not answer, and what the compiler raises."""
        try:
            version = self._get_version(*key)
        except NotFound:
            raise
        except Exception as error:
            raise _MayPass(f"{type(error).__name__}: {error}") from error
        return self._compile(version.document, key[1]), version.prompts


class _MayPass(Exception):
    """The reason why something failed may be gone at the next try."""

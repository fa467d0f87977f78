"""The voice's files: which they are (``model.json``, each with its SHA-256), where they lie, whether they are whole."""

from __future__ import annotations

import hashlib
import importlib.util
import json
import shutil
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from designer.audio.engine import Voice

Text = tuple[str, str]
"""In Chinese and English."""

LIBRARIES = ("onnxruntime", "misaki")

HOW_TO_INSTALL: Text = ("可运行 zongji voice install 安装", "`zongji voice install` brings it")


WITH_LIBRARIES = "pip install 'zongji[voice]'"


@dataclass(frozen=True, slots=True)
class Part:
    """One file of a package. file: its path within."""

    package: str
    version: str
    file: str
    sha256: str


@dataclass(frozen=True, slots=True)
class ModelFile:
    """One file in the voice's folder: the parts of packages, joined in order."""

    name: str
    sha256: str
    parts: tuple[Part, ...]


@cache
def manifest() -> Mapping[str, Any]:
    """``model.json``."""
    found: Mapping[str, Any] = json.loads(Path(__file__).with_name("model.json").read_text("utf-8"))
    return found


def packaged() -> tuple[ModelFile, ...]:
    """The model and its vocabulary, which come in Python packages."""
    return tuple(
        ModelFile(entry["file"], entry["sha256"], tuple(Part(**part) for part in entry["parts"]))
        for entry in (manifest()["model"], manifest()["vocabulary"])
    )


def voice_files() -> tuple[ModelFile, ...]:
    """The voices, which come in one package for Node.js."""
    where = manifest()["voices"]
    return tuple(
        ModelFile(
            f"{entry['id']}.bin",
            entry["sha256"],
            (Part(where["package"], where["version"], f"{where['folder']}/{entry['id']}.bin", entry["sha256"]),),
        )
        for entry in where["files"]
    )


def voices() -> tuple[Voice, ...]:
    """In the order of the manifest: the first of a language is the house's own."""
    return tuple(
        Voice(entry["id"], entry["locale"], {"zh-CN": entry["zh"], "en": entry["en"]})
        for entry in manifest()["voices"]["files"]
    )


class VoiceModel:
    """The files in ``folder``, by default the one that ``make install`` fills."""

    def __init__(self, folder: Path | None = None) -> None:
        self.folder = folder or Path(sys.prefix) / "share" / "zongji" / "voice"

    @property
    def model(self) -> Path:
        return self.folder / str(manifest()["model"]["file"])

    @property
    def vocabulary(self) -> Path:
        return self.folder / str(manifest()["vocabulary"]["file"])

    def voice(self, voice: str) -> Path:
        """voice: one of ``voices()``."""
        return self.folder / f"{voice}.bin"

    def problem(self) -> Text | None:
        """Why it cannot speak here, None where it can."""
        return self._libraries_missing() or self.files_wrong()

    def files_wrong(self) -> Text | None:
        """Which file is not there or is another than the manifest's."""
        for file in self._files():
            path = self.folder / file.name
            try:
                stat = path.stat()
                right = _digest(path, stat.st_mtime_ns, stat.st_size) == file.sha256
            except OSError:
                return f"没有语音模型文件 {path}，{HOW_TO_INSTALL[0]}", f"{path} is missing; {HOW_TO_INSTALL[1]}"
            if not right:
                zh, en = HOW_TO_INSTALL
                return f"语音模型文件 {path} 的校验和不符，{zh}", f"{path} is not the file that it should be; {en}"
        return None

    def _libraries_missing(self) -> Text | None:
        missing = [name for name in LIBRARIES if importlib.util.find_spec(name) is None]
        if missing:
            names = ", ".join(missing)
            return f"没有安装 {names}，可运行 {WITH_LIBRARIES}", f"{names} is not installed; run {WITH_LIBRARIES}"
        if shutil.which("espeak-ng") is None:  # it knows how English words are pronounced
            return "没有安装 espeak-ng", "espeak-ng is not installed"
        return None

    def _files(self) -> Iterator[ModelFile]:
        yield from packaged()
        yield from voice_files()


@lru_cache(maxsize=64)
def _digest(path: Path, changed_at: int, size: int) -> str:
    """SHA-256 of the file as it is since ``changed_at``; 92 MB are not read anew for each question."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()

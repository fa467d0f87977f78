"""Audio files named by what they hold: ``FOLDER/<2 hex>/<sha256>.{wav,ulaw,alaw}``; written once, never changed."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

from designer.audio.analysis import Analysis, Pcm, analyse, peaks
from interpreter.rtp import g711, wav
from interpreter.rtp.wav_writer import header
from store.records import AudioInfo


class AudioLibrary:
    """The folder ``DATA/audio``. Several processes may write to it at once: the same content is the same file."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def put(self, pcm: Pcm, analysis: Analysis | None = None) -> AudioInfo:
        """Keep the audio in all encodings; it is on the disk when this returns. Raises OSError.

        analysis: where the source said more (clipping) than ``pcm`` shows.
        """
        sha = digest(pcm)
        if not self.has(sha):
            # the runtime looks for the G.711 files, the page for the WAV: that comes last and means "all there"
            write_atomically(self.path(sha, ".ulaw"), g711.encode_pcmu(pcm))
            write_atomically(self.path(sha, ".alaw"), g711.encode_pcma(pcm))
            write_atomically(self.path(sha, ".wav"), wave_file(pcm))
        found = analysis or analyse(pcm)
        return AudioInfo(sha, found.seconds, found.level_db, found.warnings)

    def has(self, sha: str) -> bool:
        return self.path(sha).exists()

    def path(self, sha: str, suffix: str = ".wav") -> Path:
        """Where the audio is, or would be. suffix: ``.wav``, ``.ulaw`` or ``.alaw``."""
        return self._folder / sha[:2] / f"{sha}{suffix}"

    def pcm(self, sha: str) -> Pcm:
        """Raises OSError, ``interpreter.rtp.errors.BadWave``."""
        return wav.read_mono(self.path(sha))

    def info(self, sha: str) -> AudioInfo:
        """Level and length of an audio that is here. Raises OSError, BadWave."""
        found = analyse(self.pcm(sha))
        return AudioInfo(sha, found.seconds, found.level_db, found.warnings)

    def waveform(self, sha: str, n: int = 200) -> list[float]:
        """Peaks for a picture, see ``analysis.peaks``. Raises OSError, BadWave."""
        return peaks(self.pcm(sha), n)

    def spoken(self, name: str) -> str | None:
        """Digest of the audio remembered under ``name``, if it still is here; for texts spoken before."""
        try:
            sha = self._note(name).read_text("ascii")
        except OSError:
            return None
        return sha if self.has(sha) else None

    def remember_spoken(self, name: str, sha: str) -> None:
        write_atomically(self._note(name), sha.encode("ascii"))

    def _note(self, name: str) -> Path:
        key = hashlib.sha256(name.encode()).hexdigest()
        return self._folder / "spoken" / key[:2] / key


def wave_file(pcm: Pcm) -> bytes:
    """The samples as a WAV file."""
    return header(1, 2 * len(pcm)) + pcm.astype("<i2").tobytes()


def digest(pcm: Pcm) -> str:
    """SHA-256 of the samples as 16-bit little-endian bytes, hex."""
    return hashlib.sha256(pcm.astype("<i2").tobytes()).hexdigest()


def write_atomically(path: Path, content: bytes) -> None:
    """The file is there whole and on the disk, or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.{os.getpid()}.{os.urandom(4).hex()}")
    try:
        with part.open("xb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    except BaseException:
        part.unlink(missing_ok=True)
        raise
    folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(folder)  # the new name too
    finally:
        os.close(folder)

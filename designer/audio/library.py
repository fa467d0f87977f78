"""Audio files named by what they hold: ``FOLDER/<2 hex>/<sha256>.{wav,ulaw,alaw}``; written once, never changed."""

from __future__ import annotations

import fcntl
import hashlib
import os
from collections.abc import Iterator, Set
from contextlib import contextmanager
from pathlib import Path

from designer.audio.analysis import RATE_HZ, Analysis, Pcm, analyse, peaks
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
        if not self.use(sha):
            # the runtime looks for the G.711 files, the page for the WAV: that comes last and means "all there"
            write_atomically(self.path(sha, ".ulaw"), g711.encode_pcmu(pcm))
            write_atomically(self.path(sha, ".alaw"), g711.encode_pcma(pcm))
            write_atomically(self.path(sha, ".wav"), wave_file(pcm))
        found = analysis or analyse(pcm)
        return AudioInfo(sha, found.seconds, found.level_db, found.warnings)

    def use(self, sha: str) -> bool:
        """Whether it is here; then ``sweep`` leaves it alone for a while, for somebody is about to name it."""
        with self._lock(fcntl.LOCK_SH):
            try:
                os.utime(self.path(sha))
            except FileNotFoundError:
                return False
        return True

    def sweep(self, used: Set[str], *, older_than: float) -> int:
        """Remove audios that nobody uses, what remembers them, and files that were never finished; returns how many.

        older_than: UNIX seconds; what was written or asked for since then stays. Raises OSError.
        """
        removed = 0
        for path in self._folder.glob("*/*.wav"):
            removed += path.stem not in used and self._remove(path.stem, older_than)
        for note in (self._folder / "spoken").glob("*/*"):
            if note.stat().st_mtime < older_than and self._forgets(note):
                note.unlink(missing_ok=True)
        for part in self._folder.glob("**/.*"):
            if part.is_file() and part.stat().st_mtime < older_than:
                part.unlink(missing_ok=True)
        return removed

    def _remove(self, sha: str, older_than: float) -> bool:
        """The WAV first: without it the audio counts as not there, and is made anew."""
        with self._lock(fcntl.LOCK_EX):
            if self.path(sha).stat().st_mtime >= older_than:
                return False
            for suffix in (".wav", ".ulaw", ".alaw"):
                self.path(sha, suffix).unlink(missing_ok=True)
        return True

    def _forgets(self, note: Path) -> bool:
        """Whether the audio that a note names has gone."""
        return not self.path(note.read_text("ascii")).exists()

    @contextmanager
    def _lock(self, kind: int) -> Iterator[None]:
        """Keeps ``use`` and ``sweep`` apart, in several processes too."""
        self._folder.mkdir(parents=True, exist_ok=True)
        folder = os.open(self._folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            fcntl.flock(folder, kind)
            yield
        finally:
            os.close(folder)

    def path(self, sha: str, suffix: str = ".wav") -> Path:
        """Where the audio is, or would be. suffix: ``.wav``, ``.ulaw`` or ``.alaw``."""
        return self._folder / sha[:2] / f"{sha}{suffix}"

    def pcm(self, sha: str) -> Pcm:
        """Raises OSError, ``interpreter.rtp.errors.BadWave``."""
        return wav.read_mono(self.path(sha))

    def seconds(self, sha: str) -> float:
        """How long it plays. Raises OSError."""
        return self.path(sha, ".ulaw").stat().st_size / RATE_HZ

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
        return sha if self.use(sha) else None

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

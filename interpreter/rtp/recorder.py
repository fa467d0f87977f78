"""Makes and writes the files of running recordings, in a thread of its own so that a slow disk delays nobody."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from interpreter.rtp.errors import BadWave
from interpreter.rtp.events import LegId, MixId, RecordingDone, RecordingEnd, RecordingId
from interpreter.rtp.wav_writer import RATE_HZ, Encoding, WaveWriter

log = logging.getLogger(__name__)


class Ring(Protocol):
    """A recording's samples on their way from the engine thread."""

    def take(self) -> bytes:
        """The frames that have become final since the last call, interleaved, in the file's encoding."""

    def ended(self) -> tuple[RecordingEnd, int, bool] | None:
        """(reason, length in frames, spoken) once the engine is done with it: then ``take`` gives the rest."""


@dataclass(slots=True)
class _Job:
    recording: RecordingId
    leg: LegId
    ring: Ring
    path: Path
    channels: int
    encoding: Encoding
    mix: MixId
    file: WaveWriter | None = None
    failure: str = ""

    @property
    def seconds(self) -> float:
        return self.file.seconds if self.file is not None else 0.0


class Recorder:
    """Appends all running recordings each ``interval`` seconds, and completes those that ended.

    done: told of each complete file; stop: asked to end a recording whose file failed. Both are called in this
    thread, and so must be quick and thread-safe.
    """

    def __init__(
        self, interval: float, done: Callable[[RecordingDone], None], stop: Callable[[RecordingId], None]
    ) -> None:
        self._interval = interval
        self._done = done
        self._stop = stop
        self._jobs: list[_Job] = []
        self._lock = threading.Lock()
        self._wake = threading.Event()
        self._closing = False
        self._thread = self._start()

    @property
    def alive(self) -> bool:
        """Whether the thread runs. Without it no recording ends, and none is told of."""
        return self._thread.is_alive()

    def revive(self) -> None:
        """Go on with the same recordings in a new thread where the old one has ended."""
        if not self.alive and not self._closing:
            self._thread = self._start()

    def add(
        self,
        recording: RecordingId,
        leg: LegId,
        ring: Ring,
        path: Path,
        channels: int,
        encoding: Encoding = "linear",
        mix: MixId = 0,
    ) -> None:
        """Record into a new file; it is there after ``interval`` seconds at most, which the ring outlasts by far."""
        with self._lock:
            self._jobs.append(_Job(recording, leg, ring, path, channels, encoding, mix))

    def wake(self) -> None:
        """Look now: some recording has ended."""
        self._wake.set()

    def close(self) -> None:
        """Complete what has ended, and return when all is on disk. Every recording must have ended before."""
        self._closing = True
        self._wake.set()
        self._thread.join()

    def _start(self) -> threading.Thread:
        thread = threading.Thread(target=self._run, name="recorder", daemon=True)
        thread.start()
        return thread

    def _run(self) -> None:
        while True:
            closing = self._closing  # read first: what ended before close() is seen by this round
            self._wake.clear()
            with self._lock:
                jobs = list(self._jobs)
            for job in jobs:
                if (done := self._advance(job)) is not None:
                    self._tell(job, done)
            if closing:
                return
            self._wake.wait(self._interval)

    def _tell(self, job: _Job, done: RecordingDone) -> None:
        """Out of the list first: nothing that is told twice, whatever the listener does."""
        with self._lock:
            self._jobs.remove(job)
        try:
            self._done(done)
        except Exception:
            log.exception("the end of recording %s was not taken", job.path)

    def _advance(self, job: _Job) -> RecordingDone | None:
        """One round for one recording, its end if it has come. What fails, fails for this recording alone."""
        end = job.ring.ended()
        try:
            if job.file is None and not job.failure:
                self._open(job)
            self._append(job, job.ring.take())
            if end is None:
                return None
            self._complete(job, end[1])
        except Exception as error:  # OSError is expected; anything else must not cost the others their thread
            if not isinstance(error, (OSError, BadWave)):
                log.exception("recording %s: incident", job.path)
            self._fail(job, error)
        if end is None:
            return None
        reason, frames, spoken = end
        seconds = min(frames / RATE_HZ, job.seconds)
        told: RecordingEnd = "error" if job.failure else reason
        return RecordingDone(job.recording, job.leg, str(job.path), told, seconds, spoken, job.failure, job.mix)

    def _open(self, job: _Job) -> None:
        """Create the file; its folder is missing only where somebody took it away."""
        try:
            job.file = WaveWriter(job.path, job.channels, job.encoding)
        except FileNotFoundError:
            job.path.parent.mkdir(parents=True, exist_ok=True)
            job.file = WaveWriter(job.path, job.channels, job.encoding)

    def _append(self, job: _Job, data: bytes) -> None:
        if data and job.file is not None and not job.failure:
            job.file.append(data)

    def _fail(self, job: _Job, error: Exception) -> None:
        """Remember the first cause, and have the recording end."""
        if job.failure:
            return
        job.failure = str(error) or type(error).__name__
        try:
            self._stop(job.recording)
        except Exception:
            log.exception("recording %s could not be stopped", job.path)

    def _complete(self, job: _Job, frames: int) -> None:
        if job.file is None:
            return
        try:
            job.file.truncate(frames)
        finally:
            job.file.close()

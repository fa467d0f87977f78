"""The recorder's thread, fed by rings of the test's own: whatever a file or a listener does, the others go on."""

from __future__ import annotations

import errno
import os
import threading
from pathlib import Path

import pytest

from interpreter.rtp import recorder, wav
from interpreter.rtp.events import RecordingDone
from interpreter.rtp.recorder import Recorder
from support.patience import PATIENCE_SECONDS

SECOND = b"\x01\x00" * 8000


class Ring:
    """A second of audio, and then the end, once it is told to."""

    def __init__(self) -> None:
        self.over = False
        self._left = SECOND

    def take(self) -> bytes:
        data, self._left = self._left, b""
        return data

    def ended(self):
        return ("stopped", 8000, True) if self.over else None


class Ends:
    """What the recorder tells; ``wait`` for so many."""

    def __init__(self) -> None:
        self.all: dict[int, RecordingDone] = {}
        self.stopped: list[int] = []
        self._changed = threading.Condition()

    def done(self, event: RecordingDone) -> None:
        with self._changed:
            assert event.recording not in self.all, "told twice"
            self.all[event.recording] = event
            self._changed.notify_all()

    def wait(self, count: int) -> dict[int, RecordingDone]:
        with self._changed:
            assert self._changed.wait_for(lambda: len(self.all) == count, PATIENCE_SECONDS), self.all
        return self.all


@pytest.fixture
def ends():
    return Ends()


@pytest.fixture
def make(ends, tmp_path):
    made = []

    def start(**changes):
        made.append(Recorder(0.01, changes.get("done", ends.done), changes.get("stop", ends.stopped.append)))
        return made[-1]

    yield start
    for each in made:
        each.close()


def record(into: Recorder, path: Path, number: int, *, over: bool = True) -> Ring:
    ring = Ring()
    ring.over = over
    into.add(number, number, ring, path / f"{number}.wav", 1)
    into.wake()
    return ring


@pytest.mark.parametrize("call", ["close", "ftruncate", "pwrite"])
def test_a_file_that_fails_late_costs_the_others_nothing(make, ends, tmp_path, monkeypatch, call):
    """A network's disk tells of what it could not write when the file is closed."""
    real, bad = getattr(os, call), tmp_path / "1.wav"

    def failing(fd, *arguments):
        at = os.readlink(f"/proc/self/fd/{fd}")
        done = real(fd, *arguments) if call == "close" else None
        if at == str(bad):
            raise OSError(errno.EIO, "the disk is gone")
        return real(fd, *arguments) if call != "close" else done

    monkeypatch.setattr(os, call, failing)
    into = make()
    ring = record(into, tmp_path, 1, over=False)
    if call == "ftruncate":
        ring._left += SECOND
    ring.over = True
    record(into, tmp_path, 2)
    found = ends.wait(2)
    assert (found[1].reason, "disk is gone" in found[1].detail) == ("error", True)
    assert (found[2].reason, found[2].seconds) == ("stopped", 1.0)
    assert into.alive


def test_a_fault_of_ours_is_that_recordings_own(make, ends, tmp_path, monkeypatch):
    real = recorder.WaveWriter

    def writer(path, channels, encoding):
        if path.name == "1.wav":
            raise ZeroDivisionError
        return real(path, channels, encoding)

    monkeypatch.setattr(recorder, "WaveWriter", writer)
    into = make()
    record(into, tmp_path, 1)
    record(into, tmp_path, 2)
    found = ends.wait(2)
    assert [found[n].reason for n in (1, 2)] == ["error", "stopped"]
    assert ends.stopped == [1]


def test_listeners_that_raise_lose_only_what_they_were_told(make, ends, tmp_path):
    def done(event: RecordingDone) -> None:
        ends.done(event)
        raise RuntimeError("the loop is closed")

    into = make(done=done)
    for number in range(3):
        record(into, tmp_path, number)
    assert set(ends.wait(3)) == {0, 1, 2}
    assert into.alive


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_thread_that_ended_is_begun_anew_with_what_it_had(make, ends, tmp_path, monkeypatch):
    into = make()
    ring = record(into, tmp_path, 1, over=False)
    with monkeypatch.context() as patch:
        patch.setattr(Recorder, "_advance", lambda *_: (_ for _ in ()).throw(SystemExit))
        into.wake()
        into._thread.join(10)
    assert not into.alive
    into.revive()
    assert into.alive
    ring.over = True
    into.wake()
    assert ends.wait(1)[1].reason == "stopped"
    assert len(wav.read_mono(tmp_path / "1.wav")) == 8000

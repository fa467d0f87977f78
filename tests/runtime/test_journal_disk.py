"""What the journal asks of the disk, and what it does where the disk refuses."""

from __future__ import annotations

import errno
import os
import threading
from pathlib import Path

import pytest

from interpreter.runtime.books.journal import Journal, read_segment, segments
from interpreter.runtime.books.mover import Mover
from interpreter.runtime.books.set_aside import SetAside
from interpreter.runtime.books.writer import Writer


def line(call: str, event: str = "x") -> dict[str, object]:
    return {"c": call, "t": 1.0, "e": event}


def kept(folder: Path) -> list[str]:
    return [str(found["c"]) for _, path in segments(folder) for found in read_segment(path)]


class Disk:
    """Sees which of the journal's files and folders are synced, with what they hold then; ``refuses`` once."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.synced: list[tuple[str, bytes]] = []
        self.refuses = False
        for name in ("fsync", "fdatasync"):
            monkeypatch.setattr(os, name, self._watched(getattr(os, name)))

    def _watched(self, real):
        def sync(fd: int) -> None:
            if self.refuses:
                self.refuses = False
                raise OSError(errno.EIO, "input/output error")
            path = Path(os.readlink(f"/proc/self/fd/{fd}"))
            real(fd)
            self.synced.append((path.name, path.read_bytes() if path.is_file() else b""))

        return sync

    def names(self) -> list[str]:
        return [name for name, _ in self.synced]


@pytest.fixture
def disk(monkeypatch):
    return Disk(monkeypatch)


def test_what_was_appended_is_confirmed_by_the_disk(tmp_path, disk):
    journal = Journal(tmp_path / "j")
    journal.append([line("a"), line("b")])
    name, content = disk.synced[-1]
    assert (name, content.count(b"\n")) == ("00000001.jsonl", 2)


def test_without_sync_the_kernel_has_it_and_the_disk_is_not_asked(tmp_path, disk):
    journal = Journal(tmp_path / "j")
    disk.synced.clear()
    journal.append([line("a")], sync=False)
    assert (kept(tmp_path / "j"), disk.synced) == (["a"], [])


def test_a_segments_name_is_confirmed_too(tmp_path, disk):
    Journal(tmp_path / "j")
    assert disk.names() == ["j"]


def test_a_segment_is_confirmed_before_the_next_begins(tmp_path, disk):
    journal = Journal(tmp_path / "j")
    journal.append([line("a")], sync=False)
    disk.synced.clear()
    journal.rotate()
    assert disk.names() == ["00000001.jsonl", "j"]
    assert disk.synced[0][1].count(b"\n") == 1


def test_what_the_disk_did_not_confirm_is_written_again(tmp_path, disk):
    """The kernel may drop what it could not write, and says so once."""
    folder = tmp_path / "j"
    journal = Journal(folder)
    journal.append([line("a")])
    journal.append([line("b")], sync=False)
    disk.refuses = True
    with pytest.raises(OSError, match="input/output"):
        journal.append([line("c")])
    assert kept(folder) == ["a", "b"], "none of an append that failed, all of those before"
    (_, path), = segments(folder)
    os.truncate(path, len(path.read_bytes()) // 2)  # as if the page with b were lost
    disk.refuses = True
    with pytest.raises(OSError, match="input/output"):
        journal.append([line("c")])
    journal.append([line("c")])
    assert kept(folder) == ["a", "b", "c"]
    assert disk.synced[-1][1].count(b"\n") == 3


def test_a_rotation_that_the_disk_refuses_loses_nothing(tmp_path, disk):
    journal = Journal(tmp_path / "j")
    journal.append([line("a")], sync=False)
    disk.refuses = True
    with pytest.raises(OSError, match="input/output"):
        journal.rotate()
    journal.append([line("b")])
    journal.rotate()
    journal.append([line("c")])
    assert kept(tmp_path / "j") == ["a", "b", "c"]
    assert [number for number, _ in segments(tmp_path / "j")] == [1, 2]


class Waiter:
    def __init__(self) -> None:
        self.told = threading.Event()
        self.kept: bool | None = None
        self.there: list[str] = []

    def __call__(self, kept_: bool) -> None:
        self.kept = kept_
        self.told.set()


@pytest.fixture
def writer(tmp_path):
    writer = Writer(Journal(tmp_path / "j"), Mover(lambda _: None, SetAside(tmp_path)))
    yield writer
    if writer.journal_alive:
        writer.stop()


def test_who_waits_is_told_when_the_kernel_has_the_lines_before_the_disk_confirms(tmp_path, disk, writer):
    begun, go_on = threading.Event(), threading.Event()
    confirm = os.fdatasync

    def slow(fd: int) -> None:
        begun.set()
        assert go_on.wait(10)
        confirm(fd)

    os.fdatasync = slow  # the fixture's monkeypatch puts the true one back
    waiter = Waiter()
    writer.put(line("a"))
    writer.when_kept(waiter)
    writer.start()
    try:
        assert waiter.told.wait(10)
        assert begun.wait(10), "the disk is asked all the same"
        assert (waiter.kept, kept(tmp_path / "j")) == (True, ["a"])
    finally:
        go_on.set()


def test_who_waits_is_told_where_the_disk_refuses(monkeypatch, writer):
    refusing = threading.Event()

    def full(*_: object, **__: object) -> None:
        refusing.set()
        raise OSError(errno.ENOSPC, "no space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(writer._journal, "append", full)
        first, later = Waiter(), Waiter()
        writer.put(line("a"))
        writer.when_kept(first)
        writer.start()
        assert first.told.wait(10)
        assert first.kept is False
        writer.when_kept(later)
        assert later.told.wait(10), "also while it is tried again"
        assert later.kept is False
    assert refusing.is_set()


def test_one_who_raises_costs_the_others_nothing(writer):
    def closed(_: bool) -> None:
        raise RuntimeError("Event loop is closed")

    waiter = Waiter()
    for told in (closed, waiter):
        writer.when_kept(told)
    writer.start()
    assert waiter.told.wait(10)
    assert writer.journal_alive

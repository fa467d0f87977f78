"""Folders and files of recordings: made and removed where no call waits for the disk."""

from __future__ import annotations

import errno
import threading
from datetime import UTC, datetime
from pathlib import Path

import pytest
from runtime.softphone import until

from interpreter.rtp.recorder import Recorder
from interpreter.runtime.recording import DayFolders
from interpreter.sip.events import CallAnswered


def test_folders_are_made_a_day_ahead_and_once_a_day(tmp_path):
    now = [datetime(2026, 12, 31, 12, tzinfo=UTC)]
    folders = DayFolders(tmp_path, lambda: now[0])
    folders.make()
    made = {str(p.relative_to(tmp_path)) for p in tmp_path.glob("*/*")}
    assert made == {f"{kind}/{day}" for kind in ("recordings", "voicemail") for day in ("2026-12-31", "2027-01-01")}
    (tmp_path / "voicemail" / "2027-01-01").rmdir()
    folders.make()
    assert not (tmp_path / "voicemail" / "2027-01-01").exists()
    now[0] = datetime(2027, 1, 1, tzinfo=UTC)
    folders.make()
    assert (tmp_path / "voicemail" / "2027-01-02").is_dir()


def test_folders_that_cannot_be_made_are_tried_again(tmp_path, monkeypatch):
    folders = DayFolders(tmp_path)
    with monkeypatch.context() as patch:
        patch.setattr(Path, "mkdir", lambda *_, **__: (_ for _ in ()).throw(OSError(errno.ENOSPC, "full")))
        with pytest.raises(OSError, match="full"):
            folders.make()
    folders.make()
    assert len(list(tmp_path.glob("*/*"))) == 4


@pytest.mark.e2e
async def test_no_call_waits_for_a_folder_or_for_a_removal(line, monkeypatch):
    threads: dict[str, set[str]] = {"mkdir": set(), "unlink": set()}

    def watched(name):
        real = getattr(Path, name)

        def call(path, *args, **kwargs):
            if "voicemail" in path.parts:
                threads[name].add(threading.current_thread().name)
            return real(path, *args, **kwargs)

        return call

    for name in threads:
        monkeypatch.setattr(Path, name, watched(name))
    await line.start()
    await until(lambda: len(list(line.data.glob("voicemail/*"))) == 2)
    phone = await line.phone()
    call = phone.dial("4001110003")
    await phone.wait(CallAnswered)
    await until(lambda: list(line.data.glob("voicemail/*/*.wav")))
    phone.hang_up(call)
    await line.record()
    await until(lambda: not list(line.data.glob("voicemail/*/*.wav")))
    here = threading.current_thread().name
    assert all(names and here not in names for names in threads.values())


@pytest.mark.e2e
async def test_a_message_that_cannot_be_recorded_goes_on_by_the_error_exit(line, way):
    await line.start()
    await until(lambda: len(list(line.data.glob("voicemail/*"))) == 2)
    for folder in line.data.glob("voicemail/*"):
        folder.rmdir()
        folder.write_text("in the way")  # a full or read-only disk would not stop root
    phone = await line.phone()
    phone.dial("4001110003")
    record = await line.record()
    assert [node for node, _ in way(record)] == ["start", "leave", "end"]
    assert ("leave", "recorded") not in way(record)
    assert record.ended_by == "flow"


@pytest.mark.e2e
async def test_a_disk_that_stands_still_keeps_no_caller_in_the_books(line, monkeypatch):
    monkeypatch.setattr("interpreter.runtime.call.FILE_PATIENCE_SECONDS", 0.2)
    go_on = threading.Event()
    append = Recorder._append

    def slow(recorder, job, data):
        go_on.wait()
        append(recorder, job, data)

    monkeypatch.setattr(Recorder, "_append", slow)
    await line.start()
    phone = await line.phone()
    call = phone.dial("4001110003")
    await phone.wait(CallAnswered)
    board = line.service.board
    await until(lambda: board.media.recordings)
    phone.hang_up(call)
    try:
        await until(lambda: not board.calls)
    finally:
        go_on.set()
    assert (await line.record()).ended_by == "caller"
    await until(lambda: board.quiet)


@pytest.mark.e2e
@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
async def test_a_recorder_that_is_lost_ends_no_call_and_hangs_none(line, monkeypatch):
    await line.start()
    phone = await line.phone()
    call = phone.dial("4001110003")
    await phone.wait(CallAnswered)
    service = line.service
    await until(lambda: service.board.media.recordings)
    with monkeypatch.context() as patch:
        patch.setattr(Recorder, "_advance", lambda *_: (_ for _ in ()).throw(SystemExit))
        await until(lambda: not service.engine.recorder_alive)
    assert service.health.report({})["threads"]["recorder"] == "dead"
    service.upkeep.look()
    assert len(service.board.calls) == 1
    phone.hang_up(call)
    assert (await line.record()).ended_by == "caller"

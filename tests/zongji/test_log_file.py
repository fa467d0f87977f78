"""A process' log stays within bounds, and the end of its present life can be shown."""

from __future__ import annotations

import errno
from pathlib import Path

import pytest

from zongji.log_file import TAIL_BYTES, LogFile


@pytest.fixture
def log(tmp_path: Path) -> LogFile:
    return LogFile(tmp_path / "web.log", largest=100, kept=3)


def write(log: LogFile, text: str) -> None:
    with log.path.open("a", encoding="utf-8") as file:
        file.write(text)


def contents(log: LogFile) -> dict[str, str]:
    return {path.name: path.read_text(encoding="utf-8") for path in log.path.parent.iterdir()}


def test_a_small_log_stays_as_it_is(log):
    write(log, "x" * 99)
    assert not log.turn_over()
    assert contents(log) == {"web.log": "x" * 99}


def test_older_ones_move_up_and_the_oldest_goes(log):
    for letter in "abcde":
        write(log, letter * 100)
        assert log.turn_over()
    write(log, "now")
    assert contents(log) == {"web.log": "now", "web.log.1": "e" * 100, "web.log.2": "d" * 100, "web.log.3": "c" * 100}


def test_who_holds_it_open_writes_on_at_its_beginning(log):
    with log.open() as held:
        held.write(b"a" * 100)
        held.flush()
        assert log.turn_over()
        held.write(b"b")
    assert contents(log) == {"web.log": "b", "web.log.1": "a" * 100}


def full(*_: object) -> None:
    raise OSError(errno.ENOSPC, "no space left on device")


def test_a_disk_that_refuses_costs_nothing(log, monkeypatch):
    write(log, "a" * 100)
    assert log.turn_over()
    write(log, "b" * 100)
    with monkeypatch.context() as patch:
        patch.setattr("shutil.copyfileobj", full)
        assert not log.turn_over()
    assert contents(log) == {"web.log": "b" * 100, "web.log.1": "a" * 100}
    assert log.turn_over()


def test_a_log_that_is_not_there(log):
    assert not log.turn_over()
    assert log.tail() == ""


def test_the_tail_is_of_the_present_life_only(log):
    write(log, "an old complaint\n")
    with log.open() as held:
        held.write("一\n二\n三\n".encode())
    assert log.tail(2) == "二\n三"
    assert log.tail() == "一\n二\n三"
    write(log, "x" * 100)
    assert log.turn_over()
    write(log, "after\n")
    assert log.tail() == "after"


def test_of_a_large_log_only_the_end_is_read(tmp_path):
    log = LogFile(tmp_path / "web.log")
    write(log, "x" * TAIL_BYTES + "\nlast\n")
    assert log.tail(1) == "last"
    assert len(log.tail()) < TAIL_BYTES + 10

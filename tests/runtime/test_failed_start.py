"""A start that fails says why, and leaves nothing behind that would hinder the next one."""

from __future__ import annotations

import asyncio
import errno
import socket
import threading
from dataclasses import replace
from pathlib import Path

import pytest
from runtime.softphone import HOST

from interpreter.control.client import ask
from interpreter.runtime.books.journal import Journal
from interpreter.runtime.books.mover import Mover
from interpreter.runtime.books.set_aside import SetAside
from interpreter.runtime.books.writer import Writer
from interpreter.runtime.errors import StartError
from interpreter.runtime.service import Service

pytestmark = pytest.mark.e2e


def our_threads() -> list[str]:
    return [t.name for t in threading.enumerate() if t.name in ("journal", "mover")]


def no_control_socket(*_: object) -> None:
    raise OSError(errno.EMFILE, "too many open files")


def no_services(settings: object) -> None:
    raise ValueError("a broken service")


def no_thread(self: threading.Thread) -> None:
    raise RuntimeError(f"can't start thread {self.name}")


async def test_a_port_in_use(line):
    service = Service(line.settings)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as taken:
        taken.bind((HOST, line.port))
        with pytest.raises(StartError) as caught:
            await service.start()
    assert caught.value.code == "port_in_use"
    await service.stop()  # does nothing
    await line.start()
    assert (await asyncio.to_thread(ask, line.data / "control.sock", "health"))["journal"] == "ok"


async def test_no_control_socket(line):
    service = Service(line.settings)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("interpreter.control.unix_socket.listen", no_control_socket)
        with pytest.raises(OSError, match="too many open files"):
            await service.start()
    assert our_threads() == []
    await line.start()


@pytest.mark.parametrize("refused", ["journal", "mover"])
async def test_no_thread(line, refused):
    service = Service(line.settings)
    start = threading.Thread.start
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(threading.Thread, "start", lambda t: no_thread(t) if t.name == refused else start(t))
        with pytest.raises(RuntimeError, match=f"can't start thread {refused}"):
            await service.start()
    assert our_threads() == []
    await line.start()


async def test_a_service_of_ours_that_cannot_be_made(line):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("interpreter.runtime.switchboard.Services", no_services)
        with pytest.raises(ValueError, match="a broken service"):
            Service(line.settings)
    await line.start()


async def test_no_media_ports(line):
    with pytest.raises(StartError) as caught:
        Service(replace(line.settings, rtp_ports=(2000, 1000)))
    assert caught.value.code == "rtp_ports"
    await line.start()


@pytest.mark.parametrize(
    ("name", "spoil", "words"),
    [
        ("runtime.lock", Path.mkdir, ("它是目录", "it is a folder")),
        ("journal", Path.touch, ("已经存在", "it exists already")),
    ],
)
async def test_a_data_folder_that_cannot_be_used_is_told_in_either_language(line, name, spoil, words):
    spoil(line.data / name)
    with pytest.raises(StartError) as caught:
        Service(line.settings)
    assert caught.value.code == "data_folder"
    for locale, word in zip(("zh-CN", "en"), words, strict=True):
        assert word in caught.value.message(locale)


async def test_a_file_system_without_locks_is_no_running_runtime(line, monkeypatch):
    def no_locks(*_: object) -> None:
        raise OSError(errno.ENOLCK, "no locks available")

    monkeypatch.setattr("fcntl.flock", no_locks)
    with pytest.raises(StartError) as caught:
        Service(line.settings)
    assert caught.value.code == "data_folder"


def test_a_writer_that_was_never_started_can_be_stopped(tmp_path):
    writer = Writer(Journal(tmp_path / "j"), Mover(lambda records: None, SetAside(tmp_path)))
    writer.stop()
    assert not writer.journal_alive

"""Rubbish from strangers, a full disk, no descriptors left: what the journal and its threads make of it."""

from __future__ import annotations

import asyncio
import errno
import os
import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interpreter.control.client import ControlClient, ControlError, ask
from interpreter.control.server import ControlServer
from interpreter.runtime.books import journal as journal_module
from interpreter.runtime.books import mover as mover_module
from interpreter.runtime.books import writer as writer_module
from interpreter.runtime.books.journal import Journal, encode, read_segment, segments
from interpreter.runtime.books.mover import Mover
from interpreter.runtime.books.set_aside import SetAside
from interpreter.runtime.books.writer import CARRY_AFTER_SEGMENTS, JournalKeeper, Writer
from interpreter.runtime.text import clean, is_clean
from store.records import CallRecord
from support.patience import PATIENCE_SECONDS

NOT_UTF8 = b"x\xff@h".decode("utf-8", "surrogateescape")


def begin(call_id: str, **more: object) -> dict:
    return {"c": call_id, "t": 1.0, "e": "call", "tenant": "t", **more}


def end(call_id: str) -> dict:
    return {"c": call_id, "t": 2.0, "e": "end", "cause": "normal", "by": "caller"}


class Collected(list[str]):
    """A database: the ids of the calls it was given."""

    def __call__(self, records: list[CallRecord]) -> None:
        self.extend(record.id for record in records)


@given(st.text(st.characters()) | st.binary().map(lambda b: b.decode("utf-8", "surrogateescape")))
def test_clean_text_can_be_journalled(text):
    cleaned = clean(text, 20)
    assert encode({"c": cleaned})
    assert is_clean(cleaned)
    assert len(cleaned) == min(20, len(text))
    if is_clean(text):
        assert cleaned == text[:20]


def test_a_line_that_is_no_json_costs_only_itself(tmp_path):
    written, failed = Collected(), []
    journal = Journal(tmp_path / "j")
    writer = Writer(journal, Mover(written, SetAside(tmp_path)), on_broken=failed.append)
    writer.start()
    writer.put(begin("a", sip=NOT_UTF8))
    for line in (begin("b"), {"c": "b", "t": 1.5, "e": "node", "n": NOT_UTF8}, end("b")):
        writer.put(line)
    writer.stop()
    journal.close()
    assert written == ["b"]
    assert failed == []


def test_whatever_the_fold_says_the_other_calls_are_kept(tmp_path, caplog):
    written = Collected()
    keeper = JournalKeeper(Journal(tmp_path), mover := Mover(written, SetAside(tmp_path)))
    apply = keeper._fold.apply

    def stumble(line, segment):
        if line["c"] == "bad":
            raise ZeroDivisionError
        return apply(line, segment)

    keeper._fold.apply = stumble  # type: ignore[method-assign]  # a fault for one call only
    keeper.keep([begin("bad"), begin("a"), end("a")])
    mover.move()
    assert written == ["a"]
    assert "bad" in caplog.text


def test_the_journals_thread_survives_what_nobody_thought_of(tmp_path, monkeypatch):
    monkeypatch.setattr(writer_module, "STUMBLE_SECONDS", 0.0)
    written, again = Collected(), threading.Event()
    journal = Journal(tmp_path / "j")
    writer = Writer(journal, Mover(written, SetAside(tmp_path)))

    def stumble() -> int:
        again.set()
        raise OSError(errno.EMFILE, "too many open files")

    monkeypatch.setattr(writer._keeper, "clean", stumble)
    writer.start()
    writer._clean_due = True
    writer.put(begin("a"))
    assert again.wait(10)
    assert writer.journal_alive
    writer.put(end("a"))
    writer.stop()
    assert written == ["a"]
    assert not writer.journal_alive


class NoDescriptors:
    """``os.open`` while ``on``: no descriptor is left."""

    def __init__(self, monkeypatch) -> None:
        self.on = False
        real = os.open

        def open_(*args, **kwargs):
            if self.on:
                raise OSError(errno.EMFILE, "too many open files")
            return real(*args, **kwargs)

        monkeypatch.setattr(journal_module.os, "open", open_)


def test_a_segment_that_cannot_be_opened_leaves_the_old_one_in_use(tmp_path, monkeypatch):
    lack, written = NoDescriptors(monkeypatch), Collected()
    journal = Journal(tmp_path, segment_bytes=10)
    keeper = JournalKeeper(journal, mover := Mover(written, SetAside(tmp_path)))
    lack.on = True
    with pytest.raises(OSError):
        journal.rotate()
    assert journal.current == 1
    keeper.keep([begin("a")])
    keeper.keep([end("a")])
    assert [line["e"] for line in read_segment(tmp_path / "00000001.jsonl")] == ["call", "end"]
    lack.on = False
    keeper.keep([begin("b")])
    assert journal.current == 2
    keeper.keep([end("b")])
    mover.move()
    assert written == ["a", "b"], "each once"


def test_a_carried_call_keeps_its_old_segment_until_it_is_carried(tmp_path, monkeypatch):
    journal = Journal(tmp_path)
    keeper = JournalKeeper(journal, Mover(Collected(), SetAside(tmp_path)))
    keeper.keep([begin("long")])
    for _ in range(CARRY_AFTER_SEGMENTS):
        keeper.turn_over()
    append = journal.append

    def full(lines, *, sync=True):
        raise OSError(errno.ENOSPC, "no space left on device")

    monkeypatch.setattr(journal, "append", full)
    with pytest.raises(OSError):
        keeper.turn_over()
    keeper.clean()
    assert next(number for number, _ in segments(tmp_path)) == 1
    monkeypatch.setattr(journal, "append", append)
    keeper.turn_over()
    assert next(number for number, _ in segments(tmp_path)) == journal.current
    assert [line["e"] for line in read_segment(segments(tmp_path)[0][1])] == ["carried"]


def test_the_movers_thread_survives_an_unreadable_segment(tmp_path, monkeypatch):
    monkeypatch.setattr(writer_module, "MOVE_SECONDS", 0.001)
    written, tried, chores = Collected(), threading.Event(), threading.Event()
    journal = Journal(tmp_path / "j")
    mover = Mover(written, SetAside(tmp_path), max_waiting=0)
    read, readable = mover_module.readable_lines, threading.Event()

    def unreadable(path):
        if not readable.is_set():
            tried.set()
            raise OSError(errno.EMFILE, "too many open files")
        return read(path)

    monkeypatch.setattr(mover_module, "readable_lines", unreadable)
    writer = Writer(journal, mover)
    writer.start([chores.set])
    writer.put(begin("a"))
    writer.put(end("a"))
    assert tried.wait(10)
    chores.clear()
    writer.nudge()
    assert chores.wait(10), "chores are done all the same"
    assert writer.mover_alive
    readable.set()
    writer.nudge()
    for _ in range(1000):
        if mover.oldest_segment() is None:
            break
        threading.Event().wait(0.01)
    writer.stop()
    assert written == ["a"]


async def test_answers_and_events_that_cannot_be_told(tmp_path):
    path = tmp_path / "control.sock"
    server = ControlServer(path, {"calls": lambda _: {"caller": NOT_UTF8}, "health": lambda _: {}}, 2)
    await server.start()
    try:
        client = await asyncio.to_thread(ControlClient, path)
        await asyncio.to_thread(client.call, "subscribe")
        server.publish({"event": "started", "caller": NOT_UTF8}, "t")
        with pytest.raises(ControlError) as refused:
            await asyncio.to_thread(client.call, "calls")
        assert refused.value.code == "internal"
        assert await asyncio.to_thread(ask, path, "health") == {}
        client.close()
    finally:
        await server.stop()


def test_a_mover_that_fails_again_and_again_is_told_until_it_moves_again(tmp_path, monkeypatch):
    monkeypatch.setattr(writer_module, "MOVE_SECONDS", 0.001)
    tries, mended = threading.Semaphore(0), threading.Event()

    def write(records):
        tries.release()
        if not mended.is_set():
            raise RuntimeError("nobody thought of this")

    writer = Writer(Journal(tmp_path / "j"), Mover(write, SetAside(tmp_path)))
    monkeypatch.setattr(writer._mover_wake, "wait", lambda pause: threading.Event().wait(0.001))  # no patience
    writer.start([lambda: None])
    assert not writer.mover_failing
    writer.put(begin("a"))
    writer.put(end("a"))
    for _ in range(writer_module.FAILING_AFTER + 1):
        assert tries.acquire(timeout=PATIENCE_SECONDS)
    assert writer.mover_failing
    mended.set()
    while writer.mover_failing:
        assert tries.acquire(timeout=PATIENCE_SECONDS) or not writer.mover_failing
    writer.stop()

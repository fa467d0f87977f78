"""Calls that go wrong in the middle of their beginning or end: nothing of them stays behind."""

from __future__ import annotations

import asyncio
import errno
import socket
import threading

import pytest
from runtime.softphone import until

from interpreter.control.client import ask
from interpreter.runtime.carrying.files import files_of
from interpreter.runtime.switchboard import Observer
from interpreter.sip.events import CallAnswered, CallCancelled, CallEnded, CallFailed, InviteReceived

pytestmark = pytest.mark.e2e

LOOP = "4001110004"


def nothing_is_left(line, version) -> bool:
    board = line.service.board
    return board.quiet and version.calls == 0 and not board.driver.owners


class Stumbling(Observer):
    def __init__(self, on: str) -> None:
        setattr(self, on, self._stumble)

    def _stumble(self, *_: object) -> None:
        raise ZeroDivisionError


async def test_a_call_whose_beginning_fails_is_broken_off(line, caplog):
    await line.start()
    board = line.service.board
    board.observer = Stumbling("started")
    phone = await line.phone()
    phone.dial(LOOP)
    assert (await phone.wait(CallFailed)).status == 500
    assert nothing_is_left(line, board.directory.number("86" + LOOP).version)
    record = await line.record()
    assert (record.cause, record.ended_by) == ("error", "system")
    assert "incident" in caplog.text


@pytest.mark.parametrize("method", ["stop_talk", "part", "ended"])
async def test_whatever_fails_at_the_end_nothing_stays(line, method, monkeypatch):
    await line.start()
    board = line.service.board
    phone = await line.phone()
    handle = phone.dial(LOOP)
    await phone.wait(CallAnswered)
    (call,) = board.calls.values()

    def stumble(*_: object, **__: object) -> None:
        raise ZeroDivisionError

    if method == "stop_talk":
        monkeypatch.setattr("interpreter.runtime.recording.CallFiles.stop_talk", stumble)
        files_of(call)
    elif method == "part":
        monkeypatch.setattr(board.driver.ua.calls, "hang_up", stumble, raising=False)
    else:
        board.observer = Stumbling("ended")
    call.end("operator", "operator")
    await until(lambda: nothing_is_left(line, call.flow))
    monkeypatch.undo()
    record = await line.record()
    assert (record.cause, record.ended_by) == ("operator", "operator")
    phone.hang_up(handle)


async def test_an_ack_without_the_answer_to_our_offer_ends_the_call(line):
    await line.start()
    phone = await line.phone()
    call = phone.dial(LOOP, sdp=False)
    await phone.wait(CallAnswered)
    phone.ua.outgoing.acknowledge(call, b"", phone.now)
    phone.driver.flush()
    await phone.wait(CallEnded)
    record = await line.record()
    assert (record.cause, record.ended_by) == ("error", "system")


async def test_while_there_are_calls_the_journal_says_that_the_runtime_lives(line):
    await line.start()
    line.service.upkeep.look()
    phone = await line.phone()
    phone.dial(LOOP)
    phone.dial(LOOP)
    await until(lambda: len(line.service.board.calls) == 2)
    line.service.upkeep.look()
    (path,) = (line.data / "journal").glob("*.jsonl")
    await until(lambda: b'"e":"alive"' in path.read_bytes())
    assert path.read_bytes().count(b'"e":"alive"') == 1, "one for all calls, none without calls"


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
async def test_a_runtime_whose_journal_is_dead_takes_no_call_and_says_so(line, monkeypatch, caplog):
    await line.start()

    def end_the_thread(*_: object, **__: object) -> None:
        raise SystemExit

    monkeypatch.setattr("interpreter.runtime.books.writer.JournalKeeper.keep", end_the_thread)
    phone = await line.phone()
    phone.dial(LOOP)
    control = line.data / "control.sock"
    await until(lambda: not line.service.writer.journal_alive)
    line.service.upkeep.look()
    assert (await phone.wait(CallFailed)).status == 500, "who waits for it is told"
    phone.dial(LOOP)
    assert (await phone.wait(CallFailed)).status == 503
    health = await asyncio.to_thread(ask, control, "health")
    assert (health["journal"], health["threads"]["journal"]) == ("dead", "dead")
    line.service.upkeep.look()
    assert caplog.text.count("journal thread has ended") == 1


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
async def test_without_its_mover_a_runtime_takes_calls_and_says_so(line, monkeypatch, caplog):
    def end_the_thread(*_: object) -> None:
        raise SystemExit

    monkeypatch.setattr("interpreter.runtime.books.mover.Mover.move", end_the_thread)
    await line.start()
    await until(lambda: not line.service.writer.mover_alive)
    for _ in range(2):
        line.service.upkeep.look()
    assert caplog.text.count("mover thread has ended") == 1
    assert line.service.health.report({})["mover"] == "dead"
    phone = await line.phone()
    call = phone.dial(LOOP)
    await phone.wait(CallAnswered)
    phone.hang_up(call)
    await until(lambda: not line.service.board.calls)


async def test_a_message_that_trips_us_costs_no_other(line, caplog):
    """A fault of ours in reading one datagram: what others wait for is still sent."""
    await line.start()
    driver = line.service.board.driver
    read = driver.ua.receive_datagram

    def trips(data, source, now):
        if data.startswith(b"TRIP"):
            raise IndexError("a fault")
        read(data, source, now)

    driver.ua.receive_datagram = trips
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as stranger:
        stranger.sendto(b"TRIP", ("127.0.0.1", line.port))
    await until(lambda: "incident" in caplog.text)
    phone = await line.phone()
    phone.dial("4001110001")
    await phone.wait(CallAnswered)


async def test_an_event_that_trips_us_costs_no_other_of_its_batch(line, caplog):
    await line.start()
    driver = line.service.board.driver
    hand, first = driver._on_event, []

    def trips(at, event):
        if not first:
            first.append(event)
            raise IndexError("a fault")
        hand(at, event)

    driver._on_event = trips
    (phone, other) = await line.phone(), await line.phone("13900000000")
    phone.dial("4001110001")
    await until(lambda: "incident" in caplog.text)
    other.dial("4001110001")
    await other.wait(CallAnswered)


def slow_journal(line, monkeypatch) -> tuple[threading.Event, threading.Event]:
    """(the journal was asked to write, let it): until then its disk stands still."""
    asked, go_on = threading.Event(), threading.Event()
    append = line.service.journal.append

    def slow(lines, *, sync=True):
        asked.set()
        assert go_on.wait(10)
        append(lines, sync=sync)

    monkeypatch.setattr(line.service.journal, "append", slow)
    return asked, go_on


async def test_a_call_is_answered_when_the_journal_has_it(line, monkeypatch):
    """Not before: a runtime that dies then would leave a call that somebody pays for and nobody knows."""
    await line.start()
    asked, go_on = slow_journal(line, monkeypatch)
    phone = await line.phone()
    phone.dial(LOOP)
    await until(asked.is_set)
    await phone.settle()
    assert not [event for event in phone.events if isinstance(event, CallAnswered)]
    go_on.set()
    await phone.wait(CallAnswered)
    (journal,) = (line.data / "journal").glob("*.jsonl")
    assert b'"e":"call"' in journal.read_bytes()


async def test_a_call_that_the_journal_cannot_have_is_refused(line, monkeypatch):
    await line.start()

    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "no space left on device")

    phone = await line.phone()
    with monkeypatch.context() as patch:
        patch.setattr(line.service.journal, "append", full)
        phone.dial(LOOP)
        assert (await phone.wait(CallFailed)).status == 500
        await until(lambda: line.service.board.quiet)
    assert (await line.record()).cause == "error"


async def test_a_caller_who_gives_up_while_the_journal_is_slow_leaves_nothing(line, monkeypatch):
    await line.start()
    asked, go_on = slow_journal(line, monkeypatch)
    phone = await line.phone()
    call = phone.dial(LOOP)
    await until(asked.is_set)
    phone.cancel(call)
    await phone.wait(CallFailed)
    go_on.set()
    await until(lambda: nothing_is_left(line, line.service.board.directory.number("86" + LOOP).version))
    assert (await line.record()).ended_by == "caller"


async def test_a_call_that_breaks_off_hangs_up_whom_it_rang(line):
    await line.start()
    callee, caller = await line.extension("801"), await line.phone()
    handle = caller.dial("4001110002")
    await callee.wait(InviteReceived)
    (call,) = line.service.board.calls.values()
    try:
        raise ZeroDivisionError
    except ZeroDivisionError:
        call.break_off()
    line.service.board.flush()
    await callee.wait(CallCancelled)
    await caller.wait(CallEnded, lambda event: event.call == handle)

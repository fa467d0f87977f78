"""What is kept of a call's inputs, from its journal to the database, and what a replay makes of it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from interpreter.calls.deeds import deeds
from interpreter.calls.direct import DirectCall
from interpreter.calls.given import given_of
from interpreter.calls.inputs import Input, LegAnswered, LegHungUp, LegRinging
from interpreter.calls.session import CallSession
from interpreter.machine.effects import Target
from interpreter.machine.events import CallerHungUp, CallStarted, Digit, Told
from interpreter.machine.facts import Facts
from interpreter.replay import KeptCall, first_difference, read, replay
from interpreter.runtime.books import kept
from interpreter.runtime.books.heard import line_of
from interpreter.runtime.books.journal import Journal, Line, encode, parse_line
from interpreter.runtime.books.mover import Mover
from interpreter.runtime.books.records import RecordFold
from interpreter.runtime.books.recovery import recover
from interpreter.runtime.books.set_aside import SetAside
from interpreter.runtime.books.writer import JournalKeeper
from store.records import CallRecord

AT = 1_795_140_000.0
CALL = {"e": "call", "tenant": "t", "number": "", "caller": "801", "called": "802", "flow": None, "name": "",
        "version": None, "sip": ""}  # fmt: skip
EVENTS: list[Input] = [CallStarted(), LegRinging(1), LegAnswered(1), Digit("5"), LegHungUp(1)]


def story(events: list[Input] = EVENTS) -> list[Line]:
    """801 rings 802; its journal but for the end."""
    session = CallSession(DirectCall(Target("extension", "802"), 30.0, "off"), Target("extension", "801"))
    facts = Facts("a", "801", "802")
    lines: list[Line] = [{"c": "a", "t": AT} | CALL | {"given": given_of(session, facts, AT, 0.25)}]
    lines.append({"c": "a", "t": AT, "e": "ring", "leg": 1, "target": "802", "k": "extension"})
    for n, event in enumerate(events):
        written = session.written(event)
        line = line_of(("a", AT + n / 3, written, session.handle(event, AT + n / 3 + 0.25)))
        assert line is not None
        lines.append(line)
    return lines


def end(heard: int) -> Line:
    return {"c": "a", "t": AT + 9.0, "e": "end", "cause": "normal", "by": "caller", "heard": heard}


def fold(lines: list[Line]) -> CallRecord:
    """The record of what a start reads in a journal."""
    records = RecordFold()
    *_, ended = [records.apply(parse_line(encode(line)) or {}, 1) for line in lines]
    assert ended is not None
    return ended.record


def test_a_call_does_again_what_it_did() -> None:
    record = fold([*story(), end(len(EVENTS))])
    call = read("a", record.inputs)
    assert isinstance(call, KeptCall)
    again = replay(call, {})
    assert not isinstance(again, str)
    assert first_difference(call, again) is None
    assert [moment.deeds for moment in call.moments] == [
        [["invite", 1, "extension", "802"]], [], [["answer"], ["connect", [0, 1], False]], [],
        [["part"], ["hangup", "normal"], ["end", "hangup"]],
    ]  # fmt: skip
    assert record.legs[1].rang == pytest.approx(1 / 3)


def test_the_first_moment_that_differs_is_named() -> None:
    lines = story()
    lines[4]["o"] = [("answer",), ("connect", (0, 2), False)]
    call = read("a", fold([*lines, end(len(EVENTS))]).inputs)
    assert isinstance(call, KeptCall)
    again = replay(call, {})
    assert not isinstance(again, str)
    difference = first_difference(call, again)
    assert difference is not None
    assert (difference.n, difference.event) == (2, LegAnswered(1))
    assert "did [['answer'], ['connect', [0, 2], False]], does [['answer'], ['connect', [0, 1]" in str(difference)


@pytest.mark.parametrize(("lines", "why"), [
    pytest.param([{"c": "a", "t": AT} | CALL, *story()[1:], end(5)], "old", id="journal without what was given"),
    pytest.param([*story()[:3], *story()[4:], end(5)], "lost", id="a line is missing"),
    pytest.param([*story(), {"c": "a", "t": AT, "e": "in", "i": ["digit", "?"]}, end(6)], "secret", id="secret"),
    pytest.param([*story(), {"c": "a", "t": AT, "e": "in", "i": ["sings"]}, end(6)], "damaged", id="no input"),
    pytest.param([*story(), {"c": "a", "t": AT, "e": "in"}, end(6)], "lost", id="a damaged line"),
])  # fmt: skip
def test_why_a_call_cannot_be_replayed(lines: list[Line], why: str) -> None:
    record = fold(lines)
    assert (record.cause, len(record.legs)) == ("normal", 2)
    assert read("a", record.inputs) == why


def test_too_many_inputs_are_cut_and_the_record_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept, "MOST_BYTES", 1000)
    record = fold([*story([*EVENTS[:3], *[Digit("5")] * 100]), end(103)])
    assert record.inputs is not None
    assert json.loads(record.inputs)["in"] == []
    assert read("a", record.inputs) == "cut"


@pytest.mark.parametrize("most", [1000, 10])
def test_a_call_that_is_carried_forward_keeps_its_inputs(monkeypatch: pytest.MonkeyPatch, most: int) -> None:
    monkeypatch.setattr(kept, "MOST_BYTES", most)
    lines = [*story(), end(5)]
    old, new = RecordFold(), RecordFold()
    for line in lines[:4]:
        old.apply(line, 1)
    for line in [*old.carry(2), *lines[4:]]:
        ended = new.apply(parse_line(encode(line)) or {}, 2)
    assert ended is not None
    assert ended.record == fold(lines)


def test_an_input_that_cannot_be_written_costs_itself_alone(tmp_path: Path) -> None:
    journal = Journal(tmp_path)
    mover = Mover(lambda records: written.extend(records), SetAside(tmp_path))
    written: list[CallRecord] = []
    lines = story([*EVENTS[:2], Told(1, "ok", {"name": "\ud800"}), *EVENTS[2:]])
    JournalKeeper(journal, mover).keep([*lines, end(6)])
    assert mover.move()
    assert read("a", written[0].inputs) == "lost"
    journal.close()


def test_a_crash_in_the_middle_leaves_what_was_heard_by_then(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "journal")
    journal.append(story()[:5])
    journal.close()
    written: dict[str, CallRecord] = {}
    for _ in range(2):  # the second start finds the same, and the database knows it
        mover = Mover(lambda records: written.update({r.id: r for r in records}), SetAside(tmp_path))
        recover(tmp_path, tmp_path / "journal", mover, lambda path: 0.0).journal.close()
        assert mover.move()
        record = written.pop("a")
        assert record.cause == "node_lost"
        call = read("a", record.inputs)
        assert isinstance(call, KeptCall)
        assert [moment.event for moment in call.moments] == EVENTS[:3]
        again = replay(call, {})
        assert not isinstance(again, str)
        assert first_difference(call, again) is None


def test_what_a_service_says_is_kept() -> None:
    line = line_of(("a", AT, Told(2, "offer", {"members": ["801"]}), ()))
    assert line == {"c": "a", "t": AT, "e": "in", "i": ("told", 2, "offer", {"members": ["801"]})}


def test_what_is_no_input_is_dropped_with_an_error(caplog: pytest.LogCaptureFixture) -> None:
    assert line_of(("a", AT, object(), ())) is None  # type: ignore[arg-type]  # a fault of ours
    assert "an input of call a cannot be journalled and is dropped: object" in caplog.text


def test_the_end_of_the_caller_is_the_end_of_the_deeds() -> None:
    session = CallSession(DirectCall(Target("extension", "802"), 30.0, "off"))
    session.handle(CallStarted(), AT)
    assert deeds(session.handle(CallerHungUp(), AT)) == [("cancel", 1), ("end", "caller")]

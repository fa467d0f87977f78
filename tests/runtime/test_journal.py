"""The journal as the next start sees it, whatever instant the last run died in."""

from __future__ import annotations

import errno
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from interpreter.calls.inputs import Input
from interpreter.calls.outputs import Output
from interpreter.machine.effects import ExitTaken, InputMissed, NodeEntered
from interpreter.machine.events import CallStarted, Digit, PlayDone, TimerFired
from interpreter.runtime.books import journal as journal_module
from interpreter.runtime.books.heard import line_of
from interpreter.runtime.books.journal import Journal, Line, encode, parse_line, read_segment, segments
from interpreter.runtime.books.mover import Mover
from interpreter.runtime.books.records import RecordFold
from interpreter.runtime.books.recovery import recover
from interpreter.runtime.books.set_aside import SetAside
from interpreter.runtime.books.writer import JournalKeeper
from store.records import CallLeg, CallRecord
from support.proof import examples

CALL = {"e": "call", "tenant": "t", "number": "4001234567", "caller": "139", "called": "4001234567",
        "flow": "f", "name": "主流程", "version": 3, "sip": "x@y"}


class FakeStore:
    """Keeps what it is given; ``away`` makes it refuse."""

    def __init__(self) -> None:
        self.calls: dict[str, CallRecord] = {}
        self.away = False

    def write(self, records) -> None:
        if self.away:
            raise ConnectionError("away")
        for record in records:
            assert self.calls.get(record.id, record) == record, "the same call, told differently"
            self.calls[record.id] = record


def story(call_id: str, at: float = 100.0) -> list[dict]:
    """A whole call: answered, one node, a talk recorded, a message left."""
    lines = [
        CALL,
        {"e": "answered"},
        {"e": "node", "n": "main", "k": "menu", "l": "主菜单"},
        {"e": "digit", "d": "1"},
        {"e": "exit", "n": "main", "x": "1", "l": "销售"},
        {"e": "node", "n": "sales", "k": "transfer", "l": ""},
        {"e": "connected", "who": "801"},
        {"e": "recording", "id": call_id + "r", "path": f"recordings/{call_id}.wav"},
        {"e": "recorded", "id": call_id + "r", "seconds": 2.0},
        {"e": "exit", "n": "sales", "x": "answered", "l": ""},
        {"e": "node", "n": "vm", "k": "voicemail", "l": ""},
        {"e": "message", "id": call_id + "m", "box": "801", "path": f"voicemail/{call_id}.wav"},
        {"e": "kept", "id": call_id + "m", "seconds": 1.5},
        {"e": "end", "cause": "normal", "by": "caller"},
    ]
    return [{"c": call_id, "t": at + i, **line} for i, line in enumerate(lines)]


A_LINE_A_STEP = [
    CALL,
    {"e": "node", "n": "ask", "k": "call", "l": "问一问"},
    {"e": "node", "n": "ask", "k": "menu", "l": "", "f": "survey"},
    {"e": "missed", "n": "ask", "w": "no_input", "f": "survey"},
    {"e": "exit", "n": "ask", "x": "1", "l": "好", "f": "survey"},
    {"e": "node", "n": "out", "k": "exit", "l": "", "f": "survey"},
    {"e": "exit", "n": "ask", "x": "done", "l": ""},
    {"e": "node", "n": "bye", "k": "hangup", "l": ""},
    {"e": "end", "cause": "normal", "by": "flow"},
]
"""As earlier releases wrote them."""


def _heard(event: Input, *outputs: Output) -> Line:
    line = line_of(("c", 0.0, event, outputs))
    assert line is not None
    return line


A_LINE_AN_INPUT = [
    CALL,
    _heard(CallStarted(), NodeEntered("ask", "call", "问一问", "f")),
    _heard(PlayDone(), NodeEntered("ask", "menu", "", "survey")),
    _heard(TimerFired("digit"), InputMissed("ask", "no_input", "survey")),
    _heard(Digit("1"), ExitTaken("ask", "1", "好", "survey"), NodeEntered("out", "exit", "", "survey")),
    {"e": "digit", "d": "1"},
    _heard(PlayDone(), ExitTaken("ask", "done", "", "f"), NodeEntered("bye", "hangup", "", "f")),
    {"e": "digit", "d": "2"},
    {"e": "end", "cause": "normal", "by": "flow"},
]


@pytest.mark.parametrize(
    ("lines", "seconds"),
    [
        pytest.param(A_LINE_A_STEP, (5.0, 2.0, 2.0, 1.0), id="a line a step"),
        pytest.param(A_LINE_AN_INPUT, (5.0, 2.0, 2.0, 2.0), id="a line an input"),
    ],
)
def test_a_node_that_calls_a_flow_lasts_as_long_as_that_flow_whose_steps_name_it(lines, seconds) -> None:
    fold = RecordFold()
    (ended,) = [found for at, line in enumerate(lines) if (found := fold.apply({**line, "c": "c", "t": 100.0 + at}, 1))]
    steps = [
        (step.flow, step.node, step.type, step.label, step.exit, step.exit_label, step.no_input)
        for step in ended.record.steps
    ]
    assert steps == [
        (None, "ask", "call", "问一问", "done", "", 0),
        ("survey", "ask", "menu", "", "1", "好", 1),
        ("survey", "out", "exit", "", None, "", 0),
        (None, "bye", "hangup", "", None, "", 0),
    ]
    assert tuple(step.seconds for step in ended.record.steps) == seconds


def start(data: Path, store: FakeStore, segment_bytes: int = 1 << 20) -> tuple[JournalKeeper, Mover]:
    mover = Mover(store.write, SetAside(data))
    recovered = recover(data, data / "journal", mover, lambda path: 1.25)
    return JournalKeeper(recovered.journal, mover, recovered.fold), mover


def test_a_whole_call_becomes_its_record(tmp_path):
    store = FakeStore()
    keeper, mover = start(tmp_path, store)
    keeper.keep(story("a"))
    assert mover.move()
    record = store.calls["a"]
    assert (record.caller, record.flow_version, record.answered_by) == ("139", 3, "801")
    assert (record.cause, record.ended_by, record.answered_at, record.ended_at) == ("normal", "caller", 101.0, 113.0)
    assert [(s.node, s.type, s.label, s.exit, s.exit_label, s.at, s.seconds) for s in record.steps] == [
        ("main", "menu", "主菜单", "1", "销售", 2.0, 2.0),
        ("sales", "transfer", "", "answered", "", 5.0, 4.0),
        ("vm", "voicemail", "", None, "", 10.0, 3.0),
    ]
    assert [(r.path, r.seconds, r.started_at) for r in record.recordings] == [("recordings/a.wav", 2.0, 107.0)]
    assert [(v.box, v.seconds) for v in record.voicemails] == [("801", 1.5)]


@settings(max_examples=examples(60), deadline=None)
@given(cut=st.integers(0, 5000), rubbish=st.binary(max_size=20))
def test_killed_at_any_byte(tmp_path_factory, cut, rubbish):
    """Whatever prefix of the file reached the disk: finished calls are all there, the others are node_lost."""
    data = tmp_path_factory.mktemp("data")
    keeper, _ = start(data, FakeStore())
    keeper.keep(story("a") + story("b", 200.0)[:9])
    (_, path), *_ = segments(data / "journal")
    whole = path.read_bytes()
    kept = whole[:cut]
    path.write_bytes(kept + rubbish.replace(b"\n", b""))
    store = FakeStore()
    _, mover = start(data, store)
    assert mover.move()
    begun = {line["c"] for line in map(parse_line, kept.splitlines(True)) if line and kept.find(b"\n") >= 0}
    complete_lines = kept.count(b"\n")
    assert set(store.calls) == {c for c, first in (("a", 1), ("b", 15)) if complete_lines >= first} <= begun
    if "a" in store.calls:
        assert store.calls["a"].cause == ("normal" if complete_lines >= 14 else "node_lost")
    if "b" in store.calls:
        lost = store.calls["b"]
        assert (lost.cause, lost.ended_by) == ("node_lost", "system")
        assert lost.ended_at == 200.0 + complete_lines - 15 + (1.25 if complete_lines == 22 else 0)
        measured = [1.25] if complete_lines == 22 else [2.0]
        assert [r.seconds for r in lost.recordings] == (measured if complete_lines >= 22 else [])


@pytest.mark.parametrize(
    ("afterwards", "measured", "ended_at"),
    [
        pytest.param([], 0.0, 107.0, id="nothing but its own last line"),
        pytest.param([], 3600.0, 107.0 + 3600.0, id="an hour on its recording"),
        pytest.param([{"c": "", "t": 3700.0, "e": "alive"}], 3590.0, 3700.0, id="the runtime said that it lives"),
        pytest.param(story("other", 500.0), 1.0, 513.0, id="another call was journalled"),
    ],
)
def test_a_lost_call_lasted_as_long_as_the_runtime_is_known_to_have_lived(tmp_path, afterwards, measured, ended_at):
    keeper, _ = start(tmp_path, FakeStore())
    keeper.keep(story("a")[:8])
    keeper.turn_over()
    keeper.keep(afterwards)
    store = FakeStore()
    mover = Mover(store.write, SetAside(tmp_path))
    recover(tmp_path, tmp_path / "journal", mover, lambda path: measured)
    assert mover.move()
    lost = store.calls["a"]
    assert (lost.cause, lost.ended_at) == ("node_lost", ended_at)
    assert sum(r.seconds for r in lost.recordings) == measured
    assert (lost.steps[-1].node, lost.steps[-1].seconds) == ("sales", ended_at - 105.0)


@settings(max_examples=examples(40), deadline=None)
@given(st.data())
def test_restarts_and_outages_lose_and_change_nothing(tmp_path_factory, data):
    """Interleaved calls, tiny segments, a database that comes and goes, restarts without warning."""
    folder, store = tmp_path_factory.mktemp("data"), FakeStore()
    stories = {f"c{i}": story(f"c{i}", i * 50.0) for i in range(data.draw(st.integers(1, 6)))}
    expected = {name: list(lines) for name, lines in stories.items()}
    keeper, mover = small(folder, store, data)
    while any(stories.values()):
        step = data.draw(st.sampled_from(["line", "line", "line", "move", "away", "turn", "restart"]))
        if step == "line":
            name = data.draw(st.sampled_from([n for n, lines in stories.items() if lines]))
            keeper.keep([stories[name].pop(0)])
        elif step == "move":
            if mover.move():
                mover.catch_up(keeper._journal)
        elif step == "away":
            store.away = not store.away
        elif step == "turn":
            keeper.turn_over()
        else:
            open_now = [n for n, lines in stories.items() if lines and len(lines) < len(expected[n])]
            for name in open_now:
                stories[name] = []
                expected[name] = []
            keeper, mover = small(folder, store, data)
    store.away = False
    while mover.waiting:
        assert mover.move()
    assert mover.catch_up(keeper._journal)
    assert set(store.calls) == set(expected)
    for name, lines in expected.items():
        assert store.calls[name].cause == ("normal" if lines else "node_lost")
        if lines:
            assert len(store.calls[name].steps) == 3
    keeper.turn_over()
    assert len(segments(folder / "journal")) == 1, "nothing is held back when all is in the database"


def small(folder, store, data):
    keeper, mover = start(folder, store)
    mover._max_waiting = data.draw(st.integers(1, 3))
    return keeper, mover


def test_a_line_counts_from_its_newline_on(tmp_path, caplog):
    """Who reads while somebody writes sees half a line now and then: that is no damage, and it may be whole."""
    path = tmp_path / "00000001.jsonl"
    whole = encode({"c": "a", "t": 1.0, "e": "call"})
    for torn in (whole[:-1], whole[:9]):
        path.write_bytes(whole + torn)
        assert [line["e"] for line in read_segment(path)] == ["call"]
    assert caplog.records == []


def test_what_spills_while_the_segments_are_read_is_read_the_next_time(tmp_path):
    """A call ends while the records before it are being written: its lines may stand behind what was read."""
    store = FakeStore()
    keeper, mover = start(tmp_path, store)
    mover._max_waiting = 0
    write, late = mover._write_to_database, story("late", 200.0)

    def meanwhile(records) -> None:
        while late:
            keeper.keep([late.pop(0)])
        write(records)

    mover._write_to_database = meanwhile
    keeper.keep(story("early"))
    for expected in ({"early"}, {"early", "late"}):
        assert mover.catch_up(keeper._journal)
        assert set(store.calls) == expected
    assert mover.oldest_segment() is None


def test_a_damaged_line_in_the_middle_costs_only_itself(tmp_path):
    keeper, _ = start(tmp_path, FakeStore())
    keeper.keep(story("a"))
    (_, path), = segments(tmp_path / "journal")
    lines = path.read_bytes().splitlines(True)
    lines[3] = b'{"c":"a","t":1,"e":\n'
    path.write_bytes(b"".join(lines))
    store = FakeStore()
    _, mover = start(tmp_path, store)
    mover.move()
    assert store.calls["a"].cause == "normal"


def test_a_very_long_call_does_not_hold_segments_back(tmp_path):
    store = FakeStore()
    keeper, mover = start(tmp_path, store)
    long = story("long")
    keeper.keep(long[:8])
    for i in range(30):
        keeper.keep(story(f"s{i}"))
        mover.move()
        keeper.turn_over()
    assert len(segments(tmp_path / "journal")) <= 10
    keeper.keep(long[8:])
    mover.move()
    assert len(store.calls["long"].steps) == 3
    assert store.calls["long"].started_at == 100.0


KINDS = ["call", "answered", "node", "exit", "connected", "recording", "recorded", "message", "kept", "carried", "end"]
MEMBERS = ["n", "k", "x", "l", "id", "path", "box", "seconds", "who", "tenant", "state", "cause", "by"]
VALUES = st.none() | st.text(max_size=3) | st.floats(0, 9) | st.dictionaries(st.sampled_from(MEMBERS), st.none())


@given(st.lists(st.tuples(st.sampled_from(KINDS), st.dictionaries(st.sampled_from(MEMBERS), VALUES))))
def test_the_fold_takes_any_well_formed_lines(lines):
    fold = RecordFold()
    fold.apply({"c": "a", "t": 1.0, "e": "call", "tenant": "t"}, 1)
    for kind, members in lines:
        fold.apply({"c": "a", "t": 1.0, "e": kind, **members}, 1)
    fold.apply({"c": "a", "t": 2.0, "e": "end"}, 1)


def test_segment_numbers_never_repeat(tmp_path):
    Journal(tmp_path / "j").append([{"c": "a", "t": 1.0, "e": "x"}])
    second = Journal(tmp_path / "j")
    assert second.current == 2
    assert [line["c"] for line in read_segment(tmp_path / "j" / "00000001.jsonl")] == ["a"]


@pytest.mark.parametrize("raw", [b"", b"[]", b"{}", b'{"c":1,"t":1,"e":"x"}', b'{"c":"a","t":"1","e":"x"}', b"\xff"])
def test_lines_that_count_as_damaged(raw):
    assert parse_line(raw) is None


@pytest.mark.parametrize("t", ["-1e18", "1e300", "7258118401", "-1", "true", "NaN", "1e999", "null", '"2026"'])
def test_a_line_of_no_time_that_can_be_is_damaged(t):
    assert parse_line(b'{"c":"a","t":%s,"e":"call"}' % t.encode()) is None


def test_a_call_of_an_impossible_time_costs_only_itself(tmp_path):
    (tmp_path / "journal").mkdir()
    lines = [*story("good"), {**story("a")[0], "t": -1e18}, *story("a")[1:], *story("other", 500.0)[:2]]
    (tmp_path / "journal" / "00000077.jsonl").write_bytes(b"".join(map(encode, lines)))
    store = FakeStore()
    _, mover = start(tmp_path, store)
    assert mover.move()
    assert {call_id: call.cause for call_id, call in store.calls.items()} == {"good": "normal", "other": "node_lost"}


ODD_STATE = {"started": CALL, "started_at": 100.0, "last_at": 101.0, "answered_at": None, "answered_by": None,
             "steps": [], "recordings": {}, "messages": {}}  # fmt: skip


@pytest.mark.parametrize(
    "changed",
    [{"started_at": -1e18}, {"last_at": "soon"}, {"answered_at": {}}, {"started": {}}, {"steps": None},
     {"steps": [5]}, {"recordings": {"r": 5}}, {"recordings": {"r": {"seconds": None, "path": 5, "at": 1.0}}},
     {"messages": {"m": {"seconds": None, "path": "x", "at": "soon"}}}],
)  # fmt: skip
def test_a_damaged_carried_call_keeps_no_other_from_its_record(tmp_path, changed):
    (tmp_path / "journal").mkdir()
    carried = {"c": "odd", "t": 100.0, "e": "carried", "state": ODD_STATE | changed}
    later = {"c": "odd", "t": 102.0, "e": "answered"}
    lines = [carried, later, *story("good"), *story("lost", 300.0)[:2]]
    (tmp_path / "journal" / "00000001.jsonl").write_bytes(b"".join(map(encode, lines)))
    store = FakeStore()
    _, mover = start(tmp_path, store)
    assert mover.move()
    assert {call_id: call.cause for call_id, call in store.calls.items() if call_id != "odd"} == {
        "good": "normal", "lost": "node_lost",
    }  # fmt: skip


def test_a_segment_that_cannot_be_read_is_set_aside_and_the_rest_goes_on(tmp_path, caplog):
    keeper, _ = start(tmp_path, FakeStore())
    keeper.keep(story("a"))
    journal = tmp_path / "journal"
    (journal / "00000007.jsonl").mkdir()
    store = FakeStore()
    keeper, mover = start(tmp_path, store)
    assert mover.move()
    assert set(store.calls) == {"a"}
    assert (journal / "00000007.unreadable").is_dir()
    assert str(journal / "00000007.jsonl") in caplog.text
    keeper.turn_over()
    assert [number for number, _ in segments(journal)] == [9], "numbers never repeat"


def test_a_segment_that_can_be_neither_read_nor_renamed_is_only_in_the_way(tmp_path, caplog):
    journal = tmp_path / "journal"
    (journal / "00000007.jsonl" / "x").mkdir(parents=True)
    (journal / "00000007.unreadable" / "x").mkdir(parents=True)
    store = FakeStore()
    keeper, mover = start(tmp_path, store)
    keeper.keep(story("a"))
    assert mover.move()
    for _ in range(3):
        keeper.turn_over()
    assert [number for number, _ in segments(journal)] == [7, 11]
    assert caplog.text.count("cannot be deleted") == 1


def test_a_disk_that_fails_in_the_middle_of_a_segment_costs_what_is_behind(tmp_path, monkeypatch):
    keeper, _ = start(tmp_path, FakeStore())
    keeper.keep(story("a") + story("b", 200.0))
    keeper.turn_over()
    parse = journal_module.parse_line
    seen = []

    def fails(raw):
        seen.append(raw)
        if len(seen) == 17:
            raise OSError(errno.EIO, "input/output error")
        return parse(raw)

    monkeypatch.setattr(journal_module, "parse_line", fails)
    store = FakeStore()
    _, mover = start(tmp_path, store)
    assert mover.move()
    assert {call_id: call.cause for call_id, call in store.calls.items()} == {"a": "normal", "b": "node_lost"}


def test_want_of_descriptors_is_no_fault_of_the_segment(tmp_path, monkeypatch):
    keeper, _ = start(tmp_path, FakeStore())
    keeper.keep(story("a"))

    def no_descriptor(path):
        raise OSError(errno.EMFILE, "too many open files")

    monkeypatch.setattr(journal_module, "read_segment", no_descriptor)
    with pytest.raises(OSError, match="too many"):
        start(tmp_path, FakeStore())
    assert not list((tmp_path / "journal").glob("*.unreadable"))


@pytest.mark.parametrize("later", [{}, {"legs": {}, "something_new": [1]}])
def test_calls_carried_by_another_release_are_read(later):
    """An earlier one knew no legs; a later one may know more than we do."""
    fold = RecordFold()
    fold.apply({"c": "a", "t": 100.0, "e": "carried", "state": ODD_STATE | later}, 1)
    fold.apply({"c": "a", "t": 102.0, "e": "answered"}, 1)
    ended = fold.apply({"c": "a", "t": 103.0, "e": "end", "cause": "normal", "by": "caller"}, 1)
    assert (ended.record.answered_at, ended.record.legs) == (102.0, ())


def test_a_record_has_every_leg():
    fold = RecordFold()
    lines = [
        CALL | {"t": 100.0}, {"e": "answered", "t": 101.0},
        {"e": "ring", "leg": 1, "target": "801", "k": "extension", "t": 102.0},
        {"e": "rings", "leg": 1, "t": 102.5}, {"e": "up", "leg": 1, "via": "", "codec": "PCMA", "t": 104.0},
        {"e": "ring", "leg": 2, "target": "13900139000", "k": "number", "t": 110.0},
        {"e": "up", "leg": 2, "via": "telecom", "codec": "PCMU", "t": 112.0},
        {"e": "down", "leg": 1, "w": "released", "t": 112.0},
        {"e": "ring", "leg": 3, "target": "803", "k": "extension", "t": 113.0},
        {"e": "down", "leg": 3, "w": "busy", "t": 114.0},
        {"e": "came", "leg": 4, "target": "804", "k": "extension", "from": "b", "t": 115.0},
        {"e": "down", "leg": 0, "w": "hung_up", "t": 120.0},
        {"e": "up", "leg": "?", "t": 120.0},  # damaged: costs itself only
        {"e": "end", "cause": "normal", "by": "caller", "t": 121.0},
    ]  # fmt: skip
    *_, ended = [fold.apply({"c": "a"} | line, 1) for line in lines]
    assert ended.record.legs == (
        CallLeg(0, CALL["caller"], "caller", 0.0, answered=1.0, ended=20.0, cause="hung_up"),
        CallLeg(1, "801", "extension", 2.0, rang=2.5, answered=4.0, ended=12.0, cause="released", codec="PCMA"),
        CallLeg(2, "13900139000", "number", 10.0, answered=12.0, ended=21.0, trunk="telecom", codec="PCMU"),
        CallLeg(3, "803", "extension", 13.0, ended=14.0, cause="busy"),
        CallLeg(4, "804", "extension", 15.0, answered=15.0, ended=21.0),
    )

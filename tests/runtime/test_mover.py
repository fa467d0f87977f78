"""Records the database refuses: set aside where a person finds them, while all others arrive; an outage keeps all."""

from __future__ import annotations

import errno
import json
import sqlite3
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from runtime.conftest import prepare
from sqlalchemy.exc import DataError, IntegrityError, OperationalError, ProgrammingError

from interpreter.runtime.books.mover import Mover
from interpreter.runtime.books.set_aside import FILE_NAME, SetAside, is_refusal
from store import open_store
from store.records import CallRecord, CallStep
from support.proof import examples


def record(call_id: str, **changes: object) -> CallRecord:
    fields = {
        "tenant_id": "t", "id": call_id, "number": "864001110001", "caller": "139", "called": "4001110001",
        "flow_id": None, "flow_name": "主菜单", "flow_version": None, "started_at": 1.0, "answered_at": None,
        "ended_at": 2.0, "cause": "normal", "ended_by": "caller",
        "steps": (CallStep(0.0, "main", "menu", "主菜单", "1", "销售", 1.0),),
    }  # fmt: skip
    return CallRecord(**(fields | changes))  # type: ignore[arg-type]  # faults are of any type


def statement_error(kind: type, said: str, sqlstate: str | None = None) -> Exception:
    orig = sqlite3.Error(said)
    if sqlstate is not None:
        orig.sqlstate = sqlstate  # type: ignore[attr-defined]  # as psycopg's errors have it
    return kind("INSERT INTO calls ...", {"caller": "13912345678"}, orig)


class Database:
    """Refuses the calls named ``bad``; ``away`` takes none at all."""

    def __init__(self, bad: set[str]) -> None:
        self.bad = bad
        self.away = False
        self.taken: list[str] = []

    def write(self, records) -> None:
        if self.away:
            raise statement_error(OperationalError, "no connection")
        if any(r.id in self.bad for r in records):
            raise statement_error(IntegrityError, "NOT NULL constraint failed\nand more")
        self.taken += [r.id for r in records]


def kept(data: Path) -> list[dict]:
    path = data / FILE_NAME
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()] if path.exists() else []


@settings(max_examples=examples(50), deadline=None)
@example(bad=set(range(20)), away=[True])
@given(bad=st.sets(st.integers(0, 19)), away=st.lists(st.booleans(), max_size=6))
def test_the_refused_ones_are_set_aside_and_the_others_arrive_in_their_order(tmp_path_factory, bad, away):
    data = tmp_path_factory.mktemp("data")
    database = Database({str(n) for n in bad})
    mover = Mover(database.write, SetAside(data))
    for n in range(20):
        mover.add(record(str(n)), 1)
    for database.away in [*away, False]:
        waiting = mover.waiting
        assert mover.move() is not (database.away and waiting > 0)
        assert mover.waiting == (waiting if database.away else 0)
    assert database.taken == [str(n) for n in range(20) if n not in bad]
    assert [line["record"]["id"] for line in kept(data)] == [str(n) for n in sorted(bad)]
    assert (mover.waiting, mover.refused, mover.failures) == (0, len(bad), 0)
    assert mover.oldest_segment() is None


def test_what_the_database_took_is_told_and_nothing_else(tmp_path):
    database, told = Database({"bad"}), list[str]()
    mover = Mover(
        database.write, SetAside(tmp_path), on_recorded=lambda records: told.extend(one.id for one in records)
    )
    for call_id in ("a", "bad", "b"):
        mover.add(record(call_id), 1)
    database.away = True
    assert not mover.move()
    assert told == []
    database.away = False
    assert mover.move()
    assert told == ["a", "b"]

    database.bad = set()
    again = Mover(
        database.write, SetAside(tmp_path), on_recorded=lambda records: told.extend(one.id for one in records)
    )
    again.offer_refused()
    assert told == ["a", "b", "bad"]


def test_the_file_tells_everything_but_no_statement(tmp_path, caplog):
    database = Database({"a"})
    mover = Mover(database.write, SetAside(tmp_path))
    mover.add(record("a"), 1)
    assert mover.move()
    (line,) = kept(tmp_path)
    assert line["reason"] == "IntegrityError: NOT NULL constraint failed"
    assert line["record"]["flow_name"] == "主菜单"
    assert line["record"]["steps"][0]["exit_label"] == "销售"
    (said,) = [r.getMessage() for r in caplog.records if r.levelname == "ERROR"]
    assert "call a" in said
    assert FILE_NAME in said
    assert "139" not in said


def test_a_refused_record_is_kept_and_told_once_whatever_starts_anew(tmp_path, caplog):
    for _ in range(2):
        mover = Mover(Database({"a"}).write, SetAside(tmp_path))
        mover.add(record("a"), 1)
        assert mover.move()
    assert len(kept(tmp_path)) == 1
    assert len([r for r in caplog.records if r.levelname == "ERROR"]) == 1


def test_what_was_refused_is_offered_again_once_a_run(tmp_path):
    database = Database({"a", "b"})
    mover = Mover(database.write, SetAside(tmp_path))
    mover.offer_refused()
    refused = [record("a", caller="总机"), record("b")]
    for one in refused:
        mover.add(one, 1)
    assert mover.move()
    mover.offer_refused()
    assert len(kept(tmp_path)) == 2, "not in the same run"

    database.bad = {"b"}
    mover = Mover(database.write, SetAside(tmp_path))
    database.away = True
    with pytest.raises(OperationalError):
        mover.offer_refused()
    assert len(kept(tmp_path)) == 2
    database.away = False
    given: list[CallRecord] = []
    mover = Mover(lambda records: (database.write(records), given.extend(records)), SetAside(tmp_path))
    mover.offer_refused()
    assert (database.taken, given) == (["a"], refused[:1])
    assert [line["record"]["id"] for line in kept(tmp_path)] == ["b"]
    assert mover.refused == 1

    database.bad = set()
    mover = Mover(database.write, SetAside(tmp_path))
    mover.offer_refused()
    assert database.taken == ["a", "b"]
    assert list(tmp_path.iterdir()) == []


def test_a_torn_line_costs_only_itself(tmp_path):
    (tmp_path / FILE_NAME).write_bytes(b'{"refused_at": "20')
    mover = Mover(Database({"a"}).write, SetAside(tmp_path))
    mover.add(record("a", caller=b"\xff".decode("utf-8", "surrogateescape")), 1)
    assert mover.move()
    _torn, line = (tmp_path / FILE_NAME).read_text(encoding="utf-8").splitlines()
    assert json.loads(line)["record"]["caller"] == "\udcff"
    assert record("a") in SetAside(tmp_path)
    Mover(Database(set()).write, SetAside(tmp_path)).offer_refused()
    assert (tmp_path / FILE_NAME).read_bytes() == b'{"refused_at": "20\n', "what nobody understands stays"


def test_without_a_place_to_set_it_aside_nothing_is_given_up(tmp_path):
    database = Database({"a"})
    aside = SetAside(tmp_path / "missing")
    mover = Mover(database.write, aside)
    mover.add(record("a"), 7)
    assert not mover.move()
    assert (mover.waiting, mover.oldest_segment()) == (1, 7)
    (tmp_path / "missing").mkdir()
    assert mover.move()
    assert mover.waiting == 0


@pytest.mark.parametrize(
    ("error", "refusal"),
    [
        (statement_error(DataError, "value too long"), True),
        (statement_error(OperationalError, "database is locked"), False),
        (statement_error(ProgrammingError, "relation does not exist", "42P01"), False),
        (statement_error(ProgrammingError, "cannot adapt type 'dict'"), True),
        (ConnectionError("refused"), False),
        (TimeoutError(), False),
        (MemoryError(), False),
        (OverflowError("int too large"), True),
        (OSError(errno.EOVERFLOW, "value too large for defined data type"), True),
        (OSError(errno.ENOSPC, "no space left on device"), False),
    ],
)
def test_what_is_the_records_own_fault(error, refusal):
    assert is_refusal(error) is refusal


@pytest.mark.parametrize(
    "fault", [{"started_at": 1e20}, {"started_at": -1e18}, {"number": {"no": "text"}}, {"cause": None}]
)
def test_with_a_real_database(tmp_path, fault):
    tenant = prepare(tmp_path)
    store = open_store(f"sqlite:///{tmp_path / 'zongji.db'}")
    try:
        mover = Mover(store.calls.write, SetAside(tmp_path))
        for call_id, changes in (("a", {}), ("b", fault), ("c", {})):
            mover.add(record(call_id, tenant_id=tenant, **changes), 1)
        assert mover.move()
        assert {call.id for call in store.calls.page(tenant).items} == {"a", "c"}
    finally:
        store.close()
    assert [line["record"]["id"] for line in kept(tmp_path)] == ["b"]


def test_of_what_spilled_the_oldest_segment_is_kept(tmp_path):
    mover = Mover(lambda _: None, SetAside(tmp_path), max_waiting=0)
    for segment in (3, 5, 4):
        mover.add(record(str(segment)), segment)
        assert mover.oldest_segment() == 3

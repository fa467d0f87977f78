"""Work in processes of their own: whatever a job does, the next one is served."""

from __future__ import annotations

import os
import threading
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from designer.workers import Budget, Busy, Crashed, TooHungry, TookTooLong, Turns, WorkerPool
from designer.workers.pool import SIZE

TESTS = Path(__file__).resolve().parents[1]
USUAL = Budget(cpu_s=1, wall_s=60.0, memory_bytes=500_000_000)


@pytest.fixture
def pool(monkeypatch: pytest.MonkeyPatch) -> Iterator[WorkerPool]:
    monkeypatch.setenv("PYTHONPATH", str(TESTS))
    made = WorkerPool("support.odd_worker", USUAL)
    yield made
    made.close()


def test_jobs_are_answered_by_one_process_that_stays(pool: WorkerPool) -> None:
    assert pool.ask(b"who") == pool.ask(b"who") != str(os.getpid()).encode()
    large = os.urandom(3_000_000)
    assert pool.ask(large) == large[::-1]
    assert pool.ask(b"") == b""


@pytest.mark.parametrize(
    ("job", "fate"),
    [(b"spin", TookTooLong), (b"eat", TooHungry), (b"die", Crashed), (b"write", Crashed), (b"err", Crashed)],
)
def test_a_job_beyond_its_budget_is_ended_and_the_next_one_served(
    pool: WorkerPool, job: bytes, fate: type[Exception]
) -> None:
    before = pool.ask(b"who")
    with pytest.raises(fate):
        pool.ask(job)
    assert pool.ask(b"who") != before


def test_each_job_has_seconds_of_the_processor_of_its_own(pool: WorkerPool) -> None:
    left = [float(pool.ask(b"seconds")) for _ in range(3)]
    assert all(0.0 < seconds <= USUAL.cpu_s + 1 for seconds in left), left


def test_a_worker_is_told_no_secret(pool: WorkerPool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ZONGJI_DATABASE", "postgresql://zongji:secret@host/zongji")
    assert "ZONGJI_DATABASE" not in pool.ask(b"environment").decode().split()


def test_a_fault_of_ours_is_told_with_its_place(pool: WorkerPool) -> None:
    with pytest.raises(Crashed, match=r"odd_worker\.py.*\n.*\n.*ValueError: a fault of ours"):
        pool.ask(b"err")


def test_a_job_that_waits_for_ever_is_ended(pool: WorkerPool) -> None:
    with pytest.raises(TookTooLong):
        pool.ask(b"sleep", budget=Budget(cpu_s=1, wall_s=1.5, memory_bytes=500_000_000))


def test_a_worker_that_was_ended_from_outside_is_replaced(pool: WorkerPool) -> None:
    before = int(pool.ask(b"who"))
    os.kill(before, 9)
    with pytest.raises(Crashed):
        pool.ask(b"who")
    assert int(pool.ask(b"who")) != before


def test_a_worker_without_work_ends_by_itself_and_comes_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", str(TESTS))
    pool = WorkerPool("support.odd_worker", replace(USUAL, idle_s=0))
    before = int(pool.ask(b"who"))
    os.waitid(os.P_PID, before, os.WEXITED | os.WNOWAIT)
    assert int(pool.ask(b"who")) != before


def test_a_file_that_a_job_may_write_is_no_longer_than_allowed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PYTHONPATH", str(TESTS))
    pool = WorkerPool("support.odd_worker", replace(USUAL, file_bytes=1000))
    pool.ask(f"write 1000 {tmp_path}/a".encode())
    assert (tmp_path / "a").stat().st_size == 1000
    with pytest.raises(Crashed):
        pool.ask(f"write 1001 {tmp_path}/a".encode())
    pool.close()


def test_where_memory_runs_out_workers_are_the_first_to_end(pool: WorkerPool) -> None:
    worker = int(pool.ask(b"who"))
    assert Path(f"/proc/{worker}/oom_score_adj").read_text().strip() == "1000"


def test_a_process_for_one_job_takes_no_second_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", str(TESTS))
    pool = WorkerPool("support.odd_worker", Budget(cpu_s=1, wall_s=60.0, memory_bytes=500_000_000, jobs=1))
    assert pool.ask(b"who") != pool.ask(b"who")


def test_a_tenant_leaves_a_place_for_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", str(TESTS))
    pool = WorkerPool("support.odd_worker", Budget(cpu_s=1, wall_s=5.0, memory_bytes=500_000_000), waiting=0)

    def fate(_: int) -> type[Exception]:
        with pytest.raises((Busy, TookTooLong)) as raised:
            pool.ask(b"sleep", "acme")
        return raised.type

    with ThreadPoolExecutor(SIZE) as threads:
        fates = Counter(threads.map(fate, range(SIZE)))
    assert fates == {TookTooLong: SIZE - 1, Busy: 1}


class TestTurns:
    def test_each_key_has_its_own_line(self) -> None:
        turns = Turns(1, waiting=0, patience_s=0)
        with turns.of("a"), turns.of("b"):
            for key in ("a", "b"):
                with pytest.raises(Busy), turns.of(key):
                    pass
        with turns.of("a"):
            pass

    def test_who_waits_gets_the_turn(self) -> None:
        turns = Turns(1, waiting=1, patience_s=60)
        order: list[str] = []

        def second() -> None:
            with turns.of("a"):
                order.append("second")

        thread = threading.Thread(target=second)
        with turns.of("a"):
            thread.start()
            order.append("first")
        thread.join()
        assert order == ["first", "second"]

    def test_patience_ends(self) -> None:
        turns = Turns(1, waiting=1, patience_s=0.01)
        with turns.of("a"), pytest.raises(Busy), turns.of("a"):
            pass

"""When the calls have become few, memory goes back; and once more when the last transactions are gone."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import weakref
from pathlib import Path

import pytest
from runtime.softphone import until

from interpreter.runtime import upkeep
from interpreter.runtime.memory import AFTERMATH, ENVIRONMENT, Tide, give_back
from interpreter.sip.events import CallAnswered

BUSY_TIME = """
import json, re
from interpreter.runtime.memory import give_back
def resident_kb():
    return int(re.search(r"RssAnon:\\s+(\\d+)", open("/proc/self/status").read())[1])
seen = [resident_kb()]
small = [(number,) for number in range(200_000)]
seen.append(resident_kb())
lives_on = small[::5_000]
del small
give_back()
seen.append(resident_kb())
print(json.dumps(seen))
"""


@pytest.mark.parametrize(
    ("seen", "gone_out"),
    [
        ([0, 0, 0], [False, False, False]),
        ([10, 20, 11, 10, 9, 9, 4], [False, False, False, False, True, False, True]),
        ([100, 0, 0, 1, 0], [False, True, False, False, True]),
    ],
)
def test_the_tide_goes_out_once_for_each_busy_time(seen: list[int], gone_out: list[bool]) -> None:
    tide = Tide()
    assert [tide.has_gone_out(calls) for calls in seen] == gone_out


def test_what_outlives_the_calls_goes_back_too() -> None:
    tide = Tide()
    seen = [tide.has_gone_out(calls) for calls in [100, 0, *[0] * (2 * AFTERMATH)]]
    assert [look for look, out in enumerate(seen) if out] == [1, 1 + AFTERMATH]


@pytest.mark.e2e
async def test_a_runtime_gives_back_when_its_calls_have_ended(line, monkeypatch):
    looks: list[int] = []
    threads: list[threading.Thread] = []

    class WatchedTide(Tide):
        def has_gone_out(self, calls: int) -> bool:
            looks.append(calls)
            return super().has_gone_out(calls)

    monkeypatch.setattr(upkeep, "UPKEEP_SECONDS", 0.02)
    monkeypatch.setattr(upkeep, "Tide", WatchedTide)
    monkeypatch.setattr(upkeep, "give_back", lambda: threads.append(threading.current_thread()))
    await line.start()
    phone = await line.phone()
    call = phone.dial("4001110003")
    await phone.wait(CallAnswered)
    await until(lambda: 1 in looks)
    assert not threads
    phone.hang_up(call)
    await until(lambda: threads)
    assert threading.current_thread() not in threads


def test_cycles_are_collected() -> None:
    class Node:
        pass

    node = Node()
    node.itself = node  # type: ignore[attr-defined]  # that is the cycle
    gone = weakref.ref(node)
    del node
    give_back()
    assert gone() is None


def test_pages_can_be_given_back_while_in_use() -> None:
    kept = bytearray(b"x" * 1_000_000)
    give_back()
    assert kept == b"x" * 1_000_000


def test_small_objects_give_their_memory_back_though_some_live_on() -> None:
    """In a process started as the runtime is; with Python's own allocator nearly all of it would stay."""
    done = subprocess.run(
        [sys.executable, "-c", BUSY_TIME], env=os.environ | ENVIRONMENT, cwd=Path(__file__).resolve().parents[2],
        capture_output=True, check=True,
    )  # fmt: skip
    before, during, after = json.loads(done.stdout)
    assert during > before + 10_000
    assert after < before + (during - before) / 4

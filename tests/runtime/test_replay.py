"""Real calls, replayed by what the database has of them; that all of the room's are, ``conftest.line`` sees to."""

from __future__ import annotations

import contextlib
import json

import pytest
from runtime.softphone import until

from interpreter.compiler import compile_flow
from interpreter.replay import KeptCall, first_difference, read, replay
from interpreter.sip.events import CallAnswered, CallEnded
from store import open_store

pytestmark = pytest.mark.e2e


async def test_calls_do_again_what_they_did(line, replays):
    await line.start()
    caller, sales = await line.phone(), await line.extension("801", answer_after=0)
    call = caller.dial("4001110001")
    await caller.wait(CallAnswered)
    await until(lambda: 0x22 in caller.rtp[call].heard)
    caller.rtp[call].press("1")
    await caller.wait(CallEnded)
    colleague = await line.extension("802")
    call = colleague.dial("801")
    await colleague.wait(CallAnswered)
    await until(lambda: sales.rtp)
    colleague.hang_up(call)
    record = await line.record(2, "started_at")
    replays.judge()
    assert len(replays.done) == 2
    with contextlib.closing(open_store(line.settings.database_url)) as store:
        version = store.flows.version(line.tenant, record.flow_id, record.flow_version)
        kept = store.calls.inputs(line.tenant, record.id)
    program = compile_flow(version.document, published=True)
    call = read(record.id, kept)
    assert isinstance(call, KeptCall)
    again = replay(call, {program.digest: program})
    assert first_difference(call, again) is None
    ways = [deed for moment in again for deed in moment.deeds if deed[0] in ("node", "exit")]
    assert ways == [deed for step in record.steps for deed in (
        ["node", step["node"]], *([["exit", step["node"], step["exit"]]] if step["exit"] else []))]  # fmt: skip
    assert replay(call, {}) == "program"

    otherwise = read(record.id, json.dumps(json.loads(kept)).replace('["digit", "1"]', '["digit", "7"]'))
    assert isinstance(otherwise, KeptCall)
    difference = first_difference(otherwise, replay(otherwise, {program.digest: program}))
    assert difference is not None
    assert difference.event.digit == "7"

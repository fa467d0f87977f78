"""How a call is refused or ended, as its caller sees it; and that a tenant sees and ends its own calls only."""

from __future__ import annotations

import pytest
from runtime.conftest import bind, flow, node

from interpreter.control.server import Refused
from interpreter.runtime.legs import leg
from interpreter.runtime.live import calls_of, hang_up, registrations_of
from interpreter.sip.events import CallAnswered, CallEnded, CallFailed
from store import open_store

pytestmark = pytest.mark.e2e


@pytest.mark.parametrize(("cause", "status"), [("busy", 486), ("rejected", 603), ("normal", 480)])
async def test_a_flow_that_never_answers_refuses_by_its_cause(line, cause, status):
    refuses = flow("refuses", [])
    refuses["nodes"] = [node("start", "start", answer="early_media"), node("end", "hangup", cause=cause)]
    refuses["edges"] = [{"from": "start", "exit": "next", "to": "end"}]
    store = open_store(line.settings.database_url)
    bind(store, line.tenant, "4001110009", refuses, {})
    store.close()
    await line.start()
    phone = await line.phone()
    phone.dial("4001110009")
    assert (await phone.wait(CallFailed)).status == status


async def test_the_last_prompt_is_heard_to_its_end_before_the_bye(line, monkeypatch):
    """The far end's jitter buffer still holds its last syllable; who is thrown out need not hear anything."""
    monkeypatch.setattr(leg, "BYE_AFTER_SECONDS", 3600.0)
    await line.start()
    phone, other = await line.phone(), await line.phone()
    call = phone.dial("4001110001")  # nobody presses anything: the flow comes to its end
    await phone.wait(CallAnswered)
    assert (await line.record()).ended_by == "flow"
    assert phone.ua.calls.is_alive(call)
    other.dial("4001110004")
    await other.wait(CallAnswered)
    (going_on,) = line.service.board.calls
    hang_up(line.service.board, {"call_id": going_on})
    await other.wait(CallEnded)
    assert phone.ua.calls.is_alive(call)


async def test_a_tenant_sees_and_ends_its_own_calls_only(line):
    await line.start()
    phone = await line.extension("801")
    phone.dial("4001110004")
    await phone.wait(CallAnswered)
    board = line.service.board
    (call_id,) = board.calls
    for list_of in (calls_of, registrations_of):
        assert list_of(board, {"tenant": "another"}) == {"items": []}
        assert [item["tenant"] for item in list_of(board, {"tenant": line.tenant})["items"]] == [line.tenant]
    with pytest.raises(Refused) as refused:
        hang_up(board, {"call_id": call_id, "tenant": "another"})
    assert refused.value.code == "no_such_call"
    assert call_id in board.calls
    hang_up(board, {"call_id": call_id, "tenant": line.tenant})
    await phone.wait(CallEnded)
    assert (await line.record()).ended_by == "operator"

"""Callers in a queue on the line: what they hear while they wait, whom they get, and how they leave."""

from __future__ import annotations

import pytest
from runtime.conftest import bind, flow, node, put_sounds
from runtime.softphone import until

from interpreter.compiler import compile_flow
from interpreter.sip.events import CallAnswered, CallCancelled, CallEnded, InviteReceived
from store import open_store
from store.records import Membership

pytestmark = pytest.mark.e2e

NUMBER = "4001110009"
MUSIC, WORDS, LEFT, AGENT = 0x11, 0x22, 0x33, 0x44

QUEUE = flow(
    "queue",
    [node("wait", "queue", group="desk", music=["a.wav"], key="0", most=2, ring_seconds=5),
     node("left", "play", prompt=["c.wav"])],
    "start next wait", "wait answered end", "wait key left", "wait nobody left", "wait full left", "wait timeout end",
    "left next end",
)  # fmt: skip


@pytest.fixture
async def desk(line):
    """A queue for the group of 801 and 802."""
    sounds = put_sounds(line.data)
    prompts = {key: sounds.get(key, sounds["file:b.wav"]) for key in compile_flow(QUEUE).prompt_keys}
    store = open_store(line.settings.database_url)
    bind(store, line.tenant, NUMBER, QUEUE, prompts)
    line.group = store.groups.create(
        line.tenant, "desk", "sequential", [Membership("801"), Membership("802")], by="t"
    ).group
    store.close()
    return await line.start()


async def caller(line, number="13800138000"):
    phone = await line.phone(number)
    call = phone.dial(NUMBER)
    await phone.wait(CallAnswered)
    return phone, call


async def hears(phone, call, octet):
    phone.rtp[call].heard.clear()
    await until(lambda: octet in phone.rtp[call].heard)


async def speaks(phone):
    """The telephone has answered: its owner says something."""
    call = (await phone.wait(InviteReceived)).call
    await until(lambda: call in phone.rtp)
    phone.rtp[call].speak(AGENT)
    return call


async def test_the_second_waits_with_music_and_gets_whoever_the_first_leaves(desk):
    agent = await desk.extension("801", answer_after=0.05)
    first, first_call = await caller(desk)
    await speaks(agent)
    await hears(first, first_call, AGENT)
    second, second_call = await caller(desk, "13900139000")
    await until(lambda: WORDS in second.rtp[second_call].heard)
    await until(lambda: MUSIC in second.rtp[second_call].heard)
    assert AGENT not in second.rtp[second_call].heard
    first.hang_up(first_call)
    await agent.wait(CallEnded)
    agents_call = await speaks(agent)
    await hears(second, second_call, AGENT)
    agent.hang_up(agents_call)
    await second.wait(CallEnded)
    record = await desk.record(2)
    assert record.answered_by == "801"
    await until(lambda: desk.service.board.quiet)


async def test_music_goes_on_while_it_rings_and_who_does_not_answer_is_passed_over(desk):
    silent = await desk.extension("801")
    first, first_call = await caller(desk)
    await silent.wait(InviteReceived)
    await hears(first, first_call, MUSIC)
    assert set(first.rtp[first_call].heard) <= {MUSIC, 0xFF, 0x7F}, "a ringing tone"
    other = await desk.extension("802", answer_after=0.05)
    await silent.wait(CallCancelled)
    await speaks(other)
    await hears(first, first_call, AGENT)


@pytest.mark.parametrize("agent_rings", [False, True])
async def test_the_exit_key(desk, agent_rings):
    busy = await desk.extension("801", answer_after=None if agent_rings else 0.05)
    if not agent_rings:
        await caller(desk, "13900139000")
        await busy.wait(InviteReceived)
    phone, call = await caller(desk)
    if agent_rings:
        await busy.wait(InviteReceived)
    await hears(phone, call, MUSIC)
    phone.rtp[call].press("0")
    await until(lambda: LEFT in phone.rtp[call].heard)
    if agent_rings:
        await busy.wait(CallCancelled)
    await phone.wait(CallEnded)


async def test_nobody_there_and_a_full_queue(desk):
    phone, call = await caller(desk)
    await until(lambda: LEFT in phone.rtp[call].heard)
    await phone.wait(CallEnded)
    agent = await desk.extension("801", answer_after=0.05)
    await caller(desk, "13900139001")
    await speaks(agent)
    for number in ("13900139002", "13900139003"):
        waiting, waiting_call = await caller(desk, number)
        await until(lambda waiting=waiting, waiting_call=waiting_call: MUSIC in waiting.rtp[waiting_call].heard)
    late, late_call = await caller(desk, "13900139004")
    await until(lambda: LEFT in late.rtp[late_call].heard)


async def test_who_hangs_up_while_it_rings_leaves_nobody_ringing(desk):
    agent = await desk.extension("801")
    phone, call = await caller(desk)
    await agent.wait(InviteReceived)
    phone.hang_up(call)
    await agent.wait(CallCancelled)
    await until(lambda: desk.service.board.quiet)


async def test_a_new_member_of_the_group_takes_who_waits(desk):
    await desk.extension("803", answer_after=0.05)
    agent = await desk.extension("801", answer_after=0.05)
    await caller(desk, "13900139001")
    await speaks(agent)
    phone, call = await caller(desk)
    await until(lambda: MUSIC in phone.rtp[call].heard)
    store = open_store(desk.settings.database_url)
    store.groups.update(
        desk.tenant, desk.group.id, 1, name="desk", strategy="random", members=[Membership("803")], by="t"
    )
    store.close()
    await speaks(desk.phones[0])
    await hears(phone, call, AGENT)


async def test_what_the_queue_decided_is_in_the_calls_journal(desk):
    agent = await desk.extension("801", answer_after=0.05)
    await caller(desk)
    await speaks(agent)
    offer = b'"offer",{"members":["801"]}]'
    await until(lambda: any(offer in path.read_bytes() for path in desk.data.glob("journal/*.jsonl")))


async def test_a_fault_in_the_queue_gives_its_callers_back_and_the_next_one_waits(desk, monkeypatch):
    agent = await desk.extension("801", answer_after=0.05)
    talks, talking_call = await caller(desk, "13900139001")
    await speaks(agent)
    waits, waiting_call = await caller(desk)
    await hears(waits, waiting_call, MUSIC)

    def broken(*_):
        monkeypatch.undo()
        raise RuntimeError("broken")

    monkeypatch.setattr("interpreter.runtime.members.TenantMembers.there", broken)
    await waits.wait(CallEnded)
    record = await desk.record()
    assert [step["exit"] for step in record.steps if step["node"] == "wait"] == ["on_error"]
    later, later_call = await caller(desk, "13900139002")
    await hears(later, later_call, MUSIC)
    await hears(talks, talking_call, AGENT)
    talks.hang_up(talking_call)
    await speaks(agent)
    await hears(later, later_call, AGENT)


async def test_who_does_not_want_to_be_disturbed_is_not_there(desk):
    await desk.extension("801", answer_after=0.05)
    store = open_store(desk.settings.database_url)
    assert store.extensions.set_do_not_disturb(desk.tenant, "801", True, by="t")
    store.close()
    await until(lambda: not desk.service.board.routing.has_telephones(desk.tenant, "801"))
    phone, call = await caller(desk)
    await until(lambda: LEFT in phone.rtp[call].heard)

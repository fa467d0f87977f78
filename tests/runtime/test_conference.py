"""Conferences on the real line: who hears whom, and who does not; who gets in; a fault that stays where it is."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import pytest
from runtime.conftest import Document, bind, flow, node, put_sounds
from runtime.softphone import SoftPhone, until

from interpreter.rtp.errors import NoCapacity
from interpreter.rtp.g711_tables import PCMU_TO_LINEAR, pcmu_of
from interpreter.runtime.services import conference as service
from interpreter.sip.events import CallAnswered, CallEnded, CallHandle
from store import open_store

pytestmark = pytest.mark.e2e

NUMBER, SECOND = "4001110020", "4001110021"
SILENCE, ALONE, FULL, LOCKED, OVER, MUTED = 0xFF, 0x11, 0x22, 0x33, 0x22, 0x33
VOICES = (0xC1, 0xC5, 0xC9)


def conference(name: str) -> Document:
    meet = node(
        "meet", "conference", room="晨会", limit=3, chairman_pin="792", music=False, tones=False, prompt=[],
        alone_prompt=["a.wav"], full_prompt=["b.wav"], locked_prompt=["c.wav"], ended_prompt=[],
    )  # fmt: skip
    edges = "start next meet", "meet left after", "meet denied end", "after next end"
    return flow(name, [meet, node("after", "play", prompt=["b.wav"])], *edges)


@dataclass
class Member:
    phone: SoftPhone
    call: CallHandle
    voice: int

    def press(self, keys: str) -> None:
        for key in keys:
            self.phone.rtp[self.call].press(key)

    def says(self) -> None:
        self.phone.rtp[self.call].speak(self.voice)

    async def hears(self, *whom: Member) -> None:
        """Until it hears their voices, added up, and nothing else for three packets."""
        sum_of_them = pcmu_of(sum(PCMU_TO_LINEAR[other.voice] for other in whom)) if whom else SILENCE
        await self.hears_only(sum_of_them)

    async def hears_only(self, octet: int) -> None:
        heard = self.phone.rtp[self.call].heard
        heard.clear()
        await until(lambda: heard[-480:] == bytes([octet]) * 480)

    async def is_told(self, octet: int) -> None:
        await until(lambda: octet in self.phone.rtp[self.call].heard)

    async def is_hung_up(self) -> None:
        assert (await self.phone.wait(CallEnded)).call == self.call

    def hangs_up(self) -> None:
        self.phone.hang_up(self.call)


Comes = Callable[..., Awaitable[Member]]


@pytest.fixture
async def comes(line) -> Comes:
    """``await comes(chairman=True)`` calls and wants to take part; two numbers lead into the conference."""
    prompts = put_sounds(line.data)
    prompts["file:pv_confmuted.wav"] = prompts["file:c.wav"]
    store = open_store(line.settings.database_url)
    with store.transaction():
        bind(store, line.tenant, NUMBER, conference("one way in"), prompts)
        bind(store, line.tenant, SECOND, conference("another"), prompts)
    store.close()
    await line.start()

    async def call(*, chairman: bool = False, number: str = NUMBER) -> Member:
        phone = await line.phone(f"1380013800{len(line.phones)}")
        member = Member(phone, phone.dial(number), VOICES[len(line.phones) % 3])
        await phone.wait(CallAnswered)
        member.press("792" if chairman else "#")
        return member

    return call


async def test_a_pin_is_written_down_nowhere(line, comes):
    boss = await comes(chairman=True)
    await boss.is_told(ALONE)
    boss.press("*9")
    await boss.is_hung_up()
    await line.record()
    journal = b"".join(path.read_bytes() for path in (line.data / "journal").glob("*.jsonl"))
    inputs = [line["i"] for entry in journal.splitlines() if (line := json.loads(entry))["e"] == "in"]
    digits = [digit for word, *values in inputs if word == "digit" for digit in values]
    assert digits == ["?"] * len(digits) != []


async def test_each_hears_the_two_others_and_not_himself(line, comes):
    one = await comes()
    await one.is_told(ALONE)
    two, three = await comes(number=SECOND), await comes()
    for member in (one, two, three):
        member.says()
    await one.hears(two, three)
    await two.hears(one, three)
    await three.hears(one, two)
    three.hangs_up()
    await one.hears(two)
    one.phone.rtp[one.call].heard.clear()
    two.hangs_up()
    await one.is_told(ALONE)
    one.hangs_up()
    await until(lambda: line.service.board.quiet)


async def test_who_is_muted_is_not_heard(comes):
    one, two = await comes(), await comes()
    one.says()
    two.says()
    await one.hears(two)
    two.press("*6")
    await two.is_told(MUTED)
    await one.hears()
    await two.hears(one)
    two.press("*6")
    await one.hears(two)


async def test_a_chairman_mutes_all_locks_and_ends_it(line, comes):
    boss, one = await comes(chairman=True), await comes()
    boss.says()
    one.says()
    await boss.hears(one)
    boss.press("*7")
    await one.is_told(MUTED)
    await boss.hears()
    await one.hears(boss)
    boss.press("*5")
    await boss.phone.settle()
    late = await comes()
    await late.is_told(LOCKED)
    await late.is_hung_up()
    boss.press("*9")
    for member in (one, boss):
        await member.is_told(OVER)
        await member.is_hung_up()
    await until(lambda: line.service.board.quiet)
    again = await comes()
    await again.is_told(ALONE)


async def test_who_presses_the_key_leaves_and_his_flow_goes_on(line, comes, way):
    one, two, three = await comes(), await comes(), await comes()
    for member in (one, two, three):
        member.says()
    await two.hears(one, three)
    one.press("#")
    await one.is_hung_up()
    assert set(one.phone.rtp[one.call].heard[-2000:]) == {OVER, SILENCE}, "the others are not heard any more"
    await two.hears(three)
    assert way(await line.record()) == [("start", "next"), ("meet", "left"), ("after", "next"), ("end", None)]


async def test_nobody_gets_in_beyond_the_limit(line, comes, way):
    one, two, three = await comes(), await comes(), await comes()
    for member in (one, two, three):
        member.says()
    await three.hears(one, two)
    four = await comes()
    await four.is_told(FULL)
    await four.is_hung_up()
    assert way(await line.record()) == [("start", "next"), ("meet", "denied"), ("end", None)]
    await three.hears(one, two)


async def test_a_fault_of_the_conference_gives_its_callers_back(line, comes, way, monkeypatch):
    one, two = await comes(), await comes()
    one.says()
    await two.hears(one)

    def fails(*_: object) -> None:
        raise RuntimeError("out of order")

    monkeypatch.setattr(service.Conference, "pressed", fails)
    two.press("5")
    await one.is_hung_up()
    await two.is_hung_up()
    monkeypatch.undo()
    record = await line.record(2)
    assert way(record)[:2] == [("start", "next"), ("meet", "on_error")]
    three = await comes()
    await three.is_told(ALONE)


async def test_without_room_in_the_engine_there_is_no_conference_and_nobody_hangs(line, comes, monkeypatch):
    class Full:
        def open_mix(self) -> int:
            raise NoCapacity("no mix is free")

    monkeypatch.setattr(line.service.board, "engine", Full())
    one = await comes()
    await one.is_hung_up()


async def test_a_fault_with_one_member_is_that_members_alone(line, comes, monkeypatch):
    one, two = await comes(), await comes()
    for member in (one, two):
        member.says()
    await two.hears(one)
    joined = service.Seat.connect

    def fails(seat: service.Seat, mix: int, speaks: bool) -> None:
        if seat._call.facts.caller == three:
            raise RuntimeError("no such leg")
        joined(seat, mix, speaks)

    three = f"1380013800{len(line.phones)}"
    monkeypatch.setattr(service.Seat, "connect", fails)
    late = await comes()
    await late.is_hung_up()
    await two.hears(one)

"""What one extension, trunk, address or call may take of the house, and that the others do not notice."""

from __future__ import annotations

import logging
from dataclasses import replace

import pytest
from runtime.conftest import FLOWS, SILENT, bind, flow, node, put_sounds
from runtime.softphone import until

from interpreter.runtime.allowance import Allowances, Rate
from interpreter.runtime.limiter import Limiter, Party
from interpreter.runtime.settings import Limits, Share
from interpreter.sip.config import Refusal
from interpreter.sip.events import CallAnswered, CallEnded, CallFailed
from store import open_store

DESK, NEXT_DESK = Party("t", "extension", "801"), Party("t", "extension", "802")
TRUNK, HOST, TENANT = Party("t", "trunk", "gw"), Party("", "source", "192.0.2.1"), Party("t", "tenant", "t")
LIMITS = Limits(
    retry_after_seconds=7, extension=Share(3, 2.0), trunk=Share(20, 100.0), source=Share(5, 4.0),
    registrations_per_second=1.0, keys_per_second=2.0, dialog_requests_per_second=2.0,
)  # fmt: skip


class House:
    """A limiter with its clock, what the trunk or the tenant may have, and the state of the whole installation."""

    def __init__(self, limits: Limits = LIMITS) -> None:
        self.now = 1000.0
        self.own = Share(0, 0.0)
        self.full: int | None = None
        self.asked = 0
        self.limiter = Limiter(limits, lambda party: self.own, self._overall, lambda: self.now)

    def _overall(self) -> int | None:
        self.asked += 1
        return self.full

    def call(self, *parties: Party) -> Refusal | None:
        """An INVITE that is taken, if it is let in."""
        refusal = self.limiter.admit(parties)
        if refusal is None:
            assert all(self.limiter.take(party) for party in parties)
        return refusal


@pytest.fixture
def house() -> House:
    return House()


def test_an_extension_with_its_calls_in_hand_is_busy(house):
    assert [house.call(DESK) for _ in range(4)] == [None, None, None, Refusal(486, 7)]
    assert house.call(NEXT_DESK) is None
    house.limiter.free(DESK)
    assert house.call(DESK) is None
    assert house.limiter.refused == 1


@pytest.mark.parametrize(("party", "most"), [(TRUNK, 20), (HOST, 5)])
def test_trunks_and_addresses_are_told_to_wait(house, party, most):
    assert [house.call(party) for _ in range(most)] == [None] * most
    assert house.call(party) == Refusal(503, 7)


def test_a_trunk_has_the_smaller_of_its_own_limit_and_that_of_all(house):
    house.own = Share(2, 0.0)
    assert [house.limiter.take(TRUNK) for _ in range(3)] == [True, True, False]
    house.own = Share(21, 0.0)
    assert sum(house.limiter.take(TRUNK) for _ in range(30)) == 18


def test_who_calls_too_often_is_told_how_long_to_wait(house):
    for _ in range(10):
        assert house.call(DESK) is None
        house.limiter.free(DESK)
    assert house.call(DESK) == Refusal(503, 1)
    house.now += 0.5
    assert house.call(DESK) is None


def test_a_tenant_has_the_limits_that_it_was_given_and_no_others(house):
    assert [house.call(TENANT) for _ in range(100)] == [None] * 100
    house.own = Share(101, 0.0)
    assert [house.call(TENANT) for _ in range(2)] == [None, Refusal(503, 7)]
    for _ in range(101):
        house.limiter.free(TENANT)
    house.own = Share(0, 2.0)
    house.now += 3600.0
    assert [house.call(TENANT) for _ in range(11)] == [None] * 10 + [Refusal(503, 1)]
    house.own = Share(0, 0.0)
    assert house.call(TENANT) is None


def test_who_was_quiet_for_long_has_saved_no_more_than_a_burst(house):
    assert house.limiter.takes_key(DESK)
    house.now += 3600.0
    assert [house.limiter.takes_key(DESK) for _ in range(11)] == [True] * 10 + [False]


def test_so_many_parties_are_remembered_and_the_one_heard_least_lately_begins_anew():
    allowances = Allowances[str](Rate(1.0, 1.0), most=2)
    for party in ("a", "b", "a"):
        allowances.spend(party, 0.0)
    allowances.spend("c", 0.0)
    assert len(allowances) == 2
    assert [allowances.spend(party, 0.0) for party in ("a", "b")] == [1.0, 0.0]


def test_a_call_counts_for_each_of_its_parties_or_for_none(house):
    """Ten from the address: the eleventh is refused and takes nothing from the extension's."""
    for _ in range(5):
        assert house.call(NEXT_DESK, HOST) is None
        house.limiter.free(NEXT_DESK)
    assert house.call(DESK, HOST) == Refusal(503, 7)
    assert house.limiter.in_hand(DESK) == 0


def test_who_is_refused_for_his_own_sake_uses_up_nothing_of_everybodys(house):
    for _ in range(1000):
        house.call(DESK)
    assert house.asked == 3
    house.full = 9
    assert house.call(NEXT_DESK) == Refusal(503, 9)
    house.full = None
    assert [house.call(NEXT_DESK) for _ in range(3)] == [None] * 3, "what the house refused took nothing of his share"


def test_equal_names_of_two_tenants_are_two_parties(house):
    assert [house.call(DESK) for _ in range(4)][-1] is not None
    assert house.call(Party("u", "extension", "801")) is None


def test_zero_is_no_limit():
    house = House(replace(LIMITS, extension=Share(0, 0.0), keys_per_second=0.0))
    assert [house.call(DESK) for _ in range(500)] == [None] * 500
    assert all(house.limiter.takes_key(DESK) for _ in range(500))


def test_registrations_keys_and_requests_have_a_rate_each(house):
    limiter = house.limiter
    assert [limiter.registers(DESK) for _ in range(31)] == [None] * 30 + [1]
    assert [limiter.takes_key(DESK) for _ in range(11)] == [True] * 10 + [False]
    assert [limiter.requests(DESK) for _ in range(11)] == [None] * 10 + [1]
    assert limiter.takes_key(NEXT_DESK)
    house.now += 1.0
    assert [limiter.takes_key(DESK) for _ in range(3)] == [True, True, False]


def test_the_log_has_a_line_a_minute(house, caplog):
    for _ in range(500):
        house.call(DESK)
    (told,) = [record.getMessage() for record in caplog.records]
    assert told == "extension 801 (tenant t) has 3 calls at once: more are refused"
    house.now += 61.0
    house.limiter.flush()
    summary = "refused above a limit: 496 more from extension 801 (tenant t) within a minute"
    assert caplog.records[-1].getMessage() == summary


def test_nothing_stays_of_calls_that_ended(house):
    for _ in range(3):
        house.call(DESK, HOST)
    for _ in range(3):
        house.limiter.free(DESK)
        house.limiter.free(HOST)
    assert (house.limiter.in_hand(DESK), house.limiter.in_hand(HOST)) == (0, 0)


# on the line


@pytest.mark.e2e
async def test_one_extension_does_not_take_the_line_from_the_next(line, caplog):
    caplog.set_level(logging.WARNING)
    await line.start(trusted=(), limits=Limits(max_calls=6, extension=Share(3, 100.0)))
    greedy, other = await line.extension("801"), await line.extension("802")
    for _ in range(8):
        greedy.dial("4001110004")
    for _ in range(3):
        await greedy.wait(CallAnswered)
    for _ in range(5):
        failed = await greedy.wait(CallFailed)
        assert (failed.status, failed.retry_after) == (486, 5.0)
    call = other.dial("4001110004")
    await other.wait(CallAnswered)
    assert line.service.health.report({})["limited"] == 5
    assert sum("more are refused" in record.getMessage() for record in caplog.records) == 1
    other.hang_up(call)


@pytest.mark.e2e
async def test_a_channel_is_free_again_when_its_call_has_ended(line):
    """Of a trunk's incoming calls, of an extension's and of an address': however the call ended."""
    gateway = await line.phone("gw")
    store = open_store(line.settings.database_url)
    store.trunks.create(line.tenant, "gw", f"127.0.0.1:{gateway.port}", 1, by="t")
    store.close()
    await line.start(trusted=())
    for number, ended in (("4001110004", "by the caller"), ("4001110001", "by the flow")):
        for _ in range(2):
            call = gateway.dial(number)
            await gateway.wait(CallAnswered)
            if ended == "by the caller":
                busy = gateway.dial(number)
                assert (await gateway.wait(CallFailed, lambda event, busy=busy: event.call == busy)).status == 503
                gateway.hang_up(call)
                await until(lambda: not line.service.board.calls)
            else:
                await gateway.wait(CallEnded)
    telephone = await line.extension("801")
    for _ in range(3):
        telephone.dial("802")  # nobody there: 480
        await telephone.wait(CallFailed, lambda event: event.status == 480)
    for party in (Party(line.tenant, "trunk", "gw"), Party(line.tenant, "extension", "801")):
        assert line.service.board.limiter.in_hand(party) == 0


@pytest.mark.e2e
async def test_a_tenant_at_its_limit_is_told_so_and_no_other_notices(line, caplog):
    """Whoever calls: a trusted address, its own telephone, or another tenant's."""
    store = open_store(line.settings.database_url)
    other = store.tenants.create("u").id
    bind(store, other, "4002220001", FLOWS["4001110004"], {})
    store.tenants.set_limits(line.tenant, max_calls=1, calls_per_second=None)
    await line.start()
    outside, desk = await line.phone(), await line.extension("801")
    call = outside.dial("4001110004")
    await outside.wait(CallAnswered)
    for phone, number in ((outside, "4001110004"), (desk, "4001110004"), (desk, "802")):
        phone.dial(number)
        refused = await phone.wait(CallFailed)
        assert (refused.status, refused.retry_after) == (503, 5.0)
    assert f"tenant {line.tenant} has 1 calls at once" in caplog.text
    desk.dial("4002220001")
    await desk.wait(CallAnswered)
    outside.hang_up(call)
    await until(lambda: line.service.board.limiter.in_hand(Party(line.tenant, "tenant", line.tenant)) == 0)
    outside.dial("4001110004")
    await outside.wait(CallAnswered)
    store.close()


@pytest.mark.e2e
async def test_a_call_that_goes_round_and_round_is_ended_and_its_record_is_bounded(line):
    circle = flow(
        "circle",
        [node("ask", "menu", prompt=["a.wav"], keys={"1": "again"}, attempts=1, timeout=5, **SILENT)],
        "start next ask", "ask 1 ask", "ask no_input end", "ask no_match end",
    )  # fmt: skip
    store = open_store(line.settings.database_url)
    bind(store, line.tenant, "4001110009", circle, put_sounds(line.data))
    store.close()
    await line.start(limits=Limits(max_call_steps=20, keys_per_second=0.0, dialog_requests_per_second=0.0))
    phone = await line.phone()
    call = phone.dial("4001110009")
    await phone.wait(CallAnswered)
    for _ in range(40):
        phone.info(call, "1")
    await phone.wait(CallEnded)
    record = await line.record()
    assert (record.cause, record.ended_by) == ("too_many_steps", "system")
    assert len(record.steps) == 20


@pytest.mark.e2e
async def test_keys_and_requests_above_the_limit_count_for_nothing(line):
    await line.start(limits=Limits(keys_per_second=0.01, dialog_requests_per_second=1.0))
    phone = await line.phone()
    call = phone.dial("4001110001")
    await phone.wait(CallAnswered)
    phone.info(call, "7")
    phone.info(call, "1")
    phone.hang_up(call)
    record = await line.record()
    assert [(step["node"], step["exit"]) for step in record.steps][1] == ("ask", "no_match")

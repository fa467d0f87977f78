"""Two tenants whose extensions have the same numbers, on one line: nothing crosses."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from alembic import command
from runtime.conftest import AFTER, SECRET, Line, bind, flow, node
from runtime.softphone import SoftPhone, until
from sqlalchemy import create_engine, text

from interpreter.runtime.live import calls_of, registrations_of
from interpreter.sip.digest import make_ha1
from interpreter.sip.events import CallAnswered, CallFailed, InviteReceived
from store import migrate, open_store
from store.records import Membership, Query
from store.schema import _config

pytestmark = pytest.mark.e2e

DOMAIN = "pbx.other.example"
OTHER_SECRET = "anders"
OTHER_NUMBER = "4002220001"
RINGS = flow(
    "rings 801",
    [node("ring", "transfer", targets=[{"kind": "extension", "value": "801"}], ring_seconds=5),
     node("after", "hangup")],
    "start next ring", "ring answered after", *AFTER,
)  # fmt: skip


@dataclass
class Other:
    """The second tenant: 801 and 802 as the first has them, and a number whose flow rings 801."""

    line: Line
    tenant: str

    async def extension(self, number: str, answer_after: float | None = None) -> SoftPhone:
        phone = await self.line.phone(number, OTHER_SECRET, DOMAIN)
        assert await phone.register() == 200
        phone.answer_after = answer_after
        return phone

    def records(self) -> list[tuple[str, str]]:
        return records(self.line, self.tenant)


def records(line: Line, tenant: str) -> list[tuple[str, str]]:
    """(caller, called) of a tenant's calls."""
    store = open_store(line.settings.database_url)
    try:
        return [(call.caller, call.called) for call in store.calls.page(tenant, Query(size=100)).items]
    finally:
        store.close()


@pytest.fixture
async def other(line: Line) -> Other:
    store = open_store(line.settings.database_url)
    made = store.tenants.create("u")
    store.tenants.set_domain(made.id, DOMAIN)
    for number in ("801", "802"):
        digests = make_ha1(number, made.realm, OTHER_SECRET)
        store.extensions.create(made.id, number, "", ha1_md5=digests.md5, ha1_sha256=digests.sha256, by="t")
    bind(store, made.id, OTHER_NUMBER, RINGS, {})
    store.close()
    await line.start()
    return Other(line, made.id)


def invites(*phones: SoftPhone) -> list[int]:
    return [sum(isinstance(event, InviteReceived) for event in phone.events) for phone in phones]


async def test_both_register_at_once_and_each_tenant_sees_its_own(line, other):
    ours, theirs = await line.extension("801"), await other.extension("801")
    board = line.service.board
    for tenant, phone in ((line.tenant, ours), (other.tenant, theirs)):
        (item,) = registrations_of(board, {"tenant": tenant})["items"]
        assert (item["tenant"], item["extension"]) == (tenant, "801")
        assert str(phone.port) in item["contact"]
    assert await theirs.register(expires=0) == 200
    assert [item["tenant"] for item in registrations_of(board, {})["items"]] == [line.tenant]


async def test_an_extension_reaches_its_own_tenants(line, other):
    ours, theirs = await line.extension("801"), await other.extension("801")
    caller, their_caller = await line.extension("802"), await other.extension("802")
    for phone in (caller, their_caller):
        phone.dial("801")
    assert (await theirs.wait(InviteReceived)).caller.user == "802"
    assert (await ours.wait(InviteReceived)).caller.user == "802"
    assert invites(ours, theirs) == [0, 0]
    board = line.service.board
    for tenant in (line.tenant, other.tenant):
        assert [item["tenant"] for item in calls_of(board, {"tenant": tenant})["items"]] == [tenant]


async def test_queues_of_groups_with_the_same_name_have_their_own_tenants_people(line, other):
    waits = flow("waits", [node("wait", "queue", group="desk", music=[], announce_seconds=0)],
                 "start next wait", *(f"wait {way} end" for way in ("answered", "timeout", "full", "nobody")))
    store = open_store(line.settings.database_url)
    for tenant, number in ((line.tenant, "4002220008"), (other.tenant, "4002220009")):
        store.groups.create(tenant, "desk", "simultaneous", [Membership("801")], by="t")
        bind(store, tenant, number, waits, {})
    store.close()
    await until(lambda: line.service.board.directory.number("864002220009"))
    ours, theirs = await line.extension("801"), await other.extension("801", answer_after=0.0)
    first, second = await line.phone("13900139001"), await line.phone("13900139002")
    talking = first.dial("4002220009")
    await theirs.wait(InviteReceived)
    second.dial("4002220009")
    await second.wait(CallAnswered)
    first.hang_up(talking)
    await theirs.wait(InviteReceived)
    assert invites(ours) == [0]
    first.dial("4002220008")
    await ours.wait(InviteReceived)


async def test_a_number_rings_its_own_tenants_extension_and_its_call_is_recorded_there(line, other):
    ours, theirs = await line.extension("801", answer_after=0.0), await other.extension("801", answer_after=0.0)
    outside = await line.phone()
    call = outside.dial(OTHER_NUMBER)
    await theirs.wait(InviteReceived)
    await outside.wait(CallAnswered)
    outside.hang_up(call)
    await until(lambda: other.records() == [("8613800138000", "864002220001")])
    assert (invites(ours), records(line, line.tenant)) == ([0], [])


async def test_offline_is_offline_whoever_else_has_the_number(line, other):
    await line.extension("801")
    caller = await other.extension("802")
    caller.dial("801")
    assert (await caller.wait(CallFailed)).status == 480


async def test_live_events_are_their_tenants(line, other):
    heard: list[tuple[str, str, str]] = []

    def hear(event, tenant):
        heard.append((event["event"], event["tenant"], tenant))

    line.service._live._publish, line.service._live._wanted = hear, lambda: True
    phone = await other.extension("801")
    phone.dial("802")
    await phone.wait(CallFailed)
    assert {(own, to) for _, own, to in heard} == {(other.tenant, other.tenant)}
    assert {kind for kind, _, _ in heard} >= {"registered", "started", "ended"}


@pytest.mark.parametrize(
    ("secret", "domain"),
    [(OTHER_SECRET, None), ("geheim", DOMAIN), (OTHER_SECRET, "nobodys.example")],
)
async def test_a_password_is_good_in_its_own_domain_only(line, other, secret, domain):
    phone = await line.phone("801", secret, domain)
    assert await phone.register() == 401
    phone.dial("802")
    assert (await phone.wait(CallFailed)).status == 401


async def test_a_deleted_extension_is_signed_off_and_the_others_namesake_stays(line, other):
    await line.extension("801")
    await other.extension("801")
    store = open_store(line.settings.database_url)
    gone = next(e for e in store.extensions.all(other.tenant) if e.number == "801")
    store.extensions.delete(other.tenant, gone.id, gone.revision)
    store.close()
    board = line.service.board
    await until(lambda: [i["tenant"] for i in registrations_of(board, {})["items"]] == [line.tenant])


async def test_registrations_of_both_outlive_a_restart(line, other):
    await line.extension("801")
    await other.extension("801")
    await line.service.stop()
    await line.start()
    items = registrations_of(line.service.board, {})["items"]
    assert {(item["tenant"], item["extension"]) for item in items} == {(line.tenant, "801"), (other.tenant, "801")}


async def test_telephones_of_an_old_installation_need_no_domain(line):
    """Its tenants share a realm and numbered their extensions apart; their telephones know an address only."""
    store = open_store(line.settings.database_url)
    second = store.tenants.create("u").id
    engine = create_engine(line.settings.database_url)
    with engine.begin() as connection:
        connection.execute(text("UPDATE tenants SET realm = 'zongji'"))
    engine.dispose()
    digests = make_ha1("901", "zongji", OTHER_SECRET)
    store.extensions.create(second, "901", "", ha1_md5=digests.md5, ha1_sha256=digests.sha256, by="t")
    await line.start()
    await line.extension("801")
    assert await (await line.phone("901", OTHER_SECRET)).register() == 200
    items = registrations_of(line.service.board, {})["items"]
    assert {(item["tenant"], item["extension"]) for item in items} == {(line.tenant, "801"), (second, "901")}
    store.tenants.set_domain(second, DOMAIN)
    store.close()
    await until(lambda: line.service.board.directory.tenant(second).domain == DOMAIN)
    for domain in (None, DOMAIN):
        assert await (await line.phone("901", OTHER_SECRET, domain)).register() == 200


async def test_an_upgraded_data_folder_keeps_all_secrets(line):
    """As the release before domains left it."""
    url = line.settings.database_url
    engine = create_engine(url)
    with engine.begin() as connection:
        command.downgrade(_config(connection), "0013")
    engine.dispose()
    migrate(url)
    await line.start()
    assert (await line.extension("801")).secret == SECRET


async def test_what_rings_at_a_namesake_of_the_other_tenant_cannot_be_picked_up(line, other):
    ours, theirs = await line.extension("801"), await other.extension("801")
    caller, thief = await line.extension("802"), await other.extension("802")
    caller.dial("801")
    await ours.wait(InviteReceived)
    thief.dial("**801")
    assert (await thief.wait(CallFailed)).status >= 400
    assert invites(theirs) == [0]
    assert [item["answered"] for item in calls_of(line.service.board, {"tenant": line.tenant})["items"]] == [False]
    colleague = await line.extension("803")
    colleague.dial("**801")
    await colleague.wait(CallAnswered)


async def test_the_default_tenant_can_be_another(line, other):
    store = open_store(line.settings.database_url)
    store.tenants.set_default(other.tenant)
    store.close()
    await until(lambda: line.service.board.directory.of_host("127.0.0.1")[0].id == other.tenant)
    assert await (await line.phone("801", OTHER_SECRET)).register() == 200

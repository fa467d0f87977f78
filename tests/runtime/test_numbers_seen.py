"""Which numbers a flow, the called telephone and the carrier see: those that people at home write."""

from __future__ import annotations

from urllib.parse import quote

import pytest
from runtime.conftest import SECRET, bind, flow, node
from runtime.softphone import HOST, until

from interpreter.compiler import compile_flow
from interpreter.simulation import parse_scenario, run_scenario
from interpreter.sip.digest import make_ha1
from interpreter.sip.events import CallEnded, InviteReceived
from store import open_store
from store.domains import SIP_REALM

pytestmark = pytest.mark.e2e

NUMBER = "4001110009"
CASES = [
    {"exit": "beijing", "label": "北京", "when": 'starts_with(call.caller, "010")'},
    {"exit": "mobile", "label": "139", "when": 'starts_with(call.caller, "139")'},
    {"exit": "abroad", "label": "00", "when": 'starts_with(call.caller, "00")'},
    {"exit": "nobody", "label": "无", "when": 'call.caller == ""'},
    {"exit": "anonymous", "label": "匿名", "when": 'call.caller == "anonymous"'},
    {"exit": "named", "label": "姓名", "when": 'call.caller == "王 Anonymous"'},
    {"exit": "service", "label": "95", "when": 'call.caller == "95588"'},
    {"exit": "inside", "label": "分机", "when": 'call.caller == "801" and call.called == "4001110009"'},
]
BY_CALLER = flow(
    "by caller", [node("where", "switch", cases=CASES)], "start next where",
    *[f"where {case['exit']} end" for case in CASES], "where otherwise end",
)  # fmt: skip


def bind_flow(line, document):
    store = open_store(line.settings.database_url)
    bind(store, line.tenant, NUMBER, document, {})
    store.close()


@pytest.mark.parametrize(
    ("caller", "exit_"),
    [
        ("01088889999", "beijing"),
        ("861088889999", "beijing"),
        ("+861088889999", "beijing"),
        ("13900139000", "mobile"),
        ("+8613900139000", "mobile"),
        ("+442079460018", "abroad"),
        ("02088889999", "otherwise"),
        ("1234567890", "otherwise"),
        ("+8695588", "service"),
        ("", "nobody"),
        ("anonymous", "anonymous"),
        ("Anonymous", "otherwise"),
        ("王 Anonymous", "named"),
        ("+8613900139000;cpc=ordinary", "mobile"),
    ],
)
async def test_the_simulator_and_the_line_show_a_flow_the_same_caller(line, way, caller, exit_):
    bind_flow(line, BY_CALLER)
    await line.start()
    phone = await line.phone(quote(caller, safe="+;="))
    phone.dial(NUMBER)
    await phone.wait(CallEnded)
    dialled = way(await line.record())
    assert ("where", exit_) in dialled
    scenario = parse_scenario({"name": "same", "caller": caller, "called": NUMBER, "expect": {"ended_by": "flow"}})
    simulated = run_scenario(compile_flow(BY_CALLER), scenario)
    assert [(visit.node, visit.exit) for visit in simulated.outcome.path] == dialled


async def test_an_extension_is_itself(line, way):
    bind_flow(line, BY_CALLER)
    await line.start()
    phone = await line.extension("801")
    phone.dial("+86" + NUMBER)
    await phone.wait(CallEnded)
    assert ("where", "inside") in way(await line.record())


@pytest.mark.parametrize(
    ("caller", "shown"),
    [("+8613900139000", "13900139000"), ("861088889999", "01088889999"), ("anonymous", "anonymous")],
)
async def test_the_called_telephone_can_dial_back_what_it_shows(line, caller, shown):
    await line.start()
    callee = await line.extension("801")
    phone = await line.phone(caller)
    call = phone.dial("4001110002")
    incoming = await callee.wait(InviteReceived)
    assert incoming.caller.user == shown
    phone.hang_up(call)


@pytest.mark.parametrize(
    ("caller", "dialled"),
    [
        ("+8613900139000;cpc=ordinary", "+86{};npdi;rn=+8610{}"),
        ("13900139000%3Bphone-context%3D+86", "{}%3Bphone-context=ims.example%3Bcpc=ordinary"),
        ("+86-139-0013-9000;phone-context=+86;npdi", "{};phone-context=+86"),
    ],
)
async def test_telephone_subscriber_parameters_are_no_part_of_a_number(line, caller, dialled):
    await line.start()
    callee = await line.extension("801")
    phone = await line.phone(caller)
    call = phone.dial(dialled.format("4001110002", "4001110002"))
    incoming = await callee.wait(InviteReceived)
    assert incoming.caller.user == "13900139000"
    phone.hang_up(call)
    record = await line.record()
    assert (record.caller, record.called) == ("8613900139000", "864001110002")


@pytest.mark.parametrize("dialled", ["95013123", "+8695013123", "02195013123", "+862195013123"])
async def test_a_service_is_reached_with_and_without_an_area_code(line, dialled):
    store = open_store(line.settings.database_url)
    bind(store, line.tenant, "95013123", BY_CALLER, {})
    store.close()
    await line.start()
    phone = await line.phone("13900139000")
    phone.dial(dialled)
    await phone.wait(CallEnded)
    assert (await line.record()).called == "95013123"


async def test_a_carrier_is_told_both_numbers_as_they_are_dialled_at_home(line):
    gateway, caller = await line.phone("gw"), await line.phone("+8613900139000")
    store = open_store(line.settings.database_url)
    store.trunks.create(line.tenant, "a", f"{HOST}:{gateway.port}", None, by="t")
    store.close()
    onward = [node("ring", "transfer", targets=[{"kind": "trunk", "value": "a"}])]
    bind_flow(line, flow("on", onward, "start next ring", *[f"ring {x} end" for x in (
        "answered", "busy", "no_answer", "offline")]))
    await line.start()
    gateway.reject_with = 486
    call = caller.dial("+86" + NUMBER)
    incoming = await gateway.wait(InviteReceived)
    assert (incoming.caller.user, incoming.called.user) == ("13900139000", NUMBER)
    await until(lambda: not caller.ua.calls.is_alive(call))


@pytest.mark.parametrize("dialled", ["801", "4001110002"])
@pytest.mark.parametrize("name", ["财务 \"老王\"", ""])
async def test_an_extension_is_shown_by_its_name_in_the_directory(line, name, dialled):
    store = open_store(line.settings.database_url)
    digests = make_ha1("804", SIP_REALM, SECRET)
    store.extensions.create(line.tenant, "804", name, ha1_md5=digests.md5, ha1_sha256=digests.sha256, by="t")
    store.close()
    await line.start(trusted=())
    callee, caller = await line.extension("801"), await line.extension("804")
    call = caller.dial(dialled, display="前台小张")
    incoming = await callee.wait(InviteReceived)
    assert (incoming.caller.user, incoming.caller_display) == ("804", name)
    caller.hang_up(call)


async def test_an_outside_caller_is_shown_by_the_name_that_came(line):
    await line.start()
    callee, caller = await line.extension("801"), await line.phone("13900139000")
    call = caller.dial("4001110002", display="王先生")
    assert (await callee.wait(InviteReceived)).caller_display == "王先生"
    caller.hang_up(call)

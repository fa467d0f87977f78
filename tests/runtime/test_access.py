"""Who may call what."""

from __future__ import annotations

from urllib.parse import quote

import pytest

from interpreter.calls.plan import Barred, Rights
from interpreter.machine.effects import Behalf, Target
from interpreter.runtime.access import Access, Refused, ToExtension, ToFlow, ToOutside
from interpreter.runtime.directory import Directory, ExtensionEntry, LoadedVersion, NumberEntry, TenantEntry, TrunkEntry
from interpreter.runtime.settings import TrustedAddresses
from interpreter.sip.aor import Aor
from interpreter.sip.digest import Ha1
from interpreter.sip.hop import Hop
from interpreter.sip.message import Request

RUNS = LoadedVersion("t", "f", "main", 1, program=object())  # type: ignore[arg-type]  # only whether there is one counts
BROKEN = LoadedVersion("t", "g", "broken", 1, program=None)
HA1 = Ha1("0" * 32, "0" * 64)

DIRECTORY = Directory(
    1,
    [TenantEntry("t", "Asia/Shanghai", 3), TenantEntry("u", "Asia/Shanghai", None)],
    [
        NumberEntry("t", "864001234567", True, RUNS),
        NumberEntry("t", "864000000001", False, RUNS),
        NumberEntry("t", "864000000002", True, None),
        NumberEntry("t", "864000000003", True, BROKEN),
        NumberEntry("t", "95555", True, RUNS),
        NumberEntry("t", "901", True, RUNS),
        NumberEntry("u", "864007654321", True, RUNS),
    ],
    {entry.aor: entry for entry in (
        ExtensionEntry("t", "801", "前台", HA1, Rights("national", shown="861065529988")),
        ExtensionEntry("t", "802", "", HA1), ExtensionEntry("u", "901", "", HA1), ExtensionEntry("u", "902", "", HA1),
    )},
    [
        TrunkEntry("t", "gw", ("192.0.2.1", "192.0.2.3"), 5060, None),
        TrunkEntry("u", "other", ("192.0.2.2",), 5060, None),
        TrunkEntry("t", "shared", ("192.0.2.4",), 5060, None),
        TrunkEntry("t", "shared2", ("192.0.2.4",), 5070, 3),
        TrunkEntry("u", "shared", ("192.0.2.4",), 5060, None),
    ],
    by_number_alone=["t", "u"],
)
ACCESS = Access(lambda: DIRECTORY, TrustedAddresses(("127.0.0.0/8",)))
HOME, TRUNK, OTHER_TRUNK, SHARED, STRANGER = (
    Hop("UDP", host, 5060) for host in ("127.0.0.1", "192.0.2.1", "192.0.2.2", "192.0.2.4", "203.0.113.9")
)


def decide(dialled, source, username=None, caller="13800138000", asserted=None):
    extension = DIRECTORY.signing_in("192.0.2.1", username) if username else None
    proven = extension.aor if extension else Aor("t", username) if username else None
    return ACCESS.decide(dialled=dialled, caller=caller, asserted=asserted, proven=proven, source=source)


@pytest.mark.parametrize("dialled", ["4001234567", "400-123-4567", "+864001234567", "864001234567", "00864001234567"])
def test_however_the_number_is_written(dialled):
    assert decide(dialled, HOME) == ToFlow("t", "8613800138000", "864001234567", RUNS, "13800138000", dialled)


@pytest.mark.parametrize(
    ("dialled", "source", "username", "status"),
    [
        pytest.param("4009999999", HOME, None, 404, id="unknown number"),
        pytest.param("4000000001", HOME, None, 480, id="switched off"),
        pytest.param("4000000002", HOME, None, 480, id="nothing bound"),
        pytest.param("4000000003", HOME, None, 503, id="broken version"),
        pytest.param("4001234567", STRANGER, None, 403, id="stranger"),
        pytest.param("4001234567", OTHER_TRUNK, None, 404, id="trunk of another tenant"),
        pytest.param("802", TRUNK, None, 404, id="extension from a trunk"),
        pytest.param("802", HOME, None, 404, id="extension from a trusted address"),
        pytest.param("902", STRANGER, "801", 404, id="extension of another tenant"),
        pytest.param("801", STRANGER, "801", 486, id="itself"),
        pytest.param("4001234567", STRANGER, "gone", 403, id="deleted since it authenticated"),
    ],
)
def test_refusals(dialled, source, username, status):
    decision = decide(dialled, source, username)
    assert isinstance(decision, Refused)
    assert decision.status == status


def test_an_authenticated_extension_calls_from_anywhere_and_is_who_it_proved_to_be():
    assert decide("802", STRANGER, "801", caller="boss") == ToExtension("t", "801", "802", "前台")
    decision = decide("4001234567", STRANGER, "801", caller="boss")
    assert decision == ToFlow("t", "801", "864001234567", RUNS, "801", "4001234567", None, "前台")


def test_calls_out_are_as_the_extensions_rights_say():
    """801 may call in the country, 802 nobody outside; whoever has proved to be nobody reaches nobody at all."""
    target = Target("number", "13812345678", behalf=Behalf("801", "861065529988"))
    assert decide("+8613812345678", STRANGER, "801") == ToOutside("t", "801", "8613812345678", target, "前台")
    barred = ToOutside("t", "802", "8613812345678", Barred("internal_only"))
    assert decide("+8613812345678", STRANGER, "802") == barred
    for source in (HOME, TRUNK):
        assert decide("13812345678", source) == Refused(404, "no such number")


@pytest.mark.parametrize(
    ("dialled", "caller", "asked"),
    [("13812345678", "801", True), ("801", "13900139000", True), ("4001234567", "801", False), ("899", "x", False)],
)
def test_from_a_trusted_address_whoever_calls_out_says_who_it_is(dialled, caller, asked):
    invite = Request("INVITE", f"sip:{dialled}@h", {"From": [f"<sip:{caller}@h>;tag=1"]})
    assert ACCESS.must_authenticate(invite, HOME) is asked


def test_no_tenant_takes_the_short_numbers_of_another():
    """Tenant t owns a number 901, like an extension of u, and the short number 95555."""
    assert decide("901", STRANGER, "902") == ToExtension("u", "902", "901")
    assert decide("901", HOME, "902") == ToExtension("u", "902", "901")
    assert decide("95555", STRANGER, "902") == ToOutside("u", "902", "95555", Barred("internal_only")), "the bank's"
    assert decide("95555", STRANGER, "801") == ToFlow("t", "801", "95555", RUNS, "801", "95555", None, "前台")
    assert decide("4001234567", STRANGER, "902") == ToFlow(
        "t", "902", "864001234567", RUNS, "902", "4001234567", None, ""
    )


def test_a_trunk_is_believed_about_the_caller():
    decision = decide("4001234567", TRUNK, caller="gateway", asserted="+8613900139000")
    assert isinstance(decision, ToFlow)
    assert (decision.caller, decision.caller_came_as) == ("8613900139000", "+8613900139000")
    assert decision.trunk is DIRECTORY.trunk("t", "gw")
    assert decide("4001234567", HOME, caller="139", asserted="+8613900139000").caller == "139"


@pytest.mark.parametrize("asserted", ["801", "８０１", "8-0-1"])
def test_a_trunk_does_not_become_an_extension(asserted):
    """However it writes it; of another tenant's extension it knows as little."""
    decision = decide("4001234567", TRUNK, caller="13900139000", asserted=asserted)
    assert isinstance(decision, ToFlow)
    assert (decision.caller, decision.caller_came_as) == ("8613900139000", "13900139000")
    invite = Request("INVITE", "sip:4001234567@h", {"From": [f"<sip:{quote(asserted)}@h>;tag=1"]})
    assert ACCESS.must_authenticate(invite, TRUNK)
    assert decide("4001234567", TRUNK, asserted="901").caller == "901", "nobody of this tenant's"


@pytest.mark.parametrize(
    ("dialled", "source", "tenant", "name"),
    [
        ("4001234567", Hop("UDP", "192.0.2.3", 5060), "t", "gw"),
        ("4001234567", Hop("UDP", "192.0.2.4", 5060), "t", "shared"),
        ("4001234567", Hop("UDP", "192.0.2.4", 5070), "t", "shared2"),
        ("4001234567", Hop("UDP", "192.0.2.4", 40000), "t", "shared"),
        ("4007654321", Hop("UDP", "192.0.2.4", 5070), "u", "shared"),
    ],
)
def test_two_tenants_behind_one_carrier(dialled, source, tenant, name):
    decision = decide(dialled, source)
    assert isinstance(decision, ToFlow)
    assert (decision.tenant_id, decision.trunk) == (tenant, DIRECTORY.trunk(tenant, name))


@pytest.mark.parametrize(
    ("uri", "source", "authorization", "challenged"),
    [
        ("sip:4001234567@h", HOME, False, False),
        ("sip:4001234567@h", HOME, True, True),
        ("sip:802@h", HOME, False, True),
        ("sip:901@h", HOME, False, True),
        ("sip:4009999999@h", HOME, False, False),
        ("sip:4001234567@h", TRUNK, False, False),
        ("sip:4001234567@h", OTHER_TRUNK, False, True),
        ("sip:4007654321@h", SHARED, False, False),
        ("sip:802@h", TRUNK, False, True),
        ("sip:13812345678@h", TRUNK, False, True),
        ("sip:4001234567@h", STRANGER, False, True),
        ("sip:4009999999@h", STRANGER, False, True),
        ("mailto:x", HOME, False, False),
        ("mailto:x", TRUNK, False, False),
    ],
)
def test_who_is_asked_for_a_password(uri, source, authorization, challenged):
    headers = {"Authorization": ["Digest x"]} if authorization else {}
    assert ACCESS.must_authenticate(Request("INVITE", uri, headers), source) is challenged


@pytest.mark.parametrize(
    ("uri", "caller", "challenged"),
    [
        pytest.param("sip:4001234567@h", "<sip:801@h>", True, id="an extension of the number's tenant"),
        pytest.param("sip:4001234567@h", "<sip:901@h>", False, id="another tenant's: carriers have short numbers too"),
        pytest.param("sip:4007654321@h", "<sip:901@h>", True, id="the other number's tenant"),
        pytest.param("sip:802@h", "<sip:801@h>", True, id="one extension to another, behind a trunk's address"),
        pytest.param("sip:4001234567@h", "<tel:+8613800138000>", False, id="no SIP address"),
        pytest.param("sip:4001234567@h", "rubbish <", False, id="no address"),
    ],
)
def test_a_telephone_behind_a_trunks_address_is_asked_for_its_password(uri, caller, challenged):
    assert ACCESS.must_authenticate(Request("INVITE", uri, {"From": [caller]}), SHARED) is challenged


@pytest.mark.parametrize(
    ("dialled", "parties"),
    [("13900139000", ["extension", "tenant", "source"]), ("110", ["extension"]), ("010120", ["extension"])],
)
def test_a_call_for_help_waits_for_nobody_elses(dialled, parties):
    """Whatever the tenant's calls at once are, or those of the address it comes from."""
    invite = Request("INVITE", f"sip:{dialled}@h", {"From": ["<sip:801@h>;tag=1"]})
    assert [party.kind for party in ACCESS.callers(invite, STRANGER, Aor("t", "801"))] == parties

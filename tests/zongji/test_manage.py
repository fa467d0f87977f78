"""``zongji tenant|trunk ...``: what comes, is listed and goes, and what cannot be is told in one sentence."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from designer.password_rules import check_new
from designer.passwords import Passwords
from store import Store
from zongji.cli import main

Run = Callable[..., Result]


def test_a_trunk_comes_and_goes(run: Run, store: Store) -> None:
    tenant = store.tenants.create("acme")
    assert run("trunk", "add", "运营商", "sip.example.com", "--channels", "30").exit_code == 0
    assert run("trunk", "add", "pbx", "192.0.2.7:5070").exit_code == 0
    assert run("trunk", "list").output.splitlines() == ["pbx\t192.0.2.7:5070\t-\t-", "运营商\tsip.example.com\t30\t-"]
    before = store.directory.revision()
    assert "pbx" in run("trunk", "remove", "pbx").output
    assert [trunk.name for trunk in store.trunks.all(tenant.id)] == ["运营商"]
    assert store.directory.revision() > before, "the runtime must see it"


@pytest.mark.parametrize(
    ("arguments", "status", "said"),
    [
        (("add", "a", "not an address"), os.EX_CONFIG, "not an address"),
        (("add", "a", "host:99999"), os.EX_CONFIG, "host:99999"),
        (("add", "a", "host", "--channels", "0"), os.EX_CONFIG, ""),
        (("add", "a\nb", "host"), 2, ""),
        (("add", "taken", "host"), os.EX_CONFIG, "taken"),
        (("remove", "nowhere"), os.EX_CONFIG, "nowhere"),
    ],
)
def test_what_cannot_be_is_told(
    run: Run, store: Store, arguments: tuple[str, ...], status: int, said: str
) -> None:
    tenant = store.tenants.create("acme")
    store.trunks.create(tenant.id, "taken", "192.0.2.7", None, by="test")
    told = run("trunk", *arguments)
    assert told.exit_code == status
    assert said in told.output
    assert len(told.output.splitlines()) == 1
    assert [trunk.name for trunk in store.trunks.all(tenant.id)] == ["taken"]


def test_the_tenant_is_named_where_there_are_several(run: Run, store: Store) -> None:
    first, second = (store.tenants.create(name).id for name in ("acme", "other"))
    assert run("trunk", "add", "a", "192.0.2.7").exit_code == 2
    assert run("trunk", "add", "a", "192.0.2.7", "--tenant", "other").exit_code == 0
    assert (store.trunks.all(first), len(store.trunks.all(second))) == ([], 1)
    assert run("trunk", "remove", "a", "--tenant", "acme").exit_code == os.EX_CONFIG


def test_a_user_is_disabled_re_roled_and_removed(run: Run, store: Store) -> None:
    tenant = store.tenants.create("acme").id
    store.users.create(tenant, "admin", password_hash="x", role="administrator", by="test")
    store.users.create(tenant, "wáng", password_hash="x", role="qa", by="test")
    assert run("user", "role", "wa\u0301ng", "operator").exit_code == 0
    assert run("user", "disable", "wáng").exit_code == 0
    *_, listed = run("user", "list").output.splitlines()
    assert listed.split("\t")[:2] == ["wáng", "operator"]
    assert len(listed.split("\t")) == 4
    assert run("user", "enable", "wáng").exit_code == 0
    assert len(run("user", "list").output.splitlines()[-1].split("\t")) == 3
    assert run("user", "remove", "wáng").exit_code == 0
    assert run("user", "remove", "wáng").exit_code == os.EX_CONFIG


@pytest.mark.parametrize("arguments", [("add", "li", "--role", "administrator"), ("password", "admin")])
def test_passwords_that_are_made_fit_the_rules_for_administrators(
    run: Run, store: Store, arguments: tuple[str, ...]
) -> None:
    tenant = store.tenants.create("acme").id
    store.users.create(tenant, "admin", password_hash="x", role="administrator", by="test")
    made = run("user", *arguments)
    assert made.exit_code == 0
    password = made.output.split()[-1].rpartition("：")[2]
    name = "li" if "li" in arguments else "admin"
    assert Passwords().matches(store.users.for_sign_in(name).password_hash, password)
    check_new(password, "administrator", (name, "acme"), field="new")


@pytest.mark.parametrize("arguments", [("disable", "admin"), ("remove", "admin"), ("role", "admin", "qa")])
def test_the_last_administrator_stays(run: Run, store: Store, arguments: tuple[str, ...]) -> None:
    tenant = store.tenants.create("acme").id
    store.users.create(tenant, "admin", password_hash="x", role="administrator", by="test")
    told = run("user", *arguments)
    assert told.exit_code == os.EX_CONFIG
    assert len(told.output.splitlines()) == 1
    assert store.users.for_sign_in("admin").revision == 1


LISTS = ["tenant", "user", "extension", "number", "trunk", "prompt"]


@pytest.mark.parametrize("arguments", [*([kind, "list"] for kind in LISTS), ["number", "add", "4001234567"]])
@pytest.mark.parametrize("there", [False, True])
def test_a_folder_without_a_zongji_is_told_and_left_alone(tmp_path: Path, arguments: list[str], there: bool) -> None:
    data = tmp_path / "typo"
    if there:
        data.mkdir()
    told = CliRunner().invoke(main, [*arguments, "--data", str(data)])
    assert told.exit_code == 2
    assert str(data / "zongji.db") in told.output
    assert "--data" in told.output
    assert len(told.output.splitlines()) == 1
    assert data.exists() == there
    assert not there or not list(data.iterdir())


def test_the_first_tenant_makes_folder_and_database_for_their_owner_alone(tmp_path: Path) -> None:
    data = tmp_path / "data"
    told = CliRunner().invoke(main, ["tenant", "add", "acme", "--data", str(data)])
    assert told.exit_code == 0
    assert str(data / "zongji.db") in told.output.splitlines()[0]
    assert data.stat().st_mode & 0o777 == 0o700
    assert (data / "zongji.db").stat().st_mode & 0o777 == 0o600
    again = CliRunner().invoke(main, ["tenant", "list", "--data", str(data)])
    assert again.output == "acme\tAsia/Shanghai\t-\t默认\n"


def test_numbers_are_given_and_taken_back(run: Run, store: Store) -> None:
    acme, other = store.tenants.create("acme"), store.tenants.create("other")
    store.numbers.ask(other.id, "4001234567", by="小李")
    assert run("number", "asked").output == "4001234567\tother\t小李\n"
    assert "申请中" in run("number", "list", "--tenant", "other").output
    assert run("number", "give", "400-123-4567", "acme").exit_code == 0
    assert [entry.number.digits for entry in store.numbers.page(acme.id).items] == ["864001234567"]
    refused = run("number", "give", "4001234567", "other")
    assert refused.exit_code == os.EX_CONFIG
    assert "acme" in refused.output
    assert "acme" in run("number", "take", "4001234567").output
    assert run("number", "take", "4001234567").exit_code == 2
    assert run("number", "give", "4001234567", "other").exit_code == 0
    assert run("number", "asked").output == ""


def test_domains_and_the_default_are_shown_and_set(run: Run, store: Store) -> None:
    acme, other = store.tenants.create("acme"), store.tenants.create("other")
    assert "没有 SIP 域名" in run("tenant", "domain", "other").output
    assert "pbx.other.example" in run("tenant", "domain", "other", "PBX.other.example.").output
    taken = run("tenant", "domain", "acme", "pbx.other.example")
    assert (taken.exit_code, store.tenants.get(acme.id).domain) == (os.EX_CONFIG, None)
    assert run("tenant", "list").output.splitlines() == [
        "acme\tAsia/Shanghai\t-\t默认", "other\tAsia/Shanghai\tpbx.other.example"
    ]
    assert "acme" in run("tenant", "default").output
    assert "other" in run("tenant", "default", "other").output
    assert store.tenants.default().id == other.id  # type: ignore[union-attr]  # there are two
    assert run("tenant", "domain", "other", "--none").exit_code == 0
    assert store.tenants.get(other.id).domain is None


def test_a_second_tenant_needs_a_domain_and_gets_it_at_once(run: Run, store: Store) -> None:
    assert "tenant domain" not in run("tenant", "add", "acme", "--admin", "a").output
    assert "tenant domain" in run("tenant", "add", "other", "--admin", "b").output
    assert "tenant domain" not in run("tenant", "add", "third", "--admin", "c", "--domain", "third.example").output
    assert run("tenant", "add", "fourth", "--admin", "d", "--domain", "192.0.2.1").exit_code == os.EX_CONFIG
    assert {tenant.name: tenant.domain for tenant in store.tenants.all()} == {
        "acme": None, "other": None, "third": "third.example"
    }


def test_limits_on_calls_are_shown_and_set(run: Run, store: Store) -> None:
    tenant = store.tenants.create("acme").id
    assert run("tenant", "limit").output.count("不限") == 2
    before = store.directory.revision()
    assert "30" in run("tenant", "limit", "acme", "--calls", "30").output
    assert "2.5" in run("tenant", "limit", "acme", "--calls-per-second", "2.5").output
    assert store.directory.revision() > before, "the runtime must see it"
    found = store.tenants.get(tenant)
    assert (found.max_calls, found.calls_per_second) == (30, 2.5)
    for wrong, status in (("lots", 2), ("0", os.EX_CONFIG), ("-3", os.EX_CONFIG), ("999999999", os.EX_CONFIG)):
        for option in ("--calls", "--calls-per-second"):
            assert run("tenant", "limit", "acme", option, wrong).exit_code == status
    assert run("tenant", "limit", "acme", "--calls", "none").output.count("不限") == 1


def test_quotas_are_shown_and_set(run: Run, store: Store) -> None:
    tenant = store.tenants.create("acme")
    store.tenants.create("other")
    assert "audio\t0 B / 1 GB" in run("tenant", "quota", "acme").output
    shown = run("tenant", "quota", "acme", "--set", "audio=2gb", "--set", "flows=7").output
    assert "audio\t0 B / 2 GB" in shown
    assert "flows\t0 / 7\t" in shown
    assert "/ 500" in run("tenant", "quota", "acme", "--set", "flows=default").output
    assert {usage.name: usage.most for usage in store.quotas.all(tenant.id)}["audio"] == 2_000_000_000


@pytest.mark.parametrize("change", ["audio=lots", "flows=3MB", "flows", "pigs=3", "audio=-1"])
def test_what_is_no_quota_is_told(run: Run, store: Store, change: str) -> None:
    store.tenants.create("acme")
    result = run("tenant", "quota", "--set", change)
    assert result.exit_code == 2
    assert result.output.strip()


def test_what_nobody_needs_is_tidied_away(run: Run, data: Path) -> None:
    orphan = data / "voicemail" / "2020-01-01" / "x.wav"
    orphan.parent.mkdir(parents=True)
    orphan.write_bytes(b"x")
    os.utime(orphan, (0, 0))
    assert run("tidy").exit_code == 0
    assert not orphan.exists()


def test_what_commands_change_is_in_the_audit_log(run: Run, store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    store.tenants.create("acme")
    monkeypatch.setenv("SUDO_USER", "ops-wang")
    assert run("trunk", "add", "pbx", "192.0.2.7").exit_code == 0
    assert run("user", "add", "li", "--role", "supervisor").exit_code == 0
    newest, *_ = run("audit", "--last", "2").output.splitlines()
    assert newest.split("\t")[1:] == ["ops-wang", "-", "user.create", "li", "done"]
    assert run("audit", "--all").output == ""
    listed = run("audit").output.splitlines()
    assert [line.split("\t")[3] for line in listed] == ["user.create", "trunk.create", "tenant.create"]


def test_a_group_of_extensions_comes_is_changed_and_goes(run: Run, store: Store) -> None:
    tenant = store.tenants.create("acme").id
    for number in ("801", "802"):
        store.extensions.create(tenant, number, number, ha1_md5="", ha1_sha256="", by="test")
    assert run("group", "add", "售后", "802:3", "801", "--strategy", "weighted").exit_code == 0
    assert run("group", "list").output.splitlines() == ["售后\tweighted\t802:3 801"]
    assert run("group", "set", "售后", "801").exit_code == 0
    assert run("group", "list").output.splitlines() == ["售后\tweighted\t801"]
    for refused in (("add", "x", "809"), ("add", "x", "801:much"), ("set", "nowhere"), ("add", "售后")):
        told = run("group", *refused)
        assert (told.exit_code, len(told.output.splitlines())) == (os.EX_CONFIG, 1)
    assert run("group", "remove", "售后").exit_code == 0
    assert store.groups.all(tenant) == []


def test_an_extension_is_let_call_outside(run: Run, store: Store) -> None:
    tenant = store.tenants.create("acme").id
    store.numbers.create(tenant, "01065529988", by="t")
    assert run("extension", "add", "801").exit_code == 0
    assert run("tenant", "calls").output == "-\tanswered\t-\tzh-CN\n"
    assert run("tenant", "calls", "--shows", "010-6552 9988").output == "010-6552 9988\tanswered\t-\tzh-CN\n"
    assert run("tenant", "calls", "--record", "off").output == "010-6552 9988\toff\t-\tzh-CN\n"
    assert run("tenant", "calls", "--shows", "-").output == "-\toff\t-\tzh-CN\n"
    assert run("tenant", "calls", "--music", "none.wav").exit_code == os.EX_CONFIG
    assert run("tenant", "calls", "--language", "en-US").output == "-\toff\t-\ten-US\n"
    assert run("tenant", "calls", "--language", "en").exit_code == os.EX_CONFIG
    assert "801" in run("extension", "allow", "801", "international", "--country", "852").output
    (phone,) = store.extensions.all(tenant)
    assert (phone.calls, phone.countries, phone.shown_number) == ("international", ["852"], None)
    for refused in (("801", "international"), ("802", "local"), ("801", "local", "--shows", "4001234567")):
        assert run("extension", "allow", *refused).exit_code == os.EX_CONFIG, refused


def test_an_extensions_calls_are_sent_elsewhere(run: Run, store: Store) -> None:
    tenant = store.tenants.create("acme").id
    assert run("extension", "add", "801").exit_code == 0
    assert run("extension", "forward", "801").output == "do_not_disturb\toff\n"
    told = run("extension", "forward", "801", "--busy", "139-0013-9000", "--no-answer", "802", "--dnd")
    assert told.output == "busy\t13900139000\nno_answer\t802\ndo_not_disturb\ton\n"
    taken_back = run("extension", "forward", "801", "--busy", "-", "--no-dnd")
    assert taken_back.output == "no_answer\t802\ndo_not_disturb\toff\n"
    (phone,) = store.extensions.all(tenant)
    assert (phone.forwards, phone.do_not_disturb) == ({"no_answer": "802"}, False)
    for refused in (("801", "--always", "801"), ("801", "--always", "110"), ("809", "--dnd")):
        assert run("extension", "forward", *refused).exit_code == os.EX_CONFIG, refused

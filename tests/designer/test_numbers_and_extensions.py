"""Numbers and what is bound to them; extensions and their secrets."""

from __future__ import annotations

import hashlib
import time
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from store import Store
from store.ids import new_id
from store.records import CallRecord
from support.web import Browser, Company, FakeRuntime


def publish(store: Store, acme: Company, versions: int = 1) -> str:
    flow = store.flows.create(acme.tenant, "主流程", {"name": "主流程"}, by="test")
    for revision in range(1, versions + 1):
        store.flows.publish(acme.tenant, flow.id, revision, prompts={}, note="", by="test")
    return flow.id


@pytest.mark.parametrize(
    "written",
    [
        "400-123-4567", "4001234567", "400 123 4567", "+86 4001234567", "400–123–4567", "400\u2011123\u20114567",
        "\u202d4001234567\u202c", "\u200e4001234567", "４００－１２３－４５６７",
    ],
)  # fmt: skip
def test_number_is_taken_as_people_write_it(admin: Browser, written: str):
    body = admin.post("/numbers", {"number": written})
    assert body.status_code == 201
    assert (body.json["number"], body.json["display"]) == ("4001234567", "400-123-4567")
    assert (body.json["flow"], body.json["version"], body.json["enabled"]) == (None, None, True)


@pytest.mark.parametrize("number", ["95588", "95013123", "9510512345", "95013123456", "962121"])
def test_a_company_may_have_a_number_of_its_own_that_begins_with_95_or_96(admin: Browser, number: str):
    body = admin.post("/numbers", {"number": f"+86 {number}"})
    assert (body.status_code, body.json["number"], body.json["display"]) == (201, number, number)


def test_numbers_are_found_as_they_are_shown(admin: Browser):
    for number in ("4001230001", "01065529988"):
        admin.post("/numbers", {"number": number})
    for typed in ("400-123-0001", "%2B864001230001", "%EF%BC%94%EF%BC%90%EF%BC%90-123"):
        assert [found["display"] for found in admin.get(f"/numbers?q={typed}").json["items"]] == ["400-123-0001"]


def test_what_is_no_number_is_told_in_both_languages(admin: Browser):
    (issue,) = admin.post("/numbers", {"number": "abc"}).json["error"]["issues"]
    assert issue["field"] == "number"
    assert issue["message"] == {"zh-CN": "不是电话号码：abc", "en": "not a telephone number: abc"}


def test_the_only_company_has_its_numbers_at_once(admin: Browser):
    assert admin.post("/numbers", {"number": "4001234567"}).json["given"] is True
    again = admin.post("/numbers", {"number": "400-123-4567"})
    assert (again.status_code, again.json["error"]["code"]) == (409, "name_taken")


def test_one_of_several_companies_asks_and_learns_nothing_of_the_others(
    admin: Browser, stranger: Browser, store: Store, acme: Company
):
    """The answer is the same, whether another company has the number or nobody."""
    store.numbers.create(acme.tenant, "4001234567", by="platform")
    answers = [stranger.post("/numbers", {"number": number}) for number in ("4001234567", "4007654321")]
    assert [(answer.status_code, answer.json["given"]) for answer in answers] == [(201, False)] * 2
    assert [number["given"] for number in stranger.get("/numbers").json["items"]] == [False, False]
    (own,) = admin.get("/numbers").json["items"]
    assert (own["number"], own["given"]) == ("4001234567", True)


def test_a_number_that_was_not_given_cannot_be_bound(stranger: Browser, admin: Browser, store: Store, other: Company):
    flow_id = publish(store, other)
    number = stranger.post("/numbers", {"number": "4001234567"}).json
    body = {"revision": 1, "flow_id": flow_id, "version": 1}
    refused = stranger.put(f"/numbers/{number['id']}", body)
    assert (refused.status_code, refused.json["error"]["code"]) == (409, "number_not_given")
    assert "平台" in refused.json["error"]["message"]
    given = store.numbers.create(other.tenant, "4001234567", by="platform")
    assert stranger.put(f"/numbers/{number['id']}", body | {"revision": given.revision}).status_code == 200


def test_companies_may_have_the_same_extensions_each_with_a_secret_for_its_own_realm(
    admin: Browser, stranger: Browser, acme: Company, other: Company, store: Store
):
    realms = set()
    for browser, company in ((admin, acme), (stranger, other)):
        made = browser.post("/extensions", {"number": "801", "name": "小王"})
        assert made.status_code == 201
        (listed,) = browser.get("/extensions").json["items"]
        realm = store.tenants.get(company.tenant).realm
        realms.add(realm)
        digest = hashlib.sha256(f"801:{realm}:{made.json['secret']}".encode()).hexdigest()
        assert store.extensions.get(company.tenant, listed["id"]).ha1_sha256 == digest
    assert len(realms) == 2


def test_an_extension_that_only_a_domain_would_tell_from_anothers_is_explained(
    admin: Browser, stranger: Browser, data: Path
):
    engine = create_engine(f"sqlite:///{data / 'zongji.db'}")
    with engine.begin() as connection:
        connection.execute(text("UPDATE tenants SET realm = 'zongji'"))  # both are older than realms of their own
    engine.dispose()
    assert admin.post("/extensions", {"number": "801", "name": "小王"}).status_code == 201
    error = stranger.post("/extensions", {"number": "801", "name": "小李"})
    assert (error.status_code, error.json["error"]["code"]) == (409, "name_taken")
    assert "在本系统内不可用" in error.json["error"]["message"]
    (found,) = error.json["error"]["issues"]
    assert found["field"] == "number"
    assert "choose another one" in found["message"]["en"]
    assert "company" not in found["message"]["en"]


def test_number_is_bound_to_a_published_version(admin: Browser, store: Store, acme: Company, runtime: FakeRuntime):
    flow_id = publish(store, acme, versions=2)
    number = admin.post("/numbers", {"number": "4001234567"}).json
    bound = admin.put(f"/numbers/{number['id']}", {"revision": 1, "flow_id": flow_id, "version": 2}).json
    assert bound["flow"] == {"id": flow_id, "name": "主流程"}
    assert (bound["version"], bound["enabled"], bound["revision"]) == (2, True, 2)
    assert ("reload", {}) in runtime.asked
    (listed,) = admin.get("/flows").json["items"]
    assert listed["numbers"] == [{"number": "4001234567", "version": 2}]
    assert admin.get(f"/flows/{flow_id}").json["numbers"] == listed["numbers"]
    (second, first) = admin.get(f"/flows/{flow_id}/versions").json["items"]
    assert second["numbers"] == listed["numbers"]
    assert first["numbers"] == []
    refused = admin.delete(f"/flows/{flow_id}?revision=3")
    assert (refused.status_code, refused.json["error"]["by"]) == (409, ["400-123-4567"])


@pytest.mark.parametrize(("flow", "version"), [(True, None), (None, 1)])
def test_a_flow_is_bound_by_version(admin: Browser, store: Store, acme: Company, flow: object, version: int | None):
    flow_id = publish(store, acme)
    number = admin.post("/numbers", {"number": "4001234567"}).json
    body = {"revision": 1, "flow_id": flow_id if flow else None, "version": version}
    assert admin.put(f"/numbers/{number['id']}", body).json["error"]["issues"][0]["code"] == "number.no_version"


def test_version_that_does_not_exist_cannot_be_bound(admin: Browser, store: Store, acme: Company):
    flow_id = publish(store, acme)
    number = admin.post("/numbers", {"number": "4001234567"}).json
    response = admin.put(f"/numbers/{number['id']}", {"revision": 1, "flow_id": flow_id, "version": 9})
    assert response.status_code == 404


def test_stale_binding_says_who_was_first(admin: Browser):
    number = admin.post("/numbers", {"number": "4001234567"}).json
    body = {"revision": 1, "flow_id": None, "version": None, "enabled": False}
    assert admin.put(f"/numbers/{number['id']}", body).json["enabled"] is False
    error = admin.put(f"/numbers/{number['id']}", body).json["error"]
    assert (error["code"], error["saved_by"], error["revision"]) == ("stale", "acme-administrator", 2)
    assert error["saved_at"].endswith("Z")


def test_number_is_deleted_when_nothing_is_bound(admin: Browser):
    number = admin.post("/numbers", {"number": "4001234567"}).json
    assert admin.delete(f"/numbers/{number['id']}?revision=1").status_code == 204
    assert admin.get("/numbers").json["items"] == []


def test_secret_of_an_extension_is_shown_once_and_stored_as_digests(admin: Browser, store: Store, acme: Company):
    made = admin.post("/extensions", {"number": "801", "name": "小王"})
    assert made.status_code == 201
    secret = made.json["secret"]
    assert len(secret) >= 12
    (listed,) = admin.get("/extensions").json["items"]
    assert "secret" not in listed
    stored = store.extensions.get(acme.tenant, listed["id"])
    assert stored.ha1_sha256 == hashlib.sha256(f"801:zongji:{secret}".encode()).hexdigest()


def test_renaming_keeps_the_secret_and_renumbering_makes_a_new_one(admin: Browser):
    made = admin.post("/extensions", {"number": "801", "name": "小王"}).json
    renamed = admin.put(f"/extensions/{made['id']}", {"revision": 1, "name": "小李"}).json
    assert (renamed["name"], renamed["secret"]) == ("小李", None)
    moved = admin.put(f"/extensions/{made['id']}", {"revision": 2, "number": "802"}).json
    assert (moved["number"], moved["name"]) == ("802", "小李")
    assert moved["secret"] not in (None, made["secret"])


def test_an_extension_that_flows_ring_stays_and_says_where(admin: Browser, store: Store, acme: Company):
    made = admin.post("/extensions", {"number": "801", "name": "小王"}).json
    targets = [{"kind": "extension", "value": "801"}, {"kind": "number", "value": "801"}]
    rings = {"nodes": [{"id": "t", "type": "transfer", "label": "销售", "config": {"targets": targets}}, {"id": 5}, 6]}
    flow = store.flows.create(acme.tenant, "主流程", rings, by="test")
    store.flows.publish(acme.tenant, flow.id, 1, prompts={}, note="", by="test")
    number = store.numbers.create(acme.tenant, "4001234567", by="test")
    store.numbers.update(acme.tenant, number.id, 1, flow_id=flow.id, version=1, enabled=True, by="test")
    store.flows.save(acme.tenant, flow.id, 2, document={"nodes": []}, by="test")
    other = {"nodes": [{"id": "x", "type": "extension", "label": "总台", "config": {"number": '"801"'}}]}
    draft = store.flows.create(acme.tenant, "夜间", other, by="test")
    for refused in (
        admin.delete(f"/extensions/{made['id']}?revision=1"),
        admin.put(f"/extensions/{made['id']}", {"revision": 1, "number": "802"}),
    ):
        assert (refused.status_code, refused.json["error"]["code"]) == (409, "in_use")
        assert refused.json["error"]["uses"] == [
            {"kind": "flow", "id": draft.id, "name": "夜间", "version": None, "node": "x", "label": "总台"},
            {"kind": "flow", "id": flow.id, "name": "主流程", "version": 1, "node": "t", "label": "销售"},
        ]
    bound = admin.delete(f"/numbers/{number.id}?revision=2").json["error"]
    assert bound["uses"] == [
        {"kind": "flow", "id": flow.id, "name": "主流程", "version": 1, "node": None, "label": ""}
    ]
    (use,) = admin.delete(f"/flows/{flow.id}?revision=3").json["error"]["uses"]
    assert (use["kind"], use["id"], use["version"]) == ("number", number.id, 1)
    store.flows.save(acme.tenant, draft.id, 1, document={"nodes": []}, by="test")
    store.numbers.update(acme.tenant, number.id, 2, flow_id=None, version=None, enabled=True, by="test")
    assert admin.delete(f"/extensions/{made['id']}?revision=1").status_code == 204


def test_a_number_tells_how_many_callers_a_change_touches(admin: Browser, store: Store, acme: Company):
    number = admin.post("/numbers", {"number": "4001234567"}).json
    assert admin.get(f"/numbers/{number['id']}/traffic").json == {"calls": 0, "days": 7}
    now = time.time()
    calls = {"864001234567": (now - 3600, now - 8 * 86400), "864007654321": (now - 60,)}
    store.calls.write(
        [
            CallRecord(
                tenant_id=acme.tenant, id=new_id(), number=digits, caller="139", called=digits, flow_id=None,
                flow_name="", flow_version=None, started_at=at, answered_at=None, ended_at=at + 5, cause="normal",
                ended_by="caller",
            )
            for digits, times in calls.items()
            for at in times
        ]
    )
    assert admin.get(f"/numbers/{number['id']}/traffic").json == {"calls": 1, "days": 7}


def test_new_secret_replaces_the_old(admin: Browser, store: Store, acme: Company):
    made = admin.post("/extensions", {"number": "801", "name": "小王"}).json
    before = store.extensions.get(acme.tenant, made["id"]).ha1_md5
    renewed = admin.post(f"/extensions/{made['id']}/secret", {"revision": 1}).json
    assert renewed["secret"] != made["secret"]
    assert store.extensions.get(acme.tenant, made["id"]).ha1_md5 != before


@pytest.mark.parametrize("number", ["", "80a", "1234567", "八零一"])
def test_extension_has_one_to_six_digits(admin: Browser, number: str):
    assert admin.post("/extensions", {"number": number, "name": "x"}).status_code == 422


def test_extension_is_online_while_it_is_registered(admin: Browser, acme: Company, runtime: FakeRuntime):
    admin.post("/extensions", {"number": "801", "name": "小王"})
    admin.post("/extensions", {"number": "802", "name": "小李"})
    contact = "sip:801@127.0.0.1:25100"
    runtime.registrations = [
        {"tenant": acme.tenant, "extension": "801", "contact": contact},
        {"tenant": "another", "extension": "802", "contact": "sip:802@127.0.0.1:25101"},
    ]
    online = {e["number"]: (e["online"], e["contacts"]) for e in admin.get("/extensions").json["items"]}
    assert online == {"801": (True, [contact]), "802": (False, [])}


def test_extension_is_deleted_with_its_revision(admin: Browser):
    made = admin.post("/extensions", {"number": "801", "name": "小王"}).json
    admin.put(f"/extensions/{made['id']}", {"revision": 1, "name": "小李"})
    assert admin.delete(f"/extensions/{made['id']}?revision=1").json["error"]["code"] == "stale"
    assert admin.delete(f"/extensions/{made['id']}?revision=2").status_code == 204


def test_lists_are_searched_sorted_and_paged(admin: Browser):
    for number in range(801, 806):
        admin.post("/extensions", {"number": str(number), "name": f"坐席{number}"})
    page = admin.get("/extensions?size=2&page=2&sort=-number").json
    assert ([e["number"] for e in page["items"]], page["total"], page["page"], page["size"]) == (
        ["803", "802"],
        5,
        2,
        2,
    )
    assert [e["number"] for e in admin.get("/extensions?q=席804").json["items"]] == ["804"]

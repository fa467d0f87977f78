"""Groups of extensions in the API: what comes, changes and goes, and what is refused."""

from __future__ import annotations

import pytest

from store import Store
from support.web import Browser, Company, FakeRuntime

DESK = {"name": "售后", "strategy": "weighted", "members": [{"number": "802", "weight": 3}, {"number": "801"}]}


@pytest.fixture
def phones(admin: Browser):
    for number, name in (("801", "小王"), ("802", "小李")):
        assert admin.post("/extensions", {"number": number, "name": name}).status_code == 201


def test_a_group_comes_is_listed_changed_and_goes(admin: Browser, phones, runtime: FakeRuntime):
    made = admin.post("/groups", DESK)
    assert made.status_code == 201
    assert made.json["members"] == [
        {"number": "802", "name": "小李", "weight": 3}, {"number": "801", "name": "小王", "weight": 1}
    ]  # fmt: skip
    assert "reload" in [method for method, _ in runtime.asked]
    assert admin.get("/groups").json["items"] == [made.json]
    assert admin.get("/resources").json["groups"] == [{"name": "售后", "size": 2}]
    address = f"/groups/{made.json['id']}"
    changed = admin.put(address, {**DESK, "revision": 1, "name": " 售  后 ", "members": []})
    assert (changed.json["name"], changed.json["members"], changed.json["revision"]) == ("售 后", [], 2)
    stale = admin.put(address, {**DESK, "revision": 1})
    assert (stale.status_code, stale.json["error"]["code"]) == (409, "stale")
    assert admin.delete(f"{address}?revision=2").status_code == 204
    assert admin.get("/groups").json["total"] == 0


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"name": " "}, "name"),
        ({"strategy": "by_mood"}, "strategy"),
        ({"members": [{"number": "809"}]}, "members"),
        ({"members": [{"number": "801"}, {"number": "801"}]}, "members"),
        ({"members": [{"number": "801", "weight": 101}]}, "members.0.weight"),
    ],
)
def test_what_makes_no_sense_is_told_at_its_field(admin: Browser, phones, change, field):
    refused = admin.post("/groups", {**DESK, **change})
    assert refused.status_code == 422
    assert [issue["field"] for issue in refused.json["error"]["issues"]] == [field]


def test_an_extension_in_a_group_does_not_go(admin: Browser, phones):
    admin.post("/groups", DESK)
    [phone] = admin.get("/extensions?q=801").json["items"]
    refused = admin.delete(f"/extensions/{phone['id']}?revision=1")
    assert (refused.status_code, refused.json["error"]["code"]) == (409, "in_use")
    assert [(use["kind"], use["name"]) for use in refused.json["error"]["uses"]] == [("group", "售后")]


def test_another_company_sees_none_of_it(admin: Browser, stranger: Browser, phones):
    made = admin.post("/groups", DESK).json
    assert stranger.get("/groups").json["total"] == 0
    assert stranger.get("/resources").json["groups"] == []
    assert stranger.put(f"/groups/{made['id']}", {**DESK, "revision": 1, "members": []}).status_code == 404
    assert stranger.delete(f"/groups/{made['id']}?revision=1").status_code == 404


def test_the_change_is_in_the_audit_log_with_who_and_what(admin: Browser, phones, store: Store, acme: Company):
    admin.post("/groups", DESK)
    entry = next(entry for entry in store.audit.page(acme.tenant).items if entry.action == "group.create")
    assert (entry.object_name, entry.details["members"]) == ("售后", ["802×3", "801×1"])


def test_a_group_that_a_flow_names_keeps_its_name_and_stays(admin: Browser, phones, store: Store, acme: Company):
    made = admin.post("/groups", DESK).json
    node = {"id": "wait", "type": "queue", "label": "售后排队", "config": {"group": "售后"}}
    document = {"name": "排队", "nodes": [node]}
    flow = store.flows.create(acme.tenant, "排队", document, by="test")
    address = f"/groups/{made['id']}"
    for refused in (admin.delete(f"{address}?revision=1"), admin.put(address, {**DESK, "revision": 1, "name": "新名"})):
        assert (refused.status_code, refused.json["error"]["code"]) == (409, "in_use")
        [use] = refused.json["error"]["uses"]
        assert (use["kind"], use["id"], use["node"], use["label"]) == ("flow", flow.id, "wait", "售后排队")
    assert admin.put(address, {**DESK, "revision": 1, "members": []}).status_code == 200
    store.flows.save(acme.tenant, flow.id, 1, document={**document, "nodes": []}, by="test")
    assert admin.delete(f"{address}?revision=2").status_code == 204

"""A number's history, and the way back to what answered it before."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from store import Store
from support.web import Browser, Company, FakeRuntime


@pytest.fixture
def flow_id(store: Store, acme: Company) -> str:
    """Published twice."""
    flow = store.flows.create(acme.tenant, "主流程", {"name": "主流程"}, by="test")
    for revision in (1, 2):
        store.flows.publish(acme.tenant, flow.id, revision, prompts={}, note="", by="test")
    return flow.id


@pytest.fixture
def path(admin: Browser, flow_id: str) -> str:
    """Of a number that version 1 answered and version 2 answers; its revision is 3."""
    path = f"/numbers/{admin.post('/numbers', {'number': '4001234567'}).json['id']}"
    admin.put(path, {"revision": 1, "flow_id": flow_id, "version": 1})
    admin.put(path, {"revision": 2, "flow_id": flow_id, "version": 2, "note": " 新菜单 "})
    return path


def test_a_number_tells_what_has_answered_it(admin: Browser, flow_id: str, path: str):
    found = admin.get(f"{path}/releases").json
    new, old = found["items"]
    assert (new["flow"], new["version"], new["note"]) == ({"id": flow_id, "name": "主流程"}, 2, "新菜单")
    assert (new["released_by"], new["rolled_back"]) == ("acme-administrator", False)
    assert found["way_back"] == old
    assert (old["version"], found["total"]) == (1, 2)
    assert [item["version"] for item in admin.get(f"{path}/releases?page=2&size=1").json["items"]] == [1]


def test_a_number_is_rolled_back(admin: Browser, flow_id: str, path: str, runtime: FakeRuntime):
    runtime.asked.clear()
    number = admin.post(f"{path}/rollback", {"revision": 3, "note": "没有声音"}).json
    assert (number["flow"], number["version"], number["revision"]) == ({"id": flow_id, "name": "主流程"}, 1, 4)
    assert ("reload", {}) in runtime.asked
    found = admin.get(f"{path}/releases").json
    assert (found["items"][0]["rolled_back"], found["items"][0]["note"]) == (True, "没有声音")
    assert found["way_back"] is None
    refused = admin.post(f"{path}/rollback", {"revision": 4})
    assert (refused.status_code, refused.json["error"]["code"]) == (409, "no_way_back")
    assert refused.json["error"]["message"] == "号码 400-123-4567 之前没有由别的版本接听，无法回退"


def test_a_version_that_was_deleted_is_no_way_back(admin: Browser, flow_id: str, path: str):
    assert admin.delete(f"/flows/{flow_id}/versions/1").status_code == 204
    found = admin.get(f"{path}/releases").json
    assert ([item["version"] for item in found["items"]], found["way_back"]) == ([2], None)
    error = admin.post(f"{path}/rollback", {"revision": 3}).json["error"]
    assert (error["code"], "已被删除" in error["message"]) == ("no_way_back", True)
    assert admin.get("/numbers").json["items"][0]["version"] == 2


def test_a_stale_roll_back_is_refused(admin: Browser, path: str):
    error = admin.post(f"{path}/rollback", {"revision": 2}).json["error"]
    assert (error["code"], error["revision"]) == ("stale", 3)
    assert admin.post(f"{path}/rollback").status_code == 422


def test_who_may_not_bind_sees_the_history_alone(browse: Callable[[str], Browser], path: str):
    operator = browse("acme-operator")
    assert operator.get(f"{path}/releases").json["total"] == 2
    assert operator.post(f"{path}/rollback", {"revision": 3}).status_code == 403


def test_another_company_has_no_such_number(stranger: Browser, path: str):
    assert stranger.get(f"{path}/releases").status_code == 404
    assert stranger.post(f"{path}/rollback", {"revision": 3}).status_code == 404

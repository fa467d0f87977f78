"""A draft tried at a telephone: what the runtime is handed, and what is refused."""

from __future__ import annotations

import json

import pytest

from support.web import Browser, Company, FakeRuntime

GOOD = {
    "format": "zongji.flow/1", "name": "试", "locale": "zh-CN", "settings": {"on_error": "end"}, "variables": {},
    "nodes": [
        {"id": "start", "type": "start", "label": "", "config": {}, "position": {"x": 0, "y": 0}},
        {"id": "end", "type": "hangup", "label": "", "config": {}, "position": {"x": 0, "y": 0}},
    ],
    "edges": [{"from": "start", "exit": "next", "to": "end"}],
}  # fmt: skip


@pytest.fixture
def draft(admin: Browser) -> dict:
    made = admin.post("/flows", {"name": "试", "document": GOOD})
    assert made.status_code == 201, made.text
    return made.json


def tries(browser: Browser, draft: dict, **changes: object):
    body = {"revision": draft["revision"], "extension": "801", **changes}
    return browser.post(f"/flows/{draft['id']}/trial", body)


def test_the_runtime_is_handed_the_draft_in_a_file(admin: Browser, runtime: FakeRuntime, acme: Company, draft: dict):
    answer = tries(admin, draft, caller="13800138000")
    assert (answer.status_code, answer.json) == (201, {"id": "new"})
    (params,) = [params for method, params in runtime.asked if method == "trial"]
    assert (params["tenant"], params["extension"]) == (acme.tenant, "801")
    handed = runtime.drafts[params["file"]]
    assert (handed["document"]["nodes"], handed["caller"]) == (GOOD["nodes"], "13800138000")
    assert list((runtime.folder / "trials").iterdir()) == [], "nothing stays"


def test_nothing_of_it_is_stored(admin: Browser, runtime: FakeRuntime, draft: dict):
    tries(admin, draft)
    flow = admin.get(f"/flows/{draft['id']}").json
    assert (flow["revision"], flow["latest_version"]) == (draft["revision"], None)


def test_a_stale_draft(admin: Browser, runtime: FakeRuntime, draft: dict):
    answer = tries(admin, draft, revision=draft["revision"] + 1)
    assert (answer.status_code, answer.json["error"]["code"]) == (409, "stale")


def test_a_draft_with_errors(admin: Browser, runtime: FakeRuntime, draft: dict):
    document = json.loads(json.dumps(GOOD))
    document["edges"] = []
    saved = admin.put(f"/flows/{draft['id']}", {"revision": draft["revision"], "document": document}).json
    answer = tries(admin, saved)
    assert (answer.status_code, answer.json["error"]["code"]) == (422, "flow.invalid")
    assert "trial" not in [method for method, _ in runtime.asked]


@pytest.mark.parametrize(("code", "status"), [("offline", 422), ("no_extension", 422), ("cannot_run", 409)])
def test_what_the_runtime_refuses(admin: Browser, runtime: FakeRuntime, draft: dict, code, status):
    runtime.refuses = code
    assert tries(admin, draft).status_code == status


def test_who_may(browse, runtime: FakeRuntime, draft: dict):
    assert tries(browse("acme-qa"), draft).status_code == 403


def test_another_companys_draft_is_none(stranger: Browser, runtime: FakeRuntime, draft: dict):
    assert tries(stranger, draft).status_code == 404

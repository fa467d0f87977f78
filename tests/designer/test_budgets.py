"""What costs much has a budget, and one user's work does not keep the others from theirs."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from apiflask import APIFlask

from bench.large_flows import switches
from designer import checking, publishing
from designer.workers import Budget, Turns, WorkerPool
from support.sound import tone, wav_bytes
from support.web import Browser, Company

LANGUAGES = ("zh-CN", "en")
SOUND = wav_bytes(tone(440, 1))


def starved(module: str) -> WorkerPool:
    """Workers whose time is up before they begin."""
    return WorkerPool(module, Budget(cpu_s=1, wall_s=0.0, memory_bytes=10**9))


def draft(admin: Browser) -> tuple[str, dict[str, Any]]:
    made = admin.post("/flows", {"name": "主流程"}).json
    return made["id"], made["document"]


def test_a_check_beyond_its_budget_says_so_on_the_flow(admin: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    id, document = draft(admin)
    monkeypatch.setattr(checking, "CHECKERS", starved("designer.check_worker"))
    for path in ("/check", "/flows/import"):
        answer = admin.post(path, {"document": document})
        assert answer.status_code in (200, 201)
        (issue,) = answer.json["issues"]
        assert issue["code"] == "document.took_too_long"
        assert "拆成几个流程" in issue["message"]["zh-CN"]
        assert "split it" in issue["message"]["en"]
    refused = admin.post(f"/flows/{id}/versions", {"revision": 1})
    assert (refused.status_code, refused.json["error"]["code"]) == (422, "flow.invalid")
    assert admin.get(f"/flows/{id}/versions").json["total"] == 0


def test_speaking_for_a_version_ends_in_time(admin: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    id, _ = draft(admin)
    monkeypatch.setattr(publishing, "SECONDS", -1.0)
    for admin.language in LANGUAGES:
        refused = admin.post(f"/flows/{id}/versions", {"revision": 1})
        assert (refused.status_code, refused.json["error"]["code"]) == (422, "took_too_long")


def test_a_flow_that_holds_too_much_is_not_kept(admin: Browser) -> None:
    id, document = draft(admin)
    large = {**switches(1100), "name": "大"}
    for answer in (
        admin.put(f"/flows/{id}", {"document": large, "revision": 1}),
        admin.post("/flows", {"name": "大", "document": large}),
        admin.post("/flows/import", {"document": large}),
    ):
        assert (answer.status_code, answer.json["error"]["code"]) == (422, "flow.invalid")
        (issue,) = answer.json["error"]["issues"]
        assert issue["code"] == "document.too_many"
        assert "2000" in issue["message"]["zh-CN"]
    assert admin.get("/flows").json["total"] == 1
    assert admin.get(f"/flows/{id}").json["document"] == document


def test_each_user_has_one_at_a_time_and_others_are_served(
    app: APIFlask, admin: Browser, acme: Company, browse: Callable[..., Browser]
) -> None:
    turns = Turns(1, waiting=0, patience_s=0)
    app.extensions["zongji"] = held = replace(app.extensions["zongji"], turns=turns)
    operator = browse("acme-operator")
    _, document = draft(admin)
    user = held.store.users.for_sign_in("acme-administrator")
    with turns.of(user.id):
        for admin.language in LANGUAGES:
            for answer in (
                admin.post("/check", {"document": document}),
                admin.post("/flows/import", {"document": document}),
                admin.post("/prompts/speak", {"name": "a", "text": "您好", "locale": "zh-CN"}),
                admin.post("/prompts/preview", {"text": "您好", "locale": "zh-CN"}),
                admin.upload("/prompts", file=(io.BytesIO(SOUND), "a.wav")),
            ):
                assert (answer.status_code, answer.json["error"]["code"]) == (429, "one_at_a_time")
                assert int(answer.headers["Retry-After"]) > 0
        assert operator.post("/check", {"document": document}).status_code == 200
    assert admin.post("/check", {"document": document}).status_code == 200

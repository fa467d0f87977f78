"""Who did what: told of every write, sign-in, listening and export, and read by whoever may."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from designer.auditing import Lately
from designer.upkeep import Upkeep
from store import Store
from store.audit import ACTIONS, Thing
from store.permissions import ROLES
from support.web import Browser, Company, FakeRuntime


def told(browser: Browser, query: str = "") -> list[dict[str, Any]]:
    answer = browser.get(f"/audit?size=100{query}")
    assert answer.status_code == 200
    items: list[dict[str, Any]] = answer.json["items"]
    return items


def done(browser: Browser, query: str = "") -> list[tuple[str, str, str]]:
    """Action, thing, result; newest first."""
    return [(item["action"], item["object"]["name"], item["result"]) for item in told(browser, query)]


def test_a_write_is_told_with_who_and_from_where(admin: Browser):
    flow = admin.post("/flows", {"name": "主流程"}).json
    (item,) = told(admin, "&action=flow.create")
    assert item["actor"]["kind"], item["actor"]["name"] == ("user", "acme-administrator")
    assert item["address"] == "127.0.0.1"
    assert item["object"] == {"kind": "flow", "id": flow["id"], "name": "主流程"}
    assert item["label"]["en"] == "Create a flow"
    assert told(admin, f"&object={flow['id']}") == told(admin, "&object=主流程") == [item]
    assert told(admin, "&who=acme-administrator&q=主流") == [item]
    assert told(admin, "&who=nobody") == []
    assert told(admin, "&from=2999-01-01") == []


def test_signing_in_and_out_and_passwords_are_told(visitor: Browser, browse: Callable[..., Browser]):
    visitor.sign_in("acme-qa", "wrong")
    visitor.sign_in("nobody", "wrong")
    qa = browse("acme-qa")
    qa.put("/session/password", {"old": "wrong", "new": "a new pass phrase"})
    qa.put("/session/password", {"old": "correct horse", "new": "a new pass phrase"})
    qa.delete("/session")
    found = told(browse("acme-administrator"), "&who=acme-qa")
    assert [(item["action"], item["result"], item["details"]) for item in reversed(found)] == [
        ("session.sign_in", "refused", {"why": "wrong_password"}),
        ("session.sign_in", "done", {}),
        ("user.password", "refused", {"why": "wrong_old_password"}),
        ("user.password", "done", {}),
        ("session.sign_out", "done", {}),
    ]
    assert "pass phrase" not in str(found)


def test_a_pause_is_told_once(visitor: Browser, browse: Callable[..., Browser]):
    admin = browse("acme-administrator")
    while visitor.sign_in("acme-qa", "wrong").status_code != 429:
        pass
    for _ in range(5):
        assert visitor.sign_in("acme-qa", "wrong").status_code == 429
    whys = [item["details"]["why"] for item in told(admin, "&who=acme-qa")]
    assert whys.count("paused") == 1


def test_who_is_kept_out_is_told(browse: Callable[..., Browser], store: Store, acme: Company, visitor: Browser):
    user = store.users.for_sign_in("acme-qa")
    assert user is not None
    store.users.set_enabled(acme.tenant, user.id, False, by="test")
    visitor.sign_in("acme-qa")
    (item, *_) = told(browse("acme-administrator"), "&who=acme-qa")
    assert (item["result"], item["details"]) == ("refused", {"why": "user_disabled"})


def test_what_one_may_not_is_told_as_refused(browse: Callable[..., Browser]):
    browse("acme-qa").post("/flows", {"name": "x"})
    (item,) = told(browse("acme-administrator"), "&action=request.forbid")
    assert (item["actor"]["name"], item["result"]) == ("acme-qa", "refused")
    assert item["details"] == {"permission": "flows.edit", "method": "POST", "path": "/api/v1/flows"}


def test_hanging_up_and_exports_are_told(admin: Browser, acme: Company, runtime: FakeRuntime):
    runtime.calls = [{"id": "c1", "tenant": acme.tenant, "caller": "8613812345678", "called": "864001234567"}]
    admin.post("/live/calls/c1/hangup")
    flow = admin.post("/flows", {"name": "主流程"}).json
    admin.get(f"/flows/{flow['id']}/export")
    admin.get("/calendar/2026/export")
    admin.get("/audit/export?action=flow.create")
    assert done(admin)[:5] == [
        ("audit.export", "", "done"),
        ("calendar.export", "", "done"),
        ("flow.export", "主流程", "done"),
        ("flow.create", "主流程", "done"),
        ("call.hang_up", "13812345678", "done"),
    ]


def test_only_who_may_reads_it_and_nobody_anothers(
    browse: Callable[..., Browser], stranger: Browser, admin: Browser
):
    admin.post("/flows", {"name": "主流程"})
    for role in ROLES:
        status = browse(f"acme-{role}").get("/audit").status_code
        assert status == (200 if "audit.read" in ROLES[role].permissions else 403)
    assert "主流程" not in str(told(stranger))


def test_the_file_has_what_the_list_has_and_no_formula(admin: Browser, store: Store, acme: Company):
    store.audit.add(acme.tenant, "flow.create", Thing("flow", "f", '=HYPERLINK("x")'))
    answer = admin.get("/audit/export?object=f", headers={"Accept-Language": "en"})
    assert answer.status_code == 200
    assert answer.headers["Content-Disposition"].startswith("attachment; filename=\"audit-")
    head, row = csv.reader(io.StringIO(answer.data.decode("utf-8-sig")))
    assert head[:3] == ["time", "kind of actor", "actor"]
    assert dict(zip(head, row, strict=True))["object"] == '\'=HYPERLINK("x")'
    assert dict(zip(head, row, strict=True))["what"] == "Create a flow"


def test_actions_can_be_chosen_from(admin: Browser):
    found = admin.get("/audit/actions").json["actions"]
    assert [one["name"] for one in found] == list(ACTIONS)


def test_a_bad_question_is_told(admin: Browser):
    assert admin.get("/audit?from=yesterday").status_code == 422
    assert admin.get("/audit?sort=details").status_code == 422


@pytest.mark.parametrize(("seconds", "told_at"), [(600, [0, 600, 1200]), (0, [0, 300, 600, 900, 1200])])
def test_pieces_within_a_while_are_one_listening(seconds: float, told_at: list[int]):
    now = [0]
    lately = Lately(seconds, lambda: now[0])
    found = []
    for now[0] in range(0, 1201, 300):
        if lately.first("a"):
            found.append(now[0])
    assert found == told_at


def test_the_upkeep_removes_only_what_is_kept_no_longer(store: Store, acme: Company, data: Path):
    before = store.audit.page(acme.tenant).total
    assert Upkeep(store, data).run().audit == 0
    assert Upkeep(store, data, audit_days=30).run().audit == 0
    later = max(entry.at for entry in store.audit.page(acme.tenant).items).timestamp() + 31 * 24 * 3600
    assert Upkeep(store, data, lambda: later, audit_days=30).run().audit >= before
    assert [entry.action for entry in store.audit.page(acme.tenant).items] == ["audit.forget"]

"""What the page does with calls: places, transfers, monitors; asked of the runtime, written into the audit log."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from store import Store
from support.web import Browser, Company, FakeRuntime

PLACE = ("/live/calls", {"from": "801", "to": "138 0013 8000"})
SHOWING = (PLACE[0], PLACE[1] | {"shown_number": "010-65529988"})
LISTEN = ("/live/calls/c1/monitor", {"extension": "803", "how": "listen"})
TRANSFER = ("/live/calls/c1/transfer", {"to": "802"})


@pytest.mark.parametrize(
    ("request_", "asked", "action"),
    [
        (PLACE, ("originate", {"from": "801", "to": "138 0013 8000"}), "call.originate"),
        (SHOWING, ("originate", {"from": "801", "to": "138 0013 8000", "shown": "010-65529988"}), "call.originate"),
        (LISTEN, ("monitor", {"id": "c1", "extension": "803", "how": "listen"}), "call.monitor"),
        (TRANSFER, ("transfer", {"id": "c1", "to": "802"}), "call.transfer"),
    ],
)
def test_it_is_asked_of_the_runtime_and_written_down(
    admin: Browser, runtime: FakeRuntime, store: Store, acme: Company, request_, asked, action
):
    assert admin.post(*request_).status_code in (200, 201)
    method, params = asked
    assert (method, {**params, "tenant": acme.tenant}) in runtime.asked
    assert action in [entry.action for entry in store.audit.page(acme.tenant).items]


@pytest.mark.parametrize(
    ("request_", "code", "status", "field"),
    [
        (PLACE, "offline", 422, "from"),
        (PLACE, "no_extension", 422, "from"),
        (PLACE, "not_reached", 422, "to"),
        (PLACE, "internal_only", 422, "to"),
        (PLACE, "no_shown_number", 422, "shown_number"),
        (SHOWING, "not_shown", 422, "shown_number"),
        (LISTEN, "itself", 422, "extension"),
        (LISTEN, "no_talk", 409, None),
        (LISTEN, "no_such_call", 404, None),
        (TRANSFER, "no_such_call", 404, None),
    ],
)
def test_why_it_cannot_be(
    admin: Browser, runtime: FakeRuntime, store: Store, acme: Company, request_, code, status, field
):
    runtime.refuses = code
    answer = admin.post(*request_)
    assert answer.status_code == status
    issues = answer.json["error"].get("issues") or [{"field": None}]
    assert issues[0]["field"] == field
    assert not [entry for entry in store.audit.page(acme.tenant).items if entry.action.startswith("call.")]


@pytest.mark.parametrize(
    ("who", "request_", "status"),
    [
        ("acme-qa", PLACE, 403),
        ("acme-qa", LISTEN, 403),
        ("acme-qa", TRANSFER, 403),
        ("acme-operator", PLACE, 201),
        ("acme-operator", LISTEN, 403),
        ("acme-operator", TRANSFER, 200),
    ],
)
def test_who_may(browse: Callable[[str], Browser], runtime: FakeRuntime, who, request_, status):
    assert browse(who).post(*request_).status_code == status


@pytest.mark.parametrize("body", [{"from": "", "to": "1"}, {"from": "801", "to": "; rm"}, {"from": "801"}, {}])
def test_what_makes_no_sense(admin: Browser, runtime: FakeRuntime, body):
    assert admin.post("/live/calls", body).status_code == 422
    assert not [method for method, _ in runtime.asked if method == "originate"]

"""Calls in progress: the feed's fan-out, the stream, hanging up, and a runtime that is down."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from apiflask import APIFlask

from designer.live import (
    QUEUE_LENGTH,
    STREAMS_PER_USER,
    LiveFeed,
    LiveMessage,
    Subscription,
    TooManyStreams,
    stream,
    translate,
)
from store import Store
from support.web import PASSWORD, Browser, Company, FakeRuntime

CALL: dict[str, Any] = {
    "id": "c1",
    "tenant": "t1",
    "caller": "8613812345678",
    "called": "864001234567",
    "started_at": 1.5,
    "flow": {"id": "f", "name": "主流程", "version": 1},
    "node": "main",
    "node_label": "主菜单",
}
SHOWN = {name: value for name, value in CALL.items() if name != "tenant"} | {
    "caller": "13812345678",
    "called": "4001234567",
    "started_at": "1970-01-01T00:00:01.500Z",
}


@pytest.fixture
def feed(data: Path) -> Iterator[LiveFeed]:
    feed = LiveFeed(data / "control.sock", streams=3, reconnect_seconds=0.02)
    yield feed
    feed.close()


def take(page: Subscription, event: str) -> LiveMessage:
    """The next message of a kind."""
    while True:
        message = page.next_message(5.0)
        assert message is not None, f"no {event} came"
        if message.event == event:
            return message


def test_page_gets_the_state_a_snapshot_and_what_changes(feed: LiveFeed, runtime: FakeRuntime):
    runtime.calls = [CALL]
    page = feed.open("t1")
    assert take(page, "runtime").data == {"alive": True}
    assert take(page, "snapshot").data == {"items": [SHOWN]}
    runtime.publish({"event": "moved", "tenant": "t1", "id": "c1", "node": "sales", "node_label": "销售"})
    assert take(page, "moved").data == {"id": "c1", "node": "sales", "node_label": "销售"}
    late = feed.open("t1")
    assert take(late, "snapshot").data["items"] == [SHOWN | {"node": "sales", "node_label": "销售"}]
    runtime.publish({"event": "ended", "tenant": "t1", "id": "c1", "cause": "normal"})
    for one in (page, late):
        assert take(one, "ended").data == {"id": "c1", "cause": "normal"}
    runtime.publish({"event": "recorded", "tenant": "t1", "calls": ["c1"], "flows": ["f"], "voicemails": 0})
    assert take(page, "recorded").data == {"calls": ["c1"], "flows": ["f"], "voicemails": 0}
    runtime.publish({"event": "unregistered", "tenant": "t1", "extension": "801", "online": True})
    assert take(page, "unregistered").data == {"extension": "801", "online": True}


def test_page_hears_nothing_of_another_company(feed: LiveFeed, runtime: FakeRuntime):
    runtime.calls = [CALL]
    assert take(feed.open("t1"), "snapshot").data == {"items": [SHOWN]}
    page = feed.open("t2")
    assert take(page, "snapshot").data == {"items": []}
    runtime.publish({"event": "started", "tenant": "t1", "call": CALL})
    runtime.publish({"event": "registered", "tenant": "t2", "extension": "900"})
    following = page.next_message(5.0)
    assert following is not None
    assert following.event == "registered"


def test_page_learns_that_the_runtime_went_and_came_back(feed: LiveFeed, data: Path):
    page = feed.open("t1")
    assert take(page, "runtime").data == {"alive": False}
    first = FakeRuntime(data / "control.sock")
    first.calls = [CALL]
    assert take(page, "runtime").data == {"alive": True}
    assert len(take(page, "snapshot").data["items"]) == 1
    first.close()
    (data / "control.sock").unlink()
    assert take(page, "runtime").data == {"alive": False}
    assert take(page, "snapshot").data == {"items": []}
    second = FakeRuntime(data / "control.sock")
    assert take(page, "runtime").data == {"alive": True}
    second.close()


def test_page_that_falls_behind_gets_a_snapshot_instead(feed: LiveFeed, runtime: FakeRuntime):
    page = feed.open("t1")
    take(page, "snapshot")
    witness = feed.open("t1")
    take(witness, "snapshot")
    for number in range(QUEUE_LENGTH + 1):
        runtime.publish({"event": "started", "tenant": "t1", "call": CALL | {"id": str(number)}})
        take(witness, "started")
    message = page.next_message(5.0)
    assert message is not None
    assert message.event == "snapshot"
    assert len(message.data["items"]) == QUEUE_LENGTH + 1


def test_streams_are_limited(feed: LiveFeed):
    pages = [feed.open("t1") for _ in range(3)]
    with pytest.raises(TooManyStreams):
        feed.open("t1")
    feed.drop(pages[0])
    feed.open("t1")


def test_a_user_has_a_few_streams_and_the_oldest_gives_way(data: Path, runtime: FakeRuntime):
    feed = LiveFeed(data / "control.sock", streams=20, reconnect_seconds=0.02)
    first, *others = [feed.open("t1", "wang") for _ in range(STREAMS_PER_USER)]
    colleague = feed.open("t1", "li")
    chunks = stream(feed, first, keep_alive_seconds=5.0)
    next(chunks)
    newest = feed.open("t1", "wang")
    assert [page.closed for page in (first, *others, colleague, newest)] == [True] + [False] * (STREAMS_PER_USER + 1)
    assert list(chunks)[-1] == b"retry: 30000\n\n", "or the closed page would be back at once"
    feed.open("t1", "wang")
    assert others[0].closed
    feed.close()


def test_closing_the_feed_ends_all_streams(feed: LiveFeed, runtime: FakeRuntime):
    page = feed.open("t1")
    chunks = stream(feed, page, keep_alive_seconds=5.0)
    assert next(chunks) == b"retry: 2000\n\n"
    feed.close()
    assert all(chunk.startswith(b"event: ") for chunk in chunks)


def test_quiet_stream_is_kept_alive_by_comments(feed: LiveFeed, runtime: FakeRuntime):
    page = feed.open("t1")
    take(page, "snapshot")
    chunks = stream(feed, page, keep_alive_seconds=0.01)
    assert [next(chunks), next(chunks)] == [b"retry: 2000\n\n", b": keep-alive\n\n"]
    chunks.close()


@pytest.mark.parametrize(
    "event",
    [{"event": "moved"}, {"event": "ended", "id": "unknown"}, {"event": "weather"}, {"event": "started"}, {}],
)
def test_odd_events_do_no_harm(event: dict[str, object]):
    calls: dict[str, dict[str, object]] = {}
    translate(event, calls)
    assert calls == {}


def test_stream_over_http(admin: Browser, acme: Company, runtime: FakeRuntime):
    runtime.calls = [CALL | {"tenant": acme.tenant}]
    response = admin.get("/live", buffered=False)
    assert response.mimetype == "text/event-stream"
    assert response.headers["X-Accel-Buffering"] == "no"
    assert response.headers["Cache-Control"] == "no-store"
    chunks = response.iter_encoded()
    seen = b"".join(next(chunks) for _ in range(3))
    assert b'event: runtime\ndata: {"alive":true}\n\n' in seen
    assert b'event: snapshot\ndata: {"items":[{"id":"c1"' in seen
    response.close()


def test_signing_out_ends_the_streams_of_this_sign_in(browse: Callable[..., Browser], runtime: FakeRuntime):
    here, there = browse("acme-qa"), browse("acme-qa")
    mine, other = here.get("/live", buffered=False), there.get("/live", buffered=False)
    chunks, others = mine.iter_encoded(), other.iter_encoded()
    next(chunks), next(others)
    assert here.delete("/session").status_code == 204
    for _ in chunks:
        pass
    assert b"event:" in next(others)
    other.close()


def test_a_new_password_ends_all_streams_of_the_user(browse: Callable[..., Browser], runtime: FakeRuntime):
    here, there, colleague = browse("acme-qa"), browse("acme-qa"), browse("acme-operator")
    streams = [browser.get("/live", buffered=False) for browser in (here, there, colleague)]
    bodies = [stream.iter_encoded() for stream in streams]
    for body in bodies:
        next(body)
    assert here.put("/session/password", {"old": PASSWORD, "new": "battery staple"}).status_code == 200
    for body in bodies[:2]:
        for _ in body:
            pass
    assert b"event:" in next(bodies[2])
    streams[2].close()


@pytest.mark.parametrize("change", ["password", "removed"])
def test_a_stream_ends_when_the_user_is_changed_elsewhere(
    make_app: Callable[..., APIFlask], acme: Company, store: Store, change: str
):
    browser = Browser(make_app(keep_alive_seconds=0.01).test_client())
    browser.sign_in("acme-qa")
    chunks = browser.get("/live", buffered=False).iter_encoded()
    next(chunks)
    user = store.users.for_sign_in("acme-qa")
    if change == "password":
        store.users.set_password(acme.tenant, user.id, "other", by="cli")
    else:
        store.users.delete(acme.tenant, user.id, user.revision)
    for _ in chunks:
        pass


def test_a_busy_stream_looks_at_the_sign_in_too(feed: LiveFeed, runtime: FakeRuntime):
    page = feed.open("t1")
    take(page, "snapshot")
    page.put(LiveMessage("moved", {}))
    assert list(stream(feed, page, keep_alive_seconds=0.0, signed_in=lambda: False)) == [b"retry: 2000\n\n"]


def test_too_many_pages_are_told(make_app: Callable[..., APIFlask], acme: Company):
    app = make_app(threads=17)
    browser = Browser(app.test_client())
    browser.sign_in("acme-qa")
    held = browser.get("/live", buffered=False)
    response = browser.get("/live")
    assert (response.status_code, response.json["error"]["code"]) == (503, "too_many_streams")
    held.close()


def test_live_calls_of_the_own_company(admin: Browser, acme: Company, runtime: FakeRuntime):
    runtime.calls = [CALL | {"tenant": acme.tenant}, CALL | {"id": "c2", "tenant": "another"}]
    (item,) = admin.get("/live/calls").json["items"]
    assert (item["id"], item["node_label"], item["started_at"]) == ("c1", "主菜单", "1970-01-01T00:00:01.500000Z")


def test_operator_hangs_up(browse: Callable[..., Browser], acme: Company, runtime: FakeRuntime):
    runtime.calls = [CALL | {"tenant": acme.tenant}]
    assert browse("acme-operator").post("/live/calls/c1/hangup").json == {"id": "c1"}
    assert [params["id"] for method, params in runtime.asked if method == "hangup"] == ["c1"]


def test_call_of_another_company_or_ended_cannot_be_hung_up(admin: Browser, runtime: FakeRuntime):
    runtime.calls = [CALL | {"tenant": "another"}]
    response = admin.post("/live/calls/c1/hangup")
    assert (response.status_code, response.json["error"]["code"]) == (404, "call_gone")
    assert not any(method == "hangup" for method, _ in runtime.asked)


def test_without_a_runtime_live_calls_are_503_and_the_rest_goes_on(admin: Browser, visitor: Browser):
    admin.language = "en"
    for response in (admin.get("/live/calls"), admin.post("/live/calls/c1/hangup")):
        assert (response.status_code, response.json["error"]["code"]) == (503, "runtime_down")
        assert "not running" in response.json["error"]["message"]
    assert admin.get("/status").json["runtime"]["alive"] is False
    assert admin.get("/extensions").status_code == 200
    health = visitor.get("/healthz")
    assert (health.status_code, health.json) == (503, {"web": "ok", "runtime": "down"})


def test_health_and_status_with_a_runtime(admin: Browser, visitor: Browser, runtime: FakeRuntime):
    health = visitor.get("/healthz")
    assert (health.status_code, health.json) == (200, {"web": "ok", "runtime": "ok"})
    status = admin.get("/status").json
    assert status["runtime"].pop("version") == "1.2.3"
    assert status == {
        "runtime": {"alive": True, "state": "ok", "calls": 0, "since": "1970-01-01T00:00:01.000Z"},
        "sip": {"addresses": ["127.0.0.1:5060"], "domain": None},
        "limits": {"upload_bytes": 5_242_880, "calls": None, "calls_per_second": None},
    }


def test_status_tells_the_domain_of_the_own_company(admin: Browser, stranger: Browser, acme: Company, store: Store):
    store.tenants.set_domain(acme.tenant, "pbx.acme.example")
    assert admin.get("/status").json["sip"]["domain"] == "pbx.acme.example"
    assert stranger.get("/status").json["sip"]["domain"] is None


def test_status_tells_the_limits_of_the_own_company(admin: Browser, stranger: Browser, acme: Company, store: Store):
    store.tenants.set_limits(acme.tenant, max_calls=30, calls_per_second=2.5)
    limits = admin.get("/status").json["limits"]
    assert (limits["calls"], limits["calls_per_second"]) == (30, 2.5)
    assert stranger.get("/status").json["limits"]["calls"] is None


def test_status_counts_the_calls_of_the_own_company(
    admin: Browser, stranger: Browser, acme: Company, runtime: FakeRuntime
):
    runtime.calls = [CALL | {"id": str(number), "tenant": acme.tenant} for number in range(2)]
    assert admin.get("/status").json["runtime"]["calls"] == 2
    assert stranger.get("/status").json["runtime"]["calls"] == 0


@pytest.mark.parametrize(
    ("told", "state", "status"),
    [
        ({"journal": "dead"}, "journal_dead", 503),
        ({"journal": "failing"}, "journal_failing", 503),
        ({"mover": "dead"}, "mover_dead", 200),
        ({"mover": "failing"}, "mover_failing", 200),
        ({"journal": "dead", "mover": "dead"}, "journal_dead", 503),
    ],
)
def test_a_runtime_that_is_not_well_is_not_called_well(
    admin: Browser, visitor: Browser, runtime: FakeRuntime, told: dict[str, str], state: str, status: int
):
    runtime.health |= told
    health = visitor.get("/healthz")
    assert (health.status_code, health.json) == (status, {"web": "ok", "runtime": state})
    shown = admin.get("/status").json["runtime"]
    assert (shown["alive"], shown["state"]) == (True, state)

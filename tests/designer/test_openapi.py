"""The OpenAPI document is complete, and answers are as it says."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from apiflask import APIFlask

from designer.live import LiveFeed, translate
from designer.openapi_schemas import share
from support.web import Browser, FakeRuntime

CALL = {
    "id": "c1", "tenant": "t1", "caller": "8613812345678", "called": "864001234567", "started_at": 1.5,
    "flow": {"id": "f", "name": "主流程", "version": 1}, "node": "main", "node_label": "主菜单",
}  # fmt: skip


@pytest.fixture
def spec(visitor: Browser) -> dict[str, Any]:
    response = visitor.get("/openapi.json")
    assert response.status_code == 200
    body: dict[str, Any] = response.json
    return body


def operations(spec: dict[str, Any]) -> list[tuple[str, str, dict[str, Any]]]:
    return [(path, method, op) for path, ops in spec["paths"].items() for method, op in ops.items()]


def test_every_endpoint_is_described(app: APIFlask, spec: dict[str, Any]):
    assert spec["openapi"] == "3.1.0"
    described = {(path, method) for path, method, _ in operations(spec)}
    for rule in app.url_map.iter_rules():
        if rule.rule.startswith("/api/") or rule.rule == "/healthz":
            path = re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule)
            for method in rule.methods - {"HEAD", "OPTIONS"}:
                assert (path, method.lower()) in described


def test_every_operation_says_what_it_is_and_what_can_go_wrong(spec: dict[str, Any]):
    tags = {tag["name"] for tag in spec["tags"]}
    ids = [operation["operationId"] for _, _, operation in operations(spec)]
    assert len(ids) == len(set(ids))
    for path, method, operation in operations(spec):
        assert operation["summary"], path
        assert set(operation["tags"]) <= tags, path
        assert any(status.startswith("2") for status in operation["responses"]), path
        assert "500" in operation["responses"], path
        if path not in ("/healthz", "/api/v1/session"):
            assert operation["security"], path
            assert {"401"} <= set(operation["responses"]), path
        if method != "get" and path != "/healthz":
            assert "403" in operation["responses"], path
        if "{" in path:
            assert "404" in operation["responses"], path
            named = set(re.findall(r"{(\w+)}", path))
            assert named == {p["name"] for p in operation["parameters"] if p["in"] == "path"}
        if "requestBody" in operation:
            assert {"400", "413", "415", "422"} <= set(operation["responses"]), path


def test_every_reference_leads_somewhere(spec: dict[str, Any]):
    references = set(re.findall(r"'\$ref': '#/([^']+)'", str(spec)))
    assert references
    for reference in references:
        target: Any = spec
        for part in reference.split("/"):
            assert part in target, reference
            target = target[part]


def check(spec: dict[str, Any], path: str, method: str, response: Any) -> None:
    """Validate an answer against the document; unknown members are not allowed either."""
    described = spec["paths"][path][method]["responses"][str(response.status_code)]
    if "$ref" in described:
        described = spec["components"]["responses"][described["$ref"].rsplit("/", 1)[1]]
    schema = described["content"]["application/json"]["schema"]
    jsonschema.Draft202012Validator({**schema, "components": spec["components"]}).validate(response.json)


@pytest.mark.parametrize(
    "path",
    ["/session", "/flows", "/numbers", "/prompts", "/extensions", "/calls", "/live/calls", "/voicemails", "/schemas",
     "/resources", "/status", "/quotas", "/speech", "/notices"],
)  # fmt: skip
def test_answers_are_as_described(spec: dict[str, Any], admin: Browser, runtime: FakeRuntime, path: str):
    admin.post("/extensions", {"number": "801", "name": "小王"})
    admin.post("/numbers", {"number": "4001234567"})
    admin.post("/flows", {"name": "主流程"})
    response = admin.get(path)
    assert response.status_code == 200
    check(spec, f"/api/v1{path}", "get", response)


@pytest.mark.parametrize("event", [
    {"event": "started", "call": CALL},
    {"event": "moved", "id": "c1", "node": "sales", "node_label": None},
    {"event": "ended", "id": "c1", "cause": "normal"},
    {"event": "recorded", "calls": ["c1"], "flows": ["f"], "voicemails": 0},
    {"event": "registered", "extension": "801", "online": True},
    {"event": "unregistered", "extension": "801", "online": False},
], ids=lambda event: event["event"])  # fmt: skip
def test_live_events_are_as_described(spec: dict[str, Any], event: dict[str, Any]):
    message = translate(event, {})
    assert message is not None
    described = spec["components"]["schemas"]["LiveEvents"]["properties"][message.event]
    jsonschema.Draft202012Validator(described | {"components": spec["components"]}).validate(message.data)


def test_a_stream_begins_as_described(spec: dict[str, Any], data: Path, runtime: FakeRuntime):
    runtime.calls = [CALL]
    feed = LiveFeed(data / "control.sock")
    page = feed.open("t1")
    try:
        for event in ("runtime", "snapshot"):
            message = page.next_message(5.0)
            assert message is not None
            assert message.event == event
            described = spec["components"]["schemas"]["LiveEvents"]["properties"][event]
            jsonschema.Draft202012Validator(described | {"components": spec["components"]}).validate(message.data)
    finally:
        feed.close()


def test_a_described_draft_is_the_flow_schema(spec: dict[str, Any]):
    document = {"format": "zongji.flow/1", "name": "f", "nodes": [{"id": "a", "type": "menu"}], "edges": []}
    described = {"$ref": "#/components/schemas/FlowDocument", "components": spec["components"]}
    validator = jsonschema.Draft202012Validator(described)
    validator.validate(document)
    assert not validator.is_valid(document | {"nodes": [{"id": "a b", "type": "menu"}]})


def test_two_models_of_one_name_are_refused():
    schemas = {"APage.Item": {"type": "string"}, "BPage.Item": {"type": "integer"}}
    with pytest.raises(ValueError, match="Item"):
        share({"components": {"schemas": schemas}, "paths": {}})


def test_writes_and_errors_are_as_described(spec: dict[str, Any], admin: Browser, visitor: Browser):
    flow = admin.post("/flows", {"name": "主流程"})
    check(spec, "/api/v1/flows", "post", flow)
    check(spec, "/api/v1/flows", "post", admin.post("/flows", {"name": "主流程"}))
    check(spec, "/api/v1/flows", "post", admin.post("/flows", {}))
    path = f"/flows/{flow.json['id']}"
    check(spec, "/api/v1/flows/{flow_id}", "put", admin.put(path, {"document": {}, "revision": 9}))
    check(spec, "/api/v1/flows/{flow_id}", "get", admin.get("/flows/none"))
    check(spec, "/api/v1/flows/{flow_id}/versions", "post", admin.post(f"{path}/versions", {"revision": 1}))
    check(spec, "/api/v1/flows/{flow_id}/versions/{number}", "get", admin.get(f"{path}/versions/1"))
    check(spec, "/api/v1/live/calls", "get", admin.get("/live/calls"))
    check(spec, "/api/v1/session", "get", visitor.client.application.test_client().get("/api/v1/session"))
    check(spec, "/healthz", "get", visitor.get("/healthz"))

"""The OpenAPI document is complete, and answers are as it says."""

from __future__ import annotations

import re
from typing import Any

import jsonschema
import pytest
from apiflask import APIFlask

from support.web import Browser, FakeRuntime


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
     "/resources", "/status"],
)  # fmt: skip
def test_answers_are_as_described(spec: dict[str, Any], admin: Browser, runtime: FakeRuntime, path: str):
    admin.post("/extensions", {"number": "801", "name": "小王"})
    admin.post("/numbers", {"number": "4001234567"})
    admin.post("/flows", {"name": "主流程"})
    response = admin.get(path)
    assert response.status_code == 200
    check(spec, f"/api/v1{path}", "get", response)


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

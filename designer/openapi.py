"""What ``/openapi.json`` says beside what the views' models say themselves: errors, security, tags."""

from __future__ import annotations

import re
from typing import Literal

from apiflask import APIFlask
from flask import current_app
from pydantic import BaseModel, ConfigDict, Field

from designer import openapi_schemas
from designer.live_events import LiveEvents
from designer.openapi_schemas import PREFIX, Json
from designer.sessions import EVERYONE, PUBLIC, needed
from designer.state import state
from store.permissions import PERMISSIONS

LIVE_EVENTS = f"{PREFIX}LiveEvents"

TAGS = {
    "session": "Signing in and out · 登录",
    "flows": "Flows and their drafts · 流程",
    "versions": "Published versions · 发布与版本",
    "trials": "Drafts tried at a telephone · 试拨",
    "numbers": "Numbers and what answers them · 号码",
    "releases": "What has answered numbers, and the way back · 发布与回退",
    "calendar": "Holidays and make-up workdays, notices · 日历",
    "prompts": "Audio library · 语音",
    "speech": "How texts are spoken · 朗读",
    "extensions": "Extensions · 分机",
    "groups": "Groups · 分机组",
    "calling": "Calls of extensions · 分机的通话",
    "exchange": "What telephones dial · 总机功能码",
    "calls": "Finished calls and recordings · 通话",
    "live": "Calls in progress · 实时通话",
    "voicemails": "Messages · 留言",
    "audit": "Who did what · 审计日志",
    "system": "Schemas, resources, status, health · 系统",
}


class Message(BaseModel):
    """A sentence in both languages."""

    model_config = ConfigDict(populate_by_name=True)
    zh: str = Field(alias="zh-CN")
    en: str


class Issue(BaseModel):
    """One thing to correct: on a node of a flow, or in a field of the request."""

    code: str
    severity: Literal["error", "warning"]
    node: str | None
    field: str | None
    message: Message


class ErrorBody(BaseModel):
    """``code`` is stable, ``message`` is for people, in the language of ``Accept-Language``."""

    model_config = ConfigDict(extra="allow")
    code: str
    message: str
    issues: list[Issue] = []


class StaleBody(ErrorBody):
    """Somebody saved first: who, when, and the revision that is current now."""

    saved_by: str = ""
    saved_at: str = ""
    revision: int = 0


class UseOut(BaseModel):
    """What needs it: a number, a group, an extension, the company's settings, or a flow's draft (``version`` null) or
    published version, and its node.
    """

    kind: Literal["flow", "number", "group", "extension", "settings"]
    id: str
    name: str
    version: int | None
    node: str | None
    label: str


class InUseBody(ErrorBody):
    """It cannot go or change its name: ``uses`` need it; ``by`` are their names."""

    by: list[str] = []
    uses: list[UseOut] = []


ERRORS: dict[int, tuple[str, str]] = {
    400: ("BadRequest", "The request is malformed (`bad_json`, `bad_request`)"),
    401: ("NotSignedIn", "Not signed in, or the password is wrong (`not_signed_in`, `wrong_password`)"),
    403: ("Forbidden", "Not permitted (`x-permission`), or a wrong CSRF token (`forbidden`, `csrf`, `cross_site`)"),
    404: ("NotFound", "There is no such thing in this tenant (`not_found`)"),
    409: ("Conflict", "Based on an old revision, in use, or the name exists (`stale`, `in_use`, `name_taken`)"),
    413: ("TooLarge", "Larger than the limit (`too_large`)"),
    415: ("UnsupportedMediaType", "Neither JSON nor an upload (`unsupported_media_type`)"),
    422: ("Invalid", "Fields or the flow need correction; see `issues` (`invalid`, `flow.invalid`, `not_audio`)"),
    429: ("TooManyAttempts", "Too many wrong passwords, see `Retry-After` (`too_many_attempts`)"),
    500: ("Internal", "Our fault; the message carries an incident number (`internal`)"),
    503: ("Unavailable", "The runtime or the database is down (`runtime_down`, `database_down`)"),
}


def install(app: APIFlask) -> None:
    """Configure APIFlask's generator and finish what it makes."""
    app.config.update(
        OPENAPI_VERSION="3.1.0",
        DESCRIPTION="The API of the Zongji switchboard; everything the page does goes through it.",
        LICENSE={"name": "Apache-2.0", "identifier": "Apache-2.0"},
        SERVERS=[{"url": "/"}],
        AUTO_SERVERS=False,
        AUTO_OPERATION_ID=True,
        AUTO_404_RESPONSE=False,
        AUTO_VALIDATION_ERROR_RESPONSE=False,
        AUTO_AUTH_ERROR_RESPONSE=False,
        SECURITY_SCHEMES={
            "session": {"type": "apiKey", "in": "cookie", "name": "zongji_session"},
            "csrf": {"type": "apiKey", "in": "header", "name": "X-CSRF-Token"},
        },
    )
    app.spec_processor(_finish)  # type: ignore[arg-type]  # its annotation knows no spec in JSON, ours is one


def _finish(spec: Json) -> Json:
    # given to APIFlask, TAGS would switch off the tag that each blueprint names itself
    spec["tags"] = [{"name": name, "description": description} for name, description in TAGS.items()]
    components = spec["components"]
    openapi_schemas.add_models(spec, ErrorBody, StaleBody, InUseBody, LiveEvents)
    openapi_schemas.share(spec)
    components["schemas"].update(_error_schemas())
    components["schemas"].update(openapi_schemas.flow_document(state().settings.schemas / "flow.json"))
    components["responses"] = {name: _response(status, text) for status, (name, text) in ERRORS.items()}
    components["schemas"]["SessionOut"]["properties"]["may"]["items"]["enum"] = list(PERMISSIONS)
    marks = _marks()
    for path, operations in spec.get("paths", {}).items():
        for method, operation in operations.items():
            if isinstance(operation, dict):
                _add_errors(path, method, operation, marks[path, method])
    return spec


def _marks() -> dict[tuple[str, str], str]:
    """What each operation needs, by path and method: see ``sessions.needed``."""
    return {
        (re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule), method.lower()): needed(view) or PUBLIC
        for rule in current_app.url_map.iter_rules()
        if (view := current_app.view_functions.get(rule.endpoint)) is not None
        for method in rule.methods or ()
    }


def _add_errors(path: str, method: str, operation: Json, mark: str) -> None:
    public = mark == PUBLIC
    writes = method != "get"
    if mark not in (EVERYONE, PUBLIC):
        operation["x-permission"] = mark
    if not public:
        operation["security"] = [{"session": [], "csrf": []} if writes else {"session": []}]
    wanted = {500}
    if path.startswith("/api/"):
        wanted |= {503} if public else {401, 503}
    if writes or "x-permission" in operation:
        wanted |= {403}
    if "requestBody" in operation:
        operation["requestBody"]["required"] = True
        wanted |= {400, 413, 415, 422}
    if any(parameter["in"] == "query" for parameter in operation.get("parameters", [])):
        wanted |= {422}
    if "{" in path:
        wanted |= {404}
    wanted |= set(operation.pop("x-errors", []))
    responses = operation.setdefault("responses", {})
    for status in sorted(wanted):
        responses.setdefault(str(status), {"$ref": f"#/components/responses/{ERRORS[status][0]}"})


def _error_schemas() -> Json:
    schemas: Json = {}
    for name, body in (("Error", "ErrorBody"), ("StaleError", "StaleBody"), ("InUseError", "InUseBody")):
        schemas[name] = {
            "type": "object",
            "required": ["error"],
            "properties": {"error": {"$ref": PREFIX + body}},
        }
    return schemas


def _response(status: int, text: str) -> Json:
    schema: Json = {"$ref": PREFIX + "Error"}
    if status == 409:
        special = [{"$ref": PREFIX + name} for name in ("StaleError", "InUseError")]
        schema = {"anyOf": [*special, schema]}
    response: Json = {"description": text, "content": {"application/json": {"schema": schema}}}
    if status in (429, 503):
        response["headers"] = {"Retry-After": {"schema": {"type": "integer"}, "description": "Seconds to wait"}}
    return response

"""Flows and their drafts: list, create, save, check, export and import, counts per exit."""

from __future__ import annotations

import unicodedata
from datetime import date, datetime
from urllib.parse import quote
from zoneinfo import ZoneInfo

import orjson
from flask import Response
from pydantic import BaseModel, Field

from designer import checking, messages
from designer.api.base import (
    MAX_INT,
    In,
    Json,
    ListQuery,
    Out,
    PageOf,
    Responses,
    Revision,
    RevisionQuery,
    author,
    blueprint,
    bound_number,
    errors,
    one_at_a_time,
    page_json,
    prompt_locale,
    tenant,
    who,
)
from designer.errors import ApiError, field_error
from designer.names import clean, composed, composed_within
from designer.openapi import Issue
from designer.sessions import needs
from designer.state import state
from designer.times import iso
from store import Duplicate
from store.audit import Thing
from store.models import Flow
from store.records import FlowEntry, NumberEntry

bp = blueprint("flows")

FILE: Responses = {
    200: {"description": "The draft as a file", "content": {"application/json": {"schema": {"type": "object"}}}}
}
NAME_LENGTH = 100
COPIES = 100
"""So many flows of one name may be imported before a name must be chosen by hand."""


class BoundNumberOut(Out):
    number: str
    version: int | None


class FlowItem(Out):
    id: str
    name: str
    revision: int
    updated_at: datetime
    updated_by: str
    latest_version: int | None
    numbers: list[BoundNumberOut]


class FlowPage(PageOf[FlowItem]):
    pass


class FlowOut(FlowItem):
    document: Json


class ImportedOut(FlowOut):
    """The new flow, and what is to be corrected in it before it can be published."""

    issues: list[Issue]


class FlowIn(In):
    name: str = Field(min_length=1, max_length=NAME_LENGTH)
    document: Json | None = None


class DraftIn(In):
    document: Json
    revision: Revision


class DocumentIn(In):
    document: Json


class IssuesOut(Out):
    issues: list[Issue]


class CountsQuery(BaseModel):
    """``day``: of the company's calendar; today when not given. ``version``: of the flow, 0 for what was counted where
    none was known; all together when not given."""

    day: date | None = None
    version: int | None = Field(None, ge=0, le=MAX_INT)


class CountsOut(Out):
    """counts: node -> exit -> callers. misses: node -> ``no_input`` or ``no_match`` -> attempts in vain."""

    day: date
    counts: dict[str, dict[str, int]]
    misses: dict[str, dict[str, int]]


@bp.get("/flows")
@bp.input(ListQuery, location="query")
@bp.output(FlowPage)
@needs("flows.read")
def list_flows(query_data: ListQuery) -> object:
    """Flows. Sorts: name, updated_at, revision."""
    return page_json(state().store.flows.page(tenant(), query_data.for_store()), _item)


@bp.post("/flows")
@bp.input(FlowIn)
@bp.output(FlowOut, 201)
@bp.doc(extensions=errors(409))
@needs("flows.edit")
def create(json_data: FlowIn) -> Json:
    """A new flow: with the given draft, or one that greets nobody and hangs up."""
    name = clean(json_data.name, longest=NAME_LENGTH)
    if not name:
        raise field_error("name", "field.missing")
    document = {**(json_data.document or starter_document(prompt_locale())), "name": name}
    checking.refuse_oversized(document)
    return _show(state().store.flows.create(tenant(), name, document, by=author()), [])


@bp.get("/flows/<flow_id>")
@bp.output(FlowOut)
@needs("flows.read")
def read(flow_id: str) -> Json:
    """A flow with its draft."""
    flow = state().store.flows.get(tenant(), flow_id)
    return _show(flow, _numbers_of(flow_id))


@bp.put("/flows/<flow_id>")
@bp.input(DraftIn)
@bp.output(FlowOut)
@bp.doc(extensions=errors(409))
@needs("flows.edit")
def save(flow_id: str, json_data: DraftIn) -> Json:
    """Save the draft; it may still have issues. The document's name becomes the flow's."""
    name = _name_in(json_data.document)
    checking.refuse_oversized(json_data.document)
    flow = state().store.flows.save(
        tenant(), flow_id, json_data.revision, document=json_data.document, name=name, by=author()
    )
    return _show(flow, _numbers_of(flow_id))


@bp.delete("/flows/<flow_id>")
@bp.input(RevisionQuery, location="query")
@bp.output({}, 204)
@bp.doc(extensions=errors(409))
@needs("flows.edit")
def delete(flow_id: str, query_data: RevisionQuery) -> Response:
    """Delete a flow with all its versions; refused while a number is bound to it."""
    state().store.flows.delete(tenant(), flow_id, query_data.revision)
    return Response(status=204)


@bp.get("/flows/<flow_id>/export")
@bp.doc(responses=FILE)
@needs("flows.read")
def export(flow_id: str) -> Response:
    """Download the draft."""
    flow = state().store.flows.get(tenant(), flow_id)
    state().store.audit.add(tenant(), "flow.export", Thing("flow", flow.id, flow.name))
    response = Response(orjson.dumps(flow.document, option=orjson.OPT_INDENT_2), mimetype="application/json")
    response.headers["Content-Disposition"] = attachment(f"{flow.name}.json")
    return response


@bp.post("/flows/import")
@bp.input(DocumentIn)
@bp.output(ImportedOut, 201)
@bp.doc(extensions=errors(409))
@needs("flows.edit")
def import_flow(json_data: DocumentIn) -> Json:
    """A new flow from an exported file; a name that is taken gets a number. Refused where it is no flow at all."""
    # an editor of another system may have decomposed it, and prompts are found by composed names
    document = {composed(name): composed_within(member) for name, member in json_data.document.items()}
    with one_at_a_time():
        issues = checking.check_document(state(), tenant(), document)
    checking.refuse_oversized(document)
    if not checking.can_be_drawn(document):
        reasons = [issue["message"] for issue in issues if issue["severity"] == "error"]
        reason = reasons[0] if reasons else messages.both("flow.no_flow")
        raise ApiError(422, "flow.invalid", issues=issues, message=messages.both("flow.not_imported", reason=reason))
    name = _name_in(document) or "flow"
    return {**_show(_create_with_free_name(name, document), []), "issues": issues}


@bp.post("/check")
@bp.input(DocumentIn)
@bp.output(IssuesOut)
@needs("flows.read")
def check(json_data: DocumentIn) -> Json:
    """All issues of a document, against what this company has. Nothing is stored."""
    with one_at_a_time():
        return {"issues": checking.check_document(state(), tenant(), json_data.document)}


@bp.get("/flows/<flow_id>/counts")
@bp.input(CountsQuery, location="query")
@bp.output(CountsOut)
@needs("flows.read")
def counts(flow_id: str, query_data: CountsQuery) -> Json:
    """How many callers left each node by each exit on a day, and how often they pressed nothing or something wrong."""
    day = query_data.day or datetime.now(ZoneInfo(who().timezone)).date()
    store = state().store
    store.flows.get(tenant(), flow_id)
    return {
        "day": day,
        "counts": store.calls.counts(tenant(), flow_id, day, query_data.version),
        "misses": store.calls.misses(tenant(), flow_id, day, query_data.version),
    }


def starter_document(locale: str = "zh-CN") -> Json:
    """The smallest flow that can be published: answer, say goodbye, hang up; in the language of who makes it."""
    start, bye = ("进入", "挂机") if locale == "zh-CN" else ("Start", "Hang up")
    return {
        "format": "zongji.flow/1",
        "name": "",
        "locale": locale,
        "settings": {"on_error": "bye"},
        "variables": {},
        "nodes": [
            {"id": "start", "type": "start", "label": start, "config": {}, "position": {"x": 80, "y": 160}},
            {
                "id": "bye",
                "type": "hangup",
                "label": bye,
                "config": {"prompt": ["pv_goodbye.wav"]},
                "position": {"x": 420, "y": 160},
            },
        ],
        "edges": [{"from": "start", "exit": "next", "to": "bye"}],
    }


def attachment(name: str) -> str:
    """A Content-Disposition that keeps a Chinese file name (RFC 6266, RFC 8187)."""
    safe = "".join("_" if char in '/\\:*?"<>|' or unicodedata.category(char) == "Cc" else char for char in name)
    plain = safe.encode("ascii", "ignore").decode().strip(" .") or "flow"
    plain = plain if plain != "json" else "flow.json"
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(safe, safe='')}"


def _create_with_free_name(name: str, document: Json) -> Flow:
    taken: Duplicate | None = None
    for number in range(1, COPIES + 1):
        suffix = "" if number == 1 else f" ({number})"
        candidate = name[: NAME_LENGTH - len(suffix)] + suffix
        try:
            return state().store.flows.create(tenant(), candidate, {**document, "name": candidate}, by=author())
        except Duplicate as error:
            taken = error
    assert taken is not None
    raise taken


def _name_in(document: Json) -> str | None:
    name = document.get("name")
    return clean(name, field="document.name", longest=NAME_LENGTH) or None if isinstance(name, str) else None


def _numbers_of(flow_id: str) -> list[NumberEntry]:
    """All numbers bound to any version of the flow."""
    return state().store.flows.numbers_of(tenant(), flow_id)


def _item(entry: FlowEntry) -> Json:
    return _about(entry.flow, entry.numbers)


def _about(flow: Flow, numbers: list[NumberEntry]) -> Json:
    return {
        "id": flow.id,
        "name": flow.name,
        "revision": flow.revision,
        "updated_at": iso(flow.updated_at),
        "updated_by": flow.updated_by,
        "latest_version": flow.latest_version,
        "numbers": [bound_number(number) for number in numbers],
    }


def _show(flow: Flow, numbers: list[NumberEntry]) -> Json:
    return {**_about(flow, numbers), "document": flow.document}

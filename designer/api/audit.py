"""The audit log: who did what, when, from where."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal
from zoneinfo import ZoneInfo

from flask import Response
from pydantic import Field

from designer.api.base import Json, ListQuery, Out, PageOf, Responses, blueprint, page_json, tenant, who
from designer.api.calls import moment
from designer.api.flows import attachment
from designer.audit_file import to_csv
from designer.language import locale_of_request
from designer.openapi import Message
from designer.sessions import needs
from designer.state import state
from designer.times import iso, today_in
from store.audit import ACTIONS, ActorKind, Filter, Result, Thing
from store.models import AuditEntry

bp = blueprint("audit")

FILE: Responses = {200: {"description": "The entries as CSV", "content": {"text/csv": {"schema": {"type": "string"}}}}}


class ActorOut(Out):
    """``name``: of sign-in, or of the operating system's user at the command line; the system has none."""

    kind: ActorKind
    id: str | None
    name: str


class ThingOut(Out):
    """What was acted on; ``name``: as it was called then."""

    kind: str
    id: str
    name: str


class AuditOut(Out):
    """``action`` is stable, ``label`` are its words. ``address``: where the request came from, "" for none."""

    id: str
    at: datetime
    actor: ActorOut
    address: str
    action: str
    label: Message
    object: ThingOut
    details: dict[str, Any]
    result: Result


class AuditPage(PageOf[AuditOut]):
    pass


class ActionOut(Out):
    name: str
    label: Message


class ActionsOut(Out):
    actions: list[ActionOut]


class AuditQuery(ListQuery):
    """``from`` and ``to``: as for calls. ``who``: a name, ``object``: an id or a name, both as a whole."""

    since: str = Field("", alias="from", max_length=40)
    until: str = Field("", alias="to", max_length=40)
    who: str = Field("", max_length=100)
    action: str = Field("", max_length=40)
    object: str = Field("", max_length=200)

    def filter(self) -> Filter:
        """As the store takes it. Raises ApiError 422."""
        zone = ZoneInfo(who().timezone)
        return Filter(
            since=moment("from", self.since, zone),
            until=moment("to", self.until, zone, end=True),
            who=self.who,
            action=self.action,
            thing=self.object,
        )


class ExportQuery(AuditQuery):
    """``locale``: of the words in the file; that of ``Accept-Language`` without it."""

    locale: Literal["zh-CN", "en"] | None = None


@bp.get("/audit")
@bp.input(AuditQuery, location="query")
@bp.output(AuditPage)
@needs("audit.read")
def list_entries(query_data: AuditQuery) -> object:
    """What was done, newest first; nothing can change it. Sorts: at, actor, action."""
    return page_json(state().store.audit.page(tenant(), query_data.for_store(), query_data.filter()), _show)


@bp.get("/audit/actions")
@bp.output(ActionsOut)
@needs("audit.read")
def list_actions() -> Json:
    """What is written down, to choose from."""
    return {"actions": [{"name": name, "label": dict(texts)} for name, texts in ACTIONS.items()]}


@bp.get("/audit/export")
@bp.input(ExportQuery, location="query")
@bp.doc(responses=FILE)
@needs("audit.read")
def export(query_data: ExportQuery) -> Response:
    """The newest 100,000 entries of the question as CSV, in the company's time; that is written down too."""
    audit = state().store.audit
    asked = query_data.model_dump(by_alias=True, exclude_defaults=True, exclude={"page", "size", "sort", "locale"})
    audit.add(tenant(), "audit.export", Thing("audit"), asked)
    found = audit.newest(tenant(), query_data.filter(), query_data.for_store().q)
    locale = query_data.locale or locale_of_request()
    response = Response(to_csv(found, ZoneInfo(who().timezone), locale), mimetype="text/csv")
    response.headers["Content-Disposition"] = attachment(f"audit-{today_in(who().timezone)}.csv")
    return response


def _show(entry: AuditEntry) -> Json:
    return {
        "id": entry.id,
        "at": iso(entry.at),
        "actor": {"kind": entry.actor_kind, "id": entry.actor_id, "name": entry.actor},
        "address": entry.address,
        "action": entry.action,
        "label": dict(ACTIONS.get(entry.action, {"zh-CN": entry.action, "en": entry.action})),
        "object": {"kind": entry.object_kind, "id": entry.object_id, "name": entry.object_name},
        "details": entry.details,
        "result": entry.result,
    }

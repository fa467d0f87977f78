"""Published versions: immutable, numbered from 1, bound to numbers."""

from __future__ import annotations

from datetime import datetime

from flask import Response
from pydantic import Field

from designer import publishing
from designer.api.base import (
    MAX_INT,
    In,
    Json,
    ListQuery,
    Out,
    PageOf,
    Revision,
    author,
    blueprint,
    bound_number,
    errors,
    one_at_a_time,
    page_json,
    tenant,
)
from designer.api.flows import BoundNumberOut
from designer.errors import not_found
from designer.openapi import Issue
from designer.sessions import needs
from designer.state import state
from designer.times import iso
from store.models import FlowVersion
from store.records import NumberEntry, VersionEntry

bp = blueprint("versions")


class VersionItem(Out):
    number: int
    note: str
    published_at: datetime
    published_by: str
    numbers: list[BoundNumberOut]


class VersionPage(PageOf[VersionItem]):
    pass


class VersionOut(VersionItem):
    document: Json


class PublishedOut(VersionItem):
    """``revision``: of the draft now, for the next save. ``issues``: what the checks warn of, errors there are none."""

    revision: int
    issues: list[Issue]


class PublishIn(In):
    revision: Revision
    note: str = Field("", max_length=2000)


@bp.get("/flows/<flow_id>/versions")
@bp.input(ListQuery, location="query")
@bp.output(VersionPage)
@needs("flows.read")
def list_versions(flow_id: str, query_data: ListQuery) -> object:
    """Versions, newest first. Sorts: number, published_at."""
    return page_json(state().store.flows.versions(tenant(), flow_id, query_data.for_store()), _item)


@bp.get("/flows/<flow_id>/versions/<int:number>")
@bp.output(VersionOut)
@needs("flows.read")
def read(flow_id: str, number: int) -> Json:
    """One version with its document."""
    if number > MAX_INT:
        raise not_found()
    version = state().store.flows.version(tenant(), flow_id, number)
    return {**_about(version, _numbers_of(flow_id, number)), "document": version.document}


@bp.post("/flows/<flow_id>/versions")
@bp.input(PublishIn)
@bp.output(PublishedOut, 201)
@bp.doc(extensions=errors(409))
@needs("flows.publish")
def publish(flow_id: str, json_data: PublishIn) -> Json:
    """Publish the draft as the next version; 422 ``flow.invalid`` with all issues while it has errors.

    The draft's revision counts up, so that a request sent twice publishes once.
    """
    with one_at_a_time():
        published = publishing.publish(
            state(), tenant(), flow_id, json_data.revision, note=json_data.note.strip(), by=author()
        )
    return {**_about(published.version, []), "revision": json_data.revision + 1, "issues": published.warnings}


@bp.delete("/flows/<flow_id>/versions/<int:number>")
@bp.output({}, 204)
@bp.doc(extensions=errors(409))
@needs("flows.publish")
def delete(flow_id: str, number: int) -> Response:
    """Delete an old version that answers no number; the newest one stays."""
    if number > MAX_INT:
        raise not_found()
    state().store.flows.delete_version(tenant(), flow_id, number)
    return Response(status=204)


def _numbers_of(flow_id: str, number: int) -> list[NumberEntry]:
    """The numbers bound to one version."""
    return [bound for bound in state().store.flows.numbers_of(tenant(), flow_id) if bound.version == number]


def _item(entry: VersionEntry) -> Json:
    return _about(entry.version, entry.numbers)


def _about(version: FlowVersion, numbers: list[NumberEntry]) -> Json:
    return {
        "number": version.number,
        "note": version.note,
        "published_at": iso(version.published_at),
        "published_by": version.published_by,
        "numbers": [bound_number(number) for number in numbers],
    }

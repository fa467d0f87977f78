"""Groups of extensions, which take calls together."""

from __future__ import annotations

from typing import Literal

from flask import Response
from pydantic import Field

from designer import uses
from designer.api.base import (
    In,
    Json,
    ListQuery,
    Out,
    PageOf,
    Revision,
    RevisionQuery,
    author,
    blueprint,
    directory_changed,
    errors,
    page_json,
    tenant,
)
from designer.errors import field_error
from designer.names import clean
from designer.sessions import needs
from designer.state import state
from interpreter.nodes.references import Reference
from store.records import GroupEntry, Membership

bp = blueprint("groups")

Strategy = Literal["sequential", "simultaneous", "random", "weighted", "round_robin", "longest_idle"]


class MemberOut(Out):
    """``weight``: how often this extension has its turn, where the strategy is ``weighted``."""

    number: str
    name: str
    weight: int


class GroupOut(Out):
    """``members``: extensions in the group's order. ``strategy``: whom of those who are free a caller gets."""

    id: str
    name: str
    strategy: Strategy
    members: list[MemberOut]
    revision: int


class GroupPage(PageOf[GroupOut]):
    pass


class MemberIn(In):
    number: str = Field(min_length=1, max_length=6, pattern="^[0-9]+$")
    weight: int = Field(1, ge=0, le=100)


class GroupIn(In):
    name: str = Field(min_length=1, max_length=40)
    strategy: Strategy = "sequential"
    members: list[MemberIn] = Field(default_factory=list, max_length=500)


class GroupChange(GroupIn):
    revision: Revision


@bp.get("/groups")
@bp.input(ListQuery, location="query")
@bp.output(GroupPage)
@needs("groups.read")
def list_groups(query_data: ListQuery) -> object:
    """Groups with their extensions. Sorts: name, strategy, updated_at."""
    return page_json(state().store.groups.page(tenant(), query_data.for_store()), _show)


@bp.post("/groups")
@bp.input(GroupIn)
@bp.output(GroupOut, 201)
@bp.doc(extensions=errors(409))
@needs("groups.edit")
def create(json_data: GroupIn) -> Json:
    """A new group."""
    made = state().store.groups.create(
        tenant(), _name(json_data), json_data.strategy, _members(json_data), by=author()
    )
    directory_changed()
    return _show(made)


@bp.put("/groups/<group_id>")
@bp.input(GroupChange)
@bp.output(GroupOut)
@bp.doc(extensions=errors(409))
@needs("groups.edit")
def change(group_id: str, json_data: GroupChange) -> Json:
    """Name, strategy and members; calls that wait go by the new ones. Flows name a group: its name is kept for them."""
    held, name = state(), _name(json_data)
    old = held.store.groups.get(tenant(), group_id).group.name
    if name != old:
        uses.refuse_if_used(held.store, tenant(), Reference("group", old))
    changed = held.store.groups.update(
        tenant(),
        group_id,
        json_data.revision,
        name=name,
        strategy=json_data.strategy,
        members=_members(json_data),
        by=author(),
    )
    directory_changed()
    return _show(changed)


@bp.delete("/groups/<group_id>")
@bp.input(RevisionQuery, location="query")
@bp.output({}, 204)
@bp.doc(extensions=errors(409))
@needs("groups.edit")
def delete(group_id: str, query_data: RevisionQuery) -> Response:
    """Remove a group that no flow names; its extensions stay."""
    held = state()
    old = held.store.groups.get(tenant(), group_id).group.name
    uses.refuse_if_used(held.store, tenant(), Reference("group", old))
    held.store.groups.delete(tenant(), group_id, query_data.revision)
    directory_changed()
    return Response(status=204)


def _name(body: GroupIn) -> str:
    """Raises ApiError 422 for a name that nobody can see."""
    name = clean(body.name)
    if not name:
        raise field_error("name", "field.missing")
    return name


def _members(body: GroupIn) -> list[Membership]:
    return [Membership(member.number, member.weight) for member in body.members]


def _show(entry: GroupEntry) -> Json:
    group = entry.group
    return {
        "id": group.id,
        "name": group.name,
        "strategy": group.strategy,
        "members": [{"number": m.number, "name": m.name, "weight": m.weight} for m in entry.members],
        "revision": group.revision,
    }

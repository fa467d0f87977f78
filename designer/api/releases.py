"""What has answered a number, release by release, and the way back to what answered it before."""

from __future__ import annotations

from datetime import datetime

from pydantic import Field

from designer.api.base import (
    In,
    Json,
    ListQuery,
    Out,
    PageOf,
    Revision,
    author,
    blueprint,
    directory_changed,
    errors,
    page_json,
    tenant,
)
from designer.api.numbers import NOTE_LENGTH, FlowRef, NumberOut, show_number
from designer.sessions import needs
from designer.state import state
from designer.times import iso
from store.records import ReleaseEntry

bp = blueprint("releases")


class ReleaseOut(Out):
    """A version that answers the number, or has answered it. ``rolled_back``: a roll back brought it back."""

    id: str
    flow: FlowRef
    version: int
    released_by: str
    released_at: datetime
    note: str
    rolled_back: bool


class ReleasePage(PageOf[ReleaseOut]):
    """``way_back``: what a roll back brings back; null where nothing answered before, or that version was deleted."""

    way_back: ReleaseOut | None


class RollBackIn(In):
    revision: Revision
    note: str = Field("", max_length=NOTE_LENGTH)


@bp.get("/numbers/<number_id>/releases")
@bp.input(ListQuery, location="query")
@bp.output(ReleasePage)
@needs("numbers.read")
def list_releases(number_id: str, query_data: ListQuery) -> Json:
    """What has answered the number, newest first; deleted versions are left out. Sorts: revision, released_at."""
    releases = state().store.releases
    found = releases.page(tenant(), number_id, query_data.for_store())
    back = releases.way_back(tenant(), number_id)
    return {**page_json(found, _show), "way_back": None if back is None else _show(back)}


@bp.post("/numbers/<number_id>/rollback")
@bp.input(RollBackIn)
@bp.output(NumberOut)
@bp.doc(extensions=errors(409))
@needs("numbers.bind")
def roll_back(number_id: str, json_data: RollBackIn) -> Json:
    """Let the number be answered by what answered it before, from the next call on; where nothing does, by what did
    last. 409 ``no_way_back`` where nothing did, or that version was deleted."""
    entry = state().store.releases.roll_back(
        tenant(), number_id, json_data.revision, note=json_data.note.strip(), by=author()
    )
    directory_changed()
    return show_number(entry)


def _show(entry: ReleaseEntry) -> Json:
    release = entry.release
    return {
        "id": release.id,
        "flow": {"id": release.flow_id, "name": entry.flow_name},
        "version": release.version,
        "released_by": release.released_by,
        "released_at": iso(release.released_at),
        "note": release.note,
        "rolled_back": release.rolled_back,
    }

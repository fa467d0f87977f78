"""Numbers that callers dial, and the published version that answers each."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from flask import Response
from pydantic import Field

from designer.api.base import (
    MAX_INT,
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
from designer.openapi import Message
from designer.sessions import needs
from designer.state import state
from designer.switches import effects_of
from designer.times import iso
from interpreter.machine.facts import Switch
from store.numbers import display, national
from store.records import NumberEntry

bp = blueprint("numbers")

TRAFFIC_DAYS = 7
NOTE_LENGTH = 2000


class FlowRef(Out):
    id: str
    name: str


class NumberOut(Out):
    """``number``: as dialled at home, one of another country with ``+``; ``display``: as people write it.

    ``switch``: how the day/night switch stands; ``switched_by``, ``switched_at``: who last set it.
    ``given``: it is this company's; else it was asked for, answers no call and cannot be bound.
    """

    id: str
    number: str
    display: str
    given: bool
    enabled: bool
    revision: int
    flow: FlowRef | None
    version: int | None
    switch: Switch
    switched_by: str | None
    switched_at: datetime | None


class NumberPage(PageOf[NumberOut]):
    pass


class TrafficOut(Out):
    """Calls that came in over the last so many days."""

    calls: int
    days: int


class NumberIn(In):
    number: str = Field(min_length=1, max_length=40)


class SwitchIn(In):
    revision: Revision
    switch: Switch


class SwitchEffect(Out):
    """An hours node that follows the switch, and the exits that calls take while it stands at day and at night."""

    node: Message
    day: Message
    night: Message


class SwitchOut(Out):
    """``effects``: of the bound version; none where the switch changes nothing."""

    switch: Switch
    effects: list[SwitchEffect]


class BindingIn(In):
    """What answers: a flow and one of its versions, or null for both. ``note``: why, for the number's history."""

    revision: Revision
    flow_id: str | None = Field(max_length=40)
    version: int | None = Field(ge=1, le=MAX_INT)
    enabled: bool | None = None
    note: str = Field("", max_length=NOTE_LENGTH)


@bp.get("/numbers")
@bp.input(ListQuery, location="query")
@bp.output(NumberPage)
@needs("numbers.read")
def list_numbers(query_data: ListQuery) -> object:
    """Numbers. Sorts: number, updated_at."""
    return page_json(state().store.numbers.page(tenant(), query_data.for_store()), show_number)


@bp.post("/numbers")
@bp.input(NumberIn)
@bp.output(NumberOut, 201)
@bp.doc(extensions=errors(409))
@needs("numbers.edit")
def create(json_data: NumberIn) -> Json:
    """Ask for a number, written in any usual way; the only company of an installation has it at once."""
    number = state().store.numbers.ask(tenant(), json_data.number, by=author())
    directory_changed()
    return show_number(NumberEntry(number, None, None))


@bp.put("/numbers/<number_id>")
@bp.input(BindingIn)
@bp.output(NumberOut)
@bp.doc(extensions=errors(409))
@needs("numbers.bind")
def bind(number_id: str, json_data: BindingIn) -> Json:
    """Bind the number to a published version, or to nothing; switch it on or off."""
    if (json_data.flow_id is None) != (json_data.version is None):
        raise field_error("version", "number.no_version")
    numbers = state().store.numbers
    enabled = json_data.enabled
    if enabled is None:
        enabled = numbers.get(tenant(), number_id).number.enabled
    entry = numbers.update(
        tenant(),
        number_id,
        json_data.revision,
        flow_id=json_data.flow_id,
        version=json_data.version,
        enabled=enabled,
        note=json_data.note.strip(),
        by=author(),
    )
    directory_changed()
    return show_number(entry)


@bp.get("/numbers/<number_id>/traffic")
@bp.output(TrafficOut)
@needs("numbers.read")
def traffic(number_id: str) -> Json:
    """How many callers a change of the number touches."""
    number = state().store.numbers.get(tenant(), number_id).number
    now = datetime.now(UTC)
    counted = state().store.calls.count(tenant(), number.digits, now - timedelta(days=TRAFFIC_DAYS), now)
    return {"calls": counted, "days": TRAFFIC_DAYS}


@bp.get("/numbers/<number_id>/switch")
@bp.output(SwitchOut)
@needs("numbers.read")
def read_switch(number_id: str) -> Json:
    """How the number's day/night switch stands and what it does in the bound version."""
    store = state().store
    entry = store.numbers.get(tenant(), number_id)
    effects = []
    if entry.flow_id is not None and entry.version is not None:
        effects = effects_of(store.flows.version(tenant(), entry.flow_id, entry.version).document)
    return {"switch": entry.number.switch, "effects": effects}


@bp.put("/numbers/<number_id>/switch")
@bp.input(SwitchIn)
@bp.output(NumberOut)
@bp.doc(extensions=errors(409))
@needs("numbers.switch")
def set_switch(number_id: str, json_data: SwitchIn) -> Json:
    """Lead calls as by day or by night whatever the time is, or by the calendar again; counts for the next call."""
    numbers = state().store.numbers
    entry = numbers.set_switch(tenant(), number_id, json_data.revision, json_data.switch, by=author())
    directory_changed()
    return show_number(entry)


@bp.delete("/numbers/<number_id>")
@bp.input(RevisionQuery, location="query")
@bp.output({}, 204)
@bp.doc(extensions=errors(409))
@needs("numbers.edit")
def delete(number_id: str, query_data: RevisionQuery) -> Response:
    """Give a number up; refused while a flow is bound to it, or calls out show it."""
    state().store.numbers.delete(tenant(), number_id, query_data.revision)
    directory_changed()
    return Response(status=204)


def show_number(entry: NumberEntry) -> Json:
    number = entry.number
    flow = {"id": entry.flow_id, "name": entry.flow_name or ""} if entry.flow_id else None
    return {
        "id": number.id,
        "number": national(number.digits),
        "display": display(number.digits),
        "given": number.given,
        "enabled": number.enabled,
        "revision": number.revision,
        "flow": flow,
        "version": entry.version,
        "switch": number.switch,
        "switched_by": number.switched_by,
        "switched_at": iso(number.switched_at),
    }

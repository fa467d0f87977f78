"""The runtime's bulk insert of finished calls, kept apart because it is the store's one hot path."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, insert, select
from sqlalchemy.dialects import postgresql, sqlite

from store.models import Base, BranchCount, Call, CallInputs, MissCount, Recording, Tenant, Voicemail
from store.records import CallLeg, CallRecord, Written

CountKey = tuple[str, str, date, int, str, str]
"""tenant, flow, day, version, node, then the exit or why an attempt was in vain: the key of the table."""


def write_calls(connection: Connection, batch: Sequence[CallRecord]) -> Written:
    """See ``CallRepository.write``; runs inside the caller's transaction."""
    zones = _timezones(connection, {record.tenant_id for record in batch})
    ours = {record.id: record for record in batch if record.tenant_id in zones}
    known = _known(connection, ours.values())
    new = [record for record in ours.values() if record.id not in known]
    if new:
        connection.execute(insert(Call), [_call(record) for record in new])
        _insert_some(connection, CallInputs, [_inputs(record) for record in new if record.inputs is not None])
        _insert_some(connection, Recording, [row for record in new for row in _recordings(record)])
        _insert_some(connection, Voicemail, [row for record in new for row in _voicemails(record)])
        exits, misses = _figures(new, zones)
        _count(connection, BranchCount, exits)
        _count(connection, MissCount, misses)
    return Written(added=len(new), known=len(known), orphaned=len(batch) - len(ours))


def _timezones(connection: Connection, tenants: set[str]) -> dict[str, ZoneInfo]:
    rows = connection.execute(select(Tenant.id, Tenant.timezone).where(Tenant.id.in_(tenants)))
    return {tenant: ZoneInfo(timezone) for tenant, timezone in rows}


def _known(connection: Connection, records: Iterable[CallRecord]) -> set[str]:
    """Which of the calls are stored already; asked tenant by tenant, for that is how the key is sorted."""
    by_tenant: dict[str, list[str]] = {}
    for record in records:
        by_tenant.setdefault(record.tenant_id, []).append(record.id)
    known: set[str] = set()
    for tenant, ids in by_tenant.items():
        known.update(connection.scalars(select(Call.id).where(Call.tenant_id == tenant, Call.id.in_(ids))))
    return known


def storable(text: str, length: int = 100) -> str:
    """``text`` as any database takes it: one odd SIP user name must not hold up everybody's calls."""
    if not text.isascii():
        text = text.encode("utf-8", "replace").decode()
    return text.replace("\0", "")[:length]


def _utc(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def _call(record: CallRecord) -> dict[str, Any]:
    return {
        "tenant_id": record.tenant_id,
        "id": record.id,
        "number": record.number,
        "caller": storable(record.caller),
        "called": storable(record.called),
        "flow_id": record.flow_id,
        "flow_name": record.flow_name,
        "flow_version": record.flow_version,
        "started_at": _utc(record.started_at),
        "answered_at": None if record.answered_at is None else _utc(record.answered_at),
        "ended_at": _utc(record.ended_at),
        "cause": record.cause,
        "ended_by": record.ended_by,
        "answered_by": None if record.answered_by is None else storable(record.answered_by),
        "steps": record.steps,  # the engine's JSON codec writes dataclasses at C speed
        "legs": [_leg(leg) for leg in record.legs],
    }


def _leg(leg: CallLeg) -> CallLeg:
    who = storable(leg.who)
    return leg if who == leg.who else replace(leg, who=who)


def _inputs(record: CallRecord) -> dict[str, Any]:
    return {"tenant_id": record.tenant_id, "call_id": record.id, "inputs": record.inputs}


def _recordings(record: CallRecord) -> list[dict[str, Any]]:
    return [
        {
            "tenant_id": record.tenant_id,
            "id": file.id,
            "call_id": record.id,
            "kind": file.kind,
            "path": file.path,
            "started_at": _utc(file.started_at),
            "seconds": file.seconds,
        }
        for file in record.recordings
    ]


def _voicemails(record: CallRecord) -> list[dict[str, Any]]:
    return [
        {
            "tenant_id": record.tenant_id,
            "id": file.id,
            "box": file.box,
            "call_id": record.id,
            "caller": storable(record.caller),
            "called": storable(record.called),
            "path": file.path,
            "recorded_at": _utc(file.recorded_at),
            "seconds": file.seconds,
            "revision": 1,
            "updated_by": storable(record.caller),
            "updated_at": _utc(file.recorded_at),
        }
        for file in record.voicemails
    ]


def _insert_some(connection: Connection, model: type[Base], rows: list[dict[str, Any]]) -> None:
    if rows:
        connection.execute(insert(model), rows)


def _figures(
    records: Sequence[CallRecord], zones: dict[str, ZoneInfo]
) -> tuple[Counter[CountKey], Counter[CountKey]]:
    """How often each exit was taken, and how often callers were asked in vain, attempt by attempt, on the day (in the
    tenant's time zone) on which the call started."""
    exits: Counter[CountKey] = Counter()
    misses: Counter[CountKey] = Counter()
    for record in records:
        if record.flow_id is None:
            continue
        day = datetime.fromtimestamp(record.started_at, zones[record.tenant_id]).date()
        for step in record.steps:
            # Of a flow that was called a record does not tell the version.
            flow, version = (step.flow, 0) if step.flow else (record.flow_id, record.flow_version or 0)
            place = record.tenant_id, flow, day, version, step.node
            if step.exit is not None:
                exits[*place, step.exit] += 1
            if step.no_input:
                misses[*place, "no_input"] += step.no_input
            if step.no_match:
                misses[*place, "no_match"] += step.no_match
    return exits, misses


def _count(connection: Connection, model: type[BranchCount] | type[MissCount], counts: Counter[CountKey]) -> None:
    """Add ``counts`` to the table; in key order, so that two runtimes cannot lock each other out."""
    if not counts:
        return
    table = Base.metadata.tables[model.__tablename__]
    keys = [column.name for column in table.primary_key]
    rows = [dict(zip(keys, key, strict=True)) | {"n": n} for key, n in sorted(counts.items())]
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    added = dialect.insert(table)
    connection.execute(added.on_conflict_do_update(index_elements=keys, set_={"n": table.c.n + added.excluded.n}), rows)

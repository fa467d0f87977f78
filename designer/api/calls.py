"""Finished calls: who, when, how long, through which nodes, and the recordings of their talks."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from flask import Response
from pydantic import BaseModel, Field

from designer.api.base import (
    AUDIO,
    Json,
    ListQuery,
    Out,
    PageOf,
    audio_response,
    blueprint,
    data_file,
    errors,
    listened,
    page_json,
    tenant,
    who,
)
from designer.errors import field_error
from designer.messages import both
from designer.sessions import needs
from designer.state import state
from designer.times import iso
from store.audit import Thing
from store.models import Call
from store.numbers import national

STEPS_SHOWN = 100
"""Steps of a call that come with it: a call that went round in circles has thousands."""

bp = blueprint("calls")


class CallFlowOut(Out):
    id: str
    name: str
    version: int | None


class CallOut(Out):
    """``seconds``: from the start to the end. ``ended_by``: caller, flow, answerer, operator or system."""

    id: str
    caller: str
    called: str
    started_at: datetime
    answered_at: datetime | None
    ended_at: datetime
    seconds: float
    cause: str
    ended_by: str
    answered_by: str | None
    flow: CallFlowOut | None


class CallPage(PageOf[CallOut]):
    pass


class StepOut(Out):
    """One node of the call's way, in the order of the call; ``seconds`` spent in it.

    ``no_input``, ``no_match``: how often the caller pressed nothing there, or what meant nothing.
    """

    at: datetime
    node: str
    type: str
    label: str
    exit: str | None
    exit_label: str
    seconds: float
    no_input: int
    no_match: int


class RecordingOut(Out):
    id: str
    kind: str
    seconds: float


class LegOut(Out):
    """One party's end of a call. ``number``: 0 is whoever began it. ``kind``: ``caller``, or what was rung.

    ``cause``: how it ended: ``hung_up`` by itself, ``released`` by us, ``handed_over`` to another call, or why nobody
    answered. ``trunk``: by which it went out, "" for none.
    """

    number: int
    who: str
    kind: str
    at: datetime
    answered_at: datetime | None
    ended_at: datetime | None
    cause: str
    trunk: str
    codec: str


class CallDetail(CallOut):
    """``steps``: the first 100 of ``steps_total``; the rest is at ``/calls/{call_id}/steps``."""

    steps: list[StepOut]
    steps_total: int
    legs: list[LegOut]
    recordings: list[RecordingOut]


class StepPage(PageOf[StepOut]):
    pass


class StepsQuery(BaseModel):
    page: int = Field(1, ge=1, le=1_000_000)
    size: int = Field(STEPS_SHOWN, ge=1, le=500)


class CallsQuery(ListQuery):
    """``from`` and ``to``: moments (RFC 3339) or days of the company's calendar, the last day included."""

    since: str = Field("", alias="from", max_length=40)
    until: str = Field("", alias="to", max_length=40)


@bp.get("/calls")
@bp.input(CallsQuery, location="query")
@bp.output(CallPage)
@needs("calls.read")
def list_calls(query_data: CallsQuery) -> object:
    """Finished calls, newest first. Sorts: started_at, ended_at, caller, called, cause."""
    zone = ZoneInfo(who().timezone)
    found = state().store.calls.page(
        tenant(),
        query_data.for_store(),
        since=moment("from", query_data.since, zone),
        until=moment("to", query_data.until, zone, end=True),
    )
    return page_json(found, _show)


@bp.get("/calls/<call_id>")
@bp.output(CallDetail)
@needs("calls.read")
def read(call_id: str) -> Json:
    """A call with its way through the flow and its recordings."""
    calls = state().store.calls
    call = calls.get(tenant(), call_id)
    recordings = calls.recordings(tenant(), call_id)
    return {
        **_show(call),
        "steps": [_step(call.started_at, step) for step in call.steps[:STEPS_SHOWN]],
        "steps_total": len(call.steps),
        "legs": [_leg(call.started_at, leg) for leg in call.legs],
        "recordings": [{"id": r.id, "kind": r.kind, "seconds": r.seconds} for r in recordings],
    }


@bp.get("/calls/<call_id>/steps")
@bp.input(StepsQuery, location="query")
@bp.output(StepPage)
@needs("calls.read")
def list_steps(call_id: str, query_data: StepsQuery) -> object:
    """The call's way through the flow, page by page, in the order of the call."""
    call = state().store.calls.get(tenant(), call_id)
    first = (query_data.page - 1) * query_data.size
    steps = [_step(call.started_at, step) for step in call.steps[first : first + query_data.size]]
    return {"items": steps, "total": len(call.steps), "page": query_data.page, "size": query_data.size}


@bp.get("/recordings/<recording_id>/audio")
@bp.doc(responses=AUDIO, extensions=errors(404))
@needs("recordings.listen")
def recording_audio(recording_id: str) -> Response:
    """A talk: stereo, the caller on the left."""
    calls = state().store.calls
    recording = calls.recording(tenant(), recording_id)
    call = calls.get(tenant(), recording.call_id)
    listened("recording.listen", Thing("recording", recording.id, f"{national(call.caller)} {iso(call.started_at)}"))
    return audio_response(data_file(recording.path), f"{recording.call_id}.wav")


def moment(field: str, text: str, zone: ZoneInfo, *, end: bool = False) -> datetime | None:
    """A moment or a day as a moment in UTC; the end of a day is the beginning of the next."""
    if not text:
        return None
    try:
        if len(text) == 10:
            day = date.fromisoformat(text) + timedelta(days=1 if end else 0)
            return datetime.combine(day, time.min, zone).astimezone(UTC)
        # a "+" of the offset arrives as a space where the client forgot to quote it
        given = datetime.fromisoformat(text.replace(" ", "+"))
        return (given if given.tzinfo else given.replace(tzinfo=zone)).astimezone(UTC)
    except (ValueError, OverflowError):
        raise field_error(field, "field.wrong_type", expected=both("type.date")) from None


def _show(call: Call) -> Json:
    flow = {"id": call.flow_id, "name": call.flow_name, "version": call.flow_version} if call.flow_id else None
    return {
        "id": call.id,
        "caller": national(call.caller),
        "called": national(call.called),
        "started_at": iso(call.started_at),
        "answered_at": iso(call.answered_at),
        "ended_at": iso(call.ended_at),
        "seconds": round((call.ended_at - call.started_at).total_seconds(), 3),
        "cause": call.cause,
        "ended_by": call.ended_by,
        "answered_by": None if call.answered_by is None else national(call.answered_by),
        "flow": flow,
    }


def _leg(started_at: datetime, leg: Json) -> Json:
    def moment(seconds: float | None) -> str | None:
        return None if seconds is None else iso(started_at + timedelta(seconds=seconds))

    return {
        **{name: leg[name] for name in ("number", "kind", "cause", "trunk", "codec")},
        "who": national(leg["who"]),
        "at": moment(leg["at"]),
        "answered_at": moment(leg["answered"]),
        "ended_at": moment(leg["ended"]),
    }


def _step(started_at: datetime, step: Json) -> Json:
    at = started_at + timedelta(seconds=float(step["at"]))
    return {
        **{name: step.get(name) for name in ("node", "type", "exit")},
        "seconds": round(float(step["seconds"]), 3),
        "label": step.get("label") or "",
        "exit_label": step.get("exit_label") or "",
        "no_input": step.get("no_input", 0),
        "no_match": step.get("no_match", 0),
        "at": iso(at),
    }

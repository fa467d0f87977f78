"""Calls in progress: a list, a stream of events, hanging up."""

from __future__ import annotations

from typing import Literal

from flask import Response
from pydantic import Field

from designer import live
from designer.api.base import In, Json, Out, Responses, blueprint, errors, tenant
from designer.control import ask
from designer.errors import ApiError, field_error, not_found
from designer.live_events import LiveCallsOut
from designer.openapi import LIVE_EVENTS
from designer.sessions import current, needs, require, session_id, watch
from designer.state import state
from interpreter.control.client import ControlError
from store.audit import Thing
from store.numbers import national

bp = blueprint("live")

STREAM: Responses = {
    200: {
        "description": "Server-sent events, their data in JSON: `LiveEvents` has the name and the data of each. First "
        "`runtime` and `snapshot`, then what changes; a comment when it is quiet",
        "content": {"text/event-stream": {"schema": {"type": "string", "x-events": {"$ref": LIVE_EVENTS}}}},
    }
}


How = Literal["listen", "whisper", "barge_in", "take_over"]


class PlaceIn(In):
    """``from``: the extension that is rung first. ``to``: what it dials. ``shown_number``: which of the company's
    numbers outside sees, in any spelling; left out for the extension's own.
    """

    from_: str = Field(alias="from", min_length=1, max_length=6, pattern="^[0-9]+$")
    to: str = Field(min_length=1, max_length=30, pattern="^[0-9+*# ()-]+$")
    shown_number: str | None = Field(None, max_length=30, pattern="^[0-9+ ()-]*$")


class MonitorIn(In):
    """``extension``: that is rung, to hear or speak."""

    extension: str = Field(min_length=1, max_length=6, pattern="^[0-9]+$")
    how: How


class TransferIn(In):
    to: str = Field(min_length=1, max_length=30, pattern="^[0-9+*# ()-]+$")


class PlacedOut(Out):
    id: str = Field(description="The call that begins with it")


class HungUpOut(Out):
    id: str = Field(description="The call that is being hung up")


@bp.get("/live/calls")
@bp.output(LiveCallsOut)
@needs("calls.watch")
def list_live() -> Json:
    """Calls in progress; 503 ``runtime_down`` while the runtime does not answer."""
    result = ask(state().settings.control_socket, "calls", {"tenant": tenant()})
    return {"items": [live.public_call(call) for call in _own(result)]}


@bp.get("/live")
@bp.doc(responses=STREAM)
@needs("calls.watch")
def follow() -> Response:
    """Live events of this company, until the page goes away or its sign-in ends."""
    held = state()
    try:
        page = held.feed.open(tenant(), current().user_id, session_id())
    except live.TooManyStreams:
        raise ApiError(503, "too_many_streams", headers={"Retry-After": "10"}) from None
    body = live.stream(held.feed, page, held.settings.keep_alive_seconds, watch())
    response = Response(body, mimetype="text/event-stream")
    # not every server closes an iterator that was never started
    response.call_on_close(lambda: held.feed.drop(page))
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Accel-Buffering"] = "no"
    return response


@bp.post("/live/calls/<call_id>/hangup")
@bp.output(HungUpOut)
@bp.doc(extensions=errors(404))
@needs("calls.hang_up")
def hang_up(call_id: str) -> Json:
    """End a call in progress; 404 ``call_gone`` when it has ended meanwhile."""
    control = state().settings.control_socket
    calls = _own(ask(control, "calls", {"tenant": tenant()}))
    call = next((call for call in calls if call.get("id") == call_id), None)
    if call is None:
        raise ApiError(404, "call_gone")
    name = national(str(call.get("caller", "")))
    try:
        ask(control, "hangup", {"id": call_id, "tenant": tenant()})
    except ControlError as error:
        raise (ApiError(404, "call_gone") if error.code == "no_such_call" else not_found()) from error
    state().store.audit.add(tenant(), "call.hang_up", Thing("call", call_id, name))
    return {"id": call_id}


@bp.post("/live/calls")
@bp.input(PlaceIn)
@bp.output(PlacedOut, 201)
@needs("calls.place")
def place(json_data: PlaceIn) -> Json:
    """Ring an extension; once it answers, whoever it reaches by dialling ``to``, under its own permissions.

    422 where that cannot be, with the reason at ``from`` or ``to``.
    """
    details = {"from": json_data.from_, "to": json_data.to}
    if json_data.shown_number:
        details["shown"] = json_data.shown_number
    try:
        made = ask(state().settings.control_socket, "originate", {"tenant": tenant(), **details})
    except ControlError as error:
        if error.code == "not_shown":
            raise field_error("shown_number", "placing.not_shown", number=details["shown"]) from error
        raise not_placed(error, "from", json_data.from_, json_data.to) from error
    call_id = str(made["id"])
    state().store.audit.add(tenant(), "call.originate", Thing("call", call_id, json_data.from_), details)
    return {"id": call_id}


@bp.post("/live/calls/<call_id>/monitor")
@bp.input(MonitorIn)
@bp.output(PlacedOut, 201)
@bp.doc(extensions=errors(404))
@needs("calls.listen_in")
def monitor(call_id: str, json_data: MonitorIn) -> Json:
    """Ring an extension, and take it into a call in progress; ``take_over`` needs ``calls.transfer``, too."""
    if json_data.how == "take_over":
        require("calls.transfer")
    asked = {"tenant": tenant(), "id": call_id, "extension": json_data.extension, "how": json_data.how}
    try:
        made = ask(state().settings.control_socket, "monitor", asked)
    except ControlError as error:
        raise not_placed(error, "extension", json_data.extension, "") from error
    details = {"how": json_data.how, "extension": json_data.extension}
    state().store.audit.add(tenant(), "call.monitor", Thing("call", call_id), details)
    return {"id": str(made["id"])}


@bp.post("/live/calls/<call_id>/transfer")
@bp.input(TransferIn)
@bp.output(HungUpOut)
@bp.doc(extensions=errors(404))
@needs("calls.transfer")
def transfer(call_id: str, json_data: TransferIn) -> Json:
    """Give on whoever talks with an extension, which leaves once ``to`` has answered; else nothing changes."""
    try:
        ask(state().settings.control_socket, "transfer", {"tenant": tenant(), "id": call_id, "to": json_data.to})
    except ControlError as error:
        raise not_placed(error, "to", json_data.to, json_data.to) from error
    state().store.audit.add(tenant(), "call.transfer", Thing("call", call_id), {"to": json_data.to})
    return {"id": call_id}


def not_placed(error: ControlError, field: str, number: str, to: str) -> ApiError:
    """What the runtime refused, in words."""
    match error.code:
        case "no_such_call":
            return ApiError(404, "call_gone")
        case "no_extension" | "offline" | "busy" | "overloaded" | "itself":
            return field_error(field, f"placing.{error.code}", number=number)
        case "no_talk":
            return ApiError(409, "no_talk")
        case "not_reached" | "no_such_number":
            return field_error("to", "placing.not_reached", number=to)
        case "no_shown_number":
            return field_error("shown_number", "placing.no_shown_number")
        case _:
            return field_error("to", "placing.not_allowed", number=to)


def _own(result: dict[str, object]) -> list[Json]:
    return [dict(call) for call in live.calls_of(tenant(), result)]

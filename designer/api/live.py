"""Calls in progress: a list, a stream of events, hanging up."""

from __future__ import annotations

from flask import Response
from pydantic import Field

from designer import live
from designer.api.base import Json, Out, Responses, blueprint, errors, tenant
from designer.control import ask
from designer.errors import ApiError, not_found
from designer.live_events import LiveCallsOut
from designer.openapi import LIVE_EVENTS
from designer.sessions import current, needs, session_id, watch
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


def _own(result: dict[str, object]) -> list[Json]:
    return [dict(call) for call in live.calls_of(tenant(), result)]

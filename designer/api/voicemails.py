"""Messages that callers left."""

from __future__ import annotations

from datetime import datetime

from flask import Response

from designer.api.base import (
    AUDIO,
    In,
    Json,
    ListQuery,
    Out,
    PageOf,
    Revision,
    RevisionQuery,
    audio_response,
    author,
    blueprint,
    data_file,
    errors,
    listened,
    page_json,
    tenant,
)
from designer.sessions import needs
from designer.state import state
from designer.times import iso
from store.models import Voicemail
from store.numbers import national
from store.repositories.calls import voicemail_thing

bp = blueprint("voicemails")


class VoicemailOut(Out):
    """``heard_at`` is null while the message is new."""

    id: str
    box: str
    caller: str
    called: str
    recorded_at: datetime
    seconds: float
    heard_at: datetime | None
    call_id: str
    revision: int


class VoicemailPage(PageOf[VoicemailOut]):
    pass


class HeardIn(In):
    revision: Revision
    heard: bool


@bp.get("/voicemails")
@bp.input(ListQuery, location="query")
@bp.output(VoicemailPage)
@needs("voicemail.read")
def list_voicemails(query_data: ListQuery) -> object:
    """Messages, newest first. Sorts: recorded_at, box, caller, seconds, heard_at."""
    return page_json(state().store.voicemails.page(tenant(), query_data.for_store()), _show)


@bp.get("/voicemails/<voicemail_id>/audio")
@bp.doc(responses=AUDIO)
@needs("voicemail.read")
def audio(voicemail_id: str) -> Response:
    """The message; listening does not mark it as heard."""
    voicemail = state().store.voicemails.get(tenant(), voicemail_id)
    listened("voicemail.listen", voicemail_thing(voicemail))
    return audio_response(data_file(voicemail.path), f"{voicemail.box}-{voicemail.id}.wav")


@bp.put("/voicemails/<voicemail_id>")
@bp.input(HeardIn)
@bp.output(VoicemailOut)
@bp.doc(extensions=errors(409))
@needs("voicemail.edit")
def set_heard(voicemail_id: str, json_data: HeardIn) -> Json:
    """Mark as heard or new."""
    voicemails, wanted = state().store.voicemails, json_data
    return _show(voicemails.set_heard(tenant(), voicemail_id, wanted.revision, wanted.heard, by=author()))


@bp.delete("/voicemails/<voicemail_id>")
@bp.input(RevisionQuery, location="query")
@bp.output({}, 204)
@bp.doc(extensions=errors(409))
@needs("voicemail.edit")
def delete(voicemail_id: str, query_data: RevisionQuery) -> Response:
    """Delete the message and its audio."""
    path = state().store.voicemails.delete(tenant(), voicemail_id, query_data.revision)
    data_file(path).unlink(missing_ok=True)
    return Response(status=204)


def _show(voicemail: Voicemail) -> Json:
    return {
        "id": voicemail.id,
        "box": voicemail.box,
        "caller": national(voicemail.caller),
        "called": national(voicemail.called),
        "recorded_at": iso(voicemail.recorded_at),
        "seconds": voicemail.seconds,
        "heard_at": iso(voicemail.heard_at),
        "call_id": voicemail.call_id,
        "revision": voicemail.revision,
    }

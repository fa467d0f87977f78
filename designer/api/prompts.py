"""The audio library: upload, speak, listen, rename, delete."""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import PurePosixPath
from typing import Literal

from apiflask.fields import UploadFile
from flask import Response
from pydantic import BaseModel, ConfigDict, Field

from designer import prompt_list, uses
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
    errors,
    one_at_a_time,
    page_json,
    prompt_locale,
    tenant,
)
from designer.api.speech import FASTEST, SLOWEST, Locale, check_voice
from designer.audio import Limits, Manner, convert, peaks
from designer.audio.errors import NotAudio
from designer.audio.library import wave_file
from designer.errors import ApiError, field_error, not_found
from designer.names import clean, composed
from designer.prompt_list import SUFFIX, Entry, PromptSource
from designer.sessions import needs
from designer.state import State, state
from designer.times import iso
from interpreter.nodes.references import Reference
from interpreter.rtp.errors import BadWave
from store import NotFound
from store.models import Prompt

bp = blueprint("prompts")

NAME = re.compile(r"[^/\\\x00-\x1f:]{1,80}\.wav")
"""As in schemas/flow.json."""
LONGEST_TEXT = 2000
PEAKS = 200


class PromptOut(Out):
    """``revision`` is 0 and nobody ``updated_by`` for the system's. ``used_by``: names of flows.

    ``voice``, ``speed``: chosen for the text, null where it is spoken as the company's are.
    """

    id: str
    name: str
    source: PromptSource
    locale: Locale
    text: str
    voice: str | None
    speed: float | None
    seconds: float
    level_db: float
    warnings: list[Literal["silent", "quiet", "clipped"]]
    revision: int
    updated_at: datetime | None
    updated_by: str | None
    used_by: list[str]


class PromptPage(PageOf[PromptOut]):
    pass


class UploadIn(BaseModel):
    """``name``: else the file's; ``revision``: of the prompt that is replaced, none for a new one."""

    model_config = ConfigDict(extra="forbid")

    file: UploadFile
    name: str = Field("", max_length=200)
    revision: int | None = Field(None, ge=1)
    locale: Locale | None = None


class PreviewIn(In):
    """``voice``, ``speed``: how the text is spoken; as the company's texts without them."""

    text: str = Field(min_length=1, max_length=LONGEST_TEXT)
    locale: Locale
    voice: str | None = Field(None, max_length=40)
    speed: float | None = Field(None, ge=SLOWEST, le=FASTEST)


class SpeakIn(PreviewIn):
    """A prompt made from a text before keeps its ``voice`` and ``speed`` where they are left out; null forgets them."""

    name: str = Field(min_length=1, max_length=200)
    revision: int | None = Field(None, ge=1)


class RenameIn(In):
    revision: Revision
    name: str = Field(min_length=1, max_length=200)


class LocaleQuery(BaseModel):
    """Which language of a system prompt."""

    locale: Locale | None = None


class WaveformOut(Out):
    """``peaks``: 200 values from 0 to 1."""

    peaks: list[float]
    seconds: float


@bp.get("/prompts")
@bp.input(ListQuery, location="query")
@bp.output(PromptPage)
@needs("prompts.read")
def list_prompts(query_data: ListQuery) -> object:
    """Own prompts, and the system's that no own one replaces. Sorts: name, updated_at, seconds, source."""
    held = state()
    entries = prompt_list.all_entries(held, tenant(), prompt_locale())
    users = prompt_list.users_of_prompts(held, tenant())
    found = prompt_list.page(entries, query_data.for_store())
    return page_json(found, lambda entry: _show(entry, users.get(entry.name, [])))


@bp.post("/prompts")
@bp.input(UploadIn, location="files")
@bp.output(PromptOut, 201)
@bp.doc(extensions=errors(409))
@needs("prompts.edit")
def upload(files_data: UploadIn) -> Json:
    """Upload audio of any usual kind; a prompt of that name is replaced, which needs its revision."""
    held, file = state(), files_data.file
    name = clean_name(files_data.name or file.filename or "")
    held.store.prompts.check_put(tenant(), name, files_data.revision)
    data = file.stream.read(held.settings.upload_limit_bytes + 1)
    try:
        with one_at_a_time():
            converted = convert(data, Limits(size_bytes=held.settings.upload_limit_bytes), tenant())
    except NotAudio as error:
        raise ApiError(422, "not_audio", name=file.filename or name, reason=error.reason) from error
    prompt = held.store.prompts.put(
        tenant(),
        name,
        held.library.put(converted.pcm, converted.analysis),
        source="upload",
        locale=prompt_locale(files_data.locale),
        revision=files_data.revision,
        by=author(),
    )
    return _show_own(held, prompt)


@bp.post("/prompts/speak")
@bp.input(SpeakIn)
@bp.output(PromptOut, 201)
@bp.doc(extensions=errors(409))
@needs("prompts.edit")
def speak(json_data: SpeakIn) -> Json:
    """Make a prompt from text; a prompt of that name is replaced, which needs its revision."""
    held = state()
    name = clean_name(json_data.name)
    held.store.prompts.check_put(tenant(), name, json_data.revision)
    before = _own_or_none(held, name)
    chosen = _chosen(json_data, before)
    with one_at_a_time():
        sha256 = held.resolver.speak(json_data.text, json_data.locale, _manner(chosen, json_data.locale))
    prompt = held.store.prompts.put(
        tenant(),
        name,
        held.library.info(sha256),
        source="text",
        locale=json_data.locale,
        text=json_data.text,
        voice=chosen.voice,
        speed=chosen.speed,
        revision=json_data.revision,
        by=author(),
    )
    return _show_own(held, prompt)


@bp.post("/prompts/preview")
@bp.input(PreviewIn)
@bp.doc(responses=AUDIO)
@needs("prompts.read")
def preview(json_data: PreviewIn) -> Response:
    """Hear a text before a prompt is made of it; nothing is stored."""
    with one_at_a_time():
        manner = _manner(_chosen(json_data), json_data.locale)
        pcm = state().resolver.preview(json_data.text, json_data.locale, manner)
    return Response(wave_file(pcm), mimetype="audio/wav")


@bp.get("/prompts/<name>/audio")
@bp.input(LocaleQuery, location="query")
@bp.doc(responses=AUDIO)
@needs("prompts.read")
def audio(name: str, query_data: LocaleQuery) -> Response:
    """The prompt as callers hear it; a system prompt in the asked language."""
    held, name = state(), composed(name)
    prompt = _own_or_none(held, name)
    if prompt is not None:
        return audio_response(held.library.path(prompt.audio), name)
    system = _system_name(held, name)
    return audio_response(held.system_prompts.path(system, prompt_locale(query_data.locale)), name)


@bp.get("/prompts/<name>/waveform")
@bp.input(LocaleQuery, location="query")
@bp.output(WaveformOut)
@needs("prompts.read")
def waveform(name: str, query_data: LocaleQuery) -> Json:
    """A picture of the prompt."""
    held, name = state(), composed(name)
    prompt = _own_or_none(held, name)
    try:
        if prompt is not None:
            return {"peaks": held.library.waveform(prompt.audio, PEAKS), "seconds": prompt.seconds}
        pcm = held.system_prompts.pcm(_system_name(held, name), prompt_locale(query_data.locale))
    except (OSError, BadWave) as error:
        raise ApiError(404, "audio_gone") from error
    return {"peaks": peaks(pcm, PEAKS), "seconds": len(pcm) / 8000}


@bp.put("/prompts/<name>")
@bp.input(RenameIn)
@bp.output(PromptOut)
@bp.doc(extensions=errors(409))
@needs("prompts.edit")
def rename(name: str, json_data: RenameIn) -> Json:
    """Rename a prompt that no flow plays."""
    held, name = state(), composed(name)
    _own(held, name)
    _refuse_if_used(held, name)
    new_name = clean_name(json_data.name)
    prompt = held.store.prompts.rename(tenant(), name, json_data.revision, new_name=new_name, by=author())
    return _show_own(held, prompt)


@bp.delete("/prompts/<name>")
@bp.input(RevisionQuery, location="query")
@bp.output({}, 204)
@bp.doc(extensions=errors(409))
@needs("prompts.edit")
def delete(name: str, query_data: RevisionQuery) -> Response:
    """Delete a prompt that no flow plays, or behind which a system prompt stands."""
    held, name = state(), composed(name)
    _own(held, name)
    if not held.system_prompts.has(name.removesuffix(SUFFIX)):
        _refuse_if_used(held, name)
    held.store.prompts.delete(tenant(), name, query_data.revision)
    return Response(status=204)


def _chosen(asked: PreviewIn, before: Prompt | None = None) -> Manner:
    """The voice and the speed of this text: as asked, else as they were chosen before. Raises ApiError.

    A voice that speaks another language is forgotten with that language, and one that was chosen before may be kept
    where it is not here any more.
    """
    held = state()
    voice, speed = asked.voice, asked.speed
    if before is not None and "voice" not in asked.model_fields_set and before.locale == asked.locale:
        voice = before.voice
    elif voice is not None and held.speaker.voices() and (before is None or voice != before.voice):
        check_voice(held, asked.locale, voice, "voice")
    if before is not None and "speed" not in asked.model_fields_set:
        speed = before.speed
    return Manner(voice, speed)


def _manner(chosen: Manner, locale: Locale) -> Manner:
    """How a text is spoken: as chosen, else as the company has it.

    Where there is no choice of voices any is replaced, as it is when a flow that names it is published.
    """
    return chosen.else_as(state().resolver.usual_manners(tenant())[locale])


def clean_name(given: str) -> str:
    """``C:\\my files\\Welcome.MP3`` -> ``Welcome.wav``; 422 where nothing usable is left."""
    last = PurePosixPath(clean(given).replace("\\", "/")).name
    stem = re.sub(r"\.(wav|mp3|m4a|aac|ogg|opus|flac|aiff?|au|amr|webm|wma|mp4)$", "", last.strip(), flags=re.I)
    name = stem.strip() + SUFFIX
    if not stem.strip(" .") or not NAME.fullmatch(name):
        raise field_error("name", "prompt.bad_name")
    return name


def _own_or_none(held: State, name: str) -> Prompt | None:
    """name: composed."""
    try:
        return held.store.prompts.get(tenant(), name)
    except NotFound:
        return None


def _own(held: State, name: str) -> Prompt:
    prompt = _own_or_none(held, name)
    if prompt is None:
        _system_name(held, name)
        raise ApiError(403, "prompt.system")
    return prompt


def _system_name(held: State, name: str) -> str:
    system = name.removesuffix(SUFFIX)
    if not name.endswith(SUFFIX) or not held.system_prompts.has(system):
        raise not_found()
    return system


def _refuse_if_used(held: State, name: str) -> None:
    uses.refuse_if_used(held.store, tenant(), Reference("prompt", name))


def _show_own(held: State, prompt: Prompt) -> Json:
    users = prompt_list.users_of_prompts(held, tenant())
    return _show(prompt_list.own_entry(prompt), users.get(prompt.name, []))


def _show(entry: Entry, used_by: list[str]) -> Json:
    return {
        "id": entry.id,
        "name": entry.name,
        "source": entry.source,
        "locale": entry.locale,
        "text": entry.text,
        "voice": entry.voice,
        "speed": entry.speed,
        "seconds": round(entry.seconds, 3),
        "level_db": round(entry.level_db, 1),
        "warnings": list(entry.warnings),
        "revision": entry.revision,
        "updated_at": iso(entry.updated_at),
        "updated_by": entry.updated_by,
        "used_by": used_by,
    }

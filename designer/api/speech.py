"""How the company's texts and numbers are spoken, by whom, and the voices to choose from."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import Field

from designer.api.base import In, Json, Out, author, blueprint, errors, tenant
from designer.errors import field_error
from designer.openapi import Message
from designer.sessions import needs
from designer.state import State, state
from designer.times import iso
from store.models import SpeechSettings

bp = blueprint("speech")

Locale = Literal["zh-CN", "en-US"]

SLOWEST, FASTEST = 0.5, 2.0
"""As in schemas/flow.json."""


class VoiceOut(Out):
    id: str
    locale: Locale
    label: Message


class SpeechOut(Out):
    """``engine``: ``neural``, or ``espeak`` and ``why`` it is not the better one. ``voices``: to choose from.

    ``chosen``: locale -> voice, where the company chose one; ``speed``: 1 is the voice's own.
    """

    engine: Literal["neural", "espeak"]
    why: Message | None
    voices: list[VoiceOut]
    chosen: dict[Locale, str]
    speed: float
    revision: int
    updated_at: datetime | None
    updated_by: str | None


class SpeechIn(In):
    """``revision``: 0 where nothing was chosen before. ``chosen``: a language that is left out has the usual voice."""

    revision: int = Field(ge=0)
    chosen: dict[Locale, str]
    speed: float = Field(ge=SLOWEST, le=FASTEST)


@bp.get("/speech")
@bp.output(SpeechOut)
@needs("settings.read")
def read() -> Json:
    """Who speaks, and how."""
    held = state()
    return _show(held, held.store.speech.get(tenant()))


@bp.put("/speech")
@bp.input(SpeechIn)
@bp.output(SpeechOut)
@bp.doc(extensions=errors(409))
@needs("settings.edit")
def change(json_data: SpeechIn) -> Json:
    """Choose voices and speed; versions that are published stay as they sound.

    A voice that was chosen before may be kept where it is not here any more.
    """
    held = state()
    before = held.store.speech.get(tenant()).voices
    for locale, voice in json_data.chosen.items():
        if voice != before.get(locale):
            check_voice(held, locale, voice, f"chosen.{locale}")
    voices = {str(locale): voice for locale, voice in json_data.chosen.items()}
    made = held.store.speech.put(tenant(), json_data.revision, voices=voices, speed=json_data.speed, by=author())
    return _show(held, made)


def check_voice(held: State, locale: str, voice: str, field: str) -> None:
    """Raise ApiError 422 unless the voice is here and speaks the language."""
    speaks = [known.id for known in held.speaker.voices() if known.locale == locale]
    if voice in speaks:
        return
    if held.speaker.lacking is not None:
        raise field_error(field, "voice.none_here", why=_message(held.speaker.lacking))
    raise field_error(field, "voice.unknown", voice=voice, known=", ".join(speaks))


def _show(held: State, settings: SpeechSettings) -> Json:
    lacking = held.speaker.lacking
    return {
        "engine": "neural" if lacking is None else "espeak",
        "why": None if lacking is None else _message(lacking),
        "voices": [{"id": voice.id, "locale": voice.locale, "label": voice.names} for voice in held.speaker.voices()],
        "chosen": settings.voices,
        "speed": settings.speed,
        "revision": settings.revision,
        "updated_at": iso(settings.updated_at) if settings.revision else None,
        "updated_by": settings.updated_by or None,
    }


def _message(text: tuple[str, str]) -> dict[str, str]:
    return {"zh-CN": text[0], "en": text[1]}

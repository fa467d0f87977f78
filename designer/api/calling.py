"""What holds for the company's calls: the number that is shown outside, what is recorded, what is heard."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import Field

from designer.api.base import In, Json, Out, author, blueprint, directory_changed, errors, tenant
from designer.sessions import needs
from designer.state import state
from designer.times import iso
from store.models import CallSettings
from store.numbers import display

bp = blueprint("calling")

Recorded = Literal["off", "answered", "whole"]

Language = Literal["zh-CN", "en-US"]


class ShownNumber(Out):
    """``digits``: as records keep it; ``display``: as people write it."""

    digits: str
    display: str


class CallingOut(Out):
    """``shown_number``: what outside sees of an extension without one of its own. ``numbers``: those to choose from.
    ``music``: the prompt that is heard on hold, null for the system's. ``language``: in which the system speaks to
    telephones of the company where no flow does.
    """

    shown_number: str | None
    record: Recorded
    music: str | None
    language: Language
    numbers: list[ShownNumber]
    revision: int
    updated_at: datetime | None
    updated_by: str | None


class CallingIn(In):
    """``revision``: 0 where nothing was chosen before. ``shown_number``: one of the company's, in any spelling.
    ``music``: the name of a prompt, null for the system's. ``music`` and ``language`` stay where they are left out.
    """

    revision: int = Field(ge=0)
    shown_number: str | None = Field(max_length=30)
    record: Recorded
    music: str | None = Field(None, max_length=100)
    language: Language | None = None


@bp.get("/calling")
@bp.output(CallingOut)
@needs("extensions.read")
def read() -> Json:
    """What holds for calls of extensions."""
    return _show(state().store.calling.get(tenant()))


@bp.put("/calling")
@bp.input(CallingIn)
@bp.output(CallingOut)
@bp.doc(extensions=errors(409))
@needs("settings.edit")
def change(json_data: CallingIn) -> Json:
    """Choose the number that is shown outside, what is recorded, and what is heard; from the next call on."""
    calling = state().store.calling
    now = calling.get(tenant())
    music = json_data.music if "music" in json_data.model_fields_set else now.music
    made = calling.put(
        tenant(), json_data.revision, shown_number=json_data.shown_number, record=json_data.record,
        music=music, language=json_data.language or now.language, by=author(),
    )  # fmt: skip
    directory_changed()
    return _show(made)


def _show(settings: CallSettings) -> Json:
    numbers = state().store.calling.numbers(tenant())
    return {
        "shown_number": settings.shown_number,
        "record": settings.record,
        "music": settings.music,
        "language": settings.language,
        "numbers": [{"digits": number.digits, "display": display(number.digits)} for number in numbers],
        "revision": settings.revision,
        "updated_at": iso(settings.updated_at) if settings.revision else None,
        "updated_by": settings.updated_by or None,
    }

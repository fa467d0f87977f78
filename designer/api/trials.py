"""A draft tried at a telephone of the company's: it rings nobody else, and leaves no record."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any
from uuid import uuid4

from pydantic import Field

from designer import publishing
from designer.api.base import In, Json, Out, Revision, blueprint, errors, one_at_a_time, tenant
from designer.api.live import not_placed
from designer.control import ask
from designer.errors import ApiError
from designer.sessions import needs
from designer.state import state
from interpreter.control.client import ControlError

bp = blueprint("trials")


class TrialIn(In):
    """``extension``: that is rung. ``caller``, ``called``: whom the flow takes for its caller, and what he dialled."""

    revision: Revision
    extension: str = Field(min_length=1, max_length=6, pattern="^[0-9]+$")
    caller: str = Field("", max_length=30, pattern="^[0-9+]*$")
    called: str = Field("", max_length=30, pattern="^[0-9+]*$")


class TrialOut(Out):
    id: str = Field(description="The call that begins with it")


@bp.post("/flows/<flow_id>/trial")
@bp.input(TrialIn)
@bp.output(TrialOut, 201)
@bp.doc(extensions=errors(409))
@needs("flows.edit")
def begin(flow_id: str, json_data: TrialIn) -> Json:
    """Ring an extension with the draft; 422 ``flow.invalid`` with all issues while it has errors.

    Whoever the draft would ring is named instead, and answered for by a key: 1 answers, 2 is busy, 3 is nobody.
    """
    held = state()
    with one_at_a_time():
        draft = publishing.rehearse(held, tenant(), flow_id, json_data.revision)
    draft |= {"caller": json_data.caller, "called": json_data.called}
    file = _leave(held.settings.data / "trials", draft)
    try:
        made = ask(
            held.settings.control_socket, "trial",
            {"tenant": tenant(), "extension": json_data.extension, "file": file.name},
        )  # fmt: skip
    except ControlError as error:
        if error.code == "cannot_run":
            raise ApiError(409, "cannot_run") from error
        raise not_placed(error, "extension", json_data.extension, "") from error
    finally:
        file.unlink(missing_ok=True)
    return {"id": str(made["id"])}


def _leave(folder: Path, draft: dict[str, Any]) -> Path:
    """For the runtime, which is of the same user."""
    folder.mkdir(mode=0o700, exist_ok=True)
    path = folder / f"{uuid4().hex}.json"
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        json.dump(draft, file, ensure_ascii=False)
    return path

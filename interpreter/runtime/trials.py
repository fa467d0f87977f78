"""Drafts tried at a telephone: handed over by the web process as files, for they are too large for a request."""

from __future__ import annotations

import asyncio
import logging
import re
from pathlib import Path
from typing import Any, Final

import orjson

from interpreter.control.server import Params, Refused, Result
from interpreter.runtime.directory import LoadedVersion
from interpreter.runtime.originating import Originator
from interpreter.runtime.versions import Versions

NAME: Final = re.compile(r"[0-9a-f]{8,64}\.json")

log = logging.getLogger(__name__)


class Trials:
    """folder: where the web process leaves them."""

    def __init__(self, folder: Path, versions: Versions, originator: Originator) -> None:
        self._folder = folder
        self._versions = versions
        self._originator = originator

    async def begin(self, params: Params) -> Result:
        """Method ``trial`` {"tenant", "extension", "file"}: rings the extension with the draft in the file.

        {"id"}. Refused: ``bad_request``, ``cannot_run``, and as ``originate``.
        """
        tenant, extension, name = (str(params.get(key, "")) for key in ("tenant", "extension", "file"))
        if not NAME.fullmatch(name):
            raise Refused("bad_request", "file is no name of a draft")
        try:
            draft, version = await asyncio.to_thread(self._load, tenant, self._folder / name)
        except Exception as error:  # whatever is wrong with it is the draft's
            log.warning("a draft cannot be tried: %s: %s", type(error).__name__, error)
            raise Refused("cannot_run", f"the draft cannot run: {error}") from error
        try:
            call = self._originator.rehearse(
                tenant, extension, version, str(draft.get("caller", "")), str(draft.get("called", ""))
            )
        finally:
            self._versions.retire([version])
        return {"id": call.id}

    def _load(self, tenant_id: str, path: Path) -> tuple[dict[str, Any], LoadedVersion]:
        draft: dict[str, Any] = orjson.loads(path.read_bytes())
        path.unlink(missing_ok=True)
        return draft, self._versions.trial(tenant_id, str(draft["flow"]), draft["document"], draft["prompts"])

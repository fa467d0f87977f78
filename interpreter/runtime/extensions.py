"""Extensions, looked up in the node's copy when a call, a registration or a key needs them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Protocol

from interpreter.runtime.calling import Calling, forwarding_of
from interpreter.runtime.directory import ExtensionEntry
from interpreter.sip.aor import Aor
from interpreter.sip.digest import Ha1
from store.models import Extension

MOST_KEPT = 10_000
"""So many are kept in memory; of more, the one asked for first gives way."""

_NUMBER = re.compile(r"[0-9]{1,6}")


class Reader(Protocol):
    """See ``store.node_copy.ExtensionReader``."""

    def extension(self, tenant: str, number: str) -> Extension | None: ...


class StoredExtensions:
    """``directory.Extensions`` for the event loop. calling: tenant -> what decides on its extensions' calls outside."""

    def __init__(self, reader: Reader, calling: Mapping[str, Calling]) -> None:
        self._reader = reader
        self._calling = calling
        self._kept: dict[Aor, ExtensionEntry | None] = {}

    def get(self, aor: Aor, /) -> ExtensionEntry | None:
        if aor in self._kept:
            return self._kept[aor]
        calling = self._calling.get(aor.domain)
        if calling is None or not _NUMBER.fullmatch(aor.user):
            return None  # most callers from outside: nothing is asked or kept for their sake
        row = self._reader.extension(aor.domain, aor.user)
        entry = None if row is None else _entry(row, calling)
        if len(self._kept) >= MOST_KEPT:
            del self._kept[next(iter(self._kept))]
        self._kept[aor] = entry
        return entry


def _entry(row: Extension, calling: Calling) -> ExtensionEntry:
    ha1 = Ha1(row.ha1_md5, row.ha1_sha256)
    return ExtensionEntry(row.tenant_id, row.number, row.name, ha1, calling.rights(row), forwarding_of(row))

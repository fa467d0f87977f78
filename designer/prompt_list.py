"""The audio library as people see it: the company's own prompts and, behind them, the system's."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

from designer.audio import analyse
from designer.state import State
from interpreter.nodes.registry import references_in
from interpreter.rtp import wav
from interpreter.rtp.errors import BadWave
from store import BadValue, Paged, Query
from store.models import Prompt

SUFFIX = ".wav"
SYSTEM = "system"

PromptSource = Literal["upload", "text", "system"]

SORTS = ("name", "updated_at", "seconds", "source")


@dataclass(frozen=True, slots=True)
class Entry:
    """A prompt in the list. revision: 0 for the system's, which nobody edits."""

    id: str
    name: str
    source: str
    locale: str
    text: str
    voice: str | None
    speed: float | None
    seconds: float
    level_db: float
    warnings: tuple[str, ...]
    revision: int
    updated_at: datetime | None
    updated_by: str | None


def own_entry(prompt: Prompt) -> Entry:
    """A prompt of the company's."""
    return Entry(
        id=prompt.id,
        name=prompt.name,
        source=prompt.source,
        locale=prompt.locale,
        text=prompt.text,
        voice=prompt.voice,
        speed=prompt.speed,
        seconds=prompt.seconds,
        level_db=prompt.level_db,
        warnings=tuple(prompt.warnings),
        revision=prompt.revision,
        updated_at=prompt.updated_at,
        updated_by=prompt.updated_by,
    )


def all_entries(held: State, tenant_id: str, locale: str) -> list[Entry]:
    """Own prompts, and the system's whose names the company has not taken, in the given language."""
    own = [own_entry(prompt) for prompt in held.store.prompts.all(tenant_id)]
    taken = {entry.name for entry in own}
    return own + [entry for entry in system_entries(held, locale) if entry.name not in taken]


def system_entries(held: State, locale: str) -> Iterator[Entry]:
    """The system's prompts, with their lengths."""
    texts = held.system_prompts.texts(locale)
    for name in held.system_prompts.names():
        seconds, level_db = _measure(held.system_prompts.path(name, locale))
        yield Entry(
            id=f"{SYSTEM}:{name}",
            name=name + SUFFIX,
            source=SYSTEM,
            locale=locale,
            text=texts[name],
            voice=None,
            speed=None,
            seconds=seconds,
            level_db=level_db,
            warnings=(),
            revision=0,
            updated_at=None,
            updated_by=None,
        )


def page(entries: Iterable[Entry], query: Query) -> Paged[Entry]:
    """One page: searched in name and text, sorted. Raises BadValue for an unknown sort, as the store does."""
    wanted = query.q.casefold()
    found = [e for e in entries if wanted in e.name.casefold() or wanted in e.text.casefold()]
    field = query.sort.removeprefix("-") or "name"
    if field not in SORTS:
        known = ", ".join(SORTS)
        raise BadValue("sort", f"不能按“{field}”排序，可用：{known}", f"cannot sort by {field!r}, only by {known}")
    found.sort(key=lambda entry: entry.name)
    found.sort(key=lambda entry: _sort_key(entry, field), reverse=query.sort.startswith("-"))
    start = (query.page - 1) * query.size
    return Paged(found[start : start + query.size], len(found), query.page, query.size)


def users_of_prompts(held: State, tenant_id: str) -> dict[str, list[str]]:
    """prompt name -> names of the flows whose draft or bound version plays it."""
    users: dict[str, set[str]] = {}
    for flow_name, document in held.store.flows.documents(tenant_id):
        for name in names_in(document):
            users.setdefault(name, set()).add(flow_name)
    return {name: sorted(flows) for name, flows in users.items()}


def names_in(document: Mapping[str, Any]) -> set[str]:
    """File names of prompts that the nodes play; a draft may be anything."""
    return {found.name for _, found in references_in(document) if found.kind == "prompt"}


def _sort_key(entry: Entry, field: str) -> Any:
    if field == "updated_at":
        return entry.updated_at.timestamp() if entry.updated_at else 0.0
    return getattr(entry, field)


@lru_cache(maxsize=1024)
def _measure(path: Path) -> tuple[float, float]:
    """(seconds, level in dBFS) of a system prompt; nothing for a file that is missing."""
    try:
        found = analyse(wav.read_mono(path))
    except (OSError, BadWave):
        return 0.0, -99.0
    return found.seconds, found.level_db

"""What a company has that its flows may name, for checks, choices and lists."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from designer import calendar
from designer.messages import both
from designer.state import State
from designer.times import today_in
from interpreter.compiler import Resources
from interpreter.flow.expressions import FACTS, FUNCTIONS
from interpreter.nodes.registry import references_in
from store import Paged, Query
from store.records import NumberEntry

Row = TypeVar("Row")

PAGE = 500


def for_checks(held: State, tenant_id: str, document: Mapping[str, Any]) -> Resources:
    """What the compiler's checks compare a document with. Boxes are left open: naming one makes it."""
    locale = document.get("locale")
    tenant = held.store.tenants.get(tenant_id)
    told = calendar.told(held.store.days.read(tenant_id))
    return Resources(
        own_prompts={prompt.name: prompt.text or None for prompt in held.store.prompts.all(tenant_id)},
        system_prompts=dict(held.system_prompts.texts(locale if isinstance(locale, str) else "zh-CN")),
        extensions=frozenset(extension.number for extension in held.store.extensions.all(tenant_id)),
        extension_length=tenant.extension_length,
        trunks=frozenset(trunk.name for trunk in held.store.trunks.all(tenant_id)),
        boxes=None,
        groups={e.group.name: [m.number for m in e.members] for e in held.store.groups.all(tenant_id)},
        voices={voice.id: voice.locale for voice in held.speaker.voices()},
        today=today_in(tenant.timezone),
        told_years=told.whole,
        begun_years=told.begun,
    )


def variables_help() -> list[dict[str, Any]]:
    """Facts of the call and functions that expressions may use, each with one sentence."""
    facts = [
        {"name": name, "kind": "variable", "type": kind, "label": both(f"fact.{name}")} for name, kind in FACTS.items()
    ]
    functions = [
        {
            "name": f"{name}({', '.join(kind or 'any' for kind in function.parameters)})",
            "kind": "function",
            "type": function.result,
            "label": dict(function.help),
        }
        for name, function in FUNCTIONS.items()
    ]
    return facts + functions


def all_numbers(held: State, tenant_id: str) -> list[NumberEntry]:
    """All numbers of the company."""
    return _all(lambda query: held.store.numbers.page(tenant_id, query))


def boxes(held: State, tenant_id: str) -> list[str]:
    """Boxes that hold messages or that a flow names; a box begins to exist when it is named."""
    named = {
        found.name
        for _, document in held.store.flows.documents(tenant_id)
        for _, found in references_in(document)
        if found.kind == "box"
    }
    return sorted(named | set(held.store.voicemails.boxes(tenant_id)))


def _all(page: Callable[[Query], Paged[Row]]) -> list[Row]:
    rows: list[Row] = []
    number = 1
    while True:
        found = page(Query(page=number, size=PAGE))
        rows += found.items
        if len(rows) >= found.total or not found.items:
            return rows
        number += 1

"""Publishing: check, compile, give every prompt its audio, and only then store an immutable version."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from designer import checking
from designer.audio import Problem, Resolved
from designer.errors import IssueJson
from designer.prompt_list import names_in
from designer.state import State
from store import Stale
from store.models import FlowVersion

Document = Mapping[str, Any]

SECONDS = 120.0
"""For the audio of one version: texts are spoken one after the other, and others wait for theirs."""


class Published(NamedTuple):
    """A new version, and what the checks warned of."""

    version: FlowVersion
    warnings: list[IssueJson]


def publish(held: State, tenant_id: str, flow_id: str, revision: int, *, note: str, by: str) -> Published:
    """Make the draft at ``revision`` the flow's next version.

    Raises NotFound, Stale, QuotaExceeded, and ApiError 422 ``flow.invalid`` with all issues; then nothing was stored.
    """
    flow = held.store.flows.get(tenant_id, flow_id)
    if flow.revision != revision:
        raise Stale(flow.updated_by, flow.updated_at, flow.revision)
    held.store.quotas.check(tenant_id, "versions")
    keys, warnings = checking.prompt_keys(held, tenant_id, flow.document)
    found = resolve_prompts(held, tenant_id, flow.document, keys)
    version = held.store.flows.publish(
        tenant_id, flow_id, revision, prompts=found.prompts, audio=found.spoken, note=note, by=by
    )
    return Published(version, warnings)


def rehearse(held: State, tenant_id: str, flow_id: str, revision: int) -> dict[str, Any]:
    """The draft at ``revision`` as a runtime can run it: ``flow``, ``document``, ``prompts``; nothing is stored.

    Raises as ``publish``.
    """
    flow = held.store.flows.get(tenant_id, flow_id)
    if flow.revision != revision:
        raise Stale(flow.updated_by, flow.updated_at, flow.revision)
    keys, _ = checking.prompt_keys(held, tenant_id, flow.document)
    found = resolve_prompts(held, tenant_id, flow.document, keys)
    return {"flow": flow_id, "document": {**flow.document, "name": flow.name}, "prompts": found.prompts}


def resolve_prompts(held: State, tenant_id: str, document: Document, keys: Sequence[str]) -> Resolved:
    """The audio of all that the flow may play. Raises ApiError ``flow.invalid``."""
    resolved = held.resolver.resolve(keys, tenant_id, document, until=time.monotonic() + SECONDS)
    if resolved.problems:
        raise checking.invalid([_issue(problem, document) for problem in resolved.problems])
    return resolved


def _issue(problem: Problem, document: Document) -> IssueJson:
    return IssueJson(
        code=problem.code,
        severity="error",
        node=_node_that_plays(problem.key, document),
        field=None,
        message=problem.messages,
    )


def _node_that_plays(key: str, document: Document) -> str | None:
    """The first node that names the file; texts and numbers are not looked for."""
    name = key.removeprefix("file:")
    nodes: Iterable[Mapping[str, Any]] = document.get("nodes", [])
    return next((node["id"] for node in nodes if name in names_in({"nodes": [node]})), None)

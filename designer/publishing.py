"""Publishing: check, compile, give every prompt its audio, and only then store an immutable version."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from designer import checking, resources
from designer.audio import Problem
from designer.errors import ApiError, IssueJson
from designer.prompt_list import names_in
from designer.state import State
from interpreter.compiler import FlowError, compile_flow
from store import Stale
from store.models import FlowVersion

Document = Mapping[str, Any]


def publish(held: State, tenant_id: str, flow_id: str, revision: int, *, note: str, by: str) -> FlowVersion:
    """Make the draft at ``revision`` the flow's next version.

    Raises NotFound, Stale, and ApiError 422 ``flow.invalid`` with all issues; then nothing was stored.
    """
    flow = held.store.flows.get(tenant_id, flow_id)
    if flow.revision != revision:
        raise Stale(flow.updated_by, flow.updated_at, flow.revision)
    prompts = prompt_table(held, tenant_id, flow.document)
    return held.store.flows.publish(tenant_id, flow_id, revision, prompts=prompts, note=note, by=by)


def prompt_table(held: State, tenant_id: str, document: Document) -> dict[str, str]:
    """prompt key -> SHA-256 of its audio, for all that the flow may play. Raises ApiError ``flow.invalid``."""
    known = resources.for_checks(held, tenant_id, document)
    try:
        program = compile_flow(document, resources=known)
    except FlowError as error:
        raise _invalid(checking.as_json(list(error.issues))) from error
    resolved = held.resolver.resolve(program.prompt_keys, tenant_id, document)
    if resolved.problems:
        raise _invalid([_issue(problem, document) for problem in resolved.problems])
    return resolved.prompts


def _invalid(issues: list[IssueJson]) -> ApiError:
    errors = sum(issue["severity"] == "error" for issue in issues)
    return ApiError(422, "flow.invalid", issues=issues, count=errors)


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

"""Checks a document against what the company has, in a worker: it may be anything, and others use the page too."""

from __future__ import annotations

import pickle
from collections.abc import Mapping
from typing import Any, Literal

import orjson

from designer import resources
from designer.errors import ApiError, IssueJson
from designer.state import State
from designer.workers import Budget, TooHungry, TookTooLong, WorkerPool
from interpreter.flow.issues import issue as flow_issue
from interpreter.flow.size import size_issue

CHECKERS = WorkerPool("designer.check_worker", Budget(cpu_s=15, wall_s=90.0, memory_bytes=1_000_000_000))


def check_document(held: State, tenant_id: str, document: Mapping[str, Any]) -> list[IssueJson]:
    """Everything that is wrong with the document, or worth a look. Raises ``workers.Busy``."""
    issues: list[IssueJson] = _ask("issues", held, tenant_id, document)["issues"]
    return issues


def prompt_keys(held: State, tenant_id: str, document: Mapping[str, Any]) -> tuple[list[str], list[IssueJson]]:
    """Every key that the flow may play, and what the checks warn of.

    Raises ApiError ``flow.invalid`` with all issues, ``workers.Busy``.
    """
    answer = _ask("prompt_keys", held, tenant_id, document)
    if "prompt_keys" not in answer:
        raise invalid(answer["issues"])
    keys: list[str] = answer["prompt_keys"]
    return keys, answer["issues"]


def invalid(issues: list[IssueJson]) -> ApiError:
    """422: the flow cannot be published."""
    errors = sum(issue["severity"] == "error" for issue in issues)
    return ApiError(422, "flow.invalid", issues=issues, count=errors)


def refuse_oversized(document: Mapping[str, Any]) -> None:
    """Raise ApiError ``flow.invalid`` where the document has more in it than any flow may: it is not even kept."""
    found = size_issue(document)
    if found is not None:
        raise invalid([IssueJson(**found.to_json())])


def _ask(
    wanted: Literal["issues", "prompt_keys"], held: State, tenant_id: str, document: Mapping[str, Any]
) -> dict[str, Any]:
    known = resources.for_checks(held, tenant_id, document)
    try:
        answer: dict[str, Any] = orjson.loads(CHECKERS.ask(pickle.dumps((wanted, document, known)), tenant_id))
    except (TookTooLong, TooHungry):
        return {"issues": [flow_issue("document.took_too_long").to_json()]}
    return answer


def can_be_drawn(document: Mapping[str, Any]) -> bool:
    """Whether the editor can open it: nodes with ids and types, edges between them, in the format we know."""
    return (
        document.get("format") == "zongji.flow/1"
        and _all_have(document.get("nodes"), ("id", "type"))
        and _all_have(document.get("edges", []), ("from", "exit", "to"))
    )


def _all_have(items: object, names: tuple[str, ...]) -> bool:
    return isinstance(items, list) and all(
        isinstance(item, dict) and all(isinstance(item.get(name), str) for name in names) for item in items
    )

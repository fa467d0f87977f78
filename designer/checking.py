"""Checks a document against what the company has: the compiler's issues, as JSON."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from designer import resources
from designer.errors import IssueJson
from designer.state import State
from interpreter.compiler import Issue, check


def check_document(held: State, tenant_id: str, document: Mapping[str, Any]) -> list[IssueJson]:
    """Everything that is wrong with the document, or worth a look."""
    return as_json(check(document, resources.for_checks(held, tenant_id, document)))


def as_json(issues: list[Issue]) -> list[IssueJson]:
    """Issues as the API shows them."""
    return [IssueJson(**issue.to_json()) for issue in issues]


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

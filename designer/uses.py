"""Where flows use what somebody wants to delete or rename: drafts, and published versions that a number is bound to."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from designer.prompt_list import SUFFIX, strings_in
from designer.state import State
from store import InUse
from store.records import Use

Config = Mapping[str, Any]


def refuse_if_used(held: State, tenant_id: str, names_it: Callable[[str, Config], bool]) -> None:
    """Raises InUse with every node whose type and config ``names_it`` says yes to."""
    if uses := list(_uses(held, tenant_id, names_it)):
        raise InUse(uses)


def prompt(name: str) -> Callable[[str, Config], bool]:
    """Whether a node plays the prompt of this file name."""
    assert name.endswith(SUFFIX)
    return lambda kind, config: name in strings_in(config)


def extension(number: str) -> Callable[[str, Config], bool]:
    """Whether a node rings this extension by its number; what callers dial or expressions make is not known."""

    def names_it(kind: str, config: Config) -> bool:
        if kind == "transfer":
            targets = config.get("targets")
            wanted = {"kind": "extension", "value": number}
            return isinstance(targets, list) and any(
                isinstance(target, dict) and wanted.items() <= target.items() for target in targets
            )
        return kind == "extension" and config.get("number") in (number, f'"{number}"', f"'{number}'")

    return names_it


def _uses(held: State, tenant_id: str, names_it: Callable[[str, Config], bool]) -> Iterator[Use]:
    for found in held.store.flows.documents_in_use(tenant_id):
        for node in _nodes(found.document):
            kind, config = node.get("type"), node.get("config")
            if isinstance(kind, str) and isinstance(config, dict) and names_it(kind, config):
                label = str(node.get("label") or "")
                yield Use("flow", found.flow_id, found.name, found.version, str(node.get("id")), label)


def _nodes(document: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """A draft may be anything."""
    nodes = document.get("nodes")
    return [node for node in nodes if isinstance(node, dict)] if isinstance(nodes, list) else []

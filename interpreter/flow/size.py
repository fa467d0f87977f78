"""How much a flow may hold. Bytes say little of what a document costs: a condition is short, and is to be understood.

These counts keep a check within a second or two (``bench/checks.py``), and are far above what people draw: a large
company's flow has a hundred nodes.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from interpreter.flow.issues import Issue, Text, issue

MAX_NODES: Final = 2000
MAX_EDGES: Final = 20_000
MAX_ENTRIES: Final = 10_000
"""Cases, keys, periods, dates, targets, prompts and so on, of all nodes together."""

_NAMES: Final[dict[str, Text]] = {
    "nodes": {"zh-CN": "节点", "en": "nodes"},
    "edges": {"zh-CN": "连线", "en": "wires"},
    "entries": {"zh-CN": "条件、按键、时段等条目", "en": "cases, keys, periods and other entries"},
}


def size_issue(document: object) -> Issue | None:
    """What the document has too many of, None where it is small enough or no flow at all."""
    if not isinstance(document, dict):
        return None
    nodes, edges = _list(document.get("nodes")), _list(document.get("edges"))
    counts = (
        ("nodes", len(nodes), MAX_NODES),
        ("edges", len(edges), MAX_EDGES),
        ("entries", sum(map(_entries, _configs(nodes))), MAX_ENTRIES),
    )
    for name, count, limit in counts:
        if count > limit:
            return issue("document.too_many", what=_NAMES[name], count=count, limit=limit)
    return None


def _configs(nodes: Iterable[object]) -> Iterable[object]:
    return (node.get("config") for node in nodes if isinstance(node, dict))


def _entries(config: object) -> int:
    """Members of the maps and lists that are settings, and of lists within those (a period's dates)."""
    settings = list(config.values()) if isinstance(config, dict) else []
    maps = sum(len(setting) for setting in settings if isinstance(setting, dict))
    return maps + sum(map(_listed, settings))


def _listed(value: object) -> int:
    """Members of all lists in a value, at any depth (the web process and ``guard`` bound it)."""
    if isinstance(value, dict):
        return sum(map(_listed, value.values()))
    return len(value) + sum(map(_listed, value)) if isinstance(value, list) else 0


def _list(value: object) -> list[object]:
    return value if isinstance(value, list) else []

"""Flows of any size whose checks must not cost more for each node than those of small ones."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

Document = dict[str, Any]
Ways = Mapping[str, str]
"""Exit -> node behind it."""


def switches(n: int) -> Document:
    """A chain of switches, each with a way to a hang-up of its own."""
    return _chain(n, "switch", lambda i: {"cases": [{"exit": "a", "when": f"call.caller == '{i}'"}]}, own_ends=True)


def cases(n: int) -> Document:
    """A chain of switches of 20 different conditions each."""

    def config(i: int) -> Document:
        return {"cases": [{"exit": f"c{j}", "when": f"call.caller == '{i}' or length(v{j}) > {j}"} for j in range(20)]}

    return _chain(n, "switch", config, variables={f"v{j}": "" for j in range(100)})


def prompts(n: int) -> Document:
    """A chain of nodes that play."""
    return _chain(n, "play", lambda i: {"prompt": ["pv_busy.wav", {"text": f"第 {i} 句"}]})


def menus(n: int) -> Document:
    """A chain of menus that all play one long text and take extensions' numbers."""
    prompt = [{"text": "一" * 1900 + "请按1"}]
    return _chain(
        n, "menu", lambda _: {"prompt": prompt, "keys": {"1": "一", "2": "二"}, "direct_dial": True}
    )


def starts(n: int) -> Document:
    """Many entries, which is an error, each of which reaches all later ones."""
    return _chain(n, "start", lambda _: {})


def holidays(n: int) -> Document:
    """A chain of time nodes whose dates are ranges of ten years."""

    def dates(i: int) -> list[str]:
        first = date(1950 + i % 40, 1, 1)
        return [f"{first + timedelta(days=day)}/{first + timedelta(days=3650 + day)}" for day in range(4)]

    return _chain(n, "hours", lambda i: {"periods": [{"exit": "a", "from": "09:00", "to": "18:00", "dates": dates(i)}]})


def misfits(n: int) -> Document:
    """Nodes with forty settings that do not exist."""
    return _chain(n, "hangup", lambda _: {f"x{j}": j for j in range(40)})


FAMILIES: Mapping[str, Callable[[int], Document]] = {
    make.__name__: make for make in (switches, cases, prompts, menus, starts, holidays, misfits)
}


def _chain(
    n: int,
    kind: str,
    config: Callable[[int], Document],
    *,
    own_ends: bool = False,
    variables: Mapping[str, str] | None = None,
) -> Document:
    nodes = [_node("start", "start", {}), _node("bye", "hangup", {})]
    edges = [_edge("start", "next", "n0")]
    for i in range(n):
        node = _node(f"n{i}", kind, config(i))
        nodes.append(node)
        end = f"end{i}" if own_ends else "bye"
        if own_ends:
            nodes.append(_node(end, "hangup", {}))
        onward, *others = _exits(kind, node["config"])
        edges.append(_edge(f"n{i}", onward, f"n{i + 1}" if i + 1 < n else "bye"))
        edges += [_edge(f"n{i}", exit, end) for exit in others]
    return {
        "format": "zongji.flow/1",
        "name": "large",
        "locale": "zh-CN",
        "settings": {"on_error": "bye"},
        "variables": dict(variables or {}),
        "nodes": nodes,
        "edges": edges,
    }


def _exits(kind: str, config: Document) -> Sequence[str]:
    """All exits of a node, the one that leads on first."""
    match kind:
        case "switch":
            return ["otherwise", *(case["exit"] for case in config["cases"])]
        case "hours":
            return ["otherwise", *(period["exit"] for period in config["periods"])]
        case "menu":
            return ["1", "2", "no_input", "no_match", "extension"]
        case _:
            return ["next"]


def _node(id: str, kind: str, config: Document) -> Document:
    return {"id": id, "type": kind, "label": id, "config": config, "position": {"x": 0, "y": 0}}


def _edge(source: str, exit: str, target: str) -> Document:
    return {"from": source, "exit": exit, "to": target}

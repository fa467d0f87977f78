"""Small flow documents, said in few words."""

from __future__ import annotations

from typing import Any

Document = dict[str, Any]


def flow(*nodes: Document, edges: str = "", **fields: Any) -> Document:
    """A document of these nodes. edges: ``main.1 -> sales, main.no_input -> bye``; on_error is the node ``error``.

    A ``start`` that leads to the first node, and ``error`` (a hang-up), are added where missing.
    """
    all_nodes = list(nodes)
    joined = [_edge(text) for text in edges.replace("\n", ",").split(",") if text.strip()]
    if all(item["type"] != "start" for item in nodes):
        all_nodes.insert(0, node("start", "start"))
        joined.insert(0, {"from": "start", "exit": "next", "to": nodes[0]["id"]})
    if all(item["id"] != "error" for item in nodes):
        all_nodes.append(node("error", "hangup", prompt=["pv_error.wav"], cause="error"))
    settings = {"on_error": "error", **fields.pop("settings", {})}
    return {
        "format": "zongji.flow/1",
        "name": "test",
        "locale": "zh-CN",
        "settings": settings,
        "nodes": all_nodes,
        "edges": joined,
        **fields,
    }


def node(id: str, type: str, **config: Any) -> Document:
    return {"id": id, "type": type, "config": config}


def _edge(text: str) -> Document:
    source, target = (part.strip() for part in text.split("->"))
    id, _, exit = source.partition(".")
    return {"from": id, "exit": exit or "next", "to": target}

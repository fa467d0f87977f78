"""All node types by name, found by their schemas, and what those say about them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from interpreter.flow.document import Node
from interpreter.flow.schemas import Exit, Json, exits, node_schemas
from interpreter.found import class_in
from interpreter.nodes.base import NodeType
from interpreter.nodes.references import Reference

_PACKAGE: Final = "interpreter.nodes"


def _type_of(name: str) -> NodeType:
    """The node type whose schema is called ``name``, from the file of that name."""
    found = class_in(_PACKAGE, name, NodeType)
    if found is None:
        raise ImportError(f"schemas/nodes/{name}.json is there, interpreter/nodes/{name}.py is not")
    return found()


NODE_TYPES: Final[Mapping[str, NodeType]] = {name: _type_of(name) for name in node_schemas()}
"""In order of names. Adding a type: its schema, its file of that name, its cases; nothing lists them."""


def exits_of(node: Node) -> list[Exit]:
    """The node's exits, in order; the node's config has its defaults."""
    return exits(node.type, node.config)


def references_in(document: Mapping[str, Json]) -> Iterator[tuple[Mapping[str, Json], Reference]]:
    """Each node of a draft, which may be anything, with each thing outside the flow that it names."""
    nodes = document.get("nodes")
    for node in nodes if isinstance(nodes, list) else ():
        kind = node.get("type") if isinstance(node, dict) else None
        if isinstance(kind, str) and kind in NODE_TYPES:
            for reference in NODE_TYPES[kind].references(node.get("config")):
                yield node, reference


def type_label(name: str, locale: str) -> str:
    """What people call this type; ``locale`` is ``zh-CN``, anything else reads English. Raises KeyError."""
    label: Mapping[str, str] = node_schemas()[name]["x-node"]["label"]
    return label["zh-CN"] if locale == "zh-CN" else label["en"]

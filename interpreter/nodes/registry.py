"""All node types by name, found by their schemas, and what those say about them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Final

from interpreter.flow.document import Node
from interpreter.flow.schemas import Exit, Json, Schema, exits, node_schemas
from interpreter.found import class_in
from interpreter.nodes.base import NodeType
from numbering.plan import display, normalise_or_keep

_PACKAGE: Final = "interpreter.nodes"


def _type_of(name: str) -> NodeType:
    """The node type whose schema is called ``name``, from the file of that name."""
    found = class_in(_PACKAGE, name, NodeType)
    if found is None:
        raise ImportError(f"schemas/nodes/{name}.json is there, interpreter/nodes/{name}.py is not")
    return found()


NODE_TYPES: Final[Mapping[str, NodeType]] = {name: _type_of(name) for name in node_schemas()}
"""In order of names. Adding a type: its schema, its file of that name, its cases; nothing lists them."""


def node_type(name: str) -> NodeType:
    """Raises KeyError for a type that does not exist."""
    return NODE_TYPES[name]


def schema_of(name: str) -> Schema:
    """The type's schema with its ``x-node`` and ``x-ui`` keywords. Raises KeyError."""
    return node_schemas()[name]


def exits_of(node: Node) -> list[Exit]:
    """The node's exits, in order; the node's config has its defaults."""
    return exits(node.type, node.config)


def type_label(name: str, locale: str) -> str:
    """What people call this type; ``locale`` is ``zh-CN``, anything else reads English."""
    return str(_in(schema_of(name)["x-node"]["label"], locale))


def example_of(name: str) -> str:
    """The example and notes of the type's docstring, for the reference."""
    return (type(NODE_TYPES[name]).__doc__ or "").strip()


def summarise(node: Node, locale: str) -> str:
    """One line for the node's card, such as ``main.wav · 5 秒 · 3 次``, by the schema's template."""
    schema = schema_of(node.type)
    template = str(_in(schema["x-node"]["summary"], locale))

    def value(match: re.Match[str]) -> str:
        name = match[1]
        return _shown(schema["properties"][name], node.config.get(name), locale)

    return re.sub(r"\{(\w+)\}", value, template)


def _in(text: Mapping[str, str], locale: str) -> str:
    return text["zh-CN"] if locale == "zh-CN" else text["en"]


def _shown(setting: Schema, value: Json, locale: str) -> str:
    """A setting's value as people read it."""
    widget = setting["x-ui"]["widget"]
    if widget in _SHOWN:
        return _SHOWN[widget](value, locale)
    choices = setting["x-ui"].get("choices", {})
    if isinstance(value, str) and value in choices:
        return _in(choices[value], locale)
    if isinstance(value, float):
        return f"{value:g}"
    return "" if value is None else str(value)


def _prompts(items: Sequence[Json], locale: str) -> str:
    shown = [item if isinstance(item, str) else _prompt(item) for item in items]
    return " + ".join(shown) or ("无语音" if locale == "zh-CN" else "no prompt")


def _prompt(item: Mapping[str, str]) -> str:
    if "text" in item:
        text = item["text"]
        return f"“{text[:20]}…”" if len(text) > 20 else f"“{text}”"
    return "{" + next(iter(item.values())) + "}"


def _target(item: Mapping[str, str]) -> str:
    return display(normalise_or_keep(item["value"])) if item["kind"] == "number" else item["value"]


def _exits(items: Sequence[Mapping[str, str]], locale: str) -> str:
    return " · ".join(dict.fromkeys(item["label"] or item["exit"] for item in items))


_SHOWN: Final[Mapping[str, Callable[[Json, str], str]]] = {
    "prompt": _prompts,
    "keys": lambda keys, locale: " · ".join(f"{key} {label}" for key, label in keys.items()),
    "periods": _exits,
    "cases": _exits,
    "assignments": lambda items, locale: ", ".join(f"{i['variable']} = {i['value']}" for i in items),
    "targets": lambda items, locale: ", ".join(item["label"] or _target(item) for item in items),
}

"""What the files in ``schemas/`` say of flows and node types: the only place where settings are described."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

import interpreter
from interpreter.flow.issues import Text
from interpreter.flow.schema_validator import SchemaValidator

SCHEMA_FOLDERS: Final = [Path(part).resolve().parent / "schemas" for part in interpreter.__path__]
"""Ours, and behind it those of an installation's own node types (see ``interpreter``)."""

SCHEMA_FOLDER: Final = SCHEMA_FOLDERS[0]

Json = Any
"""Parsed JSON; checked by a schema before anything reads it."""

Schema = Mapping[str, Json]


@dataclass(frozen=True, slots=True)
class Exit:
    """One exit of a node. label: in both languages. own: the author gave the label (a key's, a case's).

    optional: it may lead nowhere; then the node does without it.
    """

    id: str
    label: Text
    own: bool = False
    optional: bool = False


@cache
def flow_schema() -> Schema:
    """``schemas/flow.json``."""
    return _load(SCHEMA_FOLDER / "flow.json")


@cache
def node_schemas() -> Mapping[str, Schema]:
    """Node type -> ``schemas/nodes/<type>.json``, in order of names. A type is a schema that stands there."""
    found = {path.stem: path for folder in reversed(SCHEMA_FOLDERS) for path in (folder / "nodes").glob("*.json")}
    return {name: _load(found[name]) for name in sorted(found)}


@cache
def flow_validator() -> SchemaValidator:
    return SchemaValidator(_inlined(flow_schema()))


@cache
def node_validator(node_type: str) -> SchemaValidator:
    """Validator of that type's config. Raises KeyError for an unknown type."""
    return SchemaValidator(_inlined(node_schemas()[node_type]))


def with_defaults(schema: Schema, value: Json) -> Json:
    """``value`` with every missing optional property given its default, at any depth; ``value`` fits the schema."""
    if isinstance(value, dict) and "properties" in schema:
        properties = schema["properties"]
        filled = {name: with_defaults(properties.get(name, {}), item) for name, item in value.items()}
        for name, part in properties.items():
            if name not in filled and "default" in part:
                filled[name] = with_defaults(part, part["default"])
        return filled
    if isinstance(value, list) and isinstance(schema.get("items"), dict):
        return [with_defaults(schema["items"], item) for item in value]
    if isinstance(value, float) and value.is_integer() and "integer" in schema.get("type", ()):
        return int(value)  # JSON knows one kind of number only: 3.0 is an integer there
    return value


def exits(node_type: str, config: Mapping[str, Json]) -> list[Exit]:
    """The exits that a node of this type and config has, in order. ``config`` has its defaults."""
    found: dict[str, Exit] = {}
    for rule in node_schemas()[node_type]["x-node"]["exits"]:
        for exit in _exits_of_rule(rule, config):
            found.setdefault(exit.id, exit)
    return list(found.values())


def dormant_exits(node_type: str, config: Mapping[str, Json]) -> frozenset[str]:
    """Exits that this type can have but that ``config`` switches off."""
    rules = node_schemas()[node_type]["x-node"]["exits"]
    return frozenset(r["id"] for r in rules if "each" not in r and not _switched_on(r, config))


def property_label(schema: Schema, path: tuple[str | int, ...]) -> Text | None:
    """The label of the innermost described property on ``path``; None where there is none."""
    label: Text | None = None
    part: Schema = schema
    for step in path:
        part = _resolve(part)
        if isinstance(step, int):
            part = part.get("items", {})
        else:
            part = part.get("properties", {}).get(step, {})
        label = part.get("x-ui", {}).get("label", label)
    return label


def _exits_of_rule(rule: Schema, config: Mapping[str, Json]) -> Iterator[Exit]:
    if "each" not in rule:
        if _switched_on(rule, config):
            yield Exit(rule["id"], rule["label"], optional=rule.get("optional", False))
        return
    setting = config.get(rule["each"], {})
    if isinstance(setting, Mapping):
        for name, label in setting.items():
            yield Exit(name, _same(label or name), own=True)
        return
    for item in setting:
        label = item.get(rule["label"]) or item[rule["id"]]
        yield Exit(item[rule["id"]], _same(label), own=True)


def _switched_on(rule: Schema, config: Mapping[str, Json]) -> bool:
    if "if" in rule and not config.get(rule["if"]):
        return False
    return not ("unless" in rule and config.get(rule["unless"]))


def _same(label: str) -> Text:
    return {"zh-CN": label, "en": label}


def _resolve(schema: Schema) -> Schema:
    reference = schema.get("$ref")
    if not isinstance(reference, str):
        return schema
    definition: Schema = flow_schema()["$defs"][reference.rpartition("/")[2]]
    return {**definition, **schema}


def _inlined(part: Json) -> Json:
    """The schema with its definitions put in where they are named: looking them up took half of a check's time."""
    if isinstance(part, Mapping):
        resolved = _resolve(part)
        return {name: _inlined(item) for name, item in resolved.items() if name not in ("$ref", "$defs", "x-ui")}
    return [_inlined(item) for item in part] if isinstance(part, list) else part


def _load(path: Path) -> Schema:
    schema: Schema = json.loads(path.read_text(encoding="utf-8"))
    return schema

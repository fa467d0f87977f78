"""The schema files themselves: whole, in both languages, with defaults that fit."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from interpreter.flow.schemas import flow_schema, node_schemas, node_validator
from interpreter.nodes.registry import NODE_TYPES

TYPES = sorted(NODE_TYPES)
TEXTS = {"label", "help", "unit", "summary"}
WIDGETS = {
    "prompt", "keys", "seconds", "integer", "boolean", "choice", "expression", "text", "variable", "periods",
    "cases", "assignments", "targets", "box", "group", "digits", "extension", "exit",
}  # fmt: skip


def texts(value: Any, at: str = "") -> Iterator[tuple[str, Any]]:
    """(place, text) of every label, help, unit, summary and choice that a person reads."""
    if isinstance(value, list):
        for index, item in enumerate(value):
            yield from texts(item, f"{at}/{index}")
    elif isinstance(value, dict):
        for name, item in value.items():
            place = f"{at}/{name}"
            if "/x-" not in at:
                yield from texts(item, place)
            elif name == "choices":
                yield from ((f"{place}/{choice}", text) for choice, text in item.items())
            elif name in TEXTS:
                if not (name == "label" and "each" in value):  # there it names the member that holds the label
                    yield place, item
            else:
                yield from texts(item, place)


def properties(schema: Any) -> Iterator[tuple[str, Any, bool]]:
    """Every property at any depth, with whether it is required."""
    for name, part in schema.get("properties", {}).items():
        yield name, part, name in schema.get("required", [])
        yield from properties(part.get("items", {}))


def test_every_type_has_a_schema() -> None:
    assert set(node_schemas()) == set(TYPES)


@pytest.mark.parametrize("schema", [flow_schema(), *node_schemas().values()], ids=lambda schema: schema["title"])
def test_is_a_schema_in_both_languages(schema: Any) -> None:
    Draft202012Validator.check_schema(schema)
    found = list(texts(schema))
    assert len(found) > 5
    for place, text in found:
        assert isinstance(text, dict), place
        assert set(text) == {"zh-CN", "en"}, place
        assert all(said.strip() for said in text.values()), place


@pytest.mark.parametrize("name", TYPES)
def test_settings_are_described(name: str) -> None:
    schema = node_schemas()[name]
    assert schema["additionalProperties"] is False
    for setting, part, required in properties(schema):
        assert part["x-ui"]["widget"] in WIDGETS, setting
        assert {"label", "help"} <= set(part["x-ui"]), setting
        assert required != ("default" in part), f"{setting}: a default exactly where it may be left out"
        if part.get("type") in ("number", "integer"):
            assert {"minimum", "maximum"} <= set(part), setting


@pytest.mark.parametrize("name", TYPES)
def test_a_summary_names_settings_that_there_are(name: str) -> None:
    schema = node_schemas()[name]
    for text in schema["x-node"]["summary"].values():
        assert set(re.findall(r"\{(\w+)\}", text)) <= set(schema["properties"])


@pytest.mark.parametrize("name", TYPES)
def test_defaults_fit(name: str) -> None:
    schema = node_schemas()[name]
    defaults = {n: part["default"] for n, part in schema["properties"].items() if "default" in part}
    problems = [e for e in node_validator(name).iter_errors(defaults) if e.validator != "required"]
    assert problems == []

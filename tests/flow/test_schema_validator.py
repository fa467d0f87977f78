"""The fast validator and the one that tells what is wrong are of one mind about every value."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.large_flows import FAMILIES
from interpreter.flow.schema_validator import SchemaValidator
from interpreter.flow.schemas import flow_schema, flow_validator, node_schemas, node_validator

SCALARS = st.none() | st.booleans() | st.integers(-3, 2000) | st.floats(-5, 5) | st.text(max_size=4)
WORDS = st.sampled_from(["1", "a.wav", "next", "09:00", "24:00", "2026-11-30", "vip", "true", "number", "x\n", "", "*"])
VALUES = st.recursive(
    SCALARS | WORDS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=3)
)


def agree(validator: SchemaValidator, value: Any) -> bool:
    return validator.is_valid(value) == (not list(validator.told(value)))


def shaped(schema: Any) -> st.SearchStrategy[Any]:
    """Settings of the schema's names, many of them with a value of the right kind."""
    parts = {name: fitting(part) | VALUES for name, part in schema.get("properties", {}).items()}
    return st.fixed_dictionaries({}, optional=parts)


def fitting(part: Any) -> st.SearchStrategy[Any]:
    if "enum" in part:
        return st.sampled_from(part["enum"])
    if "default" in part:
        return st.just(part["default"])
    if part.get("type") == "array":
        return st.lists(shaped(part.get("items", {})), max_size=3)
    return st.integers(0, 20) if part.get("type") in ("integer", "number") else WORDS


@pytest.mark.parametrize("node_type", node_schemas())
@given(data=st.data())
def test_of_settings(node_type: str, data: st.DataObject) -> None:
    assert agree(node_validator(node_type), data.draw(shaped(node_schemas()[node_type]) | VALUES))


@given(data=st.data())
def test_of_documents(data: st.DataObject) -> None:
    assert agree(flow_validator(), data.draw(shaped(flow_schema()) | VALUES))


@pytest.mark.parametrize("family", FAMILIES)
def test_of_whole_flows(family: str) -> None:
    assert agree(flow_validator(), FAMILIES[family](3))


@pytest.mark.parametrize("value", [date(2026, 11, 30), {"at": date(2026, 11, 30)}, {1: 2}, {"s": {1, 2}}, 10**400])
def test_what_is_no_json_at_all_is_told_too(value: object) -> None:
    validator = SchemaValidator({"type": "string"})
    assert not validator.is_valid(value)
    assert list(validator.iter_errors(value))

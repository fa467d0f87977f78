"""What nodes name outside their flow, found by the schemas."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interpreter.flow.schemas import node_schemas
from interpreter.nodes.references import Reference, named_in
from interpreter.nodes.registry import NODE_TYPES, references_in

TARGETS = [
    {"kind": "extension", "value": "801", "label": ""},
    {"kind": "number", "value": "13800000000"},
    {"kind": "trunk", "value": "pbx"},
    {"kind": "moon", "value": "x"},
    {"kind": "extension", "value": 801},
    "801",
]
KEYS = st.sampled_from(["prompt", "targets", "box", "group", "number", "x"])
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(KEYS, inner),
)


def named(kind: str, config: Any) -> list[tuple[str, str]]:
    document = {"nodes": [{"id": "n", "type": kind, "config": config}]}
    return [(reference.kind, reference.name) for _, reference in references_in(document)]


@pytest.mark.parametrize(
    ("kind", "config", "expected"),
    [
        ("play", {"prompt": ["a.wav", {"text": "b.wav"}, {"digits": "c"}]}, [("prompt", "a.wav")]),
        ("menu", {"prompt": ["a.wav"], "no_match_prompt": ["b.wav"]}, [("prompt", "a.wav"), ("prompt", "b.wav")]),
        ("voicemail", {"box": "night", "greeting": ["a.wav"]}, [("box", "night"), ("prompt", "a.wav")]),
        ("queue", {"group": "desk", "music": ["a.wav"]}, [("group", "desk"), ("prompt", "a.wav")]),
        (
            "transfer",
            {"targets": TARGETS},
            [("extension", "801"), ("number", "13800000000"), ("trunk", "pbx")],
        ),
        ("extension", {"number": "801"}, [("extension", "801")]),
        ("extension", {"number": '"801"'}, [("extension", "801")]),
        ("extension", {"number": "'801'"}, [("extension", "801")]),
        ("extension", {"number": "call.extension"}, []),
        ("extension", {"number": "'801\""}, []),
        ("switch", {"cases": [{"exit": "a.wav", "label": "b.wav", "when": "c"}]}, []),
        ("play", {"prompt": "a.wav"}, []),
        ("play", ["a.wav"], []),
        ("teleport", {"prompt": ["a.wav"]}, []),
    ],
)
def test_what_a_node_names(kind: str, config: Any, expected: list[tuple[str, str]]):
    assert sorted(named(kind, config)) == sorted(expected)


@given(st.sampled_from(sorted(NODE_TYPES)), JSON)
def test_a_draft_may_be_anything(kind: str, config: Any):
    for found_kind, name in named(kind, config):
        assert found_kind in ("prompt", "extension", "number", "trunk", "box", "group")
        assert isinstance(name, str)


@given(JSON)
def test_nodes_may_be_anything(nodes: Any):
    assert list(references_in({"nodes": nodes})) == []


def test_each_setting_that_plays_is_found():
    for name, schema in node_schemas().items():
        settings = [key for key, part in schema["properties"].items() if part["x-ui"]["widget"] == "prompt"]
        config = {setting: [f"{setting}.wav"] for setting in settings}
        assert sorted(named(name, config)) == [("prompt", f"{setting}.wav") for setting in sorted(settings)]


def test_rows_of_a_new_type_are_looked_into():
    row = {"type": "object", "properties": {"to": {"type": "string", "x-ui": {"widget": "flow"}}}}
    schema = {"properties": {"rows": {"type": "array", "items": row, "x-ui": {"widget": "rows"}}}}
    assert list(named_in(schema, {"rows": [{"to": "f1"}, {"to": 3}, None]})) == [Reference("flow", "f1")]

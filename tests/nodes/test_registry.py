"""What the registry tells the reference and the editor about node types."""

from __future__ import annotations

import json
from textwrap import dedent
from typing import Any

import pytest

from interpreter.flow.document import Flow
from interpreter.nodes.registry import NODE_TYPES, exits_of, type_label
from support.flow_documents import flow


def examples(name: str) -> list[dict[str, Any]]:
    """The nodes shown in a type's docstring."""
    text, found = dedent(type(NODE_TYPES[name]).__doc__ or ""), []
    at = text.find('{"id"')
    while at >= 0:
        value, end = json.JSONDecoder().raw_decode(text, at)
        found.append(value)
        at = text.find('{"id"', end)
    return found


@pytest.mark.parametrize("name", NODE_TYPES)
def test_the_examples_in_the_docstrings_are_nodes_of_that_type(name: str) -> None:
    assert examples(name)
    for example in examples(name):
        read = Flow.from_json(flow(example))
        assert next(node.type for node in read.nodes if node.id == example["id"]) == name


def test_exits_stand_in_the_order_of_the_schema() -> None:
    (example,) = examples("menu")
    read = Flow.from_json(flow(example))
    (menu,) = (node for node in read.nodes if node.type == "menu")
    assert [(exit.id, exit.label["zh-CN"], exit.own) for exit in exits_of(menu)] == [
        ("1", "销售", True),
        ("2", "售后", True),
        ("no_input", "没按键", False),
        ("no_match", "按错键", False),
    ]


def test_types_have_names_in_both_languages() -> None:
    assert (type_label("menu", "zh-CN"), type_label("menu", "en")) == ("按键菜单", "Menu")

"""Patterns of all schemas mean here what they mean in the browser."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interpreter.compiler import check
from interpreter.flow.schema_validator import SchemaValidator, ecma
from interpreter.flow.schemas import SCHEMA_FOLDER


def patterns(schema: Any) -> Iterator[str]:
    if isinstance(schema, dict):
        if isinstance(schema.get("pattern"), str):
            yield schema["pattern"]
        for part in schema.values():
            yield from patterns(part)
    elif isinstance(schema, list):
        for part in schema:
            yield from patterns(part)


ALL = sorted({p for path in SCHEMA_FOLDER.rglob("*.json") for p in patterns(json.loads(path.read_text("utf-8")))})


def test_there_are_patterns_for_values_and_for_names() -> None:
    assert len(ALL) > 10


@pytest.mark.parametrize("pattern", ALL)
@given(data=st.data())
def test_nothing_may_follow_what_fits(pattern: str, data: st.DataObject) -> None:
    value = data.draw(st.from_regex(ecma(pattern)))
    assert SchemaValidator({"pattern": pattern}).is_valid(value)
    assert not SchemaValidator({"pattern": pattern}).is_valid(value + "\n")
    assert not SchemaValidator({"propertyNames": {"pattern": pattern}}).is_valid({value + "\n": 1})


@pytest.mark.parametrize(
    ("pattern", "fits", "fits_not"),
    [
        (r"^a$", ["a"], ["a\n", "ab"]),
        (r"^\d$", ["1"], ["١", "１", "1\n"]),
        (r"^[\d-]+$", ["1-2"], ["١"]),
        (r"^\w$", ["_"], ["é"]),
        (r"^[$]$", ["$"], ["$\n", ""]),
        (r"^\$$", ["$"], ["$\n"]),
        (r"b", ["abc", "b\n"], ["a"]),
        (r"^.$", ["a", "\x85", "\x0b"], ["\r", "\n", "\u2028", "\u2029"]),
        (r"^[.]$", ["."], ["a"]),
        (r"^\s$", [" ", "\ufeff", "\u3000", "\u2028"], ["\x1c", "\x85", "\u200b", "a"]),
        (r"^\S$", ["\x1c", "\x85", "a"], [" ", "\ufeff", "\r"]),
        (r"^[^\s/]+$", ["a\x85"], ["a ", "\ufeffa"]),
        (r"^\D$", ["١", "a"], ["1"]),
        (r"^\W$", ["é", "-"], ["_"]),
    ],
)
def test_patterns_are_those_of_a_browser(pattern: str, fits: list[str], fits_not: list[str]) -> None:
    validator = SchemaValidator({"pattern": pattern})
    assert [v for v in [*fits, *fits_not] if validator.is_valid(v)] == fits
    assert [v for v in [*fits, *fits_not] if not list(validator.told(v))] == fits


def test_a_complement_in_brackets_is_refused() -> None:
    with pytest.raises(ValueError, match="brackets"):
        ecma(r"^[\S]$")


@pytest.mark.parametrize(
    ("variable", "key", "node", "n_issues"), [("v", "1", "bye", 0), ("v\n", "1", "bye\n", 2), ("v", "1\n", "bye", 1)]
)
def test_a_newline_at_the_end_is_told(variable: str, key: str, node: str, n_issues: int) -> None:
    document = {
        "format": "zongji.flow/1",
        "name": "t",
        "variables": {variable: 1},
        "nodes": [
            {"id": "start", "type": "start", "config": {}},
            {"id": "m", "type": "menu", "config": {"prompt": ["pv_welcome.wav"], "keys": {key: "a"}}},
            {"id": node, "type": "hangup", "config": {}},
        ],
        "edges": [],
    }
    told = ("schema.pattern", "menu.key_invalid", "variable.name_invalid")
    assert sum(issue.code in told for issue in check(document)) == n_issues

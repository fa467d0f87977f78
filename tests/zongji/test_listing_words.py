"""Whoever reads a listing finds each of its words explained."""

from __future__ import annotations

import inspect
import re
from pathlib import Path

import pytest

from interpreter.compiler import compile_flow
from interpreter.machine import operations
from interpreter.machine.operations.base import Operation
from zongji.flow_commands import read_document
from zongji.listing_words import WORDS, heading, kind_of, legend

FLOWS = sorted((Path(__file__).resolve().parents[2] / "flows").glob("*/flow.json"))


@pytest.mark.parametrize("path", FLOWS, ids=lambda path: path.parent.name)
def test_each_operation_of_the_examples_is_explained(path: Path) -> None:
    lines = [operation.describe() for operation in compile_flow(read_document(path)).operations]
    assert [line for line in lines if kind_of(line) is None] == []


def test_there_is_a_word_for_each_operation() -> None:
    kinds = [kind for kind in vars(operations).values() if isinstance(kind, type) and issubclass(kind, Operation)]
    named = [kind for kind in kinds if kind is not Operation]
    assert len(named) >= 10
    for kind in named:
        described = re.search(r"return f?[\"'](?:\{')?([a-z ]+)", inspect.getsource(kind.describe))
        assert described is not None, kind
        assert kind_of(described[1].strip()) is not None, kind


@pytest.mark.parametrize(
    ("line", "kind"),
    [("dial extension 20 s -> 42", "dial extension"), ("dial sequential extension:801", "dial"), ("enter", "enter"),
     ("enterprise", None), ("early media -> 3", "early media")],
)  # fmt: skip
def test_the_longest_word_counts(line: str, kind: str | None) -> None:
    assert kind_of(line) == kind


def test_only_what_occurs_is_explained() -> None:
    assert legend(["enter", "play x x1", "enter"], "zh-CN") == ["enter  进入节点", f"play   {WORDS['play'][0]}"]
    assert legend(["enter"], "en") == ["enter  the node is entered"]
    assert legend([], "en") == []
    assert "序号" in heading("zh-CN")

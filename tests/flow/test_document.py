"""Documents of any kind are read, or refused with issues; never a traceback."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from interpreter.flow import Flow, FlowError, parse_json
from interpreter.flow.issues import catalogue
from interpreter.flow.migrations import MIGRATIONS, migrate
from support.flow_documents import flow, node

GOOD = flow(
    node("main", "menu", prompt=["main.wav"], keys={"1": "销售"}),
    node("bye", "hangup"),
    edges="main.1 -> bye, main.no_input -> bye, main.no_match -> bye",
)


def codes(document: object) -> list[str]:
    with pytest.raises(FlowError) as raised:
        Flow.from_json(document)
    assert all(issue.message[language] for issue in raised.value.issues for language in ("zh-CN", "en"))
    return [issue.code for issue in raised.value.issues]


def changed(change: Callable[[dict[str, Any]], object]) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(json.dumps(GOOD))
    change(document)
    return document


def test_settings_get_their_defaults() -> None:
    read = Flow.from_json(GOOD)
    assert read.settings.record == "never"
    assert read.settings.extension_length is None
    main = next(n for n in read.nodes if n.id == "main")
    assert main.config["timeout"] == 5
    assert main.config["no_match_prompt"] == ["pv_nomatch.wav"]


def test_the_document_itself_is_left_alone() -> None:
    before = json.dumps(GOOD)
    Flow.from_json(GOOD)
    assert json.dumps(GOOD) == before


def deep(levels: int) -> object:
    value: object = 1
    for _ in range(levels):
        value = [value]
    return value


@pytest.mark.parametrize(
    ("document", "code"),
    [
        pytest.param([], "document.not_object", id="a list"),
        pytest.param(None, "document.not_object", id="nothing"),
        pytest.param({}, "document.format", id="no format"),
        pytest.param({"format": "zongji.flow/99"}, "document.format", id="a future format"),
        pytest.param({"format": ["zongji.flow/1"]}, "document.format", id="format of another type"),
        pytest.param({"format": "zongji.flow/1"}, "schema.required", id="nothing else"),
        pytest.param(deep(10_000), "document.too_deep", id="deep nesting"),
        pytest.param([0] * 300_000, "document.too_big", id="huge"),
        pytest.param({"a": float("nan")}, "document.number", id="NaN"),
        pytest.param({"a": 10**400}, "document.number", id="a number beyond all"),
        pytest.param({"a": "x" * 20_000}, "document.long_text", id="a long text"),
        pytest.param({"a": "\ud800"}, "document.characters", id="half a surrogate pair"),
        pytest.param({1: 2}, "document.not_data", id="a name that is no text"),
        pytest.param({"a": b"x"}, "document.not_data", id="bytes"),
        pytest.param(changed(lambda d: d.update(nodes={})), "schema.type", id="nodes are no list"),
        pytest.param(changed(lambda d: d["nodes"].append(7)), "schema.type", id="a node is a number"),
        pytest.param(changed(lambda d: d["nodes"].append({"id": "x y", "type": "play"})), "schema.pattern", id="id"),
        pytest.param(changed(lambda d: d["nodes"].append(node("a", "teleport"))), "node.unknown_type", id="type"),
        pytest.param(changed(lambda d: d["nodes"].append(node("bye", "hangup"))), "node.duplicate_id", id="twice"),
        pytest.param(changed(lambda d: d["edges"].append({"from": "a", "to": "b"})), "schema.required", id="edge"),
        pytest.param(changed(lambda d: d.update(variables={"a b": 1})), "variable.name_invalid", id="variable name"),
        pytest.param(changed(lambda d: d.update(variables={"a": None})), "schema.type", id="variable value"),
        pytest.param(changed(lambda d: d.update(locale="fr-FR")), "schema.choice", id="locale"),
        pytest.param(changed(lambda d: d.update(color="red")), "schema.unknown", id="an unknown field"),
    ],
)
def test_bad_documents(document: object, code: str) -> None:
    assert code in codes(document)


def test_an_issue_names_node_and_field() -> None:
    document = changed(lambda d: d["nodes"][1]["config"].update(timeout=-1))
    with pytest.raises(FlowError) as raised:
        Flow.from_json(document)
    (issue,) = raised.value.issues
    assert issue.to_json() == {
        "code": "schema.too_small",
        "severity": "error",
        "node": "main",
        "field": "timeout",
        "message": {"zh-CN": "“等待按键”不能小于 1。", "en": "“Wait for the first key” cannot be less than 1."},
    }


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"{", "document.not_json"),
        (b"\xff\xfe", "document.not_utf8"),
        (b'{"a": NaN}', "document.number"),
        (b'{"a": 1, "a": 2}', "document.name_twice"),
        (b"[" * 100_000, "document.too_deep"),
        (b"1" * 5000, "document.number"),
        (b" " * 6_000_000, "document.too_big"),
    ],
)
def test_bad_files(data: bytes, code: str) -> None:
    with pytest.raises(FlowError) as raised:
        parse_json(data)
    assert [issue.code for issue in raised.value.issues] == [code]


def test_a_file_with_a_byte_order_mark_is_read() -> None:
    assert parse_json(b"\xef\xbb\xbf" + json.dumps(GOOD).encode()) == GOOD


def test_migrations_follow_one_another() -> None:
    steps = {
        "f/1": lambda d: {**d, "format": "f/2", "title": d["name"]},
        "f/2": lambda d: {**d, "format": "f/3", "title": d["title"].upper()},
    }
    old = {"format": "f/1", "name": "main"}
    migrated, problem = migrate(old, steps, "f/3")
    assert problem is None
    assert migrated == {"format": "f/3", "name": "main", "title": "MAIN"}
    assert old == {"format": "f/1", "name": "main"}


def test_every_migration_has_documents_before_and_after() -> None:
    folder = Path(__file__).with_name("migrations")
    for format, migration in MIGRATIONS.items():
        case = folder / format.rpartition("/")[2]
        before = json.loads((case / "before.json").read_text(encoding="utf-8"))
        assert migration(before) == json.loads((case / "after.json").read_text(encoding="utf-8"))


def test_the_catalogue_says_everything_in_both_languages() -> None:
    for code, entry in catalogue().items():
        assert set(entry) == {"severity", "zh", "en"}, code
        assert entry["severity"] in ("error", "warning"), code

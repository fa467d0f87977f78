"""What ``check`` finds in the graph and the flow's settings; issues of single nodes stand in tests/nodes."""

from __future__ import annotations

from typing import Any

import pytest

from interpreter.compiler import Resources, check
from interpreter.flow import Flow
from support.flow_documents import Document, flow, node

BYE = node("bye", "hangup")


def found(document: object, resources: Resources | None = None) -> list[str]:
    """Issues as ``code node``."""
    return [f"{issue.code} {issue.node or '-'}" for issue in check(document, resources)]


def menu(id: str, *keys: str, **config: Any) -> Document:
    return node(id, "menu", prompt=["main.wav"], keys={key: f"key {key}" for key in keys}, **config)


def play(id: str, prompt: object = "a.wav") -> Document:
    return node(id, "play", prompt=[prompt])


def typed(value: str, *, max: int = 4, edges: str = "") -> Document:
    """A caller types ``code``; then ``amount`` becomes ``value``."""
    asks = node("ask", "collect", prompt=["a.wav"], variable="code", min=1, max=max)
    sets = node("sum", "set", assign=[{"variable": "amount", "value": value}])
    ways = "ask.ok -> sum, ask.no_input -> bye, ask.no_match -> bye, sum -> bye"
    return flow(asks, sets, BYE, edges=ways + edges, variables={"code": "", "amount": 0})


@pytest.mark.parametrize(
    ("value", "max", "guarded"),
    [
        pytest.param("number(code)", 4, False, id="no number"),
        pytest.param("100 / number_or(code, 1)", 4, False, id="division by 0"),
        pytest.param("length(part('abc', number_or(code, 1), 1))", 4, False, id="part from 0 on"),
        pytest.param("number_or(code, 0) * 100", 15, False, id="too large a product"),
        pytest.param("number_or(code, 0) * 100", 4, True, id="a small product"),
        pytest.param("amount + number_or(code, 0)", 4, True, id="a sum of small numbers"),
        pytest.param("number_or(code, 0) / 2", 15, True, id="division by what the author says"),
    ],
)
def test_what_callers_type_needs_an_exit_where_it_may_have_no_value(value: str, max: int, guarded: bool) -> None:
    assert found(typed(value, max=max)) == ([] if guarded else ["set.unguarded sum"])
    assert found(typed(value, max=max, edges=", sum.failed -> bye")) == []


def test_a_value_made_of_what_callers_type_is_theirs_too() -> None:
    document = typed("number_or(code, 0)", edges=", sum.failed -> bye")
    later = node("later", "set", assign=[{"variable": "amount", "value": "7 / amount"}])
    document["nodes"].append(later)
    document["edges"] = [e | {"to": "later"} if e["from"] == "sum" and e["exit"] == "next" else e
                         for e in document["edges"]] + [{"from": "later", "exit": "next", "to": "bye"}]  # fmt: skip
    assert found(document) == ["set.unguarded later"]


GOOD = flow(menu("main", "1"), BYE, edges="main.1 -> bye, main.no_input -> bye, main.no_match -> main")


def test_nothing_is_wrong() -> None:
    assert found(GOOD) == []
    assert found(Flow.from_json(GOOD)) == []


@pytest.mark.parametrize(
    ("document", "issues"),
    [
        pytest.param(
            flow(menu("main", "1"), BYE, edges="main.1 -> bye, main.no_match -> bye"),
            ["exit.missing main"],
            id="an exit leads nowhere",
        ),
        pytest.param(
            flow(play("hello"), edges="hello -> nobody"),
            ["edge.unknown_target hello"],
            id="an edge to a node that does not exist",
        ),
        pytest.param(
            flow(play("hello"), BYE, edges="hello -> bye, ghost -> bye"),
            ["edge.unknown_source -"],
            id="an edge from a node that does not exist",
        ),
        pytest.param(
            flow(play("hello"), BYE, edges="hello -> bye, hello.7 -> bye"),
            ["exit.unknown hello"],
            id="an exit that does not exist",
        ),
        pytest.param(
            flow(
                menu("main", "1"),
                BYE,
                edges="main.1 -> bye, main.no_input -> bye, main.no_match -> bye, main.extension -> bye",
            ),
            ["exit.unused main"],
            id="an exit that the settings switch off",
        ),
        pytest.param(
            flow(play("hello"), BYE, play("other"), edges="hello -> bye, hello -> other, other -> bye"),
            ["exit.twice hello"],
            id="two edges from one exit",
        ),
        pytest.param(
            flow(play("hello"), BYE, play("island"), edges="hello -> bye, island -> bye"),
            ["node.unreachable island"],
            id="a node that nothing leads to",
        ),
        pytest.param(
            flow(play("hello"), BYE, edges="hello -> bye", settings={"on_error": "nobody"}),
            ["flow.on_error_unknown -", "node.unreachable error"],
            id="the error node does not exist",
        ),
        pytest.param(
            flow(play("hello"), BYE, edges="hello -> bye", settings={"on_error": None}),
            ["flow.on_error_missing -", "node.unreachable error"],
            id="no error node",
        ),
        pytest.param(
            {**flow(play("hello"), BYE, edges="hello -> bye"), "nodes": [play("hello"), BYE, node("error", "hangup")]},
            ["flow.no_start -", "edge.unknown_source -", "node.unreachable hello", "node.unreachable bye"],
            id="no start",
        ),
        pytest.param(
            flow(node("a", "start"), node("b", "start"), BYE, edges="a -> bye, b -> bye"),
            ["flow.two_starts b"],
            id="two starts",
        ),
        pytest.param(
            flow(play("hello"), play("again"), edges="hello -> again, again -> hello"),
            ["node.no_end start", "node.no_end hello", "node.no_end again"],
            id="a circle without a way out",
        ),
        pytest.param(
            flow(
                node("count", "set", assign=[{"variable": "n", "value": "n + 1"}]),
                node("more", "switch", cases=[{"exit": "yes", "when": "n < 9"}]),
                BYE,
                edges="count -> more, more.yes -> count, more.otherwise -> bye",
                variables={"n": 0},
            ),
            ["loop.no_wait count"],
            id="a circle that never waits",
        ),
        pytest.param(
            flow(
                node("ring", "transfer", targets=[{"kind": "extension", "value": "801"}]),
                BYE,
                edges="ring.answered -> bye, ring.busy -> ring, ring.no_answer -> ring, ring.offline -> bye",
            ),
            ["loop.no_wait ring"],
            id="busy may come back at once, no answer takes its time",
        ),
        pytest.param(
            flow(
                play("value", {"digits": "call.extension"}),
                node("more", "switch", cases=[{"exit": "yes", "when": "call.caller == ''"}]),
                BYE,
                edges="value -> more, more.yes -> value, more.otherwise -> bye",
            ),
            ["loop.no_wait value"],
            id="a value may have nothing to read",
        ),
        pytest.param(
            flow(play("hello"), BYE, edges="hello -> bye", variables={"not": 1}),
            ["variable.reserved -"],
            id="a variable named like a word of the language",
        ),
    ],
)
def test_graph(document: object, issues: list[str]) -> None:
    assert found(document) == issues


def test_everything_is_found_at_once() -> None:
    document = flow(
        menu("main", "1", timeout=0),
        node("say", "play", prompt=[{"number": "nobody"}]),
        node("ring", "transfer", targets=[]),
        edges="main.1 -> say, say -> gone",
        settings={"on_error": None},
    )
    assert set(found(document)) == {
        "flow.on_error_missing -",
        "schema.too_small main",
        "expression.unknown_name say",
        "edge.unknown_target say",
        "schema.empty ring",
        "node.unreachable ring",
        "node.unreachable error",
    }


def test_extensions_of_another_length_cannot_be_dialled() -> None:
    document = flow(play("hello"), BYE, edges="hello -> bye", settings={"extension_length": 3})
    resources = Resources(extensions=["801", "8001"])
    assert found(document, resources) == ["flow.extension_length -"]
    assert found(document) == []


def test_the_companys_extension_length_is_another() -> None:
    document = flow(play("hello"), BYE, edges="hello -> bye", settings={"extension_length": 3})
    assert found(document, Resources(extensions=[], extension_length=4)) == ["flow.other_length -"]
    assert found(document, Resources(extensions=[], extension_length=3)) == []


def test_a_missing_exit_is_named_as_people_name_it() -> None:
    issues = check(flow(menu("main", "1"), BYE, edges="main.no_input -> bye"))
    assert [issue.message["zh-CN"] for issue in issues] == ["出口“1 key 1”没有连线。", "出口“按错键”没有连线。"]


def test_one_file_of_a_hidden_own_prompt() -> None:
    document = flow(play("hello", "pv_busy.wav"), BYE, edges="hello -> bye", settings={"use_system_prompts": True})
    resources = Resources(own_prompts={"pv_busy.wav": None}, system_prompts={"pv_busy": None, "pv_error": None})
    assert found(document, resources) == ["prompt.own_ignored hello"]

"""Programs: what is compiled, refused, listed and needed of prompts."""

from __future__ import annotations

import copy

import pytest

from interpreter.compiler import FlowError, Resources, compile_flow, listing
from interpreter.flow import Flow
from interpreter.machine import Facts, Machine
from interpreter.machine.effects import NodeEntered
from interpreter.machine.events import CallStarted
from support.flow_documents import flow, node

DOCUMENT = flow(
    node("main", "menu", prompt=["main.wav", {"text": "您好"}], keys={"1": "销售"}, direct_dial=True),
    node("ext", "extension", number="call.extension"),
    node("say", "play", prompt=[{"number": "n"}]),
    node("bye", "hangup"),
    edges="""main.1 -> say, main.extension -> ext, main.no_input -> bye, main.no_match -> bye, say -> bye,
      ext.answered -> bye, ext.busy -> bye, ext.no_answer -> bye, ext.offline -> bye, ext.no_such -> main""",
    variables={"n": 3},
)


def test_listing() -> None:
    assert listing(compile_flow(DOCUMENT)).splitlines() == [
        "   0  start  enter",
        "   1  start  answer -> 2",
        "   2  start  leave by next, enter main -> 4",
        "   3  main   enter",
        "   4  main   ask key file:main.wav text:zh-CN:您好, 5 s x3, no input 7, no match 8, extension 6: 1->5",
        "   5  main   leave by 1 (销售), enter say -> 17",
        "   6  main   leave by extension, enter ext -> 10",
        "   7  main   leave by no_input, enter bye -> 20",
        "   8  main   leave by no_match, enter bye -> 20",
        "   9  ext    enter",
        "  10  ext    dial extension 30 s -> 11 busy->12 no_answer->13 offline->14 no_such->15 failed->14",
        "  11  ext    leave by answered, enter bye -> 20",
        "  12  ext    leave by busy, enter bye -> 20",
        "  13  ext    leave by no_answer, enter bye -> 20",
        "  14  ext    leave by offline, enter bye -> 20",
        "  15  ext    leave by no_such, enter main -> 4",
        "  16  say    enter",
        "  17  say    play (spoken value) x1 -> 18",
        "  18  say    leave by next, enter bye -> 20",
        "  19  bye    enter",
        "  20  bye    play nothing, hang up (normal)",
        "  21  error  enter",
        "  22  error  play file:pv_error.wav, hang up (error)",
    ]


def test_prompt_keys_are_all_it_may_play() -> None:
    keys = compile_flow(DOCUMENT).prompt_keys
    assert {key for key in keys if not key.startswith("system:")} == {
        "file:main.wav",
        "text:zh-CN:您好",
        "file:pv_noinput.wav",
        "file:pv_nomatch.wav",
        "file:pv_error.wav",
    }
    assert {"system:digit-0", "system:digit-9", "system:ten-thousand", "system:point"} <= keys
    assert "system:yuan" not in keys
    assert "file:pv_inputext.wav" not in keys, "an extension node that does not ask plays nothing"


def test_labels() -> None:
    program = compile_flow(DOCUMENT)
    assert program.exits["main", "1"] == "销售"
    assert program.exits["main", "no_input"] == ""
    begun = Machine(program, Facts("c", "1", "2"), seed=1).handle(CallStarted(), 0.0)
    assert NodeEntered("main", "menu") in begun


def test_the_digest_is_of_what_the_flow_does() -> None:
    moved = copy.deepcopy(DOCUMENT)
    moved["nodes"][1]["position"] = {"x": 5, "y": 5}
    moved["notes"] = [{"id": "n1", "text": "remember"}]
    slower = copy.deepcopy(DOCUMENT)
    slower["nodes"][1]["config"]["timeout"] = 9
    digest = compile_flow(DOCUMENT).digest
    assert compile_flow(moved).digest == digest
    assert compile_flow(slower).digest != digest


def test_a_flow_object_compiles_too() -> None:
    assert compile_flow(Flow.from_json(DOCUMENT)).digest == compile_flow(DOCUMENT).digest


def test_a_flow_with_errors_is_refused_with_all_issues() -> None:
    with pytest.raises(FlowError) as raised:
        compile_flow({**DOCUMENT, "edges": []})
    assert {issue.code for issue in raised.value.issues} >= {"exit.missing", "node.unreachable"}


def test_warnings_do_not_refuse() -> None:
    compile_flow(DOCUMENT, resources=Resources(boxes=[], trunks=[]))


def test_resources_decide_what_is_refused() -> None:
    with pytest.raises(FlowError) as raised:
        compile_flow(DOCUMENT, resources=Resources(extensions=["101"]))
    assert [issue.code for issue in raised.value.issues] == ["menu.key_conflict"]


def test_a_published_flow_becomes_the_same_program() -> None:
    assert compile_flow(DOCUMENT, published=True).digest == compile_flow(DOCUMENT).digest
    assert listing(compile_flow(DOCUMENT, published=True)) == listing(compile_flow(DOCUMENT))


def test_a_published_flow_is_still_read_with_care() -> None:
    for damage in ("edges", "nodes"):
        with pytest.raises(FlowError):
            compile_flow(DOCUMENT | {damage: []}, published=True)


def test_the_ways_through_a_published_flow_are_not_judged_again() -> None:
    """A stricter check in a later version must not take a number out of service."""
    circle = flow(
        node("count", "set", assign=[{"variable": "n", "value": "n + 1"}]),
        node("more", "switch", cases=[{"exit": "yes", "when": "n < 9"}]),
        node("bye", "hangup"),
        edges="count -> more, more.yes -> count, more.otherwise -> bye",
        variables={"n": 0},
    )
    with pytest.raises(FlowError) as refused:
        compile_flow(circle)
    assert {found.code for found in refused.value.issues} == {"loop.no_wait"}
    assert "count" in {step.node for step in compile_flow(circle, published=True).operations}

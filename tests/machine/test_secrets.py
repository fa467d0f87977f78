"""What callers type may be of a kind that is written down nowhere: the machine says when."""

from __future__ import annotations

import pytest

from interpreter.compiler import compile_flow
from interpreter.machine.events import CallStarted, Digit, PlayDone
from interpreter.machine.facts import facts_of
from interpreter.machine.machine import Machine
from support.flow_documents import flow, node

CARD = node("card", "collect", prompt=["card.wav"], variable="v", min=4, max=4, secret=True)
ORDER = node("order", "collect", prompt=["order.wav"], variable="v", min=4, max=4)
ROOM = node("room", "conference", room="r", pin="2580")


def call_to(asks, good, *others):
    """A call that hears a greeting, is asked, and then comes to a menu."""
    document = flow(
        node("hello", "play", prompt=["hello.wav"]), asks, node("menu", "menu", prompt=["menu.wav"], keys={"1": "x"}),
        node("bye", "hangup"),
        edges=f"hello -> {asks['id']}, {asks['id']}.{good} -> menu, menu.1 -> bye, menu.no_input -> bye, "
        "menu.no_match -> bye",
        variables={"v": ""},
    )  # fmt: skip
    for other in others:
        document["edges"].append({"from": asks["id"], "exit": other, "to": "bye"})
    call = Machine(compile_flow(document), facts_of("c", caller="13800138000", called="4001234567"), 1)
    call.handle(CallStarted(), 0.0)
    return call


@pytest.mark.parametrize(("asks", "secret"), [(CARD, True), (ORDER, False)])
def test_a_secret_is_one_while_it_is_typed_and_where_it_may_be_typed_ahead(asks, secret):
    call = call_to(asks, "ok", "no_input", "no_match")
    assert call.secret is secret, "it may be typed into the greeting"
    call.handle(PlayDone(), 1.0)
    for digit in "1234":
        assert call.secret is secret
        call.handle(Digit(digit), 2.0)
    assert (call.node, call.secret) == ("menu", False)


def test_a_pin_is_a_secret():
    call = call_to(ROOM, "left", "denied")
    call.handle(PlayDone(), 1.0)
    assert (call.node, call.secret) == ("room", True)

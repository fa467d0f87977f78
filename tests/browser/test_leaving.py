"""Nobody leaves unsaved changes unasked, whichever way they go."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import ConsoleMessage, Page, expect

from support.page import Editor

pytestmark = pytest.mark.browser


@pytest.fixture
def changed(page: Page, editor: Editor, new_flow: Callable[..., str]) -> str:
    """The id of a flow that is open with an unsaved change, reached from the list of flows."""
    flow_id = new_flow()
    page.goto("/#/flows")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    editor.open(flow_id)
    editor.select("start")
    editor.inspector.get_by_test_id("node-label").fill("总入口")
    expect(page.get_by_test_id("save")).to_be_enabled()
    return flow_id


def type_address(page: Page, hash: str) -> None:
    """What Enter in the address bar does with another hash of the same page."""
    page.evaluate("hash => { window.location.hash = hash; }", hash)


def test_an_address_typed_in_the_browser_asks(page: Page, editor: Editor, changed: str) -> None:
    said: list[str] = []

    def note(message: ConsoleMessage) -> None:
        if message.type in ("warning", "error"):
            said.append(message.text)

    page.on("console", note)
    type_address(page, "#/calls")
    page.get_by_test_id("guard-stay").click()
    expect(page).to_have_url(re.compile(rf"#/flows/{changed}(\?|$)"))
    expect(editor.inspector.get_by_test_id("node-label")).to_have_value("总入口")
    type_address(page, "#/calls")
    page.get_by_test_id("guard-leave").click()
    expect(page).to_have_url(re.compile("#/calls$"))
    expect(page.get_by_test_id("live-calls")).to_be_visible()
    assert said == []


def test_back_and_forward_still_know_the_way_after_a_typed_address(page: Page, editor: Editor, changed: str) -> None:
    type_address(page, "#/calls")
    page.get_by_test_id("guard-save").click()
    expect(page.get_by_test_id("live-calls")).to_be_visible()
    page.go_back()
    expect(editor.canvas).to_be_visible()
    expect(page).to_have_url(re.compile(rf"#/flows/{changed}(\?|$)"))
    editor.select("start")
    editor.inspector.get_by_test_id("node-label").fill("另一个入口")
    page.go_forward()
    page.get_by_test_id("guard-leave").click()
    expect(page.get_by_test_id("live-calls")).to_be_visible()


def test_a_second_address_typed_while_the_first_is_asked_about_asks_again(page: Page, changed: str) -> None:
    type_address(page, "#/calls")
    expect(page.get_by_test_id("guard-stay")).to_be_visible()
    type_address(page, "#/numbers")
    page.get_by_test_id("guard-leave").click()
    expect(page).to_have_url(re.compile("#/numbers$"))
    expect(page.get_by_test_id("add-number")).to_be_visible()

"""Without a pointer and without eyes: everything has a name, and the keyboard reaches everything."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from support.page import Editor

pytestmark = pytest.mark.browser

CONTROLS = "button|link|textbox|searchbox|combobox|checkbox|switch|radio|radiogroup|slider|spinbutton|tab|dialog"
NAMELESS = re.compile(rf"^\s*- (?:{CONTROLS})\b(?! \"| /)[^\n]*", re.MULTILINE)
PAGES = ["flows", "numbers", "prompts", "extensions", "groups", "calls", "voicemail", "settings"]

FOCUSED = """() => {
  const on = document.activeElement;
  const named = on?.closest("[data-testid]");
  return [named?.dataset.testid, on?.getAttribute("aria-label") ?? on?.innerText, on?.className].join("|");
}"""


def nameless(place: Locator) -> list[str]:
    """Controls in the accessibility tree that a screen reader could only call by their kind."""
    return [line.strip() for line in NAMELESS.findall(place.aria_snapshot())]


def test_controls_of_the_sign_in_page_have_names(page: Page) -> None:
    page.context.clear_cookies()
    page.goto("/")
    expect(page.get_by_test_id("sign-in")).to_be_visible()
    assert nameless(page.locator("body")) == []


def test_controls_of_every_page_have_names(page: Page) -> None:
    page.goto("/#/flows")
    for name in PAGES:
        page.get_by_test_id(f"menu-{name}").click()
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        if name in ("flows", "numbers", "prompts", "extensions"):
            expect(page.get_by_role("main").get_by_role("row").nth(1)).to_be_visible()
        assert nameless(page.locator("body")) == [], name


def test_controls_of_the_editor_have_names(page: Page, editor: Editor, demo_flow: str) -> None:
    editor.open(demo_flow)
    page.get_by_test_id("drawer-versions").click()
    expect(page.get_by_test_id("versions")).to_be_visible()
    assert nameless(page.locator("body")) == []
    for id in ("start", "office_hours", "main_menu", "sales", "ask_extension", "day_voicemail"):
        page.keyboard.press("Control+f")
        page.get_by_test_id("search-nodes").fill(id)
        page.get_by_test_id(f"hit-{id}").click()
        expect(editor.node(id)).to_have_class(re.compile(r"\bselected\b"))
        editor.inspector.get_by_role("tab").first.click()
        for folded in page.locator(".ant-collapse-header[aria-expanded=false]").all():
            folded.click()
        assert nameless(editor.inspector) == [], id
        editor.inspector.get_by_role("tab").nth(1).click()
        assert nameless(editor.inspector) == [], id


def test_the_keyboard_reaches_everything_in_the_editor(
    page: Page, editor: Editor, new_flow: Callable[..., str]
) -> None:
    editor.open(new_flow())
    editor.select("start")
    page.locator("body").evaluate("() => document.activeElement.blur()")
    reached: list[str] = []
    for _ in range(120):
        page.keyboard.press("Tab")
        where = page.evaluate(FOCUSED)
        if reached and where == reached[0]:
            break
        reached.append(where)
    names = "\n".join(reached)
    for wanted in (
        "menu-flows", "menu-settings", "sign-out", "fit", "search", "export", "check", "publish", "palette-start",
        "palette-menu", "palette-hangup", "node-label", "field-answer", "drawer-problems", "drawer-live",
    ):
        assert wanted in names, f"Tab does not reach {wanted}:\n{names}"
    nodes = [where for where in reached if "react-flow__node" in where]
    assert len(nodes) == 2, names


def test_a_flow_can_be_drawn_by_keyboard_alone(page: Page, editor: Editor, new_flow: Callable[..., str]) -> None:
    editor.open(new_flow())
    page.get_by_test_id("palette-play").focus()
    page.keyboard.press("Enter")
    expect(editor.nodes).to_have_count(3)
    expect(editor.inspector.get_by_test_id("node-label")).to_have_value(re.compile("播放"))
    editor.field("prompt").get_by_test_id("add-text").press("Enter")
    editor.field("prompt").get_by_test_id("prompt-text").focus()
    page.keyboard.type("Hello")
    editor.inspector.get_by_role("tab").first.focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    target = editor.inspector.get_by_test_id("target-next").get_by_role("combobox")
    target.focus()
    page.keyboard.press("Enter")
    page.keyboard.type("Hang")
    page.keyboard.press("Enter")
    expect(editor.wire("play", "next")).to_have_count(1)
    editor.canvas.locator(".react-flow__node[data-id=start]").focus()
    page.keyboard.press("Enter")
    expect(editor.inspector.get_by_test_id("node-label")).to_have_value("Start")
    expect(editor.inspector.locator(":focus")).to_have_count(1)

"""Contrast, names and structure at WCAG 2.2 levels A and AA, by axe: lists, dialogs, the editor, light and dark."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from support.page import Editor
from support.server import Zongji

pytestmark = pytest.mark.browser

AXE = (Path(__file__).resolve().parents[2] / "static/node_modules/axe-core/axe.min.js").read_text(encoding="utf-8")
RUN = """async () => {
  const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];
  const { violations } = await axe.run(document, { runOnly: { type: "tag", values: tags } });
  const said = (id, node) => `${id}: ${node.html.slice(0, 160)} ${node.any[0]?.message ?? ""}`;
  return violations.flatMap(({ id, nodes }) => nodes.map((node) => said(id, node)));
}"""

NIGHT = json.loads((Path(__file__).resolve().parents[2] / "flows/after-hours-voicemail/flow.json").read_text("utf-8"))
DIALOGS = {
    "flows": ["new-flow"], "numbers": ["add-number", "bind-4001234567"], "prompts": ["speak"],
    "extensions": ["new-extension"], "groups": ["new-group"], "calls": [], "voicemail": [], "audit": [], "settings": [],
}  # fmt: skip


@pytest.fixture(params=["light", "dark"])
def themed(page: Page, request: pytest.FixtureRequest) -> Page:
    """A page in one of the two themes."""
    kept = json.dumps(json.dumps({"language": "zh-CN", "theme": request.param}))
    page.add_init_script(f"localStorage.setItem('zongji.preferences', {kept})")
    return page


def faults(page: Page) -> list[str]:
    """What axe finds now, when nothing moves any more."""
    page.evaluate("() => Promise.all(document.getAnimations().map((one) => one.finished.catch(() => null)))")
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate(AXE)
    found: list[str] = page.evaluate(RUN)
    return found


def test_lists_and_their_dialogs(themed: Page) -> None:
    found: dict[str, Any] = {}
    for name, dialogs in DIALOGS.items():
        themed.goto(f"/#/{name}")
        expect(themed.get_by_role("heading", level=1)).to_be_visible()
        if name != "settings":
            expect(themed.locator("tbody tr").last).to_be_visible()
        found[name] = faults(themed)
        for dialog in dialogs:
            themed.get_by_test_id(dialog).click()
            expect(themed.get_by_role("dialog")).to_be_visible()
            found[f"{name} {dialog}"] = faults(themed)
            themed.keyboard.press("Escape")
            expect(themed.get_by_role("dialog")).to_have_count(0)
    if said := [f"{place} {fault}" for place, faults in found.items() for fault in faults]:
        pytest.fail("\n".join(said))


def test_the_editor_with_a_node_selected_and_what_opens_in_it(themed: Page, new_flow: Callable[..., str]) -> None:
    editor = Editor(themed).open(new_flow(NIGHT))
    found: dict[str, list[str]] = {"nothing selected": faults(themed)}
    for card in ("office_hours", "front_desk", "message"):
        editor.select(card)
        found[card] = faults(themed)
        editor.inspector.get_by_role("tab", name="出口").click()
        found[f"{card}, exits"] = faults(themed)
        editor.inspector.get_by_role("tab", name="设置").click()
    editor.inspector.get_by_role("button", name="读出变量").click()
    expect(themed.get_by_role("menu")).to_be_visible()
    found["menu of a prompt"] = faults(themed)
    themed.keyboard.press("Escape")
    for test_id in ("check", "publish", "undo"):
        themed.get_by_test_id(test_id).hover()
        found[f"pointer on {test_id}"] = faults(themed)
    for drawer in ("problems", "versions", "history", "live"):
        themed.get_by_test_id(f"drawer-{drawer}").click()
        expect(themed.get_by_test_id(f"drawer-{drawer}")).to_have_attribute("aria-selected", "true")
        found[drawer] = faults(themed)
    for opens, shown in (("search", "search-nodes"), ("publish", "publish-note")):
        themed.get_by_test_id(opens).click()
        expect(themed.get_by_test_id(shown)).to_be_visible()
        found[opens] = faults(themed)
        themed.keyboard.press("Escape")
        expect(themed.get_by_test_id(shown)).to_be_hidden()
    if said := [f"{place} {fault}" for place, faults in found.items() for fault in faults]:
        pytest.fail("\n".join(said))


def test_signing_in(browser: Browser, zongji: Zongji) -> None:
    for scheme in ("light", "dark"):
        page = browser.new_page(base_url=zongji.url, color_scheme=scheme)  # type: ignore[arg-type]  # one of its words
        page.goto("/")
        expect(page.get_by_test_id("sign-in")).to_be_visible()
        assert faults(page) == [], scheme
        page.close()


def test_wires_are_no_tab_stops_and_nothing_is_named_in_a_foreign_language(
    page: Page, editor: Editor, new_flow: Callable[..., str]
) -> None:
    editor.open(new_flow())
    assert editor.canvas.locator(".react-flow__edge[tabindex='0']").count() == 0
    said = [
        editor.canvas.locator(f"[{name}]").evaluate_all(f"found => found.map(one => one.getAttribute('{name}'))")
        for name in ("aria-label", "aria-roledescription")
    ]
    said.append(page.locator("[id^='react-flow__'][id*='desc']").evaluate_all("all => all.map(one => one.textContent)"))
    english = ("edge", "node", "Press", "Edge")
    foreign = [text for texts in said for text in texts if any(word in text for word in english)]
    assert foreign == []

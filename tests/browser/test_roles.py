"""What a role may not do is not offered, and what is read only stays as it is whatever key is pressed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, Request, expect

from support.flow_documents import flow, node
from support.page import Editor
from support.server import Api

pytestmark = pytest.mark.browser

FLOW = flow(
    node("hello", "play", prompt=[{"text": "您好"}]), node("bye", "hangup", prompt=["pv_goodbye.wav"]),
    edges="hello -> bye",
)  # fmt: skip

OFFERED = {
    "flows": ("new-flow", "import"), "numbers": ("add-number", "bind-4001234567"), "prompts": ("upload", "speak"),
    "extensions": ("new-extension",), "groups": ("new-group",),
}  # fmt: skip


def drawing(editor: Editor) -> list[Any]:
    """Each node with its place, and how many wires there are."""
    places = editor.canvas.locator(".react-flow__node").evaluate_all(
        "found => found.map(one => [one.dataset.id, one.style.transform])"
    )
    return [*sorted(places), editor.wires.count()]


def press_every_key(editor: Editor) -> None:
    """All that change a flow, with a node selected."""
    editor.select("hello")
    editor.page.locator("body").evaluate("() => document.activeElement.blur()")
    for key in (
        "ArrowRight", "Shift+ArrowDown", "l", "Control+d", "Control+c", "Control+v", "Control+x", "Control+v",
        "Control+z", "Control+y", "Delete", "Backspace", "Control+a", "Delete", "Control+s",
    ):  # fmt: skip
        editor.page.keyboard.press(key)


def test_no_key_changes_a_published_version(editor: Editor, new_flow: Callable[..., str], api: Api) -> None:
    flow_id = new_flow(FLOW)
    api.post(f"/flows/{flow_id}/versions", {"revision": 1, "note": ""})
    editor.page.goto(f"/#/flows/{flow_id}/versions/1")
    expect(editor.page.get_by_test_id("read-only")).to_be_visible()
    before = drawing(editor)
    press_every_key(editor)
    assert drawing(editor) == before
    assert api.get(f"/flows/{flow_id}")["revision"] == 2


def test_no_key_changes_a_draft_for_who_may_only_look(
    looking: Page, new_flow: Callable[..., str], api: Api
) -> None:
    flow_id, editor = new_flow(FLOW), Editor(looking)
    writes: list[str] = []
    looking.on("request", lambda request: writes.append(path) if (path := writing(request)) else None)
    editor.open(flow_id)
    expect(looking.get_by_test_id("read-only")).to_be_visible()
    expect(looking.get_by_test_id("save")).to_have_count(0)
    before = drawing(editor)
    press_every_key(editor)
    assert drawing(editor) == before
    looking.keyboard.press("Escape")
    editor.select("hello")
    expect(editor.field("prompt").get_by_test_id("add-text")).to_have_count(0)
    assert api.get(f"/flows/{flow_id}")["revision"] == 1
    assert [path for path in writes if not path.endswith("/check")] == []


def writing(request: Request) -> str:
    return "" if request.method == "GET" else request.url


def test_nothing_is_offered_that_will_be_refused(looking: Page) -> None:
    for name, offered in OFFERED.items():
        looking.goto(f"/#/{name}")
        expect(looking.locator("tbody tr[data-row-key]").first).to_be_visible()
        for button in offered:
            expect(looking.get_by_test_id(button)).to_have_count(0)
        for switch in looking.get_by_role("switch").all():
            expect(switch).to_be_disabled()
        for word in ("删除", "改名", "替换", "换密码"):
            expect(looking.get_by_role("button", name=word)).to_have_count(0)


def test_what_is_in_use_is_told_with_the_way_there(page: Page, editor: Editor, new_flow: Callable[..., str]) -> None:
    targets = [{"kind": "extension", "value": "803"}]
    rings = node("ring", "transfer", targets=targets)
    exits = ["answered", "busy", "no_answer", "offline"]
    flow_id = new_flow(flow(rings, node("bye", "hangup"), edges=", ".join(f"ring.{exit} -> bye" for exit in exits)))
    page.goto("/#/extensions?q=803")
    page.get_by_role("button", name="删除 803").click()
    page.locator(".ant-popconfirm:visible .ant-btn-primary").click()
    page.get_by_test_id("uses").locator(f"a[href*='{flow_id}']").click()
    expect(editor.node("ring")).to_be_visible()
    expect(page).to_have_url(f"{page.url.split('#')[0]}#/flows/{flow_id}?node=ring")
    expect(editor.inspector.get_by_test_id("node-label")).to_be_visible()

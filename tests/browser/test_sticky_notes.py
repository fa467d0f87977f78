"""Notes for colleagues that lie on the canvas."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Locator, expect

from support.flow_documents import flow, node
from support.page import Editor, answer_of, box_of, drag
from support.server import Api

pytestmark = pytest.mark.browser

NOTE = {"id": "ask", "text": "问过老板", "position": {"x": -300, "y": 0}, "size": {"width": 200, "height": 120}}


@pytest.fixture
def noted(editor: Editor, new_flow: Callable[..., str]) -> tuple[Editor, str]:
    """A flow with one note to the left of its nodes, all in sight."""
    flow_id = new_flow(flow(node("hello", "play", prompt=[{"text": "您好"}]), notes=[NOTE]))
    editor.open(flow_id)
    expect(editor.nodes.first).to_be_visible()
    editor.page.keyboard.press("f")
    return editor, flow_id


def sticky(editor: Editor, id: str) -> Locator:
    return editor.page.get_by_test_id(f"sticky-{id}")


def saved_notes(editor: Editor, api: Api, flow_id: str) -> list[dict[str, Any]]:
    save = editor.page.get_by_test_id("save")
    assert answer_of(editor.page, "PUT", f"/flows/{flow_id}", save.click).ok
    notes: list[dict[str, Any]] = api.get(f"/flows/{flow_id}")["document"].get("notes", [])
    return notes


def test_a_note_is_added_and_written(noted: tuple[Editor, str], api: Api) -> None:
    editor, flow_id = noted
    expect(sticky(editor, "ask").locator("textarea")).to_have_value("问过老板")
    editor.page.get_by_test_id("add-note").click()
    expect(sticky(editor, "note").locator("textarea")).to_be_focused()
    editor.page.keyboard.type("f is typed, not pressed")
    notes = saved_notes(editor, api, flow_id)
    assert notes[0] == NOTE
    assert (notes[1]["id"], notes[1]["text"]) == ("note", "f is typed, not pressed")


def test_a_note_is_moved_and_undo_takes_it_back(noted: tuple[Editor, str], api: Api) -> None:
    editor, flow_id = noted
    grip = box_of(sticky(editor, "ask").locator(".sticky-grip"))
    start = grip["x"] + 20, grip["y"] + grip["height"] / 2
    drag(editor.page, start, (start[0], start[1] + 100))
    (note,) = saved_notes(editor, api, flow_id)
    assert note["position"]["x"] == -300
    assert note["position"]["y"] > 50
    editor.page.get_by_test_id("undo").click()
    (note,) = saved_notes(editor, api, flow_id)
    assert note == NOTE


def test_a_note_is_resized(noted: tuple[Editor, str], api: Api) -> None:
    editor, flow_id = noted
    box = box_of(sticky(editor, "ask"))
    corner = box["x"] + box["width"] - 4, box["y"] + box["height"] - 4
    drag(editor.page, corner, (corner[0], corner[1] + 60))
    (note,) = saved_notes(editor, api, flow_id)
    assert note["size"]["height"] > 150
    assert note["position"] == NOTE["position"]


def test_a_note_is_deleted(noted: tuple[Editor, str], api: Api) -> None:
    editor, flow_id = noted
    sticky(editor, "ask").hover()
    sticky(editor, "ask").get_by_role("button").click()
    expect(sticky(editor, "ask")).to_have_count(0)
    assert saved_notes(editor, api, flow_id) == []


def test_keys_work_after_the_language_was_chosen(noted: tuple[Editor, str]) -> None:
    """The choice of language keeps the focus, and nothing can be typed into it."""
    editor, _ = noted
    editor.page.get_by_text("English", exact=True).click()
    editor.node("hello").click()
    editor.page.get_by_role("radiogroup").get_by_text("中文", exact=True).click()
    editor.page.keyboard.press("Delete")
    expect(editor.node("hello")).to_have_count(0)

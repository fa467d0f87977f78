"""Flows that come from elsewhere: what cannot be drawn is told before it vanishes, and odd names are only names."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from support.page import Editor, centre_of, drag

pytestmark = pytest.mark.browser


def flow(name: str, *edges: tuple[str, str, str], menu: str = "main") -> dict[str, Any]:
    config = {"prompt": ["pv_welcome.wav"], "keys": {"1": "一"}}
    return {
        "format": "zongji.flow/1", "name": name, "locale": "zh-CN", "settings": {"on_error": "bye"}, "variables": {},
        "nodes": [
            {"id": "start", "type": "start", "config": {}},
            {"id": menu, "type": "menu", "label": "菜单", "config": config},
            {"id": "bye", "type": "hangup", "config": {}},
        ],
        "edges": [{"from": source, "exit": exit, "to": target} for source, exit, target in edges],
    }


def choose(page: Page, tmp_path: Path, document: dict[str, Any]) -> Editor:
    """Pick the file in the list of flows."""
    file = tmp_path / "flow.json"
    file.write_text(json.dumps(document))
    page.goto("/#/flows")
    expect(page.get_by_test_id("import")).to_be_visible()
    page.get_by_test_id("import-file").set_input_files(file)
    return Editor(page)


def test_what_cannot_be_drawn_is_told_and_mended_before_it_is_imported(page: Page, tmp_path: Path) -> None:
    edges = [("start", "next", "main"), ("main", "1", "bye"), ("main", "1", "main"), ("main", "no_input", "gone")]
    editor = choose(page, tmp_path, flow("有错的流程", *edges))
    told = page.get_by_test_id("faults").get_by_role("listitem")
    expect(told).to_have_count(3)
    expect(told.nth(0)).to_contain_text("有两条连线")
    expect(told.nth(1)).to_contain_text("gone")
    expect(told.nth(2)).to_contain_text("没有位置")
    page.get_by_test_id("import-mend").click()
    expect(editor.nodes).to_have_count(3)
    expect(editor.wires).to_have_count(2)
    expect(page.get_by_test_id("save")).to_be_disabled()


@pytest.mark.parametrize("name", ["constructor", "__proto__"])
def test_a_node_may_have_any_name(page: Page, tmp_path: Path, name: str) -> None:
    edges = [("start", "next", name), (name, "1", "bye")]
    editor = choose(page, tmp_path, flow(f"名为 {name}", *edges, menu=name))
    page.get_by_test_id("import-mend").click()  # Its nodes have no places.
    expect(editor.node(name)).to_be_visible()
    editor.select(name)
    expect(editor.field("keys")).to_be_visible()


def test_a_wire_dropped_on_the_start_is_refused_with_a_word(page: Page, tmp_path: Path) -> None:
    editor = choose(page, tmp_path, flow("回到开头", ("start", "next", "main")))
    page.get_by_test_id("import-mend").click()
    drag(page, centre_of(page.get_by_test_id("exit-main-1")), centre_of(editor.node("start").locator(".card-head")))
    expect(page.get_by_text("没有线可以接到它前面")).to_be_visible()
    expect(editor.wires).to_have_count(1)

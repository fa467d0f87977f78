"""A large flow looked at from far away: boxes with names, and everything in its place when one comes near again."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from support.page import Editor, centre_of, drag

pytestmark = pytest.mark.browser

COLUMNS, ROWS = 15, 8


def large_flow() -> dict[str, Any]:
    """Menus ``m0`` to ``m119``: key 1 leads on to the next, and ``m119`` has a wire from an exit it does not have."""
    count = COLUMNS * ROWS
    nodes = [
        {"id": f"m{i}", "type": "menu", "label": f"菜单 {i}", "config": {"prompt": [], "keys": {"1": "下一个"}},
         "position": {"x": i % COLUMNS * 320, "y": i // COLUMNS * 240}}
        for i in range(count)
    ]
    edges = [{"from": f"m{i}", "exit": "1", "to": f"m{i + 1}"} for i in range(count - 1)]
    edges.append({"from": f"m{count - 1}", "exit": "9", "to": "m0"})
    return {"format": "zongji.flow/1", "name": "large", "locale": "zh-CN", "nodes": nodes, "edges": edges}


@pytest.fixture
def afar(editor: Editor, new_flow: Callable[..., str]) -> Editor:
    """The whole of it in sight."""
    editor.open(new_flow(large_flow()))
    expect(editor.nodes.first).to_be_visible()
    editor.page.keyboard.press("f")
    expect(editor.nodes).to_have_count(COLUMNS * ROWS)
    return editor


def wire_ends(page: Page) -> list[str]:
    """Where the wires in the one drawing begin, as they are written in it."""
    paths = page.locator(".distant-wires path").evaluate_all("paths => paths.map(path => path.getAttribute('d'))")
    return [path.split("L")[0] for path in paths]


def zoom_in_on(editor: Editor, node: Locator) -> None:
    editor.page.mouse.move(*centre_of(node))
    for _ in range(8):
        editor.page.mouse.wheel(0, -200)
    expect(node.locator(".exit").first).to_be_visible()


def test_from_afar_names_are_read_and_no_exit_is_drawn(afar: Editor) -> None:
    expect(afar.node("m7")).to_have_text("菜单 7")
    expect(afar.wires).to_have_count(0)
    expect(afar.page.locator(".distant-wires path")).to_have_count(COLUMNS * ROWS)


def test_a_node_dragged_afar_takes_its_wires_along_and_undo_brings_it_back(afar: Editor) -> None:
    before = wire_ends(afar.page)
    start = centre_of(afar.node("m20"))
    drag(afar.page, start, (start[0], start[1] + 40))
    changed = [i for i, (old, new) in enumerate(zip(before, wire_ends(afar.page), strict=True)) if old != new]
    assert changed == [20]
    afar.page.get_by_test_id("undo").click()
    expect(afar.page.get_by_test_id("save")).to_be_disabled()
    assert wire_ends(afar.page) == before


def test_wires_end_at_their_handles_when_one_comes_near(afar: Editor) -> None:
    zoom_in_on(afar, afar.node("m50"))
    for id, exit in (("m50", "1"), ("m49", "1")):
        expect(afar.wire(id, exit)).to_have_count(1)
    # Both at the same moment, for the canvas may still be zooming.
    apart = afar.page.get_by_test_id("exit-m50-1").evaluate("""handle => {
      const wire = document.querySelector(".react-flow__edge[data-id='m50:1'] .react-flow__edge-path");
      return Math.abs(wire.getBoundingClientRect().left - handle.getBoundingClientRect().right);
    }""")
    assert apart < 2


def test_the_wire_of_an_exit_that_is_gone_is_drawn_near_and_far(afar: Editor) -> None:
    assert len(wire_ends(afar.page)) == COLUMNS * ROWS
    zoom_in_on(afar, afar.node("m119"))
    expect(afar.wire("m119", "9")).to_have_count(1)
    expect(afar.node("m119").locator(".exit.gone")).to_have_count(1)


def test_what_is_chosen_afar_is_deleted_with_its_wires(afar: Editor) -> None:
    afar.node("m30").click()
    expect(afar.inspector.get_by_test_id("node-label")).to_have_value("菜单 30")
    afar.page.keyboard.press("Delete")
    expect(afar.nodes).to_have_count(COLUMNS * ROWS - 1)
    expect(afar.page.locator(".distant-wires path")).to_have_count(COLUMNS * ROWS - 2)


def test_the_canvas_is_one_picture_while_it_is_pressed_and_drawn_sharply_afterwards(afar: Editor) -> None:
    viewport = afar.page.locator(".react-flow__viewport")
    box = afar.canvas.bounding_box()
    assert box
    afar.page.mouse.move(box["x"] + 8, box["y"] + 8)
    afar.page.mouse.down()
    expect(viewport).to_have_css("will-change", "transform")
    afar.page.mouse.up()
    expect(viewport).to_have_css("will-change", "auto")

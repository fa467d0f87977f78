"""Drawing: undo, clipboard, keys, issues, saving against somebody else."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from support.flow_documents import flow, node
from support.page import Editor, answer_of, centre_of, drag, pick
from support.server import Api

pytestmark = pytest.mark.browser

HELLO = flow(
    node("hello", "play", prompt=[{"text": "您好"}]),
    node("bye", "hangup", prompt=["pv_goodbye.wav"]),
    edges="hello -> bye",
)


@pytest.fixture
def drawn(editor: Editor, new_flow: Callable[..., str]) -> Editor:
    """start -> hello -> bye, and error."""
    editor.open(new_flow(HELLO))
    expect(editor.nodes).to_have_count(4)
    return editor


def press(editor: Editor, keys: str) -> None:
    editor.page.keyboard.press(keys)


def test_delete_undo_and_redo_by_key_and_by_button(drawn: Editor) -> None:
    drawn.select("hello")
    press(drawn, "Delete")
    expect(drawn.nodes).to_have_count(3)
    expect(drawn.wires).to_have_count(0)
    press(drawn, "Control+z")
    expect(drawn.node("hello")).to_be_visible()
    expect(drawn.wires).to_have_count(2)
    press(drawn, "Control+y")
    expect(drawn.nodes).to_have_count(3)
    drawn.page.get_by_test_id("undo").click()
    expect(drawn.nodes).to_have_count(4)
    expect(drawn.page.get_by_test_id("undo")).to_be_disabled()
    expect(drawn.page.get_by_test_id("save")).to_be_disabled()
    drawn.page.get_by_test_id("redo").click()
    expect(drawn.nodes).to_have_count(3)


@pytest.mark.parametrize(("motion", "digits"), [("reduce", "4008880071"), ("no-preference", "4008880072")])
def test_undo_right_after_a_dialog_undoes_the_drawing_and_leaves_the_rest(
    editor: Editor, new_flow: Callable[..., str], api: Api, motion: Literal["reduce", "no-preference"], digits: str
) -> None:
    page = editor.page
    page.emulate_media(reduced_motion=motion)  # A dialog that fades away keeps the focus meanwhile.
    number = api.post("/numbers", {"number": digits})
    flow_id = new_flow(HELLO)
    api.post(f"/flows/{flow_id}/versions", {"revision": 1, "note": ""})
    editor.open(flow_id)

    def duplicated() -> None:
        editor.select("bye")
        press(editor, "Control+d")
        expect(editor.nodes).to_have_count(5)

    def undone() -> None:
        press(editor, "Control+z")
        expect(editor.nodes).to_have_count(4)
        expect(page.get_by_test_id("undo")).to_be_disabled()

    duplicated()
    page.get_by_test_id("publish").click()
    page.get_by_test_id("publish-note").fill("kept")
    press(editor, "Escape")
    undone()
    expect(page.get_by_test_id("publish")).to_be_focused()
    page.get_by_test_id("publish").click()
    expect(page.get_by_test_id("publish-note")).to_have_value("kept")
    page.locator(".ant-modal-close:visible").click()

    duplicated()
    page.get_by_test_id("drawer-versions").click()
    page.get_by_test_id("versions").get_by_test_id("bind-1").click()
    page.locator(".ant-select-dropdown:visible .ant-select-item-option").filter(has_text=number["display"]).click()
    expect(page.get_by_test_id("bind-ok")).to_be_focused()
    press(editor, "Control+z")  # What is behind an open dialog stays as it is.
    expect(editor.nodes).to_have_count(5)
    bound = answer_of(page, "PUT", f"/numbers/{number['id']}", page.get_by_test_id("bind-ok").click)
    assert bound.ok
    undone()
    assert api.get(f"/flows/{flow_id}")["numbers"] == [{"number": digits, "version": 1}]


def test_a_drag_is_one_step_to_undo(drawn: Editor) -> None:
    start = centre_of(drawn.node("bye").locator(".card-head"))
    drag(drawn.page, start, (start[0] + 40, start[1] + 200))
    drawn.page.get_by_test_id("drawer-history").click()
    steps = drawn.page.locator(".history button")
    expect(steps).to_have_count(2)
    moved = centre_of(drawn.node("bye").locator(".card-head"))
    assert moved[1] > start[1] + 150
    steps.last.click()
    expect(drawn.page.get_by_test_id("save")).to_be_disabled()
    assert centre_of(drawn.node("bye").locator(".card-head"))[1] < start[1] + 20


def test_a_wire_can_be_selected_and_deleted(drawn: Editor) -> None:
    drawn.page.mouse.click(*drawn.middle_of(drawn.wire("hello", "next")))
    press(drawn, "Delete")
    expect(drawn.wire("hello", "next")).to_have_count(0)
    expect(drawn.wires).to_have_count(1)
    expect(drawn.nodes).to_have_count(4)


def test_copies_go_within_a_flow_and_into_another(drawn: Editor, new_flow: Callable[..., str]) -> None:
    drawn.select("hello")
    press(drawn, "Control+c")
    press(drawn, "Control+v")
    expect(drawn.nodes).to_have_count(5)
    expect(drawn.node("play")).to_contain_text("您好")
    press(drawn, "Control+d")
    expect(drawn.nodes).to_have_count(6)
    press(drawn, "Control+s")
    expect(drawn.page.get_by_test_id("save")).to_be_disabled()
    drawn.open(new_flow())
    expect(drawn.nodes).to_have_count(2)
    press(drawn, "Control+v")
    expect(drawn.nodes).to_have_count(3)
    expect(drawn.nodes.filter(has_text="您好")).to_have_count(1)


def test_issues_appear_on_the_node_while_drawing_and_go(drawn: Editor) -> None:
    expect(drawn.errors).to_have_count(0)
    menu = drawn.drag_in("menu", 300, 560)
    expect(drawn.node(menu)).to_have_class(re.compile(r"\berror\b"))
    expect(drawn.node(menu)).to_have_class(re.compile(r"\bunreachable\b"))
    drawn.select(menu)
    expect(drawn.field("prompt").get_by_role("alert")).to_be_visible()
    expect(drawn.field("keys").get_by_role("alert")).to_be_visible()
    drawn.page.get_by_test_id("publish").click()
    expect(drawn.page.get_by_test_id("publish-ok")).to_be_disabled()
    press(drawn, "Escape")
    drawn.write_prompt("prompt", "请按一")
    drawn.add_key("1", "继续")
    for exit in ("1", "no_input", "no_match"):
        drawn.connect(menu, exit, "bye")
    drawn.connect("hello", "next", menu)
    expect(drawn.errors).to_have_count(0)
    expect(drawn.node(menu)).not_to_have_class(re.compile(r"\b(error|unreachable)\b"))


def test_an_issue_in_the_list_leads_to_its_field(drawn: Editor) -> None:
    drawn.drag_in("play", 300, 560)
    expect(drawn.errors).to_be_visible()
    press(drawn, "Escape")
    drawn.page.get_by_test_id("check").click()
    empty_prompt = drawn.page.get_by_test_id("issues").locator("button[title='schema.empty']")
    empty_prompt.first.click()
    expect(drawn.inspector.get_by_test_id("node-label")).to_have_value("播放语音")
    expect(drawn.field("prompt").locator(":focus")).to_have_count(1)


def test_a_wire_dropped_on_the_canvas_asks_what_comes_next(drawn: Editor) -> None:
    exit = centre_of(drawn.page.get_by_test_id("exit-hello-next"))
    drag(drawn.page, exit, (exit[0] + 60, exit[1] + 260))
    drawn.page.get_by_test_id("pick-set").click()
    expect(drawn.nodes).to_have_count(5)
    expect(drawn.wire("hello", "next")).to_have_count(1)
    assert drawn.wires.count() == 2


def test_a_deleted_key_takes_its_wire_along(editor: Editor, new_flow: Callable[..., str]) -> None:
    menu = node("main", "menu", prompt=[{"text": "请按键"}], keys={"1": "销售", "2": "售后"})
    editor.open(new_flow(flow(menu, edges=", ".join(f"main.{exit} -> error" for exit in "12"))))
    editor.select("main")
    editor.field("keys").get_by_role("button").nth(1).click()
    expect(editor.wire("main", "2")).to_have_count(0)
    expect(editor.wire("main", "1")).to_have_count(1)


def test_keys_save_arrange_fit_find_and_help(drawn: Editor) -> None:
    page = drawn.page
    drawn.select("hello")
    before = centre_of(drawn.node("hello"))
    press(drawn, "Shift+ArrowDown")
    expect(page.get_by_test_id("save")).to_be_enabled()
    answer = answer_of(page, "PUT", r"/flows/[^/]+", lambda: press(drawn, "Control+s"))
    assert answer.status == 200
    assert centre_of(drawn.node("hello"))[1] > before[1]
    press(drawn, "l")
    expect(page.get_by_test_id("save")).to_be_enabled()
    press(drawn, "Escape")
    press(drawn, "?")
    expect(page.get_by_test_id("help")).to_be_visible()
    press(drawn, "Escape")
    expect(page.get_by_test_id("help")).to_be_hidden()
    press(drawn, "Control+f")
    page.get_by_test_id("search-nodes").fill("pv_goodbye")
    press(drawn, "Enter")
    expect(drawn.node("bye")).to_have_class(re.compile(r"\bselected\b"))
    press(drawn, "Escape")
    page.mouse.move(*centre_of(drawn.canvas))
    page.mouse.wheel(0, -1500)
    expect(drawn.node("start")).not_to_be_in_viewport()
    press(drawn, "f")
    for id in ("start", "hello", "bye", "error"):
        expect(drawn.node(id)).to_be_in_viewport(ratio=0.99)


def test_typing_keeps_its_keys(drawn: Editor) -> None:
    drawn.select("hello")
    label = drawn.inspector.get_by_test_id("node-label")
    label.fill("fl")
    label.press("Backspace")
    label.press("l")
    expect(label).to_have_value("fl")
    expect(drawn.nodes).to_have_count(4)


def test_leaving_with_unsaved_work_asks_first(drawn: Editor) -> None:
    page = drawn.page
    drawn.select("hello")
    press(drawn, "Delete")
    page.get_by_test_id("menu-numbers").click()
    page.get_by_test_id("guard-stay").click()
    expect(drawn.nodes).to_have_count(3)
    page.get_by_test_id("menu-numbers").click()
    answer = answer_of(page, "PUT", r"/flows/[^/]+", page.get_by_test_id("guard-save").click)
    assert len(answer.json()["document"]["nodes"]) == 3
    expect(page.get_by_test_id("add-number")).to_be_visible()


def rename(editor: Editor, id: str, label: str) -> None:
    editor.select(id)
    editor.inspector.get_by_test_id("node-label").fill(label)


def test_a_stale_save_is_refused_and_loses_nothing(
    drawn: Editor, new_context: Callable[..., BrowserContext], colleague: Any
) -> None:
    theirs_context = new_context()
    theirs_context.clear_cookies()
    theirs_context.add_cookies(colleague["cookies"])
    theirs = Editor(theirs_context.new_page())
    theirs.open(drawn.page.url.rpartition("/")[2])
    rename(theirs, "hello", "他们的欢迎语")
    theirs.save()

    rename(drawn, "bye", "我的告别")
    drawn.page.get_by_test_id("save").click()
    expect(drawn.page.get_by_test_id("stale-who")).to_contain_text("xiaoli")
    drawn.page.get_by_test_id("stale-keep").click()
    expect(drawn.node("bye")).to_contain_text("我的告别")
    expect(drawn.page.get_by_test_id("save")).to_be_enabled()

    drawn.page.get_by_test_id("save").click()
    with drawn.page.expect_download() as mine:
        drawn.page.get_by_test_id("stale-export").click()
    assert "我的告别" in Path(mine.value.path()).read_text()
    drawn.page.get_by_test_id("stale-reload").click()
    expect(drawn.node("hello")).to_contain_text("他们的欢迎语")
    expect(drawn.page.get_by_test_id("save")).to_be_disabled()
    expect(drawn.page.get_by_test_id("stale-who")).to_be_hidden()
    press(drawn, "Control+z")
    expect(drawn.node("bye")).to_contain_text("我的告别")
    saved = drawn.save()
    assert "我的告别" in json.dumps(saved["document"], ensure_ascii=False)


def test_an_exported_flow_comes_back_the_same(drawn: Editor, api: Api, tmp_path: Path) -> None:
    page = drawn.page
    original = api.get(f"/flows/{page.url.rpartition('/')[2]}")
    with page.expect_download() as exported:
        page.get_by_test_id("export").click()
    file = tmp_path / "exported.json"
    exported.value.save_as(file)
    page.get_by_test_id("menu-flows").click()
    answer = answer_of(page, "POST", "/flows/import", lambda: page.get_by_test_id("import-file").set_input_files(file))
    assert answer.status == 201, answer.text()
    expect(page.get_by_test_id("flow-name")).to_have_text(f"{original['name']} (2)")
    again = api.get(f"/flows/{answer.json()['id']}")["document"]
    assert essence(again) == essence(original["document"])


def essence(document: dict[str, Any]) -> dict[str, Any]:
    """Without the name and what the page writes out: places of the nodes, an empty list of variables."""
    nodes = [{**item, "position": None} for item in document["nodes"]]
    return {"variables": {}, **document, "name": "", "nodes": nodes}


@pytest.mark.parametrize(("name", "content"), [("notes.json", "{ not json"), ("other.json", '{"format": "x"}')])
def test_what_is_no_flow_is_refused_in_words(page: Page, tmp_path: Path, name: str, content: str) -> None:
    page.goto("/#/flows")
    (tmp_path / name).write_text(content)
    page.get_by_test_id("import-file").set_input_files(tmp_path / name)
    expect(page.get_by_text(name)).to_be_visible()


def test_lists_that_could_not_be_read_are_missed_aloud(editor: Editor, new_flow: Callable[..., str]) -> None:
    editor.page.route("**/api/v1/resources*", lambda route: route.abort())
    editor.open(new_flow(HELLO))
    expect(editor.page.get_by_text("语音、分机等列表没有读到")).to_be_visible()
    expect(editor.nodes).to_have_count(4)


def test_a_link_to_a_node_shows_a_colleague_that_node(drawn: Editor, context: BrowserContext) -> None:
    drawn.select("hello")
    drawn.page.get_by_test_id("drawer-versions").click()
    expect(drawn.page).to_have_url(re.compile(r"\?(?=.*node=hello)(?=.*drawer=versions)"))
    other = Editor(context.new_page())
    other.page.goto(drawn.page.url)
    expect(other.node("hello")).to_be_visible()
    expect(other.inspector.get_by_test_id("field-prompt").get_by_test_id("prompt-text")).to_have_value("您好")
    expect(other.page.get_by_test_id("drawer-versions")).to_have_attribute("aria-selected", "true")


def test_a_link_to_the_exits_of_a_node_shows_a_colleague_its_exits(drawn: Editor, context: BrowserContext) -> None:
    drawn.select("hello")
    drawn.inspector.get_by_role("tab", name="出口").click()
    expect(drawn.page).to_have_url(re.compile(r"\?(?=.*node=hello)(?=.*tab=exits)"))
    other = Editor(context.new_page())
    other.page.goto(drawn.page.url)
    expect(other.inspector.get_by_test_id("target-next")).to_be_visible()
    other.inspector.get_by_role("tab", name="设置").click()
    expect(other.page).not_to_have_url(re.compile(r"tab="))


def test_the_tag_says_what_is_online_as_soon_as_a_number_is_bound(drawn: Editor, api: Api) -> None:
    drawn.publish("first")
    number = api.post("/numbers", {"number": "4008880077"})
    drawn.page.get_by_test_id("published-close").click()
    drawn.page.get_by_test_id("drawer-versions").click()
    expect(drawn.page.get_by_test_id("online-versions")).to_have_count(0)
    pick(drawn.page, drawn.page.get_by_test_id("bind-1").get_by_role("combobox"), number["display"])
    expect(drawn.page.get_by_test_id("binding-change")).to_contain_text("7 天共 0 通")
    drawn.page.get_by_test_id("bind-ok").click()
    expect(drawn.page.get_by_test_id("online-versions")).to_contain_text("v1")
    flow_id = re.search(r"flows/([^?]+)", drawn.page.url)
    assert flow_id
    assert api.get(f"/flows/{flow_id[1]}")["numbers"] == [{"number": "4008880077", "version": 1}]
    api.put(f"/numbers/{number['id']}", {"revision": 2, "flow_id": None, "version": None})

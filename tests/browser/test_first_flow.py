"""The main promise: what is drawn in the browser answers a telephone."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from support.hearing import ALIKE, hears, published_prompts
from support.page import Editor, answer_of, confirm, pick
from support.phones import Baresip
from support.server import Zongji

pytestmark = pytest.mark.browser

WELCOME = "您好，这里是画出来的总机。"
MENU = "听地址请按一，其他请挂机。"
GOODBYE = "我们在北京路十八号，再见。"
CALLER, SHOWN = "13911112222", "139 1111 2222"


@pytest.fixture
def stranger(page: Page) -> Page:
    """A page of somebody who has not signed in."""
    page.context.clear_cookies()
    return page


def sign_in(page: Page, zongji: Zongji) -> None:
    page.goto("/")
    page.get_by_test_id("sign-in-name").fill(zongji.credentials["user"])
    page.get_by_test_id("sign-in-password").fill(zongji.credentials["password"])
    page.get_by_test_id("sign-in").click()
    expect(page.get_by_test_id("user")).to_be_visible()


def draw(page: Page) -> str:
    """Draw welcome, menu and goodbye by hand; gives the flow's name."""
    name = "画出来的流程"
    page.get_by_test_id("new-flow").click()
    page.get_by_test_id("new-flow-name").fill(name)
    confirm(page)
    editor = Editor(page)
    expect(page.get_by_test_id("flow-name")).to_have_text(name)
    expect(editor.nodes).to_have_count(2)  # Start leads to a hang-up: a new flow can be published as it is.
    play = editor.drag_in("play", 230, 110)
    menu = editor.drag_in("menu", 600, 110)
    goodbye = editor.drag_in("hangup", 600, 560)
    editor.select(play)
    editor.write_prompt("prompt", WELCOME)
    editor.select(menu)
    editor.write_prompt("prompt", MENU)
    editor.add_key("1", "地址")
    editor.select(goodbye)
    editor.inspector.get_by_test_id("node-label").fill("地址")
    editor.write_prompt("prompt", GOODBYE)
    editor.connect("start", "next", play)
    editor.connect(play, "next", menu)
    editor.connect(menu, "1", goodbye)
    editor.connect(menu, "no_input", "bye")
    editor.connect(menu, "no_match", "bye")
    expect(editor.wires).to_have_count(5)
    expect(editor.errors).to_have_count(0)
    editor.save()
    assert editor.publish("第一版") == 1
    page.get_by_test_id("published-close").click()
    return name


def bind(page: Page, number: str, name: str) -> None:
    """Add a number on the Numbers page and let the flow answer it."""
    page.get_by_test_id("menu-numbers").click()
    page.get_by_test_id("add-number").click()
    page.get_by_test_id("new-number").fill(number)
    confirm(page)
    digits = number.replace("-", "")
    page.get_by_test_id(f"bind-{digits}").click()
    pick(page, page.get_by_test_id("bind-flow").get_by_role("combobox"), name)
    expect(page.get_by_test_id("bind-version")).to_contain_text("v1")
    answer = answer_of(page, "PUT", r"/numbers/[^/]+", lambda: confirm(page))
    assert answer.status == 200, answer.text()
    expect(page.get_by_role("row").filter(has_text=number)).to_contain_text("v1")


def test_a_flow_drawn_in_the_browser_answers_the_telephone(
    stranger: Page, zongji: Zongji, telephone: Callable[..., Baresip]
) -> None:
    page = stranger
    sign_in(page, zongji)
    name = draw(page)
    bind(page, "400-888-0001", name)
    prompts = published_prompts(zongji.data, "4008880001")

    page.get_by_test_id("menu-calls").click()
    caller = telephone(CALLER)
    caller.dial("4008880001")
    caller.wait_for("CALL_ESTABLISHED")
    live = page.get_by_test_id("live-calls").locator("article").filter(has_text=SHOWN)
    expect(live).to_contain_text(name)
    assert hears(caller, prompts[f"text:zh-CN:{WELCOME}"]) > ALIKE
    expect(live).to_contain_text("按键菜单")
    assert hears(caller, prompts[f"text:zh-CN:{MENU}"]) > ALIKE
    caller.press("1")
    assert hears(caller, prompts[f"text:zh-CN:{GOODBYE}"]) > ALIKE
    caller.wait_for("CALL_CLOSED")
    expect(live).to_have_count(0)

    row = page.get_by_role("row").filter(has_text=SHOWN)
    expect(row).to_contain_text(f"{name} v1")
    row.get_by_test_id(re.compile("^open-call-")).click()
    steps = page.get_by_test_id("call-detail").get_by_test_id(re.compile(r"^step-\d+$"))
    expect(steps).to_have_count(4)
    expect(steps.nth(2)).to_contain_text(re.compile("按键菜单.*地址"))

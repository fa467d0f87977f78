"""Lists and their dialogs as people see them: long names, narrow windows, and words where something is wrong."""

from __future__ import annotations

import json
import re
from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from support.flow_documents import flow, node
from support.page import box_of
from support.server import Api

pytestmark = pytest.mark.browser

LONG = {
    "zh-CN": "上海浦东新区张江高科技园区客户服务中心四百号码主流程含节假日"
    "调休与夜间值班留言信箱转接外呼坐席组第三版本备份流程终",
    "en": "Customer service hotline main flow with holidays and nights.",
}
ENDS = flow(node("bye", "hangup"))


@pytest.fixture
def long_names(api: Api) -> None:
    """A flow, a number bound to it and a prompt, each in both languages named with 60 characters."""
    for digit, name in enumerate(LONG.values()):
        if api.get(f"/numbers?q=400777000{digit}")["total"]:
            continue
        made = api.post("/flows", {"name": name, "document": ENDS | {"name": name}})
        version = api.post(f"/flows/{made['id']}/versions", {"revision": 1, "note": name})["number"]
        number = api.post("/numbers", {"number": f"400777000{digit}"})
        binding = {"revision": number["revision"], "flow_id": made["id"], "version": version}
        api.put(f"/numbers/{number['id']}", binding)
        api.post("/prompts/speak", {"name": f"{name[:56]}.wav", "text": name, "locale": "zh-CN"})
    taken = {extension["number"] for extension in api.get("/extensions")["items"]}
    if "871" not in taken:
        api.post("/extensions", {"number": "871", "name": LONG["zh-CN"]})


@pytest.mark.parametrize("language", ["zh-CN", "en"])
@pytest.mark.parametrize("width", [1280, 1920])
def test_the_buttons_of_every_row_stay_in_view(page: Page, long_names: None, language: str, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    kept = json.dumps(json.dumps({"language": language, "theme": "light"}))
    page.add_init_script(f"localStorage.setItem('zongji.preferences', {kept})")
    for name in ("flows", "numbers", "prompts", "extensions"):
        page.goto(f"/#/{name}")
        rows = page.get_by_role("main").locator("tbody tr[data-row-key]")
        expect(rows.filter(has_text=LONG["zh-CN"][:20]).first).to_be_visible()
        for row in rows.all()[:8]:
            button = box_of(row.locator("td").last.locator("button, a").last)
            assert button["x"] + button["width"] <= width, name
        cut = rows.get_by_title(LONG["zh-CN"][:56])
        assert box_of(cut.first)["height"] < 30, name


def test_a_wrong_number_says_why_at_its_field_until_it_changes(page: Page) -> None:
    page.goto("/#/numbers")
    page.get_by_test_id("add-number").click()
    page.get_by_test_id("new-number").fill("12345678901234567890123")
    page.get_by_test_id("dialog-ok").click()
    row = page.locator(".form-row").filter(has=page.get_by_test_id("new-number"))
    expect(row.get_by_role("alert")).to_contain_text("不是电话号码")
    expect(page.get_by_role("dialog").get_by_role("alert")).to_have_count(1)
    page.get_by_test_id("new-number").fill("4007770009")
    expect(page.get_by_role("dialog").get_by_role("alert")).to_have_count(0)


def test_names_that_are_taken_are_said_at_the_field(page: Page, new_flow: Callable[..., str], api: Api) -> None:
    name = api.get(f"/flows/{new_flow()}")["name"]
    page.goto("/#/flows")
    page.get_by_test_id("new-flow").click()
    page.get_by_test_id("new-flow-name").fill(name)
    page.get_by_test_id("dialog-ok").click()
    row = page.locator(".form-row").filter(has=page.get_by_test_id("new-flow-name"))
    expect(row.get_by_role("alert")).to_contain_text("已经存在")


def test_a_new_extension_does_not_begin_as_the_one_that_was_looked_at(page: Page) -> None:
    page.goto("/#/extensions")
    page.get_by_role("row").filter(has_text="801").get_by_role("button").first.click()
    expect(page.get_by_test_id("extension-number")).to_have_value("801")
    page.get_by_role("dialog").get_by_role("button", name="取消").click()
    page.get_by_test_id("new-extension").click()
    expect(page.get_by_test_id("extension-number")).to_have_value("")
    page.get_by_test_id("extension-number").fill("80a")
    expect(page.get_by_role("dialog").get_by_role("alert")).to_contain_text("1 到 6 位数字")
    expect(page.get_by_test_id("dialog-ok")).to_be_disabled()


def test_a_new_text_does_not_begin_as_the_one_that_was_looked_at(page: Page) -> None:
    page.goto("/#/prompts")
    page.get_by_role("button", name="用文字重写 afternoon.wav").click()
    expect(page.get_by_test_id("speak-name")).to_have_value("afternoon.wav")
    page.get_by_role("dialog").get_by_role("button", name="取消").click()
    page.get_by_test_id("speak").click()
    expect(page.get_by_test_id("speak-name")).to_have_value("")
    expect(page.get_by_test_id("speak-text")).to_have_value("")


def test_a_number_can_be_bound_to_a_flow_of_any_page_of_the_list(page: Page, api: Api) -> None:
    last = api.post("/flows", {"name": "zz 最后", "document": ENDS | {"name": "zz 最后"}})
    api.post(f"/flows/{last['id']}/versions", {"revision": 1, "note": "末"})
    api.post("/numbers", {"number": "4007770008"})
    page.goto("/#/numbers")
    one_a_page = re.compile(r"/flows\?.*size=500")
    page.route(one_a_page, lambda route: route.continue_(url=route.request.url.replace("size=500", "size=1")))
    page.get_by_test_id("bind-4007770008").click()
    page.get_by_test_id("bind-flow").click()
    page.keyboard.type("zz 最后")
    page.locator(".ant-select-item-option").filter(has_text="zz 最后").click()
    expect(page.get_by_test_id("bind-version")).to_contain_text("v1 末")
    page.get_by_test_id("dialog-ok").click()
    expect(page.get_by_role("row").filter(has_text="400-777-0008")).to_contain_text("zz 最后")


def test_a_number_goes_back_to_the_version_before(page: Page, api: Api) -> None:
    made = api.post("/flows", {"name": "zz 回退", "document": ENDS | {"name": "zz 回退"}})
    number = api.post("/numbers", {"number": "4007770007"})
    for version in (1, 2):
        api.post(f"/flows/{made['id']}/versions", {"revision": version, "note": ""})
        binding = {"revision": version, "flow_id": made["id"], "version": version, "note": f"第 {version} 次"}
        api.put(f"/numbers/{number['id']}", binding)
    page.goto("/#/numbers")
    page.get_by_test_id("history-4007770007").click()
    lines = page.get_by_test_id("history").locator("tr")
    expect(lines).to_have_count(2)
    expect(lines.first).to_contain_text("zz 回退 v2")
    expect(lines.first).to_contain_text("第 2 次")
    page.get_by_test_id("roll-back").click()
    expect(page.get_by_test_id("binding-change")).to_contain_text("zz 回退 v1")
    page.get_by_test_id("bind-ok").click()
    expect(page.get_by_role("row").filter(has_text="400-777-0007")).to_contain_text("v1")
    page.get_by_test_id("history-4007770007").click()
    expect(lines.first).to_contain_text("回退")
    expect(page.get_by_role("dialog")).to_contain_text("无法回退")


def test_a_picker_that_cannot_be_filled_says_so_and_asks_again(page: Page, long_names: None) -> None:
    page.goto("/#/numbers")
    page.route("**/flows/*/versions*", lambda route: route.abort())
    page.get_by_test_id("bind-4007770000").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("alert")).to_have_count(1)
    expect(dialog).not_to_contain_text("还没有发布")
    expect(page.get_by_test_id("dialog-ok")).to_be_disabled()
    page.unroute("**/flows/*/versions*")
    dialog.get_by_role("button", name="重试").click()
    expect(page.get_by_test_id("bind-version")).to_contain_text("v1")
    expect(page.get_by_test_id("dialog-ok")).to_be_enabled()


def test_an_unknown_page_says_so_and_leads_back(page: Page) -> None:
    page.goto("/#/queues")
    expect(page.get_by_role("alert")).to_contain_text("没有这个页面")
    page.get_by_role("link", name="去流程列表").click()
    expect(page.get_by_test_id("new-flow")).to_be_visible()


def test_what_a_list_shows_stands_in_its_address(page: Page, api: Api, context: BrowserContext) -> None:
    """A link shows a colleague the same, and Back comes back to it."""
    for n in range(25):
        if not api.get(f"/extensions?q=9{n:02d}")["total"]:
            api.post("/extensions", {"number": f"9{n:02d}", "name": f"席位 {n:02d}"})
    page.goto("/#/extensions")
    page.get_by_role("searchbox").fill("席位")
    expect(page.locator("tbody tr[data-row-key]")).to_have_count(20)
    page.get_by_role("columnheader", name="分机号").click()
    page.get_by_title("2", exact=True).click()
    last = page.locator("tbody tr[data-row-key]")
    expect(last).to_have_count(5)
    expect(last.first).to_contain_text("904")
    colleague = context.new_page()
    colleague.goto(page.url)
    expect(colleague.locator("tbody tr[data-row-key]")).to_have_count(5)
    expect(colleague.get_by_role("searchbox")).to_have_value("席位")
    page.get_by_test_id("menu-numbers").click()
    expect(page.get_by_role("heading", name="号码")).to_be_visible()
    page.go_back()
    expect(last.first).to_contain_text("904")
    page.go_back()
    expect(last).to_have_count(20)
    expect(page.get_by_text("共 25 条")).to_be_visible()


def test_a_page_that_is_gone_gives_way_to_the_last(page: Page) -> None:
    page.goto("/#/extensions?page=99&q=801")
    expect(page.locator("tbody tr[data-row-key]")).to_have_count(1)
    expect(page).not_to_have_url(re.compile("page="))

"""Whom an extension may call, and where its calls go: in the page."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from support.server import Api

pytestmark = pytest.mark.browser


def choose(page: Page, test_id: str, text: str) -> None:
    page.get_by_test_id(test_id).click()
    page.locator(".ant-select-dropdown:visible .ant-select-item-option", has_text=text).click()


def extension(api: Api, number: str) -> dict[str, object]:
    return next(row for row in api.get("/extensions")["items"] if row["number"] == number)


def test_an_extension_is_let_call_out_and_sends_its_calls_on(page: Page, api: Api) -> None:
    office = api.post("/numbers", {"number": "010-65529988"})
    page.goto("/#/settings")
    choose(page, "calling-shown", "010-6552 9988")
    choose(page, "calling-language", "英语")
    page.get_by_test_id("save-calling").click()
    expect(page.get_by_text("已保存", exact=True)).to_be_visible()
    chosen = api.get("/calling")
    assert (chosen["shown_number"], chosen["language"]) == ("861065529988", "en-US")

    page.goto("/#/extensions")
    page.get_by_role("button", name="修改分机 803").click()
    choose(page, "extension-calls", "国际电话")
    page.get_by_test_id("extension-dnd").click()
    page.get_by_test_id("forward-no_answer").fill("803")
    page.get_by_test_id("add-destination").click()
    page.get_by_test_id("destination-2").fill("139 0013 9000")
    page.get_by_test_id("dialog-ok").click()
    countries = page.locator(".form-row", has=page.get_by_test_id("extension-countries"))
    expect(countries).to_contain_text("请写明")  # what is wrong stands at its field, nothing is lost
    countries.locator("input").fill("852,")
    page.get_by_test_id("dialog-ok").click()
    itself = page.locator(".form-row", has=page.get_by_test_id("forward-no_answer"))
    expect(itself).to_contain_text("不能转给自己")
    page.get_by_test_id("forward-no_answer").fill("802")
    page.get_by_test_id("dialog-ok").click()
    expect(page.get_by_test_id("dialog-ok")).to_be_hidden()

    kept = extension(api, "803")
    assert (kept["calls"], kept["countries"]) == ("international", ["852"])
    assert kept["forwarding"] == {
        "destinations": [
            {"to": "", "together": False, "accept": True}, {"to": "13900139000", "together": True, "accept": True},
        ],
        "forwards": {"always": "", "busy": "", "no_answer": "802", "offline": ""},
        "do_not_disturb": True, "ring_seconds": 20,
    }  # fmt: skip
    usual = {"destinations": [], "forwards": {}, "do_not_disturb": False}
    body = {"revision": kept["revision"], "outside": {"calls": "internal"}, "forwarding": usual}
    api.request("PUT", f"/extensions/{kept['id']}", body)
    api.request("PUT", "/calling", {"revision": 1, "shown_number": None, "record": "answered", "language": "zh-CN"})
    api.request("DELETE", f"/numbers/{office['id']}?revision={office['revision']}")

"""Groups of extensions in the page: made, ordered, weighted, and offered where a queue names one."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from support.flow_documents import flow, node
from support.page import Editor, answer_of, pick
from support.server import Api

pytestmark = pytest.mark.browser


def test_a_group_is_made_ordered_and_weighted(page: Page, api: Api) -> None:
    page.goto("/#/groups")
    page.get_by_test_id("new-group").click()
    page.get_by_test_id("group-name").fill("夜班")
    pick(page, page.get_by_test_id("group-strategy"), "按权重")
    for number in ("801", "802"):
        pick(page, page.get_by_test_id("group-add-member"), number)
    page.get_by_role("button", name="上移 802").click()
    page.get_by_role("spinbutton", name="802 的权重").fill("3")
    answer = answer_of(page, "POST", "/groups", page.get_by_test_id("dialog-ok").click).json()
    assert [(member["number"], member["weight"]) for member in answer["members"]] == [("802", 3), ("801", 1)]
    row = page.locator(f"tr[data-row-key='{answer['id']}']")
    expect(row).to_contain_text("按权重")
    expect(row).to_contain_text("802 801")
    row.get_by_role("button", name="修改分机组 夜班").click()
    page.get_by_role("button", name="移出 801").click()
    answer_of(page, "PUT", r"/groups/[^/]+", page.get_by_test_id("dialog-ok").click)
    expect(row).to_contain_text("1 个分机")
    row.get_by_role("button", name="删除 夜班").click()
    page.locator(".ant-popconfirm:visible .ant-btn-primary").click()
    expect(row).to_have_count(0)
    assert api.get("/groups?q=%E5%A4%9C%E7%8F%AD")["total"] == 0


def test_a_queue_is_offered_the_groups_and_keeps_one_from_going(
    page: Page, editor: Editor, new_flow: Callable[..., str], api: Api
) -> None:
    exits = ", ".join(f"q.{exit} -> bye" for exit in ("answered", "timeout", "full", "nobody"))
    flow_id = new_flow(flow(node("q", "queue", group="无此组"), node("bye", "hangup"), edges=exits))
    editor.open(flow_id)
    editor.select("q")
    field = editor.field("group")
    expect(field).to_contain_text("没有分机组")
    field.get_by_role("combobox").fill("")
    field.get_by_role("combobox").click()
    page.locator(".ant-select-dropdown:visible .ant-select-item-option", has_text="售后").first.click()
    expect(field).not_to_contain_text("没有分机组")
    editor.save()
    page.goto("/#/groups")
    page.get_by_role("button", name="删除 售后").click()
    page.locator(".ant-popconfirm:visible .ant-btn-primary").click()
    expect(page.get_by_test_id("uses").locator(f"a[href*='{flow_id}']")).to_be_visible()

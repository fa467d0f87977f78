"""Which days are worked, and the switch that beats the calendar, as somebody at the desk sets them."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from support.flow_documents import flow, node
from support.page import confirm
from support.server import Api

pytestmark = pytest.mark.browser

YEAR = 2031
NOTICE = {
    "code": "calendar.unknown_year", "severity": "warning", "section": "calendar",
    "message": {"zh-CN": f"{YEAR} 年的放假安排未知", "en": f"{YEAR} is not known"},
}  # fmt: skip
BY_DAY_AND_NIGHT = flow(
    node("hours", "hours", periods=[{"exit": "office", "label": "上班", "calendar": "workdays", "from": "09:00",
                                     "to": "18:00"}]),
    node("bye", "hangup"), node("late", "hangup"), edges="hours.office->bye,hours.otherwise->late",
)  # fmt: skip


@pytest.fixture
def calendar(page: Page) -> Page:
    """The page of ``YEAR``."""
    page.goto(f"/#/calendar?year={YEAR - 1}")
    page.get_by_test_id("year-after").click()
    expect(page.get_by_test_id("year")).to_have_text(str(YEAR))
    return page


def test_a_day_is_made_a_holiday_changed_and_taken_out_again(calendar: Page) -> None:
    day = f"{YEAR}-03-12"  # a Wednesday
    calendar.get_by_test_id(f"day-{day}").click()
    expect(calendar.get_by_test_id("day-date")).to_have_value(day)
    calendar.get_by_test_id("day-name").fill("盘点")
    confirm(calendar)
    row = calendar.get_by_role("row").filter(has_text=day)
    expect(row).to_contain_text("休息")
    expect(row).to_contain_text("盘点")
    expect(row).to_contain_text("本企业自定")
    expect(calendar.get_by_test_id(f"day-{day}")).to_have_accessible_name(f"{day} 休 盘点")

    calendar.get_by_test_id(f"change-{day}").click()
    calendar.get_by_test_id("day-kind").get_by_text("上班").click()
    confirm(calendar)
    expect(row).to_contain_text("上班")
    calendar.reload()
    row.get_by_role("button", name=re.compile("删除")).click()
    calendar.get_by_role("button", name=re.compile("^删\\s*除$")).last.click()
    expect(row).to_have_count(0)


def test_a_file_with_a_fault_imports_nothing_and_says_which_line(calendar: Page, tmp_path: Path) -> None:
    file = tmp_path / "days.csv"
    file.write_text(f"date,kind,name\n{YEAR}-04-07,holiday,踏青\n{YEAR}-02-30,holiday,无此日\n", "utf-8")
    calendar.get_by_test_id("calendar-import").click()
    calendar.get_by_test_id("calendar-file").set_input_files(file)
    calendar.get_by_test_id("dialog-ok").click()
    expect(calendar.get_by_test_id("calendar-issues")).to_contain_text(f"{YEAR}-02-30")
    expect(calendar.get_by_role("row").filter(has_text=f"{YEAR}-04-07")).to_have_count(0)

    mended = tmp_path / "mended.csv"
    mended.write_text(f"date,kind,name\n{YEAR}-04-07,holiday,踏青\n", "utf-8")
    calendar.get_by_test_id("calendar-file").set_input_files(mended)
    expect(calendar.get_by_test_id("calendar-issues")).to_have_count(0)
    confirm(calendar)
    expect(calendar.get_by_role("row").filter(has_text=f"{YEAR}-04-07")).to_contain_text("踏青")


def test_what_has_to_be_looked_after_stands_where_people_land(page: Page) -> None:
    page.route("**/api/v1/notices", lambda route: route.fulfill(json={"notices": [NOTICE]}))
    page.goto("/#/flows")
    notice = page.get_by_test_id("notice-calendar.unknown_year")
    expect(notice).to_contain_text(f"{YEAR} 年的放假安排未知")
    notice.get_by_role("link").click()
    expect(page.get_by_test_id("year")).to_be_visible()


def test_the_switch_says_where_callers_go_before_it_is_thrown(
    page: Page, api: Api, answering: Callable[..., str]
) -> None:
    answering(BY_DAY_AND_NIGHT, "4008880041")
    page.goto("/#/numbers?q=4008880041")
    button = page.get_by_test_id("switch-4008880041")
    expect(button).to_have_text("自动")
    button.click()
    dialog = page.get_by_role("dialog")
    expect(page.get_by_test_id("dialog-ok")).to_be_disabled()
    dialog.get_by_text("夜间：").click()
    expect(page.get_by_test_id("switch-effects")).to_contain_text("“分时”走“其他情况”")
    dialog.get_by_text("白天：").click()
    expect(page.get_by_test_id("switch-effects")).to_contain_text("上班")
    dialog.get_by_text("夜间：").click()
    confirm(page)
    expect(button).to_have_text("夜间")
    (number,) = api.get("/numbers?q=4008880041")["items"]
    assert number["switch"] == "night"


def test_a_switch_that_no_flow_obeys_says_so(page: Page, answering: Callable[..., str]) -> None:
    answering(flow(node("bye", "hangup")), "4008880042")
    page.goto("/#/numbers?q=4008880042")
    page.get_by_test_id("switch-4008880042").click()
    expect(page.get_by_test_id("switch-no-effect")).to_be_visible()

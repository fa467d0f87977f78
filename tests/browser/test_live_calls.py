"""What the page does with calls in progress, seen at real telephones."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from support.flow_documents import flow, node
from support.page import confirm
from support.phones import Baresip
from support.server import Api

pytestmark = pytest.mark.browser

CALLS_802 = flow(
    node("sales", "transfer", targets=[{"kind": "extension", "value": "802"}], ring_seconds=30),
    node("bye", "hangup"),
    edges="sales.answered -> bye, sales.busy -> bye, sales.no_answer -> bye, sales.offline -> bye",
)


def choose_telephone(page: Page, number: str) -> None:
    page.get_by_test_id("call-extension").click()
    page.get_by_test_id("call-extension").locator("input").fill(number)
    page.locator(".ant-select-item-option").filter(has_text=number).first.click()


def test_a_call_is_placed_transferred_and_taken_over(page: Page, telephone: Callable[..., Baresip]) -> None:
    boss, sales, desk = (telephone(number, answer="auto") for number in ("801", "802", "803"))
    page.goto("/#/calls")
    page.get_by_test_id("place-call").click()
    choose_telephone(page, "801")
    page.get_by_test_id("call-to").fill("802")
    confirm(page)
    boss.wait_for("CALL_ESTABLISHED")
    sales.wait_for("CALL_ESTABLISHED")
    card = page.locator(".live-card").filter(has_text="802")
    expect(card).to_contain_text("801")
    card.get_by_role("button").first.click()
    page.get_by_role("menuitem", name="转接", exact=True).click()
    page.get_by_test_id("call-to").fill("803")
    confirm(page)
    desk.wait_for("CALL_ESTABLISHED")
    sales.wait_for("CALL_CLOSED")
    card.get_by_role("button").first.click()
    page.get_by_role("menuitem", name="接管").click()
    choose_telephone(page, "802")
    confirm(page)
    sales.wait_for("CALL_ESTABLISHED")
    desk.wait_for("CALL_CLOSED")
    boss.command("hangup")
    sales.wait_for("CALL_CLOSED")
    expect(page.get_by_text("现在没有电话。")).to_be_visible()


def test_what_cannot_be_is_told_at_its_field(page: Page) -> None:
    page.goto("/#/calls")
    page.get_by_test_id("place-call").click()
    choose_telephone(page, "803")
    page.get_by_test_id("call-to").fill("802")
    page.get_by_test_id("dialog-ok").click()
    expect(page.get_by_text("分机 803 不在线")).to_be_visible()


def test_a_draft_rings_me_and_nobody_else(
    page: Page, api: Api, telephone: Callable[..., Baresip], new_flow: Callable[..., str]
) -> None:
    flow_id = new_flow(CALLS_802)
    desk, sales = telephone("801", answer="auto"), telephone("802", answer="auto")
    calls = api.get("/calls")["total"]
    page.goto(f"/#/flows/{flow_id}")
    page.get_by_test_id("try").click()
    choose_telephone(page, "801")
    confirm(page)
    desk.wait_for("CALL_ESTABLISHED")
    desk.press("1#")
    desk.wait_for("CALL_CLOSED")
    assert "answering call" not in sales.tail()
    assert api.get("/calls")["total"] == calls

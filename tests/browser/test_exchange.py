"""The switchboard's settings in the page: codes, operators and the PIN."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from support.server import Api

pytestmark = pytest.mark.browser


def test_a_code_is_changed_and_a_clash_is_told_at_its_field(page: Page, api: Api) -> None:
    page.goto("/#/settings")
    park = page.get_by_test_id("code-park")
    expect(park).to_have_value("*68")
    park.fill("*2")
    page.get_by_test_id("save-exchange").click()
    expect(page.locator(".form-row", has=park)).to_contain_text("冲突")
    park.fill("*70")
    page.get_by_test_id("save-exchange").click()
    expect(page.get_by_text("已保存，之后开始的通话生效。")).to_be_visible()
    page.reload()
    expect(park).to_have_value("*70")
    revision = api.get("/exchange")["revision"]
    api.request("PUT", "/exchange", {"revision": revision, "codes": {}, "operators": []})

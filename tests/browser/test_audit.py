"""The audit log's page: what was done stands there in words, is found by the address, and is taken away as a file."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from support.server import Api

pytestmark = pytest.mark.browser


@pytest.mark.parametrize(
    ("language", "created", "refused"),
    [("zh-CN", "新建流程", "没有符合条件的记录"), ("en", "Create a flow", "Nothing of this kind")],
)
def test_what_was_done_is_found_and_taken_away(
    page: Page, api: Api, tmp_path: Path, language: str, created: str, refused: str
) -> None:
    kept = json.dumps(json.dumps({"language": language, "theme": "light"}))
    page.add_init_script(f"localStorage.setItem('zongji.preferences', {kept})")
    name = f"audited {language}"
    flow = api.post("/flows", {"name": name})
    page.goto("/#/flows")
    page.get_by_test_id("menu-audit").click()
    rows = page.get_by_role("main").locator("tbody tr[data-row-key]")
    row = rows.filter(has_text=name).filter(has_text=created)
    expect(row).to_be_visible()
    expect(row).to_contain_text("admin")
    expect(row).to_contain_text("127.0.0.1")
    row.get_by_role("button", name=name).click()
    expect(page).to_have_url(f"{page.url.split('#')[0]}#/audit?object={flow['id']}")
    expect(rows).to_have_count(1)
    with page.expect_download() as fetched:
        page.get_by_test_id("audit-export").click()
    file = tmp_path / "audit.csv"
    fetched.value.save_as(file)
    head, line = file.read_text(encoding="utf-8-sig").splitlines()
    assert ("操作人" if language == "zh-CN" else "actor") in head.split(",")
    assert name in line
    assert "flow.create" in line
    page.goto(f"/#/audit?object={flow['id']}&action=flow.delete")
    expect(page.get_by_text(refused)).to_be_visible()
    page.go_back()
    expect(rows).to_have_count(1)


def test_who_may_not_read_it_is_not_offered_it(looking: Page) -> None:
    looking.goto("/#/flows")
    expect(looking.get_by_test_id("menu-flows")).to_be_visible()
    expect(looking.get_by_test_id("menu-audit")).to_have_count(0)

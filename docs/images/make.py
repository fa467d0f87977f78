"""Take the pictures of the editor anew: ``.venv/bin/python docs/images/make.py``.

Starts a demo server, opens the demo flow with its menu selected and the whole flow in sight, and writes
``editor.zh-CN.png`` and ``editor.en.png`` (1440 x 900) beside this file.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parents[1]), str(HERE.parents[1] / "tests")]
from support.server import Zongji  # noqa: E402 - the path above makes it found

CHROMIUM = os.environ.get("ZONGJI_CHROMIUM", "/usr/bin/chromium")
LARGEST = 300_000


def picture(browser: Browser, server: Zongji, language: str, file: Path) -> None:
    context = browser.new_context(
        base_url=server.url, viewport={"width": 1440, "height": 900}, timezone_id="Asia/Shanghai"
    )
    kept = json.dumps(json.dumps({"language": language, "theme": "light"}))
    context.add_init_script(f"localStorage.setItem('zongji.preferences', {kept})")
    credentials = server.credentials
    body = {"name": credentials["user"], "password": credentials["password"]}
    context.request.post("/api/v1/session", data=body)
    page = context.new_page()
    page.goto("/")
    page.get_by_role("link", name="企业总机", exact=True).click()
    page.get_by_test_id("node-main_menu").locator(".card-head").click()
    page.get_by_test_id("inspector").get_by_test_id("node-label").wait_for()
    page.keyboard.press("f")
    page.mouse.move(720, 20)
    page.wait_for_timeout(1500)  # The view glides to its place, the last check of the flow comes in.
    page.screenshot(path=file)
    context.close()
    assert file.stat().st_size < LARGEST, f"{file.name} has {file.stat().st_size} bytes"


def main() -> None:
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        server = Zongji(Path(folder) / "data")
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        try:
            for language in ("zh-CN", "en"):
                picture(browser, server, language, HERE / f"editor.{language}.png")
        finally:
            browser.close()
            server.stop()


if __name__ == "__main__":
    main()

"""Both languages, everywhere: no text is missing, nothing of the page stays behind in the other language."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from support.flow_documents import flow, node
from support.page import Editor

pytestmark = pytest.mark.browser

TEXTS = Path(__file__).resolve().parents[2] / "static" / "src" / "i18n" / "zh-cn.ts"
KEYS = re.compile(r'^\s*"([a-z]\w*(?:\.\w+)+)":', re.MULTILINE).findall(TEXTS.read_text())
PAGES = ["flows", "numbers", "prompts", "extensions", "groups", "calls", "voicemail", "settings"]
HAN = re.compile(r"[\u4e00-\u9fff]")

EVERY_TYPE = flow(
    node("start", "start"),
    node("hello", "play", prompt=[{"text": "Hello", "locale": "en-US"}]),
    node("main", "menu", prompt=["pv_welcome.wav"], keys={"1": "One"}, direct_dial=True),
    node("ask", "collect", prompt=["pv_welcome.wav"], variable="code", min=1, max=4),
    node("open", "hours", periods=[{"exit": "day", "label": "Day", "days": ["mon"], "from": "09:00", "to": "18:00"}]),
    node("fork", "switch", cases=[{"exit": "one", "label": "One", "when": "code == '1'"}]),
    node("keep", "set", assign=[{"variable": "code", "value": "'2'"}]),
    node("ext", "extension"),
    node("team", "transfer", targets=[{"kind": "extension", "value": "801"}]),
    node("box", "voicemail", box="801"),
    node("bye", "hangup"),
    edges="start -> hello",
    variables={"code": ""},
    locale="en-US",
)

ALL_TEXT = """() => {
  const texts = [document.body.innerText, document.title];
  for (const element of document.querySelectorAll("[aria-label], [title], [placeholder]"))
    for (const name of ["aria-label", "title", "placeholder"]) texts.push(element.getAttribute(name) ?? "");
  return texts.join("\\n");
}"""

OWN_TEXT = """() => {
  const own = "h1, h2, nav, th, label, button, .toolbar, .palette, .field-label, .field-help, .bottom-tabs, .form-help";
  return [...document.querySelectorAll(own)].filter((element) => !element.closest("td, [aria-label='Language']"))
    .map((element) => [element.innerText, element.getAttribute("aria-label"), element.title].join(" ")).join("\\n");
}"""


def missing(page: Page) -> set[str]:
    """Names of texts that stand on the page instead of the text."""
    words = set(re.findall(r"[a-z]\w*(?:\.\w+)+", page.evaluate(ALL_TEXT)))
    return words.intersection(KEYS)


@pytest.mark.parametrize("language", ["中文", "English"])
def test_every_page_speaks_the_language_that_was_chosen(page: Page, language: str) -> None:
    page.goto("/#/flows")
    page.get_by_role("banner").get_by_text(language, exact=True).click()
    for name in PAGES:
        page.get_by_test_id(f"menu-{name}").click()
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        expect(page.get_by_role("main").get_by_role("status")).to_have_count(0)
        assert missing(page) == set(), name
        chinese = HAN.findall(page.evaluate(OWN_TEXT))
        assert bool(chinese) is (language == "中文"), (name, chinese)
    expect(page.locator("html")).to_have_attribute("lang", "en" if language == "English" else "zh-CN")


@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_every_form_of_the_editor_speaks_it(
    page: Page, editor: Editor, new_flow: Callable[..., str], language: str
) -> None:
    keep = json.dumps(json.dumps({"language": language}))
    page.add_init_script(f"localStorage.setItem('zongji.preferences', {keep})")
    editor.open(new_flow(EVERY_TYPE))
    expect(editor.errors).to_be_visible()
    page.get_by_test_id("drawer-problems").click()
    for id in [None, *editor.ids()]:
        page.keyboard.press("Escape")
        if id:
            page.keyboard.press("Control+f")
            page.get_by_test_id("search-nodes").fill(id)
            page.get_by_test_id(f"hit-{id}").click()
            expect(editor.node(id)).to_have_class(re.compile(r"\bselected\b"))
        for folded in page.locator(".ant-collapse-header[aria-expanded=false]").all():
            folded.click()
        assert missing(page) == set(), id
        chinese = HAN.findall(page.evaluate(OWN_TEXT))
        assert bool(chinese) is (language == "zh-CN"), (id, chinese)


def test_the_choice_of_language_stays(page: Page) -> None:
    page.goto("/#/settings")
    page.get_by_role("banner").get_by_text("English", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Settings")
    page.reload()
    expect(page.get_by_role("heading", level=1)).to_have_text("Settings")
    page.get_by_role("banner").get_by_text("中文", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("设置")

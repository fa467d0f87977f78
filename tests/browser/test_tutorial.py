"""The tutorial is done as it is written: its steps in their order, with its very words, in both languages."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from support.hearing import ALIKE, hears, published_prompts
from support.page import Editor, confirm, pick
from support.phones import Baresip
from support.server import Api, Zongji

pytestmark = pytest.mark.browser

FOLDER = Path(__file__).resolve().parents[2] / "docs" / "tutorial"
PAGES = {"zh-CN": FOLDER / "first-flow.zh-CN.md", "en": FOLDER / "first-flow.en.md"}
MARKER = re.compile(r"<!-- step: ([\w-]+) -->")

VISIBLE_TEXT = """() => {
  const texts = [document.body.innerText];
  for (const name of ["aria-label", "placeholder", "title"])
    for (const element of document.querySelectorAll(`[${name}]`))
      if (element.checkVisibility()) texts.push(element.getAttribute(name));
  return texts.join(" ");
}"""


@dataclass(frozen=True)
class Step:
    """One step as it is written: what stands in “quotes”, in `backticks`, and in bold (words to find on the page)."""

    name: str
    text: str

    @property
    def quoted(self) -> list[str]:
        return re.findall(r"“([^”]+)”", self.text)

    @property
    def code(self) -> list[str]:
        return re.findall(r"`([^`]+)`", self.text)

    @property
    def bold(self) -> list[str]:
        return re.findall(r"\*\*([^*]+)\*\*", self.text)


def steps_of(path: Path) -> list[Step]:
    _, *parts = MARKER.split(" ".join(path.read_text().split()))
    return [Step(name, text) for name, text in zip(parts[::2], parts[1::2], strict=True)]


@dataclass
class Walk:
    """Somebody who follows the tutorial."""

    page: Page
    zongji: Zongji
    language: str
    phone: Callable[..., Baresip]
    ids: dict[str, str] = field(default_factory=dict)
    seen: str = ""

    @property
    def editor(self) -> Editor:
        return Editor(self.page)

    def look(self) -> None:
        self.seen += " " + self.page.evaluate(VISIBLE_TEXT)


def open_page(walk: Walk, step: Step) -> None:
    page, credentials = walk.page, walk.zongji.credentials
    page.goto("/")
    if walk.language == "en":
        page.get_by_text("English", exact=True).click()
    expect(page.get_by_test_id("sign-in")).to_be_visible()
    walk.look()
    page.get_by_test_id("sign-in-name").fill(credentials["user"])
    page.get_by_test_id("sign-in-password").fill(credentials["password"])
    page.get_by_test_id("sign-in").click()
    expect(page.get_by_test_id("new-flow")).to_be_visible()


def new_flow(walk: Walk, step: Step) -> None:
    page = walk.page
    page.get_by_test_id("new-flow").click()
    page.get_by_test_id("new-flow-name").fill(step.quoted[0])
    walk.look()
    confirm(page)
    expect(walk.editor.wires).to_have_count(1)


def welcome(walk: Walk, step: Step) -> None:
    editor = walk.editor
    walk.ids["play"] = editor.drag_in("play", 230, 110)
    editor.write_prompt("prompt", step.quoted[0])
    editor.field("prompt").locator(".player button").click()
    expect(editor.field("prompt").locator(".player input[type=range]")).not_to_have_value("0")
    editor.connect("start", "next", walk.ids["play"])
    expect(editor.wires).to_have_count(1)


def menu(walk: Walk, step: Step) -> None:
    editor = walk.editor
    walk.ids["menu"] = editor.drag_in("menu", 600, 110)
    editor.write_prompt("prompt", step.quoted[1])
    editor.add_key("1", step.quoted[2])
    editor.connect(walk.ids["play"], "next", walk.ids["menu"])
    expect(editor.node(walk.ids["menu"])).to_have_class(re.compile(r"\berror\b"))


def address(walk: Walk, step: Step) -> None:
    editor = walk.editor
    walk.ids["address"] = editor.drag_in("hangup", 600, 560)
    editor.write_prompt("prompt", step.quoted[0])
    editor.connect(walk.ids["menu"], "1", walk.ids["address"])
    editor.connect(walk.ids["menu"], "no_input", "bye")
    editor.connect(walk.ids["menu"], "no_match", "bye")
    expect(editor.errors).to_have_count(0)


def publish(walk: Walk, step: Step) -> None:
    page = walk.page
    page.get_by_test_id("publish").click()
    page.get_by_test_id("publish-note").fill(step.quoted[0])
    walk.look()
    page.get_by_test_id("publish-ok").click()
    expect(page.get_by_test_id("published")).to_contain_text("v1")
    walk.look()
    page.get_by_test_id("published-close").click()


def bind_number(walk: Walk, step: Step) -> None:
    page, number = walk.page, step.code[0]
    page.get_by_test_id("menu-numbers").click()
    page.get_by_test_id("add-number").click()
    page.get_by_test_id("new-number").fill(number)
    walk.look()
    confirm(page)
    page.get_by_test_id(f"bind-{number.replace('-', '')}").click()
    pick(page, page.get_by_test_id("bind-flow").get_by_role("combobox"), step.quoted[0])
    expect(page.get_by_test_id("bind-version")).to_contain_text("v1")
    walk.look()
    confirm(page)
    expect(page.get_by_role("row").filter(has_text=number)).to_contain_text("v1")


def dial(walk: Walk, step: Step) -> None:
    number = step.code[0]
    whole = " ".join(step.text for step in steps_of(PAGES[walk.language]))
    sounds = published_prompts(walk.zongji.data, number)
    texts = [key for key in sounds if key.startswith("text:")]
    first, second, third = sorted(texts, key=lambda key: whole.index(key.split(":", 2)[2]))
    phone = walk.phone("801")
    phone.dial(number)
    phone.wait_for("CALL_ESTABLISHED")
    assert hears(phone, sounds[first]) > ALIKE
    assert hears(phone, sounds[second]) > ALIKE
    phone.press("1")
    assert hears(phone, sounds[third]) > ALIKE
    phone.wait_for("CALL_CLOSED")


def see_call(walk: Walk, step: Step) -> None:
    page = walk.page
    page.get_by_test_id("menu-calls").click()
    row = page.get_by_role("row").filter(has_text="400").filter(has_text="801").first
    expect(row).to_be_visible()
    walk.look()
    row.get_by_test_id(re.compile("^open-call-")).click()
    expect(page.get_by_test_id(re.compile(r"^step-\d+$"))).to_have_count(4)


ACTIONS: dict[str, Callable[[Walk, Step], None]] = {
    "open-page": open_page, "new-flow": new_flow, "welcome": welcome, "menu": menu, "address": address,
    "publish": publish, "bind-number": bind_number, "dial": dial, "see-call": see_call,
}


@pytest.fixture
def tidied(api: Api) -> Iterator[None]:
    """Without the tutorial's number and flow before and after."""

    def delete(kind: str, item: dict[str, Any]) -> None:
        status, answer = api.request("DELETE", f"/{kind}/{item['id']}?revision={item['revision']}")
        assert status == 204, answer

    def tidy() -> None:
        for number in api.get("/numbers?size=200")["items"]:
            if number["display"] == "400-555-0100":
                unbound = {"revision": number["revision"], "flow_id": None, "version": None}
                delete("numbers", api.put(f"/numbers/{number['id']}", unbound))
        for flow in api.get("/flows?size=200")["items"]:
            if flow["name"] in ("我的第一个流程", "My first flow"):
                delete("flows", flow)

    tidy()
    yield
    tidy()


def test_both_languages_have_the_same_steps_and_each_is_done() -> None:
    names = {language: [step.name for step in steps_of(path)] for language, path in PAGES.items()}
    assert names["zh-CN"] == names["en"] == list(ACTIONS)


@pytest.mark.parametrize("language", list(PAGES))
@pytest.mark.usefixtures("tidied")
def test_the_tutorial_can_be_followed(
    page: Page, zongji: Zongji, telephone: Callable[..., Baresip], language: str
) -> None:
    page.context.clear_cookies()
    walk = Walk(page, zongji, language, telephone)
    for step in steps_of(PAGES[language]):
        walk.seen = ""
        if step.name != "open-page":
            walk.look()
        ACTIONS[step.name](walk, step)
        walk.look()
        for word in step.bold:
            assert word in " ".join(walk.seen.split()), f"{step.name}: “{word}” does not stand on the page"

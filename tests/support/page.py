"""The editor as a person uses it: by mouse and keyboard, in whichever language the page speaks."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from playwright.sync_api import FloatRect, Locator, Page, Response, expect


def box_of(place: Locator) -> FloatRect:
    """Where it is on the screen; it has to be visible."""
    expect(place).to_be_visible()
    box = place.bounding_box()
    assert box is not None
    return box


def centre_of(place: Locator) -> tuple[float, float]:
    box = box_of(place)
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def drag(page: Page, start: tuple[float, float], end: tuple[float, float]) -> None:
    """Press at ``start``, move as a hand does, let go at ``end`` (screen pixels)."""
    page.mouse.move(*start)
    page.mouse.down()
    page.mouse.move(*end, steps=8)
    page.mouse.up()


def answer_of(page: Page, method: str, path: str, act: Callable[[], object]) -> Response:
    """The server's answer to the request that ``act`` causes. path: a regular expression after ``/api/v1``."""
    wanted = re.compile(rf"/api/v1{path}(\?|$)")

    def matches(answer: Response) -> bool:
        return answer.request.method == method and bool(wanted.search(answer.url))

    with page.expect_response(matches) as info:
        act()
    return info.value


def pick(page: Page, select: Locator, text: str) -> None:
    """Choose from a list that folds out; a long one is narrowed by typing, as only its part in sight is there."""
    select.click()
    if select.is_editable():
        select.fill(text)
    options = page.locator(".ant-select-dropdown:not(.ant-select-dropdown-hidden) .ant-select-item-option")
    options.filter(has_text=text).first.click()


def confirm(page: Page) -> None:
    """Press the main button of the open dialog; it closes when the server has agreed."""
    button = page.locator("[data-testid=dialog-ok]:visible")
    button.click()
    expect(button).to_have_count(0)


class Editor:
    """The flow editor of one page."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.canvas = page.get_by_test_id("canvas")
        self.inspector = page.get_by_test_id("inspector")

    def open(self, flow_id: str) -> Editor:
        self.page.goto(f"/#/flows/{flow_id}")
        expect(self.canvas).to_be_visible()
        return self

    # --- drawing

    def node(self, id: str) -> Locator:
        return self.page.get_by_test_id(f"node-{id}")

    @property
    def nodes(self) -> Locator:
        return self.canvas.locator("[data-testid^='node-']")

    @property
    def wires(self) -> Locator:
        return self.canvas.locator(".react-flow__edge")

    def ids(self) -> list[str]:
        found = self.nodes.evaluate_all("nodes => nodes.map(node => node.dataset.testid.slice(5))")
        return [str(id) for id in found]

    def drag_in(self, type: str, x: float, y: float) -> str:
        """Drag a node type from the palette to (x, y) within the canvas; gives the new node's id."""
        before = self.ids()
        self.page.get_by_test_id(f"palette-{type}").drag_to(self.canvas, target_position={"x": x, "y": y})
        expect(self.nodes).to_have_count(len(before) + 1)
        return next(id for id in self.ids() if id not in before)

    def connect(self, source: str, exit: str, target: str) -> None:
        """Drag a wire from an exit to the entry of a node."""
        start = centre_of(self.page.get_by_test_id(f"exit-{source}-{exit}"))
        drag(self.page, start, centre_of(self.page.get_by_test_id(f"entry-{target}")))
        expect(self.wire(source, exit)).to_have_count(1)

    def middle_of(self, wire: Locator) -> tuple[float, float]:
        """A place on the wire, half its length from both ends, in pixels of the window, once all have their ways."""
        expect(self.canvas).to_have_attribute("data-wires", "found")
        x, y = wire.locator("path").first.evaluate(
            """path => {
                const at = path.getPointAtLength(path.getTotalLength() / 2).matrixTransform(path.getScreenCTM());
                return [at.x, at.y];
            }"""
        )
        return x, y

    def wire(self, source: str, exit: str) -> Locator:
        return self.canvas.locator(f".react-flow__edge[data-id='{source}:{exit}']")

    def select(self, id: str) -> None:
        self.node(id).locator(".card-head").click()
        expect(self.inspector.get_by_test_id("node-label")).to_be_visible()

    def select_nothing(self) -> None:
        self.page.keyboard.press("Escape")
        expect(self.inspector.get_by_test_id("node-label")).to_have_count(0)

    # --- the form of the selected node

    def field(self, name: str) -> Locator:
        return self.inspector.get_by_test_id(f"field-{name}")

    def write_prompt(self, field: str, text: str) -> None:
        """Give the selected node a prompt that is written as text."""
        place = self.field(field)
        place.get_by_test_id("add-text").click()
        place.get_by_test_id("prompt-text").last.fill(text)

    def add_key(self, key: str, name: str) -> None:
        self.inspector.get_by_test_id("add-key").click()
        self.inspector.get_by_test_id(f"key-{key}").fill(name)

    def pick_error_node(self, label: str) -> None:
        """With nothing selected: where calls go on an error."""
        pick(self.page, self.field("on_error").get_by_role("combobox"), label)

    # --- the draft and its versions

    @property
    def errors(self) -> Locator:
        """The number on the check button; absent without errors."""
        return self.page.get_by_test_id("check").locator(".badge.error")

    def save(self) -> dict[str, Any]:
        answer = answer_of(self.page, "PUT", r"/flows/[^/]+", self.page.get_by_test_id("save").click)
        assert answer.status == 200, answer.text()
        expect(self.page.get_by_test_id("save")).to_be_disabled()
        return dict(answer.json())

    def publish(self, note: str) -> int:
        """Publish through the dialog; gives the version's number."""
        self.page.get_by_test_id("publish").click()
        self.page.get_by_test_id("publish-note").fill(note)
        answer = answer_of(self.page, "POST", r"/flows/[^/]+/versions", self.page.get_by_test_id("publish-ok").click)
        assert answer.status == 201, answer.text()
        expect(self.page.get_by_test_id("published")).to_be_visible()
        return int(answer.json()["number"])

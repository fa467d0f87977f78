"""How fast the page is, in Chromium against a started demo server: first load, a flow of 300 nodes, its frames.

    python -m bench.bench_page [--runs 7] [--nodes 300] [--seconds 4] [--trace FILE]

Prints one JSON line per figure: ``figure``, ``value`` with ``unit``, ``target`` and ``met``; load and opening are
medians of runs, each in a browser profile that has never seen the page (nothing cached, no connection open).
What is counted:

- ``first_load_sign_in``: from the navigation until the sign-in form can be typed into;
- ``first_load_list``: the same for somebody who is signed in, until the flows are listed;
- ``open_flow``: from the click on a flow of ``--nodes`` nodes until it is drawn: the canvas holds all nodes, those in
  sight can be found under the pointer, and the browser has come to rest (an idle callback);
- ``fit_flow``: from the key F, which brings the whole flow into sight, until all its nodes are drawn;
- ``pan`` and ``drag``: the longest time between two frames (``requestAnimationFrame``) while the canvas is panned, or
  a node is dragged, by a pointer that moves every 16 ms, at the zoom the flow opens with; ``_all``: with the whole flow
  in sight. ``p50`` to ``p99`` beside it, how many frames took over 50 ms, and the longest task of the main thread as
  Chromium's trace has it (no frame can be drawn while a task runs).

Chromium is headless and draws in software: what a graphics card would do takes the processor here, on which Zongji and
this script run as well. Measure when nothing else does.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, CDPSession, Page, sync_playwright

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))
from support.server import Api, Zongji

CHROMIUM = os.environ.get("ZONGJI_CHROMIUM", "/usr/bin/chromium")
ARGUMENTS = [
    "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync",
]
VIEW = {"width": 1440, "height": 900}
COLUMNS = 20
STEP_MS = 16
FRAME_MS = 50.0
RUN_TASK = ("RunTask", "ThreadControllerImpl::RunTask")

IDLE = "() => new Promise((done) => requestIdleCallback(() => done(performance.now()), { timeout: 10000 }))"
FRAMES_START = """() => {
  const frames = (window.frames_ = { times: [], on: true });
  const next = (at) => { frames.times.push(at); if (frames.on) requestAnimationFrame(next); };
  requestAnimationFrame(next);
}"""
FRAMES_STOP = "() => { window.frames_.on = false; return window.frames_.times; }"


def generated_flow(n: int) -> dict[str, Any]:
    """A flow of ``n`` nodes: menus, prompts, hours and transfers in rows, each exit leading on to a neighbour."""
    kinds = ["menu", "play", "transfer", "hours", "collect", "voicemail"]
    nodes: list[dict[str, Any]] = [_node("start", "start", 0)]
    edges: list[dict[str, str]] = [{"from": "start", "exit": "next", "to": "n1"}]
    for i in range(1, n - 1):
        kind = kinds[i % len(kinds)]
        nodes.append(_node(f"n{i}", kind, i))
        for k, exit in enumerate(EXITS[kind]):
            target = i + 1 + k * COLUMNS
            edges.append({"from": f"n{i}", "exit": exit, "to": f"n{target}" if target < n - 1 else "bye"})
    nodes.append(_node("bye", "hangup", n - 1))
    return {
        "format": "zongji.flow/1", "name": f"{n} nodes", "locale": "zh-CN",
        "settings": {"on_error": "bye"}, "variables": {"code": ""}, "nodes": nodes, "edges": edges,
    }


CONFIG: dict[str, dict[str, Any]] = {
    "start": {},
    "menu": {"prompt": [{"text": "销售请按 1，售后请按 2。"}], "keys": {"1": "销售", "2": "售后"}},
    "play": {"prompt": ["pv_welcome.wav"]},
    "transfer": {"targets": [{"kind": "extension", "value": "801"}]},
    "hours": {"periods": [{"exit": "office", "label": "上班", "calendar": "workdays", "from": "09:00", "to": "18:00"}]},
    "collect": {"prompt": ["pv_welcome.wav"], "variable": "code", "min": 1, "max": 4},
    "voicemail": {"box": "801"},
    "hangup": {},
}
EXITS = {
    "menu": ["1", "2", "no_input", "no_match"], "play": ["next"], "hours": ["office", "otherwise"],
    "transfer": ["answered", "busy", "no_answer", "offline"], "collect": ["ok", "no_input", "no_match"],
    "voicemail": ["recorded", "empty"],
}


def _node(id: str, kind: str, i: int) -> dict[str, Any]:
    place = {"x": (i % COLUMNS) * 320, "y": (i // COLUMNS) * 240}
    return {"id": id, "type": kind, "label": f"{kind} {i}", "config": CONFIG[kind], "position": place}


def report(figure: str, value: float, unit: str, target: float, **more: Any) -> None:
    line = {"figure": figure, "value": round(value, 1), "unit": unit, "target": target, "met": round(value) <= target}
    print(json.dumps(line | more), flush=True)


class Bench:
    """One server, one Chromium; every measured run has a profile of its own."""

    def __init__(self, browser: Browser, server: Zongji) -> None:
        self.browser, self.server = browser, server
        self.api: Api = server.api()
        context = browser.new_context(base_url=server.url)
        credentials = server.credentials
        body = {"name": credentials["user"], "password": credentials["password"]}
        context.request.post("/api/v1/session", data=body)
        self.storage = context.storage_state()
        context.close()

    @contextlib.contextmanager
    def fresh(self, signed_in: bool) -> Iterator[Page]:
        state = {"storage_state": self.storage} if signed_in else {}
        context: BrowserContext = self.browser.new_context(base_url=self.server.url, viewport=VIEW, **state)  # type: ignore[arg-type]
        try:
            yield context.new_page()
        finally:
            context.close()

    def first_load(self, signed_in: bool, ready: str) -> float:
        """Milliseconds from the navigation until ``ready`` is there and the page rests."""
        with self.fresh(signed_in) as page:
            page.goto("/", wait_until="commit")
            page.wait_for_selector(ready)
            return float(page.evaluate(IDLE))

    def open_flow(self, flow_id: str) -> tuple[float, int]:
        """(milliseconds from the click until the flow is drawn, nodes in sight)."""
        with self.fresh(True) as page:
            page.goto("/")
            link = page.get_by_test_id(f"flow-{flow_id}")
            link.wait_for()
            page.evaluate(IDLE)
            start = float(link.evaluate("(link) => { const at = performance.now(); link.click(); return at; }"))
            page.wait_for_selector(".react-flow__node .card")
            end = float(page.evaluate(IDLE))
            return end - start, page.locator(".react-flow__node").count()

    @contextlib.contextmanager
    def opened(self, flow_id: str, whole: int) -> Iterator[Page]:
        """The flow on the canvas; whole: how many nodes have to be in sight, 0: as it opens."""
        with self.fresh(True) as page:
            page.goto(f"/#/flows/{flow_id}")
            page.wait_for_selector(".react-flow__node .card")
            page.evaluate(IDLE)
            if whole:
                self.fit(page, whole)
            yield page

    @staticmethod
    def fit(page: Page, n: int) -> float:
        """Bring all ``n`` nodes into sight; milliseconds until they are drawn."""
        start = float(page.evaluate("() => performance.now()"))
        page.keyboard.press("f")
        page.wait_for_function(f"() => document.querySelectorAll('.react-flow__node').length === {n}", polling="raf")
        return float(page.evaluate(IDLE)) - start

    def frames(
        self, flow_id: str, grip: Callable[[Page], tuple[float, float]], seconds: float, whole: int, trace: Path | None
    ) -> Frames:
        """Drag to and fro from where ``grip`` says."""
        with self.opened(flow_id, whole) as page:
            start = grip(page)
            page.mouse.move(*start)
            page.evaluate(IDLE)
            tasks = Tasks(page)
            page.evaluate(FRAMES_START)
            sway(page, start, seconds)
            times = page.evaluate(FRAMES_STOP)
            return Frames([b - a for a, b in pairwise(times)], tasks.longest_ms(trace))


class Frames:
    """Times between frames in milliseconds, and the longest task of the main thread."""

    def __init__(self, gaps: list[float], longest_task: float) -> None:
        self.gaps, self.longest_task = sorted(gaps), longest_task

    def at(self, share: float) -> float:
        return round(self.gaps[min(len(self.gaps) - 1, int(share * len(self.gaps)))], 1)


class Tasks:
    """Chromium's own trace of what its main thread did."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self._session: CDPSession = page.context.new_cdp_session(page)
        self._events: list[dict[str, Any]] = []
        self._complete = False
        self._session.on("Tracing.dataCollected", lambda data: self._events.extend(data["value"]))
        self._session.on("Tracing.tracingComplete", lambda _: setattr(self, "_complete", True))
        self._session.send("Tracing.start", {"traceConfig": {"includedCategories": ["toplevel", "devtools.timeline"]}})

    def longest_ms(self, file: Path | None) -> float:
        self._session.send("Tracing.end")
        while not self._complete:
            self._page.wait_for_timeout(50)
        if file:
            file.write_text(json.dumps({"traceEvents": self._events}))
        main = {
            (event["pid"], event["tid"]) for event in self._events
            if event.get("name") == "thread_name" and event["args"]["name"] == "CrRendererMain"
        }
        tasks = [
            event.get("dur", 0) / 1000 for event in self._events
            if event.get("name") in RUN_TASK and (event["pid"], event["tid"]) in main
        ]
        return round(max(tasks, default=0.0), 1)


def sway(page: Page, start: tuple[float, float], seconds: float) -> None:
    """A pressed pointer that goes to and fro, once every 16 ms."""
    page.mouse.down()
    began = time.monotonic()
    i = 0
    while (now := time.monotonic() - began) < seconds:
        i += 1
        swing = abs((i * 8) % 600 - 300)
        page.mouse.move(start[0] - swing, start[1] - swing / 3)
        time.sleep(max(0.0, i * STEP_MS / 1000 - now))
    page.mouse.up()


def canvas_grip(page: Page) -> tuple[float, float]:
    """A point of the canvas where nothing lies."""
    x, y = page.evaluate("""() => {
      const box = document.querySelector(".react-flow__pane").getBoundingClientRect();
      for (let y = box.bottom - 60; y > box.top + 120; y -= 12)
        for (let x = box.right - 260; x > box.left + 320; x -= 12)
          if (document.elementFromPoint(x, y)?.classList.contains("react-flow__pane")) return [x, y];
      return null;
    }""")
    return x, y


def node_grip(page: Page) -> tuple[float, float]:
    """The head of a node in sight."""
    x, y = page.evaluate("""() => {
      const pane = document.querySelector(".react-flow__pane").getBoundingClientRect();
      for (const head of document.querySelectorAll(".react-flow__node .card-head")) {
        const box = head.getBoundingClientRect();
        const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
        const inside = x > pane.left + 330 && x < pane.right - 60 && y > pane.top + 130 && y < pane.bottom - 60;
        if (inside && head.contains(document.elementFromPoint(x, y))) return [x, y];
      }
      return null;
    }""")
    return x, y


def measure(bench: Bench, arguments: argparse.Namespace) -> None:
    for figure, signed_in, ready in (
        ("first_load_sign_in", False, "[data-testid=sign-in-name]"),
        ("first_load_list", True, "[data-testid^=flow-]"),
    ):
        runs = [bench.first_load(signed_in, ready) for _ in range(arguments.runs)]
        report(figure, statistics.median(runs), "ms", 1500, runs=[round(run) for run in runs])
    flow_id = str(bench.api.post("/flows", {"name": "large", "document": generated_flow(arguments.nodes)})["id"])
    opened = [bench.open_flow(flow_id) for _ in range(arguments.runs)]
    times = [time for time, _ in opened]
    report("open_flow", statistics.median(times), "ms", 2000, nodes=arguments.nodes, in_sight=opened[0][1],
           runs=[round(run) for run in times])
    with bench.opened(flow_id, 0) as page:
        report("fit_flow", bench.fit(page, arguments.nodes), "ms", 2000)
    n = arguments.nodes
    for figure, grip, nodes in (
        ("pan", canvas_grip, 0), ("drag", node_grip, 0), ("pan_all", canvas_grip, n), ("drag_all", node_grip, n),
    ):
        frames = bench.frames(flow_id, grip, arguments.seconds, nodes, _trace_file(arguments.trace, figure))
        over = sum(round(gap) > FRAME_MS for gap in frames.gaps)
        report(figure, frames.gaps[-1], "ms", FRAME_MS, frames=len(frames.gaps), over=over, p50=frames.at(0.5),
               p95=frames.at(0.95), p99=frames.at(0.99), longest_task=frames.longest_task)


def _trace_file(template: str | None, figure: str) -> Path | None:
    return Path(template).with_suffix(f".{figure}.json") if template else None


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--runs", type=int, default=7)
    parser.add_argument("--nodes", type=int, default=300)
    parser.add_argument("--seconds", type=float, default=4.0)
    parser.add_argument("--trace", help="keep Chromium's traces as FILE.pan.json and FILE.drag.json")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        server = Zongji(Path(folder) / "data")
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        try:
            measure(Bench(browser, server), arguments)
        finally:
            browser.close()
            server.stop()


if __name__ == "__main__":
    main()

"""How fast the page is, in Chromium against a started demo server: first load, a flow of 300 nodes, its frames.

    python -m bench.bench_page [--runs 7] [--gestures 5] [--nodes 300] [--dense 100] [--seconds 3]
                               [--trace FILE] [--only pan,drag]

Prints one JSON line per figure: ``figure``, ``value`` with ``unit``, ``target`` and ``met``, and all runs; load and
opening are medians of runs, of a gesture's runs the worst counts. Each run has a browser profile that has never seen
the page (nothing cached, no connection open, no code compiled). What is counted:

- ``first_load_sign_in``: from the navigation until the sign-in form can be typed into;
- ``first_load_list``: the same for somebody who is signed in, until the flows are listed;
- ``open_flow``: from the click on a flow of ``--nodes`` nodes until it is drawn: the canvas holds all nodes, those in
  sight can be found under the pointer, and the browser has come to rest (an idle callback);
- ``open_dense``: the longest task of the main thread from the click on a flow of ``--dense`` nodes, until it is there
  and the router has found the ways of its 262 wires; ``tasks``: the longest five;
- ``fit_flow``: from the key F, which brings the whole flow into sight, until all its nodes are drawn;
- ``pan`` and ``drag``: the canvas is panned, or a node is dragged, by a pointer that goes to and fro and moves every
  16 ms, at the zoom the flow opens with; ``_all``: with the whole flow in sight. ``value`` is the longest frame, from
  the first movement of the pressed pointer to its release: the time from one picture that Chromium's compositor gave to
  the screen, or from the movement that came to the browser after it, to the next picture. That is what somebody sees,
  whichever thread was busy; where nothing moves there is nothing to draw. (``requestAnimationFrame`` would tell less:
  it goes on while the drawing lags behind.) ``over``: how many took over 50 ms; ``apart``: the longest time between two
  pictures, which grows when this script is late with its movements, too;
- ``drop``: the longest task of the main thread in the 0.7 s after a dragged node was let go, when its form appears.

So that the work of the page can be told from that of other programs, each gesture comes with processor time, which
does not grow when Chromium has to wait for a core: ``cpu`` of the main thread per picture, and of its costliest task
(``cpu_task``), and ``raster`` of the threads that paint, per picture.

Chromium is headless and draws in software: what a graphics card would do takes the processor here, on which Zongji and
this script run as well. Measure when nothing else does.
"""

from __future__ import annotations

import argparse
import bisect
import contextlib
import json
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
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
STEP_PIXELS = 10
FRAME_MS = 50.0
AFTER_MS = 700
TRACED = [
    "blink.user_timing", "input.scrolling",
    "devtools.timeline", "disabled-by-default-devtools.timeline", "disabled-by-default-devtools.timeline.frame",
]

IDLE = "() => new Promise((done) => requestIdleCallback(() => done(performance.now()), { timeout: 10000 }))"


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
        context: BrowserContext = self.browser.new_context(base_url=self.server.url, viewport=VIEW, **state)  # type: ignore[arg-type]  # its one key
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

    def opening_tasks(self, flow_id: str, file: Path | None) -> list[tuple[float, float]]:
        """(how long, processor time) of the main thread's tasks until the wires have their ways, longest first."""
        with self.fresh(True) as page:
            page.goto("/")
            link = page.get_by_test_id(f"flow-{flow_id}")
            link.wait_for()
            page.evaluate(IDLE)
            trace = Trace(page)
            page.evaluate("() => performance.mark('pressed')")
            link.evaluate("(link) => link.click()")
            page.wait_for_selector(".react-flow__node .card")
            page.evaluate(IDLE)
            page.wait_for_selector(".canvas[data-wires=found]")
            page.evaluate(IDLE)
            page.evaluate("() => performance.mark('released')")
            events = trace.events(file)
            return sorted(events.tasks(events.mark("pressed"), events.mark("released")), reverse=True)

    @contextlib.contextmanager
    def opened(self, flow_id: str, whole: int) -> Iterator[Page]:
        """The flow on the canvas; whole: how many nodes have to be in sight, 0: as it opens."""
        with self.fresh(True) as page:
            page.goto(f"/#/flows/{flow_id}")
            page.wait_for_selector(".react-flow__node .card")
            page.wait_for_selector(".canvas[data-wires=found]")
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

    def gesture(
        self, flow_id: str, grip: Callable[[Page], tuple[float, float]], seconds: float, whole: int, file: Path | None
    ) -> Gesture:
        """Press where ``grip`` says, go to and fro, and let go."""
        with self.opened(flow_id, whole) as page:
            start = grip(page)
            page.mouse.move(*start)
            page.evaluate(IDLE)
            trace = Trace(page)
            page.evaluate("() => performance.mark('pressed')")
            sway(page, start, seconds)
            page.evaluate("() => performance.mark('released')")
            page.wait_for_timeout(AFTER_MS)
            return Gesture.of(trace.events(file))


@dataclass(frozen=True)
class Gesture:
    """What Chromium's trace tells of one gesture; times in milliseconds."""

    frames: list[float]
    """Longest first."""
    apart: float
    cpu: float
    cpu_task: float
    raster: float
    drop: float
    drop_cpu: float

    @classmethod
    def of(cls, events: Events) -> Gesture:
        begin, end = events.mark("pressed"), events.mark("released")
        moves = [at for at in events.at("EventLatency", None, event_latency="MOUSE_DRAGGED") if begin <= at <= end]
        handled = events.at("EventDispatch", MAIN, data="mousemove")
        commits = events.at("Commit", MAIN)
        shown = [at for at in events.at("DrawFrame", "Compositor") if moves[0] <= at <= end]
        frames = []
        for before, now in pairwise([moves[0], *shown]):
            in_it = last(handled, last(commits, before))
            waiting = [at for at in moves if in_it < at < now]
            if waiting:
                frames.append(now - max(before, waiting[0]))
        tasks = events.tasks(begin, end)
        after = events.tasks(end, end + AFTER_MS)
        raster = sum(cpu for _, cpu in events.spans("RasterTask", None, begin, end))
        return cls(
            frames=sorted(frames, reverse=True), apart=max(b - a for a, b in pairwise([moves[0], *shown])),
            cpu=sum(cpu for _, cpu in tasks) / len(shown), cpu_task=max(cpu for _, cpu in tasks),
            raster=raster / len(shown), drop=max(wall for wall, _ in after), drop_cpu=max(cpu for _, cpu in after),
        )


def last(times: list[float], before: float) -> float:
    """The last of them before that time; 0 if none."""
    at = bisect.bisect_left(times, before)
    return times[at - 1] if at else 0.0


MAIN = "CrRendererMain"


class Events:
    """The events of a trace; asked for by name and thread, answered in milliseconds."""

    def __init__(self, raw: list[dict[str, Any]]) -> None:
        self._raw = raw
        names = {(e["pid"], e["tid"]): e["args"]["name"] for e in raw if e.get("name") == "thread_name"}
        # Chromium has other pages of its own; ours is the one with the mark.
        self._pid = next(e["pid"] for e in raw if e.get("name") == "pressed")
        self._thread = {thread: name for thread, name in names.items() if thread[0] == self._pid}

    def mark(self, name: str) -> float:
        return next(float(e["ts"]) / 1000 for e in self._raw if e.get("name") == name)

    def at(self, name: str, thread: str | None, **details: str) -> list[float]:
        """When it began; ``details``: the type that its argument of that name has (EventDispatch, EventLatency)."""
        return sorted(
            e["ts"] / 1000 for e in (self._of(thread) if thread else self._raw)
            if e.get("name") == name and e.get("ph") != "e" and all(
                type in (e["args"].get(key, {}).get("type"), e["args"].get(key, {}).get("event_type"))
                for key, type in details.items()
            )
        )

    def spans(self, name: str, thread: str | None, begin: float, end: float) -> list[tuple[float, float]]:
        """(how long, processor time) of what began between the two."""
        return [
            (e.get("dur", 0) / 1000, e.get("tdur", 0) / 1000) for e in self._of(thread)
            if e.get("name") == name and begin <= e["ts"] / 1000 < end
        ]

    def tasks(self, begin: float, end: float) -> list[tuple[float, float]]:
        return self.spans("RunTask", MAIN, begin, end)

    def _of(self, thread: str | None) -> Iterator[dict[str, Any]]:
        for event in self._raw:
            name = self._thread.get((event["pid"], event["tid"]))
            if name is not None and thread in (None, name):
                yield event


class Trace:
    """Chromium's own record of what its threads did."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self._session: CDPSession = page.context.new_cdp_session(page)
        self._events: list[dict[str, Any]] = []
        self._complete = False
        self._session.on("Tracing.dataCollected", lambda data: self._events.extend(data["value"]))
        self._session.on("Tracing.tracingComplete", lambda _: setattr(self, "_complete", True))
        self._session.send("Tracing.start", {"traceConfig": {"includedCategories": TRACED}})

    def events(self, file: Path | None) -> Events:
        """End it; ``file``: where to keep it."""
        self._session.send("Tracing.end")
        while not self._complete:
            self._page.wait_for_timeout(50)
        if file:
            file.write_text(json.dumps({"traceEvents": self._events}))
        return Events(self._events)


def sway(page: Page, start: tuple[float, float], seconds: float) -> None:
    """A pressed pointer that goes to and fro, 300 pixels in half a second."""
    page.mouse.down()
    began = time.monotonic()
    i = 0
    while (now := time.monotonic() - began) < seconds:
        i += 1
        swing = 300 - abs((i * STEP_PIXELS) % 600 - 300)
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
    """The upper part of a node in sight."""
    x, y = page.evaluate("""() => {
      const pane = document.querySelector(".react-flow__pane").getBoundingClientRect();
      for (const card of document.querySelectorAll(".react-flow__node .card")) {
        const box = card.getBoundingClientRect();
        const [x, y] = [box.x + box.width / 2, box.y + Math.min(18, box.height / 2)];
        const inside = x > pane.left + 330 && x < pane.right - 60 && y > pane.top + 130 && y < pane.bottom - 60;
        if (inside && card.contains(document.elementFromPoint(x, y))) return [x, y];
      }
      return null;
    }""")
    return x, y


GESTURES = (
    ("pan", canvas_grip, False), ("drag", node_grip, False),
    ("pan_all", canvas_grip, True), ("drag_all", node_grip, True),
)


def measure(bench: Bench, arguments: argparse.Namespace) -> None:
    flow_id = str(bench.api.post("/flows", {"name": "large", "document": generated_flow(arguments.nodes)})["id"])
    if not arguments.only:
        measure_opening(bench, flow_id, arguments)
    if not arguments.only or "open_dense" in arguments.only.split(","):
        measure_dense(bench, arguments)
    for figure, grip, all_nodes in GESTURES:
        if arguments.only and figure not in arguments.only.split(","):
            continue
        nodes = arguments.nodes if all_nodes else 0
        report_gestures(figure, [
            bench.gesture(flow_id, grip, arguments.seconds, nodes, _trace_file(arguments.trace, figure, i))
            for i in range(arguments.gestures)
        ])


def measure_opening(bench: Bench, flow_id: str, arguments: argparse.Namespace) -> None:
    for figure, signed_in, ready in (
        ("first_load_sign_in", False, "[data-testid=sign-in-name]"),
        ("first_load_list", True, "[data-testid^=flow-]"),
    ):
        runs = [bench.first_load(signed_in, ready) for _ in range(arguments.runs)]
        report(figure, statistics.median(runs), "ms", 1500, runs=[round(run) for run in runs])
    opened = [bench.open_flow(flow_id) for _ in range(arguments.runs)]
    times = [time for time, _ in opened]
    report("open_flow", statistics.median(times), "ms", 2000, nodes=arguments.nodes, in_sight=opened[0][1],
           runs=[round(run) for run in times])
    with bench.opened(flow_id, 0) as page:
        report("fit_flow", bench.fit(page, arguments.nodes), "ms", 2000)


def measure_dense(bench: Bench, arguments: argparse.Namespace) -> None:
    document = generated_flow(arguments.dense)
    flow_id = str(bench.api.post("/flows", {"name": "dense", "document": document})["id"])
    runs = [
        bench.opening_tasks(flow_id, _trace_file(arguments.trace, "open_dense", i)) for i in range(arguments.gestures)
    ]
    longest = [run[0][0] for run in runs]
    report("open_dense", max(longest), "ms", FRAME_MS, nodes=arguments.dense, wires=len(document["edges"]),
           runs=_rounded(longest), cpu_task=_rounded(max(cpu for _, cpu in run) for run in runs),
           tasks=_rounded(time for time, _ in runs[0][:5]))


def report_gestures(figure: str, runs: list[Gesture]) -> None:
    longest = [run.frames[0] for run in runs]
    frames = sorted(frame for run in runs for frame in run.frames)
    report(
        figure, max(longest), "ms", FRAME_MS, runs=_rounded(longest), over=sum(frame > FRAME_MS for frame in frames),
        frames=len(frames), p50=round(statistics.median(frames), 1), p99=round(frames[int(0.99 * len(frames))], 1),
        apart=_rounded(run.apart for run in runs), cpu=_rounded(run.cpu for run in runs),
        cpu_task=_rounded(run.cpu_task for run in runs), raster=_rounded(run.raster for run in runs),
    )
    if figure.startswith("drag"):
        drops = [run.drop for run in runs]
        report(f"drop{figure.removeprefix('drag')}", max(drops), "ms", FRAME_MS, runs=_rounded(drops),
               cpu_task=_rounded(run.drop_cpu for run in runs))


def _rounded(values: Iterable[float]) -> list[float]:
    return [round(value, 1) for value in values]


def _trace_file(template: str | None, figure: str, run: int) -> Path | None:
    return Path(template).with_suffix(f".{figure}.{run}.json") if template else None


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--runs", type=int, default=7)
    parser.add_argument("--nodes", type=int, default=300)
    parser.add_argument("--dense", type=int, default=100, help="nodes of the flow of open_dense")
    parser.add_argument("--gestures", type=int, default=5, help="runs of each gesture")
    parser.add_argument("--seconds", type=float, default=3.0, help="of a gesture")
    parser.add_argument("--trace", help="keep Chromium's traces as FILE.pan.0.json and so on")
    parser.add_argument("--only", help="some alone: open_dense, pan, drag, pan_all, drag_all")
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

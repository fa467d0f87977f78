"""Live events: one subscriber thread per process reads the control socket; every open page has a bounded queue.

The thread keeps a picture of all calls in progress, so a page that opens (or fell behind) gets a snapshot
and then every change after it, without asking the runtime again.
"""

from __future__ import annotations

import logging
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import orjson

from designer.times import iso_seconds
from interpreter.control.client import ControlClient, ControlError, RuntimeUnreachable
from store.numbers import national

log = logging.getLogger(__name__)

QUEUE_LENGTH = 256
RECONNECT_SECONDS = 1.0
STREAMS_PER_USER = 8
DISPLACED_RETRY_MS = 30_000
"""When a page whose stream was closed for the limit may try again; soon, and it and the others would take turns."""
STREAM_SECONDS = 3600.0
"""A stream ends after so long; the page opens a new one, and its sign-in is looked at again."""

Payload = dict[str, object]


@dataclass(frozen=True, slots=True)
class LiveMessage:
    """One server-sent event: its name and its JSON data."""

    event: str
    data: Payload

    def encode(self) -> bytes:
        """As it goes over the wire (WHATWG HTML, section 9.2)."""
        return b"event: " + self.event.encode() + b"\ndata: " + orjson.dumps(self.data) + b"\n\n"


class TooManyStreams(Exception):
    """Every thread set aside for live streams is taken."""


class Subscription:
    """One open page. Iterate ``next_message``; ``close`` it at the end."""

    def __init__(self, feed: LiveFeed, tenant_id: str, user: str = "", session: str = "") -> None:
        self.tenant_id = tenant_id
        self.user = user
        self.session = session
        self._feed = feed
        self._waiting: deque[LiveMessage] = deque()
        self._changed = threading.Condition()
        self._behind = False
        self.closed = False
        self.displaced = False

    def put(self, message: LiveMessage) -> None:
        """Hand over a message; a page that reads too slowly loses all of them and gets a snapshot instead."""
        with self._changed:
            if len(self._waiting) >= QUEUE_LENGTH:
                self._waiting.clear()
                self._behind = True
            if not self._behind:
                self._waiting.append(message)
            self._changed.notify()

    def next_message(self, timeout: float) -> LiveMessage | None:
        """The next message; None after ``timeout`` seconds without one, or when closed."""
        with self._changed:
            self._changed.wait_for(lambda: self._waiting or self._behind or self.closed, timeout)
            if self.closed:
                return None
            if not self._behind:
                return self._waiting.popleft() if self._waiting else None
        return self._feed.catch_up(self)

    def start_over(self, snapshot: LiveMessage) -> LiveMessage:
        """Go on from ``snapshot``: what waited before is part of it."""
        with self._changed:
            self._behind = False
            self._waiting.clear()
        return snapshot

    def displace(self) -> None:
        """End the stream because its user has opened too many after it."""
        self.displaced = True
        self.close()

    def close(self) -> None:
        """End the stream."""
        with self._changed:
            self.closed = True
            self._changed.notify()


class LiveFeed:
    """Fans the runtime's events out to pages. Thread-safe. The thread starts with the first page.

    streams: how many pages may listen at once, ``TooManyStreams`` above it. One user has ``STREAMS_PER_USER`` of
    them at most, so that no one takes them all: the oldest gives way.
    """

    def __init__(
        self,
        control_socket: Path,
        streams: int = 80,
        reconnect_seconds: float = RECONNECT_SECONDS,
        connect: Callable[[Path], ControlClient] = ControlClient,
    ) -> None:
        self._path = control_socket
        self._streams = streams
        self._reconnect = reconnect_seconds
        self._connect = connect
        self._lock = threading.Lock()
        self._pages: dict[Subscription, None] = {}  # in the order in which they were opened
        self._calls: dict[str, dict[str, Payload]] = {}
        self._alive: bool | None = None
        self._thread: threading.Thread | None = None
        self._stop = threading.Event()

    def open(self, tenant_id: str, user: str = "", session: str = "") -> Subscription:
        """A new page of this tenant; its first messages are the runtime's state and a snapshot.

        user: whose page it is, for the limit; "" for nobody's. session: the sign-in that it ends with.
        """
        page = Subscription(self, tenant_id, user, session)
        with self._lock:
            own = [other for other in self._pages if user and other.user == user]
            if len(own) >= STREAMS_PER_USER:
                del self._pages[own[0]]
                own[0].displace()
            if len(self._pages) >= self._streams:
                raise TooManyStreams
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._run, name="live-feed", daemon=True)
                self._thread.start()
            self._pages[page] = None
            if self._alive is not None:
                page.put(_runtime(self._alive))
                page.put(self._snapshot(tenant_id))
        return page

    def drop(self, page: Subscription) -> None:
        """Forget a page."""
        with self._lock:
            self._pages.pop(page, None)

    def end_session(self, session: str) -> None:
        """End the pages of a sign-in that is over."""
        self._end(lambda page: bool(session) and page.session == session)

    def end_user(self, user: str) -> None:
        """End all pages of a user; those whose sign-in is still good come back by themselves."""
        self._end(lambda page: bool(user) and page.user == user)

    def _end(self, wanted: Callable[[Subscription], bool]) -> None:
        with self._lock:
            pages = [page for page in self._pages if wanted(page)]
        for page in pages:
            page.close()

    def catch_up(self, page: Subscription) -> LiveMessage:
        """The present snapshot for a page that fell behind."""
        with self._lock:
            return page.start_over(self._snapshot(page.tenant_id))

    def stop(self) -> None:
        """End all streams and tell the thread to end, without waiting for it."""
        self._stop.set()
        with self._lock:
            pages = list(self._pages)
        for page in pages:
            page.close()

    def close(self) -> None:
        """End all streams and the thread."""
        self.stop()
        if self._thread is not None:
            self._thread.join(timeout=5.0)

    # the thread

    def _run(self) -> None:
        while not self._stop.is_set():
            try:
                with self._connect(self._path) as control:
                    self._follow(control)
            except (RuntimeUnreachable, ControlError) as error:
                self._set_alive(False, {}, str(error))
            except Exception:
                log.exception("live events: reading the control socket failed")
                self._set_alive(False, {}, "see above")
            self._stop.wait(self._reconnect)

    def _follow(self, control: ControlClient) -> None:
        # subscribed before the calls are listed: an event in between is seen twice rather than never
        control.call("subscribe")
        self._set_alive(True, _by_tenant(control.call("calls")))
        for event in control.subscribe(poll_seconds=0.5):
            if self._stop.is_set():
                return
            if event is not None:
                self._apply(event)

    def _set_alive(self, alive: bool, calls: dict[str, dict[str, Payload]], reason: str = "") -> None:
        with self._lock:
            if self._alive is not alive:
                log.info("live events: the runtime %s %s", "answers" if alive else "does not answer:", reason)
            changed, self._alive, self._calls = self._alive is not alive, alive, calls
            for page in self._pages:
                if changed:
                    page.put(_runtime(alive))
                if changed or alive:
                    page.put(self._snapshot(page.tenant_id))

    def _snapshot(self, tenant_id: str) -> LiveMessage:
        return LiveMessage("snapshot", {"items": list(self._calls.get(tenant_id, {}).values())})

    def _apply(self, event: Mapping[str, object]) -> None:
        tenant_id = str(event.get("tenant", ""))
        with self._lock:
            message = translate(event, self._calls.setdefault(tenant_id, {}))
            if not self._calls[tenant_id]:
                del self._calls[tenant_id]
            if message is None:
                return
            for page in self._pages:
                if page.tenant_id == tenant_id:
                    page.put(message)


def translate(event: Mapping[str, object], calls: dict[str, Payload]) -> LiveMessage | None:
    """The page's message for a runtime's event; ``calls`` (id -> call of the tenant) is brought up to date."""
    kind, call_id = event.get("event"), str(event.get("id", ""))
    if kind == "started" and isinstance(call := event.get("call"), dict):
        known = calls[str(call.get("id"))] = public_call(call)
        return LiveMessage("started", {"call": known})
    if kind == "moved":
        where: Payload = {"node": event.get("node"), "node_label": event.get("node_label")}
        if call_id in calls:
            calls[call_id].update(where)
        return LiveMessage("moved", {"id": call_id, **where})
    if kind == "ended":
        calls.pop(call_id, None)
        return LiveMessage("ended", {"id": call_id, "cause": event.get("cause")})
    if kind == "recorded":
        return LiveMessage("recorded", {name: event.get(name) for name in ("calls", "flows", "voicemails")})
    if kind in ("registered", "unregistered"):
        return LiveMessage(str(kind), {name: event.get(name) for name in ("extension", "online")})
    return None


PUBLIC_FIELDS = ("id", "caller", "called", "started_at", "flow", "node", "node_label")


def public_call(call: Mapping[str, object]) -> Payload:
    """What the page learns of a live call; the runtime counts seconds since the epoch, the page reads RFC 3339."""
    shown = {name: call.get(name) for name in PUBLIC_FIELDS}
    for side in ("caller", "called"):
        shown[side] = national(str(shown[side]))
    if isinstance(started := shown["started_at"], int | float):
        shown["started_at"] = iso_seconds(started)
    if isinstance(flow := shown["flow"], dict):
        shown["flow"] = {name: flow.get(name, call.get(name)) for name in ("id", "name", "version")}
    return shown


def calls_in(result: Mapping[str, object]) -> list[Mapping[str, object]]:
    """The calls in the control socket's answer to ``calls``."""
    items = result.get("items", result.get("calls"))
    return [call for call in items if isinstance(call, dict)] if isinstance(items, list) else []


def calls_of(tenant_id: str, result: Mapping[str, object]) -> list[Mapping[str, object]]:
    """One company's of them, whether or not the runtime filtered them."""
    return [call for call in calls_in(result) if call.get("tenant") == tenant_id]


def _by_tenant(result: Mapping[str, object]) -> dict[str, dict[str, Payload]]:
    calls: dict[str, dict[str, Payload]] = {}
    for call in calls_in(result):
        calls.setdefault(str(call.get("tenant", "")), {})[str(call.get("id"))] = public_call(call)
    return calls


def _runtime(alive: bool) -> LiveMessage:
    return LiveMessage("runtime", {"alive": alive})


def stream(
    feed: LiveFeed, page: Subscription, keep_alive_seconds: float, signed_in: Callable[[], bool] = lambda: True
) -> Iterator[bytes]:
    """The body of ``GET /live``: messages as they come, a comment when it is quiet, until either side ends.

    signed_in: asked every ``keep_alive_seconds``; the stream ends when it says no. Another process may have changed
    the user's row.
    """
    ends = time.monotonic() + STREAM_SECONDS
    checked = time.monotonic()
    try:
        yield b"retry: 2000\n\n"
        while not page.closed and time.monotonic() < ends:
            message = page.next_message(keep_alive_seconds)
            if time.monotonic() - checked >= keep_alive_seconds:
                if not signed_in():
                    break
                checked = time.monotonic()
            if message is not None:
                yield message.encode()
            elif not page.closed:
                yield b": keep-alive\n\n"
        if page.displaced:
            yield b"retry: %d\n\n" % DISPLACED_RETRY_MS
    finally:
        feed.drop(page)

"""The control socket: live calls, registrations, reload, hang up and health, as JSON lines.

A request is ``{"id", "method", "params"}``, its answer ``{"id", "result"}`` or ``{"id", "error": {"code",
"message"}}``; after ``subscribe`` events come between answers. Whoever reads too slowly is cut off: the
switchboard waits for nobody.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import cast

import orjson

from interpreter.control import unix_socket

LONGEST_REQUEST = 64 * 1024
SUBSCRIBER_BACKLOG = 512 * 1024
"""Bytes a subscriber may leave unread before it is dropped."""

Params = Mapping[str, object]
Result = dict[str, object]
Method = Callable[[Params], Result | Awaitable[Result]]

log = logging.getLogger(__name__)


class Refused(Exception):
    """A method's way to answer with an error; ``code`` is stable, the text is for developers."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class ControlServer:
    """Serves ``methods`` at ``path`` and sends ``publish``-ed events to subscribers."""

    def __init__(self, path: Path, methods: Mapping[str, Method], max_subscribers: int) -> None:
        self._path = path
        self._methods = methods
        self._max_subscribers = max_subscribers
        self._connections: set[_Connection] = set()
        self._subscribers: dict[_Connection, str | None] = {}
        self._server: asyncio.Server | None = None

    async def start(self) -> None:
        loop = asyncio.get_running_loop()
        self._server = await loop.create_unix_server(lambda: _Connection(self), sock=unix_socket.listen(self._path))

    async def stop(self) -> None:
        if self._server is not None:
            self._server.close()
        for connection in list(self._connections):
            connection.close()
        self._path.unlink(missing_ok=True)

    @property
    def has_subscribers(self) -> bool:
        return bool(self._subscribers)

    def publish(self, event: Result, tenant: str) -> None:
        """Send an event to everyone who subscribed to this tenant or to all."""
        if not self._subscribers:
            return
        try:
            line = _line(event)
        except TypeError as error:
            log.error("event %r cannot be told: %s", event.get("event"), error)
            return
        for connection, wanted in list(self._subscribers.items()):
            if wanted is None or wanted == tenant:
                connection.send(line)

    # what a connection asks of the server

    def opened(self, connection: _Connection) -> None:
        self._connections.add(connection)

    def closed(self, connection: _Connection) -> None:
        self._connections.discard(connection)
        self._subscribers.pop(connection, None)

    def subscribe(self, connection: _Connection, params: Params) -> Result:
        if connection not in self._subscribers and len(self._subscribers) >= self._max_subscribers:
            raise Refused("too_many_subscribers", f"{self._max_subscribers} already listen")
        tenant = params.get("tenant")
        self._subscribers[connection] = tenant if isinstance(tenant, str) else None
        return {}

    def method(self, name: object) -> Method:
        method = self._methods.get(name) if isinstance(name, str) else None
        if method is None:
            raise Refused("unknown_method", f"there is no method {name!r}")
        return method


class _Connection(asyncio.Protocol):
    def __init__(self, server: ControlServer) -> None:
        self._server = server
        self._buffer = b""
        self._transport: asyncio.Transport | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)  # uvloop's are no subclasses
        self._server.opened(self)

    def connection_lost(self, exc: Exception | None) -> None:
        self._transport = None
        self._server.closed(self)
        for task in self._tasks:
            task.cancel()

    def close(self) -> None:
        if self._transport is not None:
            self._transport.abort()

    def send(self, line: bytes) -> None:
        if self._transport is None:
            return
        if self._transport.get_write_buffer_size() + len(line) > SUBSCRIBER_BACKLOG:
            log.warning("a reader of the control socket is too slow and dropped")
            self._server.closed(self)
            self._transport.abort()
            return
        self._transport.write(line)

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        while (end := self._buffer.find(b"\n")) >= 0:
            raw, self._buffer = self._buffer[:end], self._buffer[end + 1 :]
            if raw.strip():
                self._request(raw)
        if len(self._buffer) > LONGEST_REQUEST:
            self.close()

    def _request(self, raw: bytes) -> None:
        request_id: object = None
        try:
            request = orjson.loads(raw)
            if not isinstance(request, dict):
                raise Refused("bad_request", "a request is an object")
            request_id = request.get("id")
            params = request.get("params") or {}
            if not isinstance(params, dict):
                raise Refused("bad_request", "params is an object")
            if request.get("method") == "subscribe":
                answer: Result | Awaitable[Result] = self._server.subscribe(self, params)
            else:
                answer = self._server.method(request.get("method"))(params)
        except orjson.JSONDecodeError as error:
            self._refuse(request_id, "bad_request", str(error))
        except Refused as refused:
            self._refuse(request_id, refused.code, str(refused))
        except Exception:
            log.exception("control request failed")
            self._refuse(request_id, "internal", "see the runtime's log")
        else:
            if isinstance(answer, dict):
                self._answer(request_id, answer)
            else:
                task = asyncio.ensure_future(self._later(request_id, answer))
                self._tasks.add(task)
                task.add_done_callback(self._tasks.discard)

    async def _later(self, request_id: object, answer: Awaitable[Result]) -> None:
        try:
            self._answer(request_id, await answer)
        except Refused as refused:
            self._refuse(request_id, refused.code, str(refused))
        except Exception:
            log.exception("control request failed")
            self._refuse(request_id, "internal", "see the runtime's log")

    def _answer(self, request_id: object, result: Result) -> None:
        try:
            line = _line({"id": request_id, "result": result})
        except TypeError:
            log.exception("an answer cannot be told")
            self._refuse(request_id, "internal", "see the runtime's log")
        else:
            self.send(line)

    def _refuse(self, request_id: object, code: str, message: str) -> None:
        error = {"code": code, "message": message}
        try:
            line = _line({"id": request_id, "error": error})
        except TypeError:  # an id nested so deeply that it can be read, but not said again
            line = _line({"id": None, "error": error})
        self.send(line)


def _line(message: Result) -> bytes:
    """Raises TypeError where it holds what JSON cannot say."""
    return orjson.dumps(message, option=orjson.OPT_APPEND_NEWLINE)

"""Ask a running runtime over its control socket; plain blocking sockets, for the web process and commands.

with ControlClient(data / "control.sock") as control:
    control.call("health")                      # {"calls": 3, "version": ..., ...}
    for event in control.subscribe():           # {"event": "started", ...}; None when it is quiet
        ...
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import TracebackType

from interpreter.control import unix_socket

Json = dict[str, object]

LONGEST_LINE = 4 * 1024 * 1024


class RuntimeUnreachable(Exception):
    """No runtime answers at the socket: it is not running, or it went away."""


class ControlError(Exception):
    """The runtime refused a request. ``code`` is a stable name: ``unknown_method``, ``no_such_call``, …"""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message


class ControlClient:
    """One connection; not thread-safe, so take one per thread.

    timeout: seconds to wait for the connection and for each answer. Raises RuntimeUnreachable.
    """

    def __init__(self, path: Path, timeout: float = 3.0) -> None:
        try:
            self._socket = unix_socket.connect(path, timeout)
        except OSError as error:
            raise RuntimeUnreachable(str(error)) from error
        self._buffer = b""
        self._last_id = 0
        self._early: list[Json] = []

    def __enter__(self) -> ControlClient:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        self._socket.close()

    def call(self, method: str, params: Mapping[str, object] | None = None) -> Json:
        """The result of one request. Raises ControlError where it is refused, RuntimeUnreachable."""
        self._last_id += 1
        request = {"id": self._last_id, "method": method, "params": dict(params or {})}
        try:
            self._socket.sendall(json.dumps(request).encode() + b"\n")
            while True:
                line = self._read_line()
                if line is None:
                    raise RuntimeUnreachable("no answer in time")
                if line.get("id") == self._last_id:
                    return _result(line)
                if "event" in line:
                    self._early.append(line)
        except OSError as error:
            raise RuntimeUnreachable(str(error)) from error

    def subscribe(self, poll_seconds: float = 1.0, tenant: str | None = None) -> Iterator[Json | None]:
        """Live events as they come; None whenever ``poll_seconds`` went by without one.

        Ends with RuntimeUnreachable when the runtime stops or drops us for reading too slowly.
        """
        self.call("subscribe", {} if tenant is None else {"tenant": tenant})
        while self._early:
            yield self._early.pop(0)
        self._socket.settimeout(poll_seconds)
        while True:
            try:
                line = self._read_line()
            except OSError as error:
                raise RuntimeUnreachable(str(error)) from error
            if line is None or "event" in line:
                yield line

    def _read_line(self) -> Json | None:
        """The next line, None after the socket's time-out."""
        while b"\n" not in self._buffer:
            if len(self._buffer) > LONGEST_LINE:
                raise RuntimeUnreachable("a line without end")
            try:
                received = self._socket.recv(65536)
            except TimeoutError:
                return None
            if not received:
                raise RuntimeUnreachable("the runtime closed the connection")
            self._buffer += received
        raw, _, self._buffer = self._buffer.partition(b"\n")
        line = json.loads(raw)
        if not isinstance(line, dict):
            raise RuntimeUnreachable("an answer that is no object")
        return line


def _result(line: Json) -> Json:
    error = line.get("error")
    if isinstance(error, dict):
        raise ControlError(str(error.get("code")), str(error.get("message")))
    result = line.get("result")
    return result if isinstance(result, dict) else {}


def ask(path: Path, method: str, params: Mapping[str, object] | None = None, timeout: float = 3.0) -> Json:
    """One request over a connection of its own. Raises RuntimeUnreachable, ControlError."""
    with ControlClient(path, timeout) as client:
        return client.call(method, params)

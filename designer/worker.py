"""gunicorn's worker as we need it: live streams end with it, slow clients do not hold it up, its errors are ours."""

from __future__ import annotations

import errno
import logging
import re
import secrets
import selectors
import socket
import time
from functools import partial
from http import HTTPStatus

import orjson
from flask import Flask
from gunicorn import util
from gunicorn.http import errors as http_errors
from gunicorn.workers.gthread import TConn, ThreadWorker
from werkzeug.datastructures import LanguageAccept
from werkzeug.http import parse_accept_header

from designer import messages
from designer.connections import Gate, ImpatientSocket, TooManyWaiting, TooSlow, network_of
from designer.settings import WebSettings
from designer.upkeep import UpkeepThread

log = logging.getLogger(__name__)

LINGER_SECONDS = 1.0
"""After an answer that ends the connection, for the client to read it (RFC 9112 section 9.6)."""

ACCEPT_LANGUAGE = re.compile(rb"\r\naccept-language:([^\r\n]*)", re.IGNORECASE)


class Connection(TConn):  # type: ignore[misc]  # gunicorn has no types
    """A connection that is closed at once: gunicorn's main thread would wait for the client to close it too."""

    def close(self, graceful: bool = False) -> None:
        util.close(self.sock)


class Worker(ThreadWorker):  # type: ignore[misc]  # gunicorn has no types
    """A gthread worker that waits for slow clients within limits only.

    A new connection gets a thread when it has sent something, not before. While it is told to stop, it ends the live
    streams; they would hold it up otherwise. upkeep: its thread, once there is one.
    """

    upkeep: UpkeepThread | None = None

    def init_process(self) -> None:
        settings = self._settings = self.app.settings
        # behind a proxy everybody has the proxy's address; it has limits of its own
        alone = settings.proxies == 0
        self._gate = Gate(
            self.worker_connections // 2 if alone else None,
            settings.slow_threads if alone else None,
            settings.all_slow_threads if alone else None,
        )
        self._crowded = self.worker_connections * 3 // 4
        super().init_process()

    def notify(self) -> None:
        """Tell gunicorn's master that this loop turns, and see that the thread beside it does."""
        super().notify()
        if self.upkeep is not None:
            self.upkeep.watch()

    def accept(self, listener: socket.socket) -> None:
        """Take a new connection, or refuse it where its network has too many."""
        try:
            client, address = listener.accept()
        except OSError as error:
            if error.errno in (errno.EAGAIN, errno.ECONNABORTED, errno.EWOULDBLOCK):
                return
            raise
        network = network_of(address[0])
        if self.nr_conns >= self._crowded:
            self._make_room()
        if not self._gate.enter(network):
            client.close()
            return
        impatient = ImpatientSocket(client, network, self._gate, self._settings.request_seconds)
        connection = Connection(self.cfg, impatient, address, listener.getsockname())
        connection.timeout = time.monotonic() + self.cfg.keepalive
        self.nr_conns += 1
        self.pending_conns.append(connection)
        readable = partial(self.on_pending_socket_readable, connection)
        self.poller.register(impatient, selectors.EVENT_READ, readable)

    def _make_room(self) -> None:
        """Whose network has the most connections loses one that asks for nothing; the oldest of them."""
        busiest = self._gate.busiest()
        for idle in (self.pending_conns, self.keepalived_conns):
            for connection in idle:
                if connection.sock.network == busiest:
                    idle.remove(connection)
                    self.poller.unregister(connection.sock)
                    self.nr_conns -= 1
                    connection.close()
                    return

    def murder_pending(self) -> None:
        """Close connections that have sent nothing for long; at the end all of them, which would hold it up."""
        if not self.alive:
            for connection in self.pending_conns:
                connection.timeout = 0.0
        super().murder_pending()

    def handle(self, conn: Connection) -> object:
        """Read and answer one request; in a thread of the pool."""
        conn.sock.begin()
        kept: object = super().handle(conn)
        if not kept:
            self._see_off(conn.sock)
        return kept

    def handle_error(self, req: object, client: ImpatientSocket, addr: object, exc: Exception) -> None:
        """Answer a request that could not be read, in the shape and the language of all other errors."""
        status, code = _told(exc)
        values: dict[str, object] = {"status": status}
        if status == 500:
            values["incident"] = incident = secrets.token_hex(4)
            log.error("incident %s: %s", incident, type(exc).__name__, exc_info=exc)
        else:
            log.info("request from %s not read: %s", addr, type(exc).__name__)
        locale = language_in(client.head, self._settings)
        body = orjson.dumps({"error": {"code": code, "message": messages.text(code, locale, **values)}})
        lines = [
            f"HTTP/1.1 {status} {HTTPStatus(status).phrase}",
            "Connection: close",
            "Content-Type: application/json",
            f"Content-Length: {len(body)}",
            "Cache-Control: no-store",
            *(["Retry-After: 5"] if status == 503 else []),
        ]
        try:
            client.sendall("\r\n".join([*lines, "", ""]).encode() + body)
        except OSError:
            log.debug("the answer was not taken")

    def handle_exit(self, sig: int, frame: object) -> None:
        """SIGTERM: let requests finish, but end the streams."""
        self._end_streams()
        super().handle_exit(sig, frame)

    def handle_quit(self, sig: int, frame: object) -> None:
        """SIGINT, SIGQUIT: the same, and do not wait."""
        self._end_streams()
        super().handle_quit(sig, frame)

    def _see_off(self, client: ImpatientSocket) -> None:
        """Close gracefully here, where nobody else waits."""
        client.begin()
        try:
            util.close_graceful(client, timeout=LINGER_SECONDS)
        except (TooSlow, TooManyWaiting):
            pass  # it is closed

    def _end_streams(self) -> None:
        # the main thread never serves requests, so the feed's lock is not held by whoever was interrupted
        app = getattr(self, "wsgi", None)
        if isinstance(app, Flask):
            app.extensions["zongji"].feed.stop()


def language_in(head: bytes, settings: WebSettings) -> messages.Locale:
    """What the raw beginning of a request asks for, else the setting."""
    found = ACCEPT_LANGUAGE.search(head)
    accepted = parse_accept_header(found[1].decode("latin-1").strip() if found else "", LanguageAccept)
    asked = accepted.best_match(["zh-CN", "zh", "en"]) or settings.locale
    return messages.LOCALES[0] if asked.lower().startswith("zh") else messages.LOCALES[1]


def _told(error: Exception) -> tuple[int, str]:
    """(HTTP status, code) of what kept a request from being read."""
    match error:
        case TooSlow():
            return 408, "too_slow"
        case TooManyWaiting():
            return 503, "too_many_waiting"
        case http_errors.LimitRequestLine():
            return 414, "uri_too_long"
        case http_errors.LimitRequestHeaders():
            return 431, "headers_too_large"
        case http_errors.ExpectationFailed():
            return 417, "http_error"
        case http_errors.UnsupportedTransferCoding():
            return 501, "http_error"
        case http_errors.ForbiddenProxyRequest():
            return 403, "http_error"
        case http_errors.InvalidResponseHeader() | http_errors.InvalidResponseHeaderName():
            return 500, "internal"  # a header of ours
        case http_errors.ConfigurationProblem():
            return 500, "internal"
        case http_errors.ParseException():
            return 400, "bad_request"
        case _:
            return 500, "internal"

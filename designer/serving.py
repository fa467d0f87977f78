"""Runs the web process under gunicorn: one worker, many threads, a clear word when it cannot start.

One worker, because live events fan out within the process; threads, because each open page holds one.
"""

from __future__ import annotations

import ctypes
import errno
import os
import signal
import socket
import sys

from apiflask import APIFlask
from flask import Flask
from gunicorn.app.base import BaseApplication
from gunicorn.config import Config

from designer import messages
from designer.app import close_app, create_app, open_database
from designer.sessions import BrokenKey, session_key
from designer.settings import WebSettings
from designer.state import State
from designer.upkeep import Upkeep, UpkeepThread
from designer.worker import Worker
from interpreter import system_errors
from interpreter.runtime.log_lines import log_to_stderr
from store.errors import StoreError
from store.schema import UNREACHABLE

EXIT_CANNOT_START = os.EX_CONFIG
"""Starting again would not help; the supervisor gives up (gunicorn itself uses 3 and 4)."""

EXIT_TRY_AGAIN = os.EX_TEMPFAIL
"""The database is away; the supervisor starts the page again and again, while calls go on."""

GRACE_SECONDS = 5


class CannotServe(Exception):
    """The web process cannot start; the text is in the language of the settings. status: of its exit."""

    status = EXIT_CANNOT_START

    def __init__(self, settings: WebSettings, code: str, /, **values: object) -> None:
        super().__init__(messages.text(code, settings.locale, **values))


class CannotServeYet(CannotServe):
    """It may later, with nobody doing anything about it here."""

    status = EXIT_TRY_AGAIN


class _Server(BaseApplication):  # type: ignore[misc]  # gunicorn has no types
    def __init__(self, settings: WebSettings, options: dict[str, object]) -> None:
        self.settings = settings
        self._options = options
        super().__init__()

    def load_config(self) -> None:
        config: Config = self.cfg
        for name, value in self._options.items():
            config.set(name, value)

    def load(self) -> Flask:
        return create_app(self.settings)


def check_address(settings: WebSettings) -> None:
    """Raise CannotServe when nothing can listen there, before gunicorn retries for seconds."""
    host, port = settings.host, settings.port
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    address = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
    try:
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((host, port))
            probe.listen(1)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise CannotServe(settings, "serve.port_in_use", address=address) from error
        reason = system_errors.why(error)
        raise CannotServe(settings, "serve.bad_address", address=address, reason=reason) from error


def check_data_folder(settings: WebSettings) -> None:
    """Raise CannotServe when the session key cannot be read or made there."""
    try:
        session_key(settings.data / "secret.key")
    except OSError as error:
        reason = system_errors.why(error)
        raise CannotServe(settings, "serve.data_folder", folder=settings.data, reason=reason) from error
    except BrokenKey as error:
        raise CannotServe(settings, "serve.broken_key", file=settings.data / "secret.key") from error


def check_database(settings: WebSettings) -> None:
    """Raise CannotServe when the database cannot be opened; it says why in the parent, not in a worker's log."""
    try:
        open_database(settings).close()
    except StoreError as error:
        why = CannotServeYet if error.code == UNREACHABLE else CannotServe
        raise why(settings, "serve.database", reason=error.messages) from error


def _end_with_parent(_server: object, _worker: Worker) -> None:
    """A worker whose parent was killed would hold the port that the next one needs."""
    pr_set_pdeathsig = 1
    ctypes.CDLL(None).prctl(pr_set_pdeathsig, signal.SIGTERM)


def _begin_upkeep(worker: Worker) -> None:
    """In the worker, which has the database open."""
    held: State = worker.wsgi.extensions["zongji"]
    worker.upkeep = UpkeepThread(Upkeep(held.store, held.settings.data, audit_days=held.settings.audit_days))


def _close(_server: object, worker: Worker) -> None:
    """Give the database back and end the speech engine, when the worker ends."""
    app = getattr(worker, "wsgi", None)
    if isinstance(app, APIFlask):
        close_app(app)


def serve(settings: WebSettings) -> int:
    """Serve until SIGTERM or SIGINT; returns the exit status. Raises nothing for what users can cause."""
    log_to_stderr(settings.log_level)
    try:
        check_address(settings)
        check_data_folder(settings)
        check_database(settings)
    except CannotServe as problem:
        print(problem, file=sys.stderr, flush=True)
        return problem.status
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    options: dict[str, object] = {
        "bind": f"{host}:{settings.port}",
        "workers": 1,
        "worker_class": Worker,
        "threads": settings.threads,
        "worker_connections": settings.threads * 6,
        "sendfile": False,  # waits for ever for a client that does not read
        "timeout": 60,
        "graceful_timeout": GRACE_SECONDS,
        "keepalive": 15,
        "limit_request_line": 8190,
        "proc_name": "zongji-web",
        "post_fork": _end_with_parent,
        "post_worker_init": _begin_upkeep,
        "worker_exit": _close,
        "loglevel": "warning",
        "control_socket_disable": True,
    }
    known = Config().settings
    server = _Server(settings, {k: v for k, v in options.items() if k in known})
    try:
        server.run()
    except SystemExit as stopped:
        return stopped.code if isinstance(stopped.code, int) else 0
    return 0

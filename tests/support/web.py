"""What the web room's tests share: companies, a browser that knows about CSRF, a runtime that only talks."""

from __future__ import annotations

import json
import socket
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from designer.passwords import Passwords
from designer.settings import WebSettings
from store import Store
from store.permissions import ADMINISTRATOR, ROLES
from store.seed import create_tenant

PASSWORD = "correct horse"
CHEAP = {"time_cost": 1, "memory_kib": 8, "parallelism": 1}


def settings_for(folder: Path, **changes: Any) -> WebSettings:
    """Settings with passwords that cost nothing."""
    cheap = {"password_time_cost": 1, "password_memory_kib": 8, "password_parallelism": 1}
    return WebSettings(
        voice="espeak",
        data=folder,
        database_url=f"sqlite:///{folder / 'zongji.db'}",
        version="1.2.3",
        **(cheap | changes),
    )


@dataclass(frozen=True, slots=True)
class Company:
    """A tenant with a user for each role: ``NAME-administrator`` and so on."""

    tenant: str
    name: str


def company(store: Store, name: str) -> Company:
    hashed = Passwords(**CHEAP).hash(PASSWORD)
    tenant = create_tenant(store, name, admin=f"{name}-administrator", password_hash=hashed).id
    for role in ROLES.keys() - {ADMINISTRATOR}:
        store.users.create(tenant, f"{name}-{role}", password_hash=hashed, role=role, by="test")
    return Company(tenant, name)


class Browser:
    """A test client that signs in, sends JSON and the CSRF token, and speaks one language."""

    def __init__(self, client: FlaskClient, language: str = "zh-CN") -> None:
        self.client = client
        self.csrf = ""
        self.language = language

    def sign_in(self, name: str, password: str = PASSWORD) -> TestResponse:
        response = self.post("/session", {"name": name, "password": password})
        if response.status_code == 200:
            self.csrf = response.json["csrf"]
        return response

    def get(self, path: str, **more: Any) -> TestResponse:
        return self._open("GET", path, **more)

    def post(self, path: str, body: Any = None, **more: Any) -> TestResponse:
        return self._open("POST", path, body={} if body is None else body, **more)

    def put(self, path: str, body: Any, **more: Any) -> TestResponse:
        return self._open("PUT", path, body=body, **more)

    def delete(self, path: str, **more: Any) -> TestResponse:
        return self._open("DELETE", path, **more)

    def upload(self, path: str, **form: Any) -> TestResponse:
        return self._open("POST", path, data=form, content_type="multipart/form-data")

    def _open(
        self, method: str, path: str, body: Any = None, headers: dict[str, str] | None = None, **more: Any
    ) -> TestResponse:
        sent = {"Accept-Language": self.language}
        if method != "GET":
            sent["X-CSRF-Token"] = self.csrf
        if body is not None:
            more["json"] = body
        full = path if path.startswith(("/healthz", "/openapi")) else f"/api/v1{path}"
        return self.client.open(full, method=method, headers=sent | (headers or {}), **more)


class FakeRuntime:
    """Speaks the control socket's protocol; ``publish`` sends an event to all subscribers."""

    def __init__(self, path: Path) -> None:
        self.calls: list[dict[str, Any]] = []
        self.folder = path.parent
        self.drafts: dict[str, Any] = {}  # that were handed over to be tried, by their files
        self.refuses = ""  # the code with which it refuses to place, monitor and transfer calls
        self.health: dict[str, Any] = {"journal": "ok", "mover": "ok"}
        self.registrations: list[dict[str, Any]] = []
        self.asked: list[tuple[str, dict[str, Any]]] = []
        self.subscribed = threading.Event()
        self._subscribers: list[socket.socket] = []
        self._open: list[socket.socket] = []
        self._listener = socket.socket(socket.AF_UNIX)
        self._listener.bind(str(path))
        self._listener.listen()
        threading.Thread(target=self._accept, daemon=True).start()

    def publish(self, event: dict[str, Any]) -> None:
        for connection in self._subscribers:
            connection.sendall(json.dumps(event).encode() + b"\n")

    def close(self) -> None:
        for connection in (self._listener, *self._open):
            try:
                connection.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
            connection.close()

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            self._open.append(connection)
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        with connection.makefile("rb") as lines:
            for line in lines:
                request = json.loads(line)
                method, params = request["method"], request.get("params", {})
                self.asked.append((method, params))
                answer = self._answer(method, params)
                try:
                    connection.sendall(json.dumps({"id": request["id"], **answer}).encode() + b"\n")
                except OSError:
                    return
                if method == "subscribe" and connection not in self._subscribers:
                    self._subscribers.append(connection)
                    self.subscribed.set()

    def _answer(self, method: str, params: dict[str, Any]) -> dict[str, Any]:
        wanted = params.get("tenant")
        match method:
            case "health":
                health = {"calls": len(self.calls), "version": "1", "since": 1.0, "sip": ["udp:127.0.0.1:5060"]}
                return {"result": health | self.health}
            case "calls":
                return {"result": {"items": [c for c in self.calls if wanted in (None, c["tenant"])]}}
            case "registrations":
                return {"result": {"items": [r for r in self.registrations if wanted in (None, r["tenant"])]}}
            case "hangup":
                if not any(call["id"] == params["id"] for call in self.calls):
                    return {"error": {"code": "no_such_call", "message": "no such call"}}
                return {"result": {}}
            case "originate" | "monitor" | "transfer" | "trial":
                if method == "trial":
                    file = self.folder / "trials" / params["file"]
                    self.drafts[params["file"]] = json.loads(file.read_text("utf-8"))
                if self.refuses:
                    return {"error": {"code": self.refuses, "message": self.refuses}}
                return {"result": {"id": "new"}}
            case "subscribe" | "reload":
                return {"result": {}}
        return {"error": {"code": "unknown_method", "message": method}}

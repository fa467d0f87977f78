"""A Zongji started as its users start it: ``zongji serve --demo`` on ports and a folder of its own."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from http.cookiejar import CookieJar
from pathlib import Path
from typing import Any

from support.patience import PATIENCE_SECONDS
from support.ports import free_port, server_range

ROOT = Path(__file__).resolve().parents[2]


class Zongji:
    """The running server; ``credentials`` are what it printed for the demo tenant."""

    def __init__(self, data: Path, *, environment: dict[str, str] | None = None) -> None:
        self.data = data
        self.web_port, self.sip_port = free_port(), free_port()
        first, last = server_range()
        self.environment = os.environ | {
            "ZONGJI_LOCALE": "en", "ZONGJI_QA": "1", "ZONGJI_VOICE": "espeak",
            "ZONGJI_RTP_PORTS": f"{first}-{last}", **(environment or {}),
        }  # fmt: skip
        self.output = (data.parent / f"{data.name}.out").open("w+b")
        self.process: subprocess.Popen[bytes]
        self.start()

    def start(self, seconds: float = 90, ready: str = "Zongji is ready") -> None:
        """Returns when it has printed what ``ready`` says."""
        before = self.output.tell()
        self.process = subprocess.Popen(
            [sys.executable, "-m", "zongji", "serve", "--demo", "--data", str(self.data),
             "--web", f"127.0.0.1:{self.web_port}", "--sip", f"udp:127.0.0.1:{self.sip_port}"],
            cwd=ROOT, env=self.environment, stdin=subprocess.DEVNULL, stdout=self.output, stderr=self.output,
        )
        deadline = time.monotonic() + seconds
        while ready not in self.printed(before):
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise AssertionError(f"Zongji did not start: {self.printed(before)}\n{self.logs()}")
            time.sleep(0.1)

    def printed(self, start: int = 0) -> str:
        return Path(self.output.name).read_bytes()[start:].decode(errors="replace")

    def logs(self) -> str:
        return "\n".join(
            f"--- {path.name}\n{path.read_text(errors='replace')[-4000:]}" for path in self.data.glob("log/*.log")
        )

    def stop(self) -> int:
        self.process.send_signal(signal.SIGINT)
        try:
            return self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            raise

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.web_port}"

    @property
    def credentials(self) -> dict[str, Any]:
        result: dict[str, Any] = json.loads((self.data / "demo.json").read_text())
        return result

    def secret(self, extension: str) -> str:
        return str(self.credentials["extensions"][extension]["secret"])

    def api(self) -> Api:
        return Api(self.url, self.credentials["user"], self.credentials["password"])


class Api:
    """A signed-in user of the REST interface."""

    def __init__(self, url: str, name: str, password: str) -> None:
        self.url = url
        self._opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))
        self._csrf = ""
        self._csrf = self.post("/session", {"name": name, "password": password})["csrf"]

    def request(self, method: str, path: str, body: Any = None) -> tuple[int, Any]:
        """(status, JSON or bytes); errors of the server are returned, not raised."""
        data = None if body is None else json.dumps(body).encode()
        headers = {"Content-Type": "application/json", "X-CSRF-Token": self._csrf, "Accept-Language": "en"}
        request = urllib.request.Request(f"{self.url}/api/v1{path}", data, headers, method=method)
        try:
            with self._opener.open(request, timeout=PATIENCE_SECONDS) as response:
                status, kind, raw = response.status, response.headers["Content-Type"] or "", response.read()
        except urllib.error.HTTPError as error:
            status, kind, raw = error.code, error.headers["Content-Type"] or "", error.read()
        return status, json.loads(raw) if "json" in kind else raw

    def _good(self, method: str, path: str, body: Any = None) -> Any:
        deadline = time.monotonic() + PATIENCE_SECONDS
        status, answer = self.request(method, path, body)
        while status == 429 and time.monotonic() < deadline:  # the page has requests of the same user's in hand
            time.sleep(0.5)
            status, answer = self.request(method, path, body)
        assert status < 300, (method, path, status, answer)
        return answer

    def get(self, path: str) -> Any:
        return self._good("GET", path)

    def post(self, path: str, body: Any) -> Any:
        return self._good("POST", path, body)

    def put(self, path: str, body: Any) -> Any:
        return self._good("PUT", path, body)

    def eventually(self, path: str, found: Any, seconds: float = PATIENCE_SECONDS) -> Any:
        """Ask again until ``found(answer)`` gives something true; that is returned."""
        deadline = time.monotonic() + seconds
        while True:
            answer = self.get(path)
            if result := found(answer):
                return result
            assert time.monotonic() < deadline, answer
            time.sleep(0.1)

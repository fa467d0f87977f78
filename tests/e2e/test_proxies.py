"""The proxies' files of ``deploy/``, run by the real programs in front of a running page."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from support.patience import PATIENCE_SECONDS
from support.ports import free_port
from support.server import ROOT, Zongji

pytestmark = pytest.mark.e2e

DEPLOY = ROOT / "deploy"


@pytest.fixture(scope="module")
def behind(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Zongji]:
    server = Zongji(tmp_path_factory.mktemp("behind") / "data", environment={"ZONGJI_PROXIES": "1"})
    try:
        yield server
    finally:
        server.stop()


def nginx_config(folder: Path, server: Zongji, port: int) -> str:
    """Ours, with the test's ports and without TLS: only the second server."""
    text = (DEPLOY / "nginx.conf").read_text()
    zone, second = re.search(r"limit_conn_zone.*\n", text), text[text.rindex("server {"):]
    assert zone is not None
    kept = [line for line in second.splitlines() if "ssl_" not in line and "listen [::]" not in line]
    site = "\n".join(kept).replace("listen 443 ssl http2", f"listen 127.0.0.1:{port}")
    site = site.replace("127.0.0.1:8080", f"127.0.0.1:{server.web_port}")
    paths = "".join(f"{kind}_temp_path {folder};\n" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
    return (
        f"daemon off; worker_processes 1; pid {folder}/pid; error_log stderr;\n"
        f"events {{}}\nhttp {{\naccess_log off;\n{paths}{zone[0]}{site}\n}}\n"
    )


def caddy_config(folder: Path, server: Zongji, port: int) -> str:
    text = (DEPLOY / "Caddyfile").read_text()
    alone = f"admin off\n\tauto_https off\n\tstorage file_system {folder}"
    text = text.replace("{\n\tgrace", f"{{\n\t{alone}\n\tgrace", 1)
    text = text.replace("\nzongji.example {", f"\nhttp://127.0.0.1:{port} {{\n\tbind 127.0.0.1")
    return text.replace("127.0.0.1:8080", f"127.0.0.1:{server.web_port}")


PROGRAMS = {
    "nginx": (nginx_config, lambda file: ["nginx", "-c", str(file), "-e", "stderr"]),
    "caddy": (caddy_config, lambda file: ["caddy", "run", "--adapter", "caddyfile", "--config", str(file)]),
}


@pytest.fixture(params=sorted(PROGRAMS))
def proxy(request: pytest.FixtureRequest, tmp_path: Path, behind: Zongji) -> Iterator[str]:
    """The address of a proxy before the page."""
    config, command = PROGRAMS[request.param]
    if shutil.which(request.param) is None:
        pytest.skip(f"{request.param} is not installed")
    port = free_port()
    (tmp_path / "config").write_text(config(tmp_path, behind, port))
    with (tmp_path / "log").open("wb") as log:
        process = subprocess.Popen(command(tmp_path / "config"), stdin=subprocess.DEVNULL, stdout=log, stderr=log)
    url = f"http://127.0.0.1:{port}"
    try:
        deadline = time.monotonic() + PATIENCE_SECONDS
        while True:
            try:
                urllib.request.urlopen(f"{url}/healthz", timeout=PATIENCE_SECONDS).close()
                break
            except OSError:
                assert process.poll() is None, (tmp_path / "log").read_text()
                assert time.monotonic() < deadline, (tmp_path / "log").read_text()
                time.sleep(0.05)
        yield url
    finally:
        process.terminate()
        process.wait(20)


def test_the_page_comes_through(proxy: str, behind: Zongji) -> None:
    with urllib.request.urlopen(f"{proxy}/", timeout=PATIENCE_SECONDS) as page:
        assert b"<html" in page.read()
        assert page.headers["Strict-Transport-Security"]


def test_people_sign_in_and_hear_live_events(proxy: str, behind: Zongji) -> None:
    body = json.dumps({"name": behind.credentials["user"], "password": behind.credentials["password"]}).encode()
    request = urllib.request.Request(f"{proxy}/api/v1/session", body, {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=PATIENCE_SECONDS) as answer:
        cookie = "; ".join(sent.partition(";")[0] for sent in answer.headers.get_all("Set-Cookie"))
    live = urllib.request.Request(f"{proxy}/api/v1/live", headers={"Cookie": cookie})
    with urllib.request.urlopen(live, timeout=PATIENCE_SECONDS) as stream:
        first = stream.readline()  # at once, not when a buffer is full
        assert first.startswith((b"event:", b"id:", b"retry:", b":", b"data:"))


def test_an_address_that_a_client_invents_is_not_believed(proxy: str, behind: Zongji) -> None:
    """Each guess under another address would escape the limit of one."""
    for n in range(40):
        request = urllib.request.Request(
            f"{proxy}/api/v1/session", json.dumps({"name": "nobody", "password": "x"}).encode(),
            {"Content-Type": "application/json", "X-Forwarded-For": f"203.0.113.{n}"},
        )  # fmt: skip
        with pytest.raises(urllib.error.HTTPError) as refused:
            urllib.request.urlopen(request, timeout=PATIENCE_SECONDS)
        refused.value.close()
        if refused.value.code == 429:
            return
    pytest.fail("40 guesses were let through")

"""Chromium against the started demo server. The first page signs in by itself; others begin signed in."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import BrowserContext, Page, Playwright, expect

from support.page import Editor
from support.phones import Baresip, Line
from support.server import Api, Zongji
from support.sound import tone

CHROMIUM = os.environ.get("ZONGJI_CHROMIUM", "/usr/bin/chromium")
ARGUMENTS = [
    "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update",
    "--disable-sync", "--autoplay-policy=no-user-gesture-required",
]
PATIENCE_MS = 10_000

expect.set_options(timeout=PATIENCE_MS)


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    if shutil.which(CHROMIUM) is None:
        pytest.skip(f"no Chromium at {CHROMIUM}; name it in ZONGJI_CHROMIUM")
    return {**browser_type_launch_args, "executable_path": CHROMIUM, "args": ARGUMENTS}


@pytest.fixture(scope="session")
def storage(playwright: Playwright, zongji: Zongji) -> Any:
    """What a browser keeps after the administrator signed in."""
    request = playwright.request.new_context(base_url=zongji.url)
    credentials = zongji.credentials
    answer = request.post("/api/v1/session", data={"name": credentials["user"], "password": credentials["password"]})
    assert answer.ok, answer.text()
    state = request.storage_state()
    request.dispose()
    return state


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict[str, Any], zongji: Zongji, storage: Any) -> dict[str, Any]:
    return {
        **browser_context_args, "base_url": zongji.url, "storage_state": storage,
        "viewport": {"width": 1440, "height": 900}, "timezone_id": "Asia/Shanghai",
    }


@pytest.fixture
def context(context: BrowserContext) -> BrowserContext:
    context.set_default_timeout(PATIENCE_MS)
    return context


@pytest.fixture
def page(page: Page) -> Iterator[Page]:
    """A page whose uncaught errors fail the test."""
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    yield page
    assert not errors, errors


@pytest.fixture
def editor(page: Page) -> Editor:
    return Editor(page)


@pytest.fixture
def new_flow(api: Api) -> Callable[..., str]:
    """``new_flow(document)`` stores a flow under a name of its own and gives its id; empty without a document."""

    def make(document: dict[str, Any] | None = None, name: str = "") -> str:
        make.count += 1  # type: ignore[attr-defined]
        body: dict[str, Any] = {"name": name or f"{os.urandom(3).hex()}-{make.count}"}  # type: ignore[attr-defined]
        if document is not None:
            body["document"] = document | {"name": body["name"]}
        return str(api.post("/flows", body)["id"])

    make.count = 0  # type: ignore[attr-defined]
    return make


@pytest.fixture
def telephone(zongji: Zongji, tmp_path: Path) -> Iterator[Callable[..., Baresip]]:
    """``telephone("801")`` is registered as 801; a number that is no extension only dials."""
    with ExitStack() as stack:

        def make(user: str, *, secret: str | None = None, source: np.ndarray | None = None) -> Baresip:
            known = zongji.credentials["extensions"]
            password = known[user]["secret"] if secret is None and user in known else secret or ""
            line = Line(user, password, zongji.sip_port)
            phone = stack.enter_context(Baresip(tmp_path / f"phone-{user}", line, tone(440, 60) if source is None else source))
            if password:
                phone.wait_log("200 OK")
            return phone

        yield make

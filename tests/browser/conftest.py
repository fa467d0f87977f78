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
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, expect

from designer.passwords import Passwords
from store import open_store
from store.seed import DEMO_TENANT
from support.page import Editor
from support.patience import PATIENCE_SECONDS
from support.phones import Baresip, Line
from support.server import Api, Zongji
from support.sound import tone

CHROMIUM = os.environ.get("ZONGJI_CHROMIUM", "/usr/bin/chromium")
ARGUMENTS = [
    "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update",
    "--disable-sync", "--autoplay-policy=no-user-gesture-required",
]
PATIENCE_MS = 1000 * PATIENCE_SECONDS

expect.set_options(timeout=PATIENCE_MS)


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    if shutil.which(CHROMIUM) is None:
        pytest.skip(f"no Chromium at {CHROMIUM}; name it in ZONGJI_CHROMIUM")
    return {**browser_type_launch_args, "executable_path": CHROMIUM, "args": ARGUMENTS}


def signed_in(playwright: Playwright, url: str, name: str, password: str) -> Any:
    """What a browser keeps after this user signed in."""
    request = playwright.request.new_context(base_url=url)
    answer = request.post("/api/v1/session", data={"name": name, "password": password})
    assert answer.ok, answer.text()
    state = request.storage_state()
    request.dispose()
    return state


@pytest.fixture(scope="session")
def storage(playwright: Playwright, zongji: Zongji) -> Any:
    """The administrator's session."""
    return signed_in(playwright, zongji.url, zongji.credentials["user"], zongji.credentials["password"])


@pytest.fixture(scope="session")
def colleague(playwright: Playwright, zongji: Zongji) -> Any:
    """The session of a second administrator, ``xiaoli``."""
    store = open_store(f"sqlite:///{zongji.data / 'zongji.db'}")
    try:
        tenant = next(tenant for tenant in store.tenants.all() if tenant.name == DEMO_TENANT).id
        password = os.urandom(12).hex()
        store.users.create(
            tenant, "xiaoli", password_hash=Passwords().hash(password), role="administrator", by="test"
        )
    finally:
        store.close()
    return signed_in(playwright, zongji.url, "xiaoli", password)


@pytest.fixture(scope="session")
def qa(playwright: Playwright, zongji: Zongji) -> Any:
    """The session of a person of quality assurance, who may look and try but change nothing."""
    store = open_store(f"sqlite:///{zongji.data / 'zongji.db'}")
    try:
        tenant = next(tenant for tenant in store.tenants.all() if tenant.name == DEMO_TENANT).id
        password = os.urandom(12).hex()
        store.users.create(tenant, "zhijian", password_hash=Passwords().hash(password), role="qa", by="test")
    finally:
        store.close()
    return signed_in(playwright, zongji.url, "zhijian", password)


@pytest.fixture
def looking(browser: Browser, zongji: Zongji, qa: Any) -> Iterator[Page]:
    """A page of that person; a write that is refused fails the test."""
    page = browser.new_page(base_url=zongji.url, storage_state=qa, viewport={"width": 1440, "height": 900})
    refused: list[str] = []
    page.on("response", lambda answer: refused.append(answer.url) if answer.status == 403 else None)
    yield page
    assert refused == []
    page.close()


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict[str, Any], zongji: Zongji, storage: Any) -> dict[str, Any]:
    return {
        **browser_context_args, "base_url": zongji.url, "storage_state": storage,
        "viewport": {"width": 1440, "height": 900}, "timezone_id": "Asia/Shanghai",
        "reduced_motion": "reduce",  # Nothing glides while it is clicked on.
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
    """``new_flow(document)`` stores it under a free name and gives its id; without one, what the page begins with."""

    def make(document: dict[str, Any] | None = None) -> str:
        body: dict[str, Any] = {"name": f"flow {os.urandom(4).hex()}"}
        if document is not None:
            body["document"] = document | {"name": body["name"]}
        return str(api.post("/flows", body)["id"])

    return make


@pytest.fixture
def demo_flow(api: Api) -> str:
    """The id of the demo tenant's switchboard."""
    found = api.get("/flows?q=%E4%BC%81%E4%B8%9A%E6%80%BB%E6%9C%BA")["items"]
    return str(next(item["id"] for item in found if item["name"] == "企业总机"))


@pytest.fixture
def answering(api: Api, new_flow: Callable[..., str]) -> Callable[..., str]:
    """``answering(document, "4008880002")`` publishes a flow for the number and gives the flow's id."""

    def make(document: dict[str, Any], number: str) -> str:
        flow_id = new_flow(document)
        published = api.post(f"/flows/{flow_id}/versions", {"revision": 1, "note": ""})
        made = api.post("/numbers", {"number": number})
        binding = {"revision": made["revision"], "flow_id": flow_id, "version": published["number"]}
        api.put(f"/numbers/{made['id']}", binding)
        return flow_id

    return make


@pytest.fixture
def telephone(zongji: Zongji, tmp_path: Path) -> Iterator[Callable[..., Baresip]]:
    """``telephone("801")`` is registered as 801; a number that is no extension only dials."""
    with ExitStack() as stack:

        def make(
            user: str, *, secret: str | None = None, source: np.ndarray | None = None, answer: str = "manual"
        ) -> Baresip:
            known = zongji.credentials["extensions"]
            password = known[user]["secret"] if secret is None and user in known else secret or ""
            line = Line(user, password, zongji.sip_port, answer)
            sound = tone(440, 60) if source is None else source
            phone = stack.enter_context(Baresip(tmp_path / f"phone-{user}", line, sound))
            if password:
                phone.wait_log("200 OK")
            return phone

        yield make

"""A web application on a temporary database, with a company or two and browsers signed in."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from apiflask import APIFlask

from designer.app import close_app, create_app, make_state
from store import Store, migrate
from support.web import Browser, Company, FakeRuntime, company, settings_for


@pytest.fixture(scope="session")
def empty_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated database, made once and copied for every test."""
    path = tmp_path_factory.mktemp("empty") / "zongji.db"
    migrate(f"sqlite:///{path}")
    return path


@pytest.fixture
def data(tmp_path: Path, empty_database: Path) -> Path:
    """A data folder with a migrated database."""
    folder = tmp_path / "data"
    folder.mkdir()
    shutil.copy(empty_database, folder / "zongji.db")
    return folder


@pytest.fixture
def make_app(data: Path) -> Iterator[Callable[..., APIFlask]]:
    """Applications with settings of their own; closed at the end."""
    made: list[APIFlask] = []

    def make(**changes: Any) -> APIFlask:
        app = create_app(settings_for(data, **changes))
        made.append(app)
        return app

    yield make
    for app in made:
        close_app(app)


@pytest.fixture(scope="session")
def shell(tmp_path_factory: pytest.TempPathFactory, empty_database: Path) -> APIFlask:
    """An application to put states into: compiling its routes takes longer than most tests."""
    app = create_app(settings_for(empty_database.parent))
    close_app(app)
    return app


@pytest.fixture
def app(shell: APIFlask, data: Path) -> Iterator[APIFlask]:
    shell.extensions["zongji"] = make_state(settings_for(data))
    yield shell
    close_app(shell)


@pytest.fixture
def store(app: APIFlask) -> Store:
    held: Store = app.extensions["zongji"].store
    return held


@pytest.fixture
def acme(store: Store) -> Company:
    return company(store, "acme")


@pytest.fixture
def other(store: Store) -> Company:
    return company(store, "other")


@pytest.fixture
def visitor(app: APIFlask, acme: Company) -> Browser:
    """Not signed in."""
    return Browser(app.test_client())


@pytest.fixture
def browse(app: APIFlask, acme: Company) -> Callable[[str], Browser]:
    """Browsers signed in by user name."""

    def signed_in(name: str, language: str = "zh-CN") -> Browser:
        browser = Browser(app.test_client(), language)
        assert browser.sign_in(name).status_code == 200
        return browser

    return signed_in


@pytest.fixture
def admin(browse: Callable[..., Browser]) -> Browser:
    return browse("acme-administrator")


@pytest.fixture
def stranger(other: Company, browse: Callable[..., Browser]) -> Browser:
    """The administrator of another company."""
    return browse("other-administrator")


@pytest.fixture
def runtime(data: Path) -> Iterator[FakeRuntime]:
    """A running runtime."""
    fake = FakeRuntime(data / "control.sock")
    yield fake
    fake.close()

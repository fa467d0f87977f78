"""One demo server for all end-to-end tests of a run; it is started only when a test asks for it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from support.server import Api, Zongji

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="session")
def zongji(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Zongji]:
    """``zongji serve --demo`` in English, with QA's clock allowed."""
    server = Zongji(tmp_path_factory.mktemp("serve") / "data")
    try:
        yield server
    finally:
        server.stop()


@pytest.fixture(scope="session")
def api(zongji: Zongji) -> Api:
    """The demo administrator, signed in."""
    return zongji.api()


@pytest.fixture(scope="session")
def corpus() -> Path:
    """Messages, scenarios and flows of other makers; tests that read them are skipped where they are absent."""
    folder = Path(os.environ.get("ZONGJI_CORPUS", ROOT.parent / "shared" / "corpus"))
    if not folder.is_dir():
        pytest.skip(f"no corpus at {folder}; name its folder in ZONGJI_CORPUS")
    return folder

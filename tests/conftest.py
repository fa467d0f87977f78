"""One demo server for all end-to-end tests of a run; it is started only when a test asks for it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from support.proof import FACTOR
from support.replays import REPLAYED, Replays
from support.server import Api, Zongji

ROOT = Path(__file__).resolve().parents[1]

# A busy machine is no fault of what is tested: no time is asserted. The suite tries the same examples every time, for
# who changed nothing shall not be stopped by a find; new ones are looked for by ``make proof``.
settings.register_profile(
    "any machine", deadline=None, derandomize=FACTOR == 1, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("any machine")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What waits for telephones and processes begins first: at the end only short files are left to share out."""
    items.sort(key=lambda item: item.get_closest_marker("e2e") is None)


@pytest.fixture(scope="session")
def zongji(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Zongji]:
    """``zongji serve --demo`` in English, with QA's clock allowed."""
    server = Zongji(tmp_path_factory.mktemp("serve") / "data")
    try:
        yield server
    finally:
        server.stop()
    Replays(server.data, "program").judge()  # a flow of the tests may be gone with its versions


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if REPLAYED:
        terminalreporter.write_line(f"calls: {', '.join(f'{n} {why}' for why, n in REPLAYED.most_common())}")


@pytest.fixture(scope="session")
def api(zongji: Zongji) -> Api:
    """The demo administrator, signed in."""
    return zongji.api()


@pytest.fixture(scope="session")
def sip_messages() -> list[Path]:
    """SIP messages of other makers, one per file; ZONGJI_CORPUS names a folder with more (``*.sip``, at any depth)."""
    folders = [ROOT / "tests" / "sip" / "messages"]
    if more := os.environ.get("ZONGJI_CORPUS"):
        folders.append(Path(more))
    return sorted(path for folder in folders for path in folder.rglob("*.sip"))

"""A data folder with a store, and the command line on it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from store import Store, migrate, open_store
from zongji.cli import main

Run = Callable[..., Result]


@pytest.fixture
def data(tmp_path: Path) -> Path:
    (tmp_path / "data").mkdir()
    migrate(f"sqlite:///{tmp_path / 'data' / 'zongji.db'}")
    return tmp_path / "data"


@pytest.fixture
def store(data: Path) -> Store:
    return open_store(f"sqlite:///{data / 'zongji.db'}")


@pytest.fixture
def run(data: Path) -> Run:
    """``run("trunk", "list")``: the command on that folder."""

    def invoke(*arguments: str) -> Result:
        return CliRunner().invoke(main, [*arguments, "--data", str(data)])

    return invoke

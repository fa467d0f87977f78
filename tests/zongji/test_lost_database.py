"""A data folder that was in use, and a database that has nothing: somebody lost it, and nothing new is begun there."""

from __future__ import annotations

from pathlib import Path

import pytest

from store import StoreError, migrate, open_store
from store.node_copy import FILE_NAME, NodeCopy
from store.schema import UNREACHABLE
from zongji.settings import SettingError, load_settings
from zongji.start import prepare


def prepared(data: Path) -> None:
    prepare(load_settings({"data": str(data)}, environment={}), demo=False, locale="en")


@pytest.mark.parametrize("file", ["secret.key", "journal/00000001.jsonl", "audio/ab/abc.wav", "recordings/d/a.wav"])
@pytest.mark.parametrize("database", [None, b""])
def test_a_lost_database_is_told(tmp_path: Path, file: str, database: bytes | None) -> None:
    (tmp_path / file).parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / file).write_bytes(b"something")
    if database is not None:
        (tmp_path / "zongji.db").write_bytes(database)
    with pytest.raises(SettingError) as told:
        prepared(tmp_path)
    assert str(tmp_path / file) in told.value.message("en")
    assert "zongji restore" in told.value.message("zh-CN")
    assert (tmp_path / "zongji.db").exists() == (database is not None), "none is made"


def test_a_database_that_is_away_keeps_no_call_from_an_installation_that_knows_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    url = f"sqlite:///{tmp_path / 'zongji.db'}"
    migrate(url)
    (tmp_path / "secret.key").write_bytes(b"key")
    store, copy = open_store(url), NodeCopy(tmp_path / FILE_NAME)
    (tmp_path / "kept").mkdir()

    def away() -> None:
        """Something else is where its file was."""
        for file in tmp_path.glob("zongji.db*"):
            file.rename(tmp_path / "kept" / file.name)
        (tmp_path / "zongji.db").mkdir()

    copy.refresh(store.directory)
    copy.close()
    store.close()
    away()
    prepared(tmp_path)
    assert "The database is away" in capsys.readouterr().out
    (tmp_path / FILE_NAME).unlink()
    with pytest.raises(StoreError) as told:
        prepared(tmp_path)
    assert told.value.code == UNREACHABLE
    assert not (tmp_path / FILE_NAME).exists(), "none is made"


def test_a_new_folder_gets_a_new_database(tmp_path: Path) -> None:
    (tmp_path / "log").mkdir()
    (tmp_path / "journal").mkdir()
    prepared(tmp_path)
    open_store(f"sqlite:///{tmp_path / 'zongji.db'}").close()


def test_an_installation_goes_on(tmp_path: Path) -> None:
    migrate(f"sqlite:///{tmp_path / 'zongji.db'}")
    (tmp_path / "secret.key").write_bytes(b"key")
    prepared(tmp_path)

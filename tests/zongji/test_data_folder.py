"""The data folder is one Zongji's and its owner's alone, and made only by who says so."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from zongji.data_folder import DataFolder, make_folder, private_files
from zongji.settings import SettingError, load_settings


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_a_new_folder_is_its_owners_alone(tmp_path: Path) -> None:
    DataFolder(tmp_path / "new" / "data").release()
    assert mode(tmp_path / "new" / "data") == mode(tmp_path / "new" / "data" / "log") == 0o700
    assert mode(tmp_path / "new") != 0o700, "only our own folder"


def test_a_folder_that_was_there_keeps_its_mode_and_its_files_become_private(tmp_path: Path) -> None:
    data = tmp_path / "data"
    files = [data / "zongji.db", data / "zongji.db-wal", data / "log" / "web.log", data / "journal" / "1.jsonl"]
    for file in files:
        file.parent.mkdir(exist_ok=True, parents=True)
        file.write_text("")
        file.chmod(0o644)
    data.chmod(0o755)
    DataFolder(data).release()
    assert mode(data) == 0o755
    assert [mode(file) for file in files] == [0o600] * 4


def test_files_are_private_while_it_is_asked_for(tmp_path: Path) -> None:
    with private_files():
        (tmp_path / "secret").write_text("")
    (tmp_path / "open").write_text("")
    assert mode(tmp_path / "secret") == 0o600
    assert mode(tmp_path / "open") != 0o600


def test_a_folder_may_be_there_and_a_file_may_not(tmp_path: Path) -> None:
    make_folder(tmp_path / "a")
    make_folder(tmp_path / "a")
    (tmp_path / "file").write_text("")
    with pytest.raises(NotADirectoryError):
        make_folder(tmp_path / "file")


def test_a_database_that_is_not_there_is_known(tmp_path: Path) -> None:
    assert load_settings({"data": str(tmp_path)}, {}).missing_database == tmp_path / "zongji.db"
    (tmp_path / "zongji.db").write_text("")
    assert load_settings({"data": str(tmp_path)}, {}).missing_database is None
    other = load_settings({"database": f"sqlite:///{tmp_path}/other.db"}, {})
    assert other.missing_database == tmp_path / "other.db"
    for url in ("postgresql+psycopg://a@127.0.0.1/ivr", "sqlite://", "nonsense"):
        assert load_settings({"database": url}, {}).missing_database is None


def test_a_second_zongji_on_the_same_data_folder_is_refused(tmp_path: Path) -> None:
    first = DataFolder(tmp_path / "data")
    code = (
        "import sys; from pathlib import Path\n"
        "from zongji.data_folder import DataFolder\nfrom zongji.settings import SettingError\n"
        "try: DataFolder(Path(sys.argv[1]))\nexcept SettingError as e: print(e.message('en'))"
    )
    told = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path / "data")], capture_output=True, text=True, check=True,
        cwd=Path(__file__).resolve().parents[2],
    ).stdout
    assert str(os.getpid()) in told
    first.release()
    DataFolder(tmp_path / "data").release()


def test_a_data_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(SettingError) as caught:
        DataFolder(tmp_path / "file" / "data")
    assert "--data" in caught.value.message("en")

"""Bringing a backup back: unpacked and proved beside the data folder, then put in its place in one step."""

from __future__ import annotations

import shutil
import time
from pathlib import Path

from sqlalchemy.engine import make_url

from store import migrate
from store.dump import is_empty, load
from zongji.backup.archive import BadArchive, unpack
from zongji.backup.backup import DATA, DATABASE
from zongji.backup.errors import BackupError
from zongji.data_folder import DataFolder
from zongji.settings import Settings


def restore(file: Path, settings: Settings, *, replace: bool = False) -> Path | None:
    """Fill the data folder and the database that the settings name. Where the old folder is kept, None without one.

    replace: a data folder with something in it is put aside; without it BackupError. Raises BackupError (BadArchive
    among them), StoreError, SettingError where Zongji runs on the folder; then everything is as it was.
    """
    if not file.is_file():
        raise BackupError("backup.no_file", file=file)
    target = settings.data.absolute()
    occupied = target.exists() and any(target.iterdir())
    if occupied and not replace:
        raise BackupError("backup.occupied", folder=target)
    staging = target.with_name(target.name + ".restoring")
    try:
        staging.mkdir(mode=0o700, parents=True)
    except FileExistsError as error:
        raise BackupError("backup.restoring", folder=staging) from error
    except OSError as error:
        raise BackupError("backup.unwritten", file=staging, why=error) from error
    try:
        return _put_back(file, staging, target, settings, occupied=occupied)
    except OSError as error:
        raise BackupError("backup.unwritten", file=target, why=error) from error
    finally:
        shutil.rmtree(staging, ignore_errors=True)


def _put_back(file: Path, staging: Path, target: Path, settings: Settings, *, occupied: bool) -> Path | None:
    about = unpack(file, staging)
    if not (staging / DATABASE).is_file():
        raise BadArchive("backup.foreign", file=file)
    _same_kind(about, settings)
    (staging / DATA).mkdir(mode=0o700, exist_ok=True)
    inside = _inside(settings, target)
    if inside is not None:
        staged = f"sqlite:///{staging / DATA / inside}"
        load(staging / DATABASE, staged)
        migrate(staged)  # proves that this program knows the schema
    elif not is_empty(settings.database_url):
        load(staging / DATABASE, settings.database_url)  # which says why it does not
    aside = _put_aside(target) if occupied else None
    try:
        if inside is None:
            load(staging / DATABASE, settings.database_url)
            migrate(settings.database_url)
        if target.exists():
            target.rmdir()
        (staging / DATA).rename(target)
    except BaseException:
        if aside is not None and not target.exists():
            aside.rename(target)
        raise
    return aside


def _inside(settings: Settings, target: Path) -> Path | None:
    """The SQLite file's place in the data folder, None for a database that lies elsewhere."""
    where = make_url(settings.database_url)
    if where.get_backend_name() != "sqlite" or not where.database:
        return None
    file = Path(where.database).absolute()
    return file.relative_to(target) if file.is_relative_to(target) else None


def _same_kind(about: dict[str, object], settings: Settings) -> None:
    wanted = make_url(settings.database_url).get_backend_name()
    if about.get("database") != wanted:
        raise BackupError("backup.other_database", theirs=about.get("database"), ours=wanted)


def _put_aside(target: Path) -> Path:
    """Rename the folder, which no Zongji may be using."""
    folder = DataFolder(target)
    try:
        aside = target.with_name(f"{target.name}.before-{time.strftime('%Y%m%d-%H%M%S')}")
        target.rename(aside)
    finally:
        folder.release()
    return aside

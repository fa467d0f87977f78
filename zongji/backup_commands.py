"""``zongji backup FILE`` and ``zongji restore FILE``."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from zongji.data_folder import private_files
from zongji.setting_options import setting_options
from zongji.settings import Settings
from zongji.words import LOCALE, either, say


@contextmanager
def _told() -> Iterator[None]:
    """A sentence and exit status 1 for what people can mend."""
    from zongji.backup import BackupError

    try:
        with private_files():
            yield
    except BackupError as error:
        click.echo(say(error.code, LOCALE, **error.places), err=True)
        sys.exit(1)


@click.command(help=either(
    "备份数据库、流程、语音、录音、留言与密钥到一个文件（.tar 或 .tar.gz），运行中也可以。",
    "Save database, flows, prompts, recordings, messages and keys into one file (.tar or .tar.gz), also while running.",
))  # fmt: skip
@click.argument("file", type=click.Path(path_type=Path))
@setting_options("data", "database")
def backup(settings: Settings, file: Path) -> None:
    from zongji.backup import back_up

    with _told():
        made = back_up(settings, file)
        click.echo(say("backup.made", LOCALE, file=file, files=made.files, size=f"{made.size / 1e6:.1f}"))


@click.command(help=either(
    "从备份文件恢复；先校验，数据目录里已有数据时不动它。",
    "Bring a backup back; it is proved first, and a data folder with something in it is left alone.",
))  # fmt: skip
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--replace", is_flag=True, help=either(
    "把现有数据目录改名保留，再恢复", "rename the present data folder, which is kept, and restore",
))  # fmt: skip
@setting_options("data", "database")
def restore(settings: Settings, file: Path, replace: bool) -> None:
    from zongji.backup import restore as bring_back

    with _told():
        aside = bring_back(file, settings, replace=replace)
        if aside is not None:
            click.echo(say("backup.aside", LOCALE, folder=aside))
        click.echo(say("backup.restored", LOCALE, folder=settings.data))


COMMANDS = (backup, restore)

"""``zongji calendar``: days that are not as the calendar has them, of the whole installation or of one company."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from zongji.manage import command, open_database, tenant_named
from zongji.settings import Settings
from zongji.words import LOCALE, either, say, why

if TYPE_CHECKING:
    from store import Store
    from store.models import CalendarDay, PublicDay
    from store.records import Day, ImportedDays

calendar_group = click.Group(
    "calendar",
    help=either(
        "日历：放假与调休。不写 --tenant 时对整个系统（所有企业）生效，企业自己的日子优先。",
        "Days off and make-up workdays. Without --tenant those of the whole installation; a company's own go first.",
    ),
)

SOURCES = {"notice": "day.notice", "own": "day.own"}

TENANT = click.option("--tenant", help=either("只对这家企业", "of this company alone"))
SOURCE = click.option(
    "--own", is_flag=True,
    help=either("文件里是企业自定的日子，而不是国务院公布的", "the file has days of one's own, not announced ones"),
)  # fmt: skip


@command(calendar_group, "list", "列出表中的日子；YEAR 可省略。", "List the days of the table, of a YEAR or of all.")
@click.argument("year", type=int, required=False)
@TENANT
def list_days(settings: Settings, year: int | None, tenant: str | None) -> None:
    with open_database(settings) as store:
        for row in _rows(store, tenant):
            if year in (None, row.day.year):
                kind = say("day.workday" if row.workday else "day.holiday", LOCALE)
                click.echo(f"{row.day}\t{kind}\t{row.name}\t{say(SOURCES[row.source], LOCALE)}\t{row.updated_by}")


@command(calendar_group, "import", "导入放假安排：holiday-cn 的 JSON 或 CSV 文件；有错则一天也不导入。",
         "Import days: the JSON of holiday-cn, or CSV; of a file with mistakes nothing is kept.")
@click.argument("file", type=click.Path(path_type=Path))
@SOURCE
@TENANT
def import_days(settings: Settings, file: Path, own: bool, tenant: str | None) -> None:
    days = days_of_file(file, "own" if own else "notice")
    with open_database(settings) as store:
        if tenant is None:
            told = store.days.put_public(days, by="cli")
        else:
            owner = tenant_named(store, tenant).id
            told = store.days.put(owner, store.days.read(owner).revision, days, by="cli")
    click.echo(_told(told))


@command(calendar_group, "export", "把一年的日子写成 CSV（或 --json 写成 holiday-cn 的 JSON）。",
         "Write a year's days as CSV, or with --json as holiday-cn has them.")
@click.argument("year", type=int)
@click.option("--json", "as_json", is_flag=True, help=either("写成 JSON", "as JSON"))
@TENANT
def export_days(settings: Settings, year: int, as_json: bool, tenant: str | None) -> None:
    from designer.day_files import to_csv, to_json

    with open_database(settings) as store:
        days = [_day(row) for row in _rows(store, tenant) if row.day.year == year]
    click.echo((to_json(year, days) if as_json else to_csv(days)).decode(), nl=False)


@command(calendar_group, "remove", "删除一天。", "Remove a day.")
@click.argument("day", type=click.DateTime(["%Y-%m-%d"]))
@TENANT
def remove_day(settings: Settings, day: date, tenant: str | None) -> None:
    which = date(day.year, day.month, day.day)
    with open_database(settings) as store:
        if tenant is None:
            store.days.remove_public(which)
        else:
            owner = tenant_named(store, tenant).id
            store.days.remove(owner, store.days.read(owner).revision, which, by="cli")
    click.echo(say("gone.day", LOCALE, day=which))


def days_of_file(file: Path, source: str = "notice") -> list[Day]:
    """The days of a file; exits with 2 and what is wrong, line by line."""
    from designer.day_files import DayFileError, read_days

    try:
        return read_days(file.read_bytes(), source)
    except OSError as error:
        reason = why(error, LOCALE)
    except DayFileError as error:
        reason = error.message(LOCALE)
    click.echo(say("day.unreadable", LOCALE, path=file, why=reason), err=True)
    sys.exit(2)


def _rows(store: Store, tenant: str | None) -> Iterable[CalendarDay | PublicDay]:
    return store.days.public() if tenant is None else store.days.read(tenant_named(store, tenant).id).own


def _day(row: CalendarDay | PublicDay) -> Day:
    from store.records import Day

    return Day(row.day, row.workday, row.name, row.source)


def _told(told: ImportedDays) -> str:
    words = say("day.imported", LOCALE, added=told.added, changed=told.changed, unchanged=told.unchanged)
    return words + (say("day.kept", LOCALE, kept=told.kept) if told.kept else "")


COMMANDS = (calendar_group,)

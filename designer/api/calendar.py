"""The company's calendar: a year at a time, single days, files of days; and what somebody ought to look after."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date, datetime
from typing import Annotated, Literal

from apiflask.fields import UploadFile
from flask import Response
from pydantic import BaseModel, ConfigDict, Field

from designer import calendar
from designer.api.base import (
    MAX_INT,
    In,
    Json,
    Out,
    Responses,
    author,
    blueprint,
    directory_changed,
    errors,
    tenant,
)
from designer.api.flows import attachment
from designer.calendar import FIRST_YEAR, LAST_YEAR, ShownDay
from designer.day_files import MAX_BYTES, DayFileError, read_days, to_csv, to_json
from designer.errors import ApiError, IssueJson, not_found
from designer.names import clean
from designer.openapi import Message
from designer.sessions import for_everyone, needs
from designer.state import state
from designer.times import iso
from store.audit import Thing
from store.records import Day, ImportedDays
from store.repositories.days import LONGEST_NAME

bp = blueprint("calendar")

Source = Literal["notice", "own"]
CalendarRevision = Annotated[
    int, Field(ge=0, le=MAX_INT, description="The calendar's revision this write is based on; 0 before the first")
]
FILE: Responses = {
    200: {
        "description": "The days of the company's table",
        "content": {"text/csv": {"schema": {"type": "string"}}, "application/json": {"schema": {"type": "object"}}},
    }
}


class DayOut(Out):
    """``origin``: ``own`` and ``notice`` are in the company's table, ``installation`` in the whole system's,
    ``announced`` comes with the product, ``law`` holds in every year.
    """

    date: str
    workday: bool
    name: Message
    origin: Literal["own", "notice", "installation", "announced", "law"]
    updated_by: str | None
    updated_at: datetime | None


class YearOut(Out):
    """``known``: the year's holidays are announced to us; else only those fixed by law stand here."""

    year: int
    known: bool
    revision: int
    days: list[DayOut]


class DayIn(In):
    revision: CalendarRevision
    workday: bool
    name: str = Field(max_length=LONGEST_NAME)
    source: Source = "own"


class DayQuery(BaseModel):
    revision: int = Field(ge=0, le=MAX_INT)


class DaysFileIn(BaseModel):
    """``source``: of days that do not say their own: ``notice``, what the State Council announced, or ``own``."""

    model_config = ConfigDict(extra="forbid")

    file: UploadFile
    revision: int = Field(ge=0, le=MAX_INT)
    source: Source = "notice"


class ImportedDaysOut(Out):
    """Numbers of days. ``kept``: days of the company's own that the file has otherwise; they stay."""

    added: int
    changed: int
    unchanged: int
    kept: int
    revision: int
    years: list[int]


class FormatQuery(BaseModel):
    format: Literal["csv", "json"] = "csv"


class NoticeOut(Out):
    """``section``: the part of the page in which to see to it."""

    code: str
    severity: Literal["error", "warning"]
    message: Message
    section: Literal["calendar"]


class NoticesOut(Out):
    notices: list[NoticeOut]


@bp.get("/calendar/<int:year>")
@bp.output(YearOut)
@needs("calendar.read")
def read_year(year: int) -> Json:
    """The holidays and make-up workdays of a year, as they count for this company."""
    return _year(year)


@bp.put("/calendar/days/<day>")
@bp.input(DayIn)
@bp.output(YearOut)
@bp.doc(extensions=errors(409))
@needs("calendar.edit")
def put_day(day: str, json_data: DayIn) -> Json:
    """Make a day a holiday or a workday, whatever the calendar says; it counts for the next call."""
    which = _date(day)
    changed = Day(which, json_data.workday, clean(json_data.name, longest=LONGEST_NAME), json_data.source)
    state().store.days.replace(tenant(), json_data.revision, changed, by=author())
    directory_changed()
    return _year(which.year)


@bp.delete("/calendar/days/<day>")
@bp.input(DayQuery, location="query")
@bp.output(YearOut)
@bp.doc(extensions=errors(409))
@needs("calendar.edit")
def remove_day(day: str, query_data: DayQuery) -> Json:
    """Take a day out of the company's table: then it is as the calendar has it."""
    which = _date(day)
    state().store.days.remove(tenant(), query_data.revision, which, by=author())
    directory_changed()
    return _year(which.year)


@bp.post("/calendar/import")
@bp.input(DaysFileIn, location="files")
@bp.output(ImportedDaysOut)
@bp.doc(extensions=errors(409))
@needs("calendar.edit")
def import_days(files_data: DaysFileIn) -> Json:
    """Add the days of a file: the JSON of holiday-cn, or CSV. Of a file with mistakes nothing is kept."""
    try:
        days = read_days(files_data.file.stream.read(MAX_BYTES + 1), files_data.source)
    except DayFileError as error:
        raise ApiError(422, "calendar.bad_file", issues=_issues(error), count=len(error.issues)) from error
    told: ImportedDays = state().store.days.put(tenant(), files_data.revision, days, by=author())
    directory_changed()
    return {**asdict(told), "revision": files_data.revision + 1, "years": sorted({day.day.year for day in days})}


@bp.get("/calendar/<int:year>/export")
@bp.input(FormatQuery, location="query")
@bp.doc(responses=FILE)
@needs("calendar.read")
def export(year: int, query_data: FormatQuery) -> Response:
    """Download the days of a year that stand in the company's table, as CSV or as the JSON of holiday-cn."""
    _check_year(year)
    own = [row for row in state().store.days.read(tenant()).own if row.day.year == year]
    days = [Day(row.day, row.workday, row.name, row.source) for row in own]
    state().store.audit.add(tenant(), "calendar.export", Thing("calendar"), {"year": year, "format": query_data.format})
    as_json = query_data.format == "json"
    response = Response(
        to_json(year, days) if as_json else to_csv(days),
        mimetype="application/json" if as_json else "text/csv",
    )
    response.headers["Content-Disposition"] = attachment(f"calendar-{year}.{query_data.format}")
    return response


@bp.get("/notices")
@bp.output(NoticesOut)
@for_everyone
def read_notices() -> Json:
    """What somebody ought to look after, for the first thing that people see."""
    return {"notices": calendar.notices(state(), tenant())}


def _year(year: int) -> Json:
    _check_year(year)
    days = state().store.days.read(tenant())
    return {
        "year": year,
        "known": calendar.is_known(days, year),
        "revision": days.revision,
        "days": [_show(day) for day in calendar.shown_days(days, year)],
    }


def _show(day: ShownDay) -> Json:
    return {**asdict(day), "date": day.day.isoformat(), "updated_at": iso(day.updated_at)}


def _check_year(year: int) -> None:
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise not_found()


def _date(text: str) -> date:
    try:
        found = date.fromisoformat(text)
    except ValueError:
        raise not_found() from None
    _check_year(found.year)
    return found


def _issues(error: DayFileError) -> list[IssueJson]:
    return [
        IssueJson(
            code="calendar.bad_line", severity="error", node=None,
            field="file" if line is None else f"file.{line}", message=dict(texts),
        )
        for line, texts in error.told()
    ]  # fmt: skip

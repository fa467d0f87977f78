"""A company's calendar as the page shows it: each special day, who says so, and which years ought to be known."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from designer.messages import both
from designer.state import State
from designer.times import today_in
from interpreter.flow.calendar import Told, announced_years, special_days, told_years, unknown_years
from interpreter.nodes.hours import asks_for_workdays
from store.models import CalendarDay
from store.records import Days

Texts = Mapping[str, str]
FIRST_YEAR, LAST_YEAR = 2000, 2199


@dataclass(frozen=True, slots=True)
class ShownDay:
    """origin: ``own`` and ``notice`` stand in the company's table, ``installation`` in that of the whole system,
    ``announced`` comes with the product, ``law`` holds in every year. updated_by, updated_at: of the tables alone.
    """

    day: date
    workday: bool
    name: Texts
    origin: str
    updated_by: str | None = None
    updated_at: datetime | None = None


def shown_days(days: Days, year: int) -> list[ShownDay]:
    """All special days of a year, each as it counts, in order."""
    found = {
        date.fromordinal(special.ordinal): ShownDay(
            date.fromordinal(special.ordinal), special.workday, special.name, special.origin
        )
        for special in special_days(year)
    }
    for row in days.rows:
        if row.day.year == year:
            origin = row.source if isinstance(row, CalendarDay) else "installation"
            name = {"zh-CN": row.name, "en": row.name}
            found[row.day] = ShownDay(row.day, row.workday, name, origin, row.updated_by, row.updated_at)
    return [found[day] for day in sorted(found)]


def is_known(days: Days, year: int) -> bool:
    """Whether the holidays of a year are announced to us, one way or the other."""
    return year in announced_years() or year in told(days).whole


def told(days: Days) -> Told:
    """The years whose announcement stands in a company's table."""
    return told_years(days.table, days.announced)


def notices(held: State, tenant_id: str) -> list[dict[str, Any]]:
    """What somebody of the company ought to look after; ``section``: the part of the page where."""
    tenant = held.store.tenants.get(tenant_id)
    known = told(held.store.days.read(tenant_id))
    years = unknown_years(today_in(tenant.timezone), known.whole)
    if not years:
        return []
    flows = sorted({name for name, document in held.store.flows.bound_documents(tenant_id) if asks(document)})
    if not flows:
        return []
    named = {"zh-CN": "、".join(flows), "en": ", ".join(flows)}
    return [
        {
            "code": code,
            "severity": "warning",
            "message": both(code, year=year, flows=named),
            "section": "calendar",
        }
        for year in years
        for code in ("calendar.partial_year" if year in known.begun else "calendar.unknown_year",)
    ]


def asks(document: Mapping[str, Any]) -> bool:
    """Whether a flow asks which days are worked; a document of any shape."""
    nodes = document.get("nodes")
    return any(
        isinstance(node, dict) and node.get("type") == "hours" and asks_for_workdays(node.get("config"))
        for node in (nodes if isinstance(nodes, list) else [])
    )

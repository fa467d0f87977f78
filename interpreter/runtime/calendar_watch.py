"""Says once a day which bound flows depend on a year whose holidays are not announced to us."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from datetime import date, datetime
from zoneinfo import ZoneInfo

from interpreter.flow.calendar import unknown_years
from interpreter.runtime.directory import Directory, LoadedVersion, TenantEntry

log = logging.getLogger(__name__)


class CalendarWatch:
    """``look`` is cheap: housekeeping asks every few seconds. One line per tenant and day of the tenant's."""

    def __init__(self) -> None:
        self._told: dict[str, date] = {}

    def look(self, directory: Directory, now: float) -> None:
        """now: UNIX seconds."""
        for tenant_id, flows in _asking(directory.versions.values()).items():
            tenant = directory.tenant(tenant_id)
            if tenant is None:
                continue
            today = _today(tenant, now)
            if self._told.get(tenant_id) == today:
                continue
            years = unknown_years(today, tenant.told_years)
            if years:
                self._told[tenant_id] = today
                log.warning(
                    "the holidays of %s are not known, only those fixed by law count: import what was announced "
                    "(page: Calendar; zongji calendar import). Flows that ask for working days: %s",
                    ", ".join(map(str, years)), ", ".join(sorted(flows)),
                )  # fmt: skip


def _asking(versions: Iterable[LoadedVersion]) -> dict[str, set[str]]:
    """Tenant -> names of its flows that ask for working days."""
    found: dict[str, set[str]] = {}
    for version in versions:
        if version.program is not None and version.program.asks_for_workdays:
            found.setdefault(version.tenant_id, set()).add(version.flow_name)
    return found


def _today(tenant: TenantEntry, now: float) -> date:
    try:
        zone = ZoneInfo(tenant.timezone)
    except (ValueError, OSError, LookupError):  # a zone that this machine does not have
        zone = ZoneInfo("Asia/Shanghai")
    return datetime.fromtimestamp(now, zone).date()

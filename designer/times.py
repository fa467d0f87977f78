"""Times as the API shows them."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo


def iso(moment: datetime | None) -> str | None:
    """A moment as RFC 3339 text in UTC; naive moments are UTC already (as the store gives them)."""
    if moment is None:
        return None
    aware = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    return aware.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def iso_seconds(seconds: float) -> str:
    """UNIX seconds as RFC 3339 text in UTC."""
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def today_in(timezone: str) -> date:
    """The day that it is in a time zone (IANA name)."""
    return now().astimezone(ZoneInfo(timezone)).date()


def now() -> datetime:
    """The present moment, UTC."""
    return datetime.now(UTC)

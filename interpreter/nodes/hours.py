"""``hours``: the time of the call chooses the way, or the number's day/night switch."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final
from zoneinfo import ZoneInfo

from interpreter.flow.calendar import unknown_years
from interpreter.flow.dates import DateError
from interpreter.flow.document import Node
from interpreter.flow.periods import Period, overlaps, period_of, picker, usual
from interpreter.flow.schemas import Json
from interpreter.machine.facts import Switch
from interpreter.machine.operations import Operation, PickByTime
from interpreter.nodes.base import Assembly, NodeType, Scope

OTHERWISE: Final = "otherwise"
DAY_MINUTE: Final = 10 * 60
NIGHT_MINUTE: Final = 3 * 60
SWITCHES: Final[tuple[tuple[Switch, str, int], ...]] = (
    ("day", "day_exit", DAY_MINUTE),
    ("night", "night_exit", NIGHT_MINUTE),
)
"""Positions of the switch: the setting that names the exit, and when the usual way is looked up where none is named."""


class HoursNode(NodeType):
    """Leaves by the first period that covers the present local time, else by ``otherwise``.

        {"id": "open", "type": "hours", "config": {"periods": [
          {"exit": "holiday", "dates": ["12-24/01-02"]},
          {"exit": "day", "calendar": "workdays", "from": "09:00", "to": "18:00"}]}}

    A period that ends earlier than it starts reaches into the next day, which need not be one of its days. Where
    dates are given they alone choose the day. Working days are those of China, with make-up days: the tenant's table
    first, then what was announced, then the holidays fixed by law.

    A number whose day/night switch is not at ``auto`` leaves by ``day_exit`` or ``night_exit`` whatever the time is.
    Where they are not named, the switch goes where calls go at 10:00 and at 03:00 of an ordinary working day; where
    both are the same it changes nothing.

    Checks: dates, time zone, empty periods, overlaps, exits of the switch, years whose holidays are not known.
    Becomes: ``PickByTime``.
    """

    type = "hours"

    def check(self, scope: Scope) -> None:
        _check_timezone(scope)
        items = scope.config["periods"]
        scope.exit_names([item["exit"] for item in items], [OTHERWISE], "periods")
        periods: list[Period] = []
        for index, item in enumerate(items):
            try:
                period = period_of(item)
            except DateError as error:
                scope.report("hours.date", f"periods.{index}.dates", text=error.text)
                continue
            if period.empty:
                scope.report("hours.empty", f"periods.{index}", label=item["label"] or item["exit"])
            periods.append(period)
        _check_switch(scope)
        _check_years(scope, periods)
        if len(periods) == len(items):
            _check_overlaps(scope, periods)

    def waits(self, node: Node, exit: str) -> bool:
        return False

    def build(self, assembly: Assembly) -> Sequence[Operation]:
        config = assembly.config
        periods = [period_of(item) for item in config["periods"]]
        ways = (*(assembly.exit(period.exit) for period in periods), assembly.exit(OTHERWISE))
        switched = {position: assembly.exit(exit) for position, exit in switched_exits(config).items()}
        asks = any(period.asks_for_workdays for period in periods)
        return [
            PickByTime(assembly.node.id, picker(periods), ways, config["timezone"], switched, asks_for_workdays=asks)
        ]


def switched_exits(config: Mapping[str, Json]) -> dict[Switch, str]:
    """Position of the switch -> the exit that it opens; {} where it changes nothing. config: one that passed."""
    if not config["follow_switch"]:
        return {}
    periods = [period_of(item) for item in config["periods"]]
    exits = [*(period.exit for period in periods), OTHERWISE]
    found: dict[Switch, str] = {
        position: config[setting] or exits[usual(periods, minute)] for position, setting, minute in SWITCHES
    }
    return found if len(set(found.values())) > 1 else {}


def asks_for_workdays(config: object) -> bool:
    """Whether a node's config, of any shape, makes calls go by which days are worked."""
    periods = config.get("periods") if isinstance(config, Mapping) else None
    return any(
        isinstance(period, Mapping) and period.get("calendar") in ("workdays", "holidays") and not period.get("dates")
        for period in (periods if isinstance(periods, list) else [])
    )


def _check_switch(scope: Scope) -> None:
    exits = {OTHERWISE, *(item["exit"] for item in scope.config["periods"])}
    for _, setting, _ in SWITCHES:
        named = scope.config[setting]
        if named and named not in exits:
            scope.report("hours.switch_exit", setting, exit=named)


def _check_years(scope: Scope, periods: Sequence[Period]) -> None:
    """The first period that asks for working days stands for all."""
    resources = scope.resources
    asking = next((index for index, period in enumerate(periods) if period.asks_for_workdays), None)
    if resources.today is None or asking is None:
        return
    for year in unknown_years(resources.today, resources.told_years):
        code = "hours.partial_year" if year in resources.begun_years else "hours.unknown_year"
        scope.report(code, f"periods.{asking}.calendar", year=year)


def _check_timezone(scope: Scope) -> None:
    name = scope.config["timezone"]
    if not name:
        return
    try:
        ZoneInfo(name)
    except (ValueError, OSError, KeyError):
        scope.report("hours.timezone", "timezone", timezone=name)


def _check_overlaps(scope: Scope, periods: Sequence[Period]) -> None:
    items = scope.config["periods"]
    for earlier, later in overlaps(periods):
        scope.report(
            "hours.overlap",
            f"periods.{later}",
            label=items[later]["label"] or items[later]["exit"],
            earlier=items[earlier]["label"] or items[earlier]["exit"],
        )

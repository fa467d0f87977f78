"""``hours``: the time of the call chooses the way."""

from __future__ import annotations

from collections.abc import Sequence
from zoneinfo import ZoneInfo

from interpreter.flow.calendar import DateError, Period, overlaps, period_of, picker
from interpreter.flow.document import Node
from interpreter.machine.operations import Operation, PickByTime
from interpreter.nodes.base import Assembly, NodeType, Scope


class HoursNode(NodeType):
    """Leaves by the first period that covers the present local time, else by ``otherwise``.

        {"id": "open", "type": "hours", "config": {"periods": [
          {"exit": "holiday", "dates": ["2026-10-01/2026-10-07"]},
          {"exit": "day", "calendar": "workdays", "from": "09:00", "to": "18:00"}]}}

    A period that ends earlier than it starts reaches into the next day, which need not be one of its days. Where
    dates are given they alone choose the day. Working days are those of China, with make-up days; years whose
    holidays were not known when the flow was compiled count Monday to Friday.

    Checks: dates, time zone, empty periods, overlaps. Becomes: ``PickByTime``.
    """

    type = "hours"

    def check(self, scope: Scope) -> None:
        _check_timezone(scope)
        items = scope.config["periods"]
        scope.exit_names([item["exit"] for item in items], ["otherwise"], "periods")
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
        if len(periods) == len(items):
            _check_overlaps(scope, periods)

    def waits(self, node: Node, exit: str) -> bool:
        return False

    def build(self, assembly: Assembly) -> Sequence[Operation]:
        periods = [period_of(item) for item in assembly.config["periods"]]
        ways = (*(assembly.exit(period.exit) for period in periods), assembly.exit("otherwise"))
        return [PickByTime(assembly.node.id, picker(periods), ways, assembly.config["timezone"])]


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

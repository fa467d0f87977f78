"""The audit log as a file for spreadsheets, in which nothing becomes a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from zoneinfo import ZoneInfo

import orjson

from store.audit import ACTIONS
from store.models import AuditEntry

COLUMNS = {
    "zh-CN": (
        "时间", "操作人类型", "操作人", "来源地址", "操作", "操作代码", "对象类型", "对象编号", "对象", "详情", "结果",
    ),
    "en": ("time", "kind of actor", "actor", "address", "what", "action", "kind", "id", "object", "details", "result"),
}  # fmt: skip

FORMULA = ("=", "+", "-", "@", "\t", "\r")


def to_csv(entries: Iterable[AuditEntry], zone: ZoneInfo, locale: str) -> bytes:
    """With the mark by which spreadsheets know UTF-8. Times are those of ``zone``."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(COLUMNS[locale])
    for entry in entries:
        texts = ACTIONS.get(entry.action, {})
        writer.writerow(
            _harmless(cell)
            for cell in (
                entry.at.astimezone(zone).isoformat(sep=" ", timespec="milliseconds"),
                entry.actor_kind,
                entry.actor,
                entry.address,
                texts.get(locale, entry.action),
                entry.action,
                entry.object_kind,
                entry.object_id,
                entry.object_name,
                orjson.dumps(entry.details).decode() if entry.details else "",
                entry.result,
            )
        )
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def _harmless(cell: str) -> str:
    """A text that a spreadsheet would take for a formula gets an apostrophe before it."""
    return f"'{cell}" if cell.startswith(FORMULA) else cell

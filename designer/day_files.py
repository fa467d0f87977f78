"""Files of days: the JSON of holiday-cn, and CSV as spreadsheets write it; read as a whole or not at all.

JSON: ``{"year": 2027, "days": [{"name": "元旦", "date": "2027-01-01", "isOffDay": true}]}``, other members are passed
over. CSV: a first line that names the columns ``date,kind,name,source``, the last two not needed; in Chinese
``日期,类型,名称,来源``. kind: ``holiday`` or ``workday`` (休, 班). source: ``notice`` or ``own`` (公布, 自定).
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any, Final

from store.records import Day
from store.repositories.days import FIRST_YEAR, LAST_YEAR, LONGEST_NAME

MAX_DAYS: Final = 5000
MAX_BYTES: Final = 1_000_000
MAX_TOLD: Final = 20
"""Nobody mends more at once."""

NOTICE: Final = "notice"
Texts = Mapping[str, str]

_COLUMNS: Final = {
    "date": "date", "日期": "date", "kind": "kind", "type": "kind", "类型": "kind",
    "name": "name", "名称": "name", "节日": "name", "source": "source", "来源": "source",
}  # fmt: skip
_KINDS: Final = {
    "holiday": False, "off": False, "休": False, "休息": False, "放假": False, "节假日": False, "假": False,
    "workday": True, "work": True, "班": True, "上班": True, "补班": True, "工作日": True, "调休上班": True,
}  # fmt: skip
_SOURCES: Final = {"notice": "notice", "公布": "notice", "国务院": "notice", "own": "own", "自定": "own", "企业": "own"}
_FLAT_OBJECT: Final = re.compile(r"\{[^{}]*\}")


class DayFileError(Exception):
    """Nothing of the file can be used. issues: line (from 1, None for the whole file) and what is wrong there."""

    def __init__(self, issues: Sequence[tuple[int | None, Texts]]) -> None:
        self.issues = list(issues)[:MAX_TOLD]
        super().__init__(self.message("en"))

    def message(self, locale: str) -> str:
        """All of it in one language, a line each."""
        return "\n".join(texts[locale] for _, texts in self.told())

    def told(self) -> list[tuple[int | None, Texts]]:
        """The issues, each with its line in its sentence, too."""
        return [(line, _with_line(line, texts)) for line, texts in self.issues]


def read_days(data: bytes, source: str = NOTICE) -> list[Day]:
    """The days of a file in its order. source: of days that do not say their own. Raises DayFileError."""
    if len(data) > MAX_BYTES:
        raise _whole("文件太大，上限 1 MB", "the file is too large, the limit is 1 MB")
    text = _text(data)
    rows = _json_rows(text) if text.lstrip().startswith(("{", "[")) else _csv_rows(text)
    days: list[Day] = []
    issues: list[tuple[int | None, Texts]] = []
    seen: dict[date, int | None] = {}
    for line, row in rows:
        try:
            day = _day(row, source)
            if day.day in seen:
                raise _Wrong(f"{day.day} 出现两次", f"{day.day} is there twice")
        except _Wrong as error:
            issues.append((line, error.texts))
        else:
            seen[day.day] = line
            days.append(day)
    if issues:
        raise DayFileError(issues)
    if not days:
        raise _whole("文件里没有日子", "there are no days in the file")
    if len(days) > MAX_DAYS:
        raise _whole(f"日子太多，上限 {MAX_DAYS}", f"too many days, the limit is {MAX_DAYS}")
    return days


def to_csv(days: Sequence[Day]) -> bytes:
    """The days as ``read_days`` takes them again; with the mark by which spreadsheets know UTF-8."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(("date", "kind", "name", "source"))
    writer.writerows((d.day.isoformat(), "workday" if d.workday else "holiday", d.name, d.source) for d in days)
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def to_json(year: int, days: Sequence[Day]) -> bytes:
    """The days as holiday-cn has them; where they are from is not in it."""
    found = [{"name": d.name, "date": d.day.isoformat(), "isOffDay": not d.workday} for d in days]
    return json.dumps({"year": year, "papers": [], "days": found}, ensure_ascii=False, indent=2).encode() + b"\n"


class _Wrong(ValueError):
    def __init__(self, zh: str, en: str) -> None:
        self.texts = {"zh-CN": zh, "en": en}
        super().__init__(en)


def _whole(zh: str, en: str, line: int | None = None) -> DayFileError:
    return DayFileError([(line, {"zh-CN": zh, "en": en})])


def _with_line(line: int | None, texts: Texts) -> Texts:
    if line is None:
        return texts
    return {"zh-CN": f"第 {line} 行：{texts['zh-CN']}", "en": f"line {line}: {texts['en']}"}


def _text(data: bytes) -> str:
    """UTF-8, or what Chinese spreadsheets write."""
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise _whole("既不是 UTF-8 也不是 GB18030 文本", "it is neither UTF-8 nor GB18030 text")


Row = dict[str, Any]


def _json_rows(text: str) -> Iterator[tuple[int | None, Row]]:
    try:
        found = json.loads(text)
    except json.JSONDecodeError as error:
        raise _whole("不是有效的 JSON", "this is not valid JSON", error.lineno) from None
    except RecursionError:
        raise _whole("嵌套太深", "it is nested too deeply") from None
    days = found.get("days") if isinstance(found, dict) else None
    if not isinstance(days, list):
        raise _whole("缺少 days 列表", "there is no list of days")
    lines = [text.count("\n", 0, match.start()) + 1 for match in _FLAT_OBJECT.finditer(text)]
    known = len(lines) == len(days)
    for index, day in enumerate(days):
        row = day if isinstance(day, dict) else {}
        yield (lines[index] if known else None), {
            "date": row.get("date"), "kind": row.get("isOffDay"), "name": row.get("name", "")
        }  # fmt: skip


def _csv_rows(text: str) -> Iterator[tuple[int | None, Row]]:
    reader = csv.reader(io.StringIO(text), strict=True)
    try:
        head = next(reader, [])
        columns = [_COLUMNS.get(cell.strip().lower()) for cell in head]
        if not {"date", "kind"} <= set(columns):
            raise _whole("第一行应写列名：date,kind,name,source（日期,类型,名称,来源）",
                         "the first line has to name the columns: date,kind,name,source", 1)  # fmt: skip
        for cells in reader:
            if any(cell.strip() for cell in cells):
                pairs = zip(columns, cells, strict=False)
                yield reader.line_num, {column: cell.strip() for column, cell in pairs if column}
    except csv.Error:
        raise _whole("不是有效的 CSV", "this is not valid CSV", reader.line_num) from None


def _day(row: Row, source: str) -> Day:
    """Raises _Wrong."""
    return Day(_date(row.get("date")), _workday(row.get("kind")), _name(row.get("name", "")), _source(row, source))


def _date(written: object) -> date:
    text = written.replace("/", "-") if isinstance(written, str) else ""
    parts = re.fullmatch(r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})", text)
    try:
        found = date(*(int(part) for part in parts.groups())) if parts else None
    except ValueError:
        found = None
    if found is None:
        raise _Wrong(f"没有这个日期：{_shown(written)}（应写成 2027-05-01）",
                     f"there is no such date: {_shown(written)} (write 2027-05-01)")  # fmt: skip
    if not FIRST_YEAR <= found.year <= LAST_YEAR:
        raise _Wrong(f"年份应在 {FIRST_YEAR}–{LAST_YEAR} 之间：{found}", f"years are {FIRST_YEAR}-{LAST_YEAR}: {found}")
    return found


def _workday(written: object) -> bool:
    """``isOffDay`` of JSON, or a word."""
    if isinstance(written, bool):
        return not written
    kind = _KINDS.get(written.lower()) if isinstance(written, str) else None
    if kind is None:
        raise _Wrong(f"应为 holiday（休）或 workday（班）：{_shown(written)}",
                     f"this has to be holiday or workday: {_shown(written)}")  # fmt: skip
    return kind


def _name(written: object) -> str:
    name = written.strip() if isinstance(written, str) else None
    if name is None or len(name) > LONGEST_NAME or not name.isprintable():
        raise _Wrong(f"名称应为不超过 {LONGEST_NAME} 个可见字符：{_shown(written)}",
                     f"a name has {LONGEST_NAME} visible characters at most: {_shown(written)}")  # fmt: skip
    return name


def _source(row: Row, usual: str) -> str:
    written = row.get("source") or usual
    source = _SOURCES.get(written.lower())
    if source is None:
        raise _Wrong(f"来源应为 notice（公布）或 own（自定）：{_shown(written)}",
                     f"a source is notice or own: {_shown(written)}")  # fmt: skip
    return source


def _shown(written: object) -> str:
    text = json.dumps(written, ensure_ascii=False, default=str)
    return text if len(text) <= 40 else text[:39] + "…"

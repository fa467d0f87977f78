"""Files of days: what is read of them, and what their authors are told, by its line."""

from __future__ import annotations

import contextlib
import json
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from designer.day_files import DayFileError, read_days, to_csv, to_json
from store.records import Day

MAY_DAY = Day(date(2027, 5, 1), False, "劳动节", "notice")
MAKE_UP = Day(date(2027, 5, 8), True, "劳动节", "notice")
ANNOUNCED = """{
  "$schema": "https://example.com/schema.json",
  "year": 2027,
  "papers": ["https://example.com/a{b}"],
  "days": [
    {"name": "劳动节", "date": "2027-05-01", "isOffDay": true},
    {
      "name": "劳动节", "date": "2027-05-08",
      "isOffDay": false
    }
  ]
}"""


def told(data: str | bytes, locale: str = "en") -> list[str]:
    with pytest.raises(DayFileError) as caught:
        read_days(data if isinstance(data, bytes) else data.encode())
    assert caught.value.message("zh-CN") != caught.value.message("en")
    return caught.value.message(locale).splitlines()


def test_the_json_of_an_announcement() -> None:
    assert read_days(ANNOUNCED.encode()) == [MAY_DAY, MAKE_UP]


@pytest.mark.parametrize(
    "text",
    [
        "date,kind,name\n2027-05-01,holiday,劳动节\n2027-05-08,workday,劳动节\n",
        "日期,类型,名称\r\n2027/5/1,休,劳动节\r\n\r\n2027/5/8,班,劳动节\r\n",
        "name,kind,remark,date,source\n劳动节,OFF,,2027-05-01,notice\n劳动节,Work,x,2027-05-08,公布",
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_csv_as_spreadsheets_write_it(text: str, encoding: str) -> None:
    assert read_days(text.encode(encoding)) == [MAY_DAY, MAKE_UP]


def test_days_that_do_not_say_their_source_get_the_files() -> None:
    data = b"date,kind,source\n2027-05-01,holiday,\n2027-05-02,holiday,notice\n"
    assert [day.source for day in read_days(data, "own")] == ["own", "notice"]


@pytest.mark.parametrize(
    ("data", "lines"),
    [
        ("date,kind\n2027-05-01,holiday\n2027-02-29,holiday\n2027-05-03,maybe\n",
         ['line 3: there is no such date: "2027-02-29" (write 2027-05-01)',
          'line 4: this has to be holiday or workday: "maybe"']),
        ("date,kind\n2027-05-01,holiday\n2027-05-01,workday\n", ["line 3: 2027-05-01 is there twice"]),
        ("date,kind\n1999-05-01,holiday\n", ["line 2: years are 2000-2199: 1999-05-01"]),
        ("date,kind,name\n2027-05-01,holiday,\"a\nb\"\n",
         ['line 3: a name has 50 visible characters at most: "a\\nb"']),
        ("date,kind,source\n2027-05-01,holiday,me\n", ['line 2: a source is notice or own: "me"']),
        ("2027-05-01,holiday\n", ["line 1: the first line has to name the columns: date,kind,name,source"]),
        ("date,kind\n2027-05-01,\"holiday\n", ["line 2: this is not valid CSV"]),
        ("date,kind\n", ["there are no days in the file"]),
        ("", ["line 1: the first line has to name the columns: date,kind,name,source"]),
        (b"\xff\xff\xff", ["it is neither UTF-8 nor GB18030 text"]),
        ('{"days": [\n{"date": "2027-05-01", "isOffDay": true},\n{"date": "2027-05-02", "isOffDay": "yes"}]}',
         ['line 3: this has to be holiday or workday: "yes"']),
        ('{"days": [{"date": "2027-05-01"}]}', ["line 1: this has to be holiday or workday: null"]),
        ('{"days": [5]}', ["line 1: there is no such date: null (write 2027-05-01)"]),
        ('{"days": [{"date": {"a": 1}, "isOffDay": true}]}',
         ['line 1: there is no such date: {"a": 1} (write 2027-05-01)']),
        ('{"days":\n[}', ["line 2: this is not valid JSON"]),
        ("[]", ["there is no list of days"]),
        ('{"year": 2027}', ["there is no list of days"]),
        ("[" * 100_000, ["it is nested too deeply"]),
        (b"{" + b" " * 1_000_001, ["the file is too large, the limit is 1 MB"]),
    ],
)  # fmt: skip
def test_what_is_wrong_and_where(data: str | bytes, lines: list[str]) -> None:
    assert told(data) == lines


def test_of_many_mistakes_the_first_are_told() -> None:
    assert len(told("date,kind\n" + "x,y\n" * 100)) == 20
    assert told("date,kind\nx,holiday\n", "zh-CN") == ['第 2 行：没有这个日期："x"（应写成 2027-05-01）']


@given(
    st.lists(
        st.builds(
            Day, st.dates(date(2000, 1, 1), date(2199, 12, 31)), st.booleans(),
            st.text(st.characters(codec="utf-8", categories=("L", "N", "P")), max_size=50),
            st.sampled_from(["notice", "own"]),
        ),
        min_size=1, unique_by=lambda day: day.day,
    )
)  # fmt: skip
def test_what_is_written_is_read_again(days: list[Day]) -> None:
    assert read_days(to_csv(days)) == days
    announced = [Day(day.day, day.workday, day.name, "notice") for day in days]
    assert read_days(to_json(2027, days)) == announced
    assert json.loads(to_json(2027, days))["year"] == 2027


@given(st.binary() | st.text().map(str.encode))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    for bytes_ in (data, b"date,kind\n" + data, b'{"days": [' + data):
        with contextlib.suppress(DayFileError):
            read_days(bytes_)

"""``zongji calendar ...``, and what ``zongji check`` says of years that are not announced."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from interpreter.flow.calendar import announced_years
from interpreter.flow.statutory import statutory_holidays
from store import Store
from zongji import desk
from zongji.cli import main

Run = Callable[..., Result]
FLOW = Path(__file__).resolve().parents[2] / "flows" / "virtual-switchboard"
YEAR = announced_years()[-1] + 1
DAYS = f"date,kind,name\n{YEAR}-05-03,holiday,劳动节\n{YEAR}-05-08,workday,劳动节\n"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "days.csv"
    path.write_text(DAYS, encoding="utf-8")
    return path


def test_days_of_the_installation_come_are_listed_and_go(run: Run, store: Store, file: Path) -> None:
    tenant = store.tenants.create("acme").id
    assert "2" in run("calendar", "import", str(file)).output
    assert {date.fromordinal(day).year for day in store.days.read(tenant).announced} == {YEAR}
    first = run("calendar", "list").output.splitlines()[0]
    assert first.split("\t") == [f"{YEAR}-05-03", "休", "劳动节", "公布", "cli"]
    assert run("calendar", "list", str(YEAR + 1)).output == ""
    exported = run("calendar", "export", str(YEAR)).output
    assert f"{YEAR}-05-08,workday,劳动节,notice" in exported
    assert len(json.loads(run("calendar", "export", str(YEAR), "--json").output)["days"]) == 2
    assert run("calendar", "remove", f"{YEAR}-05-08").exit_code == 0
    assert run("calendar", "list").output.splitlines() == [first]
    assert run("calendar", "remove", f"{YEAR}-05-08").exit_code != 0


def test_days_of_one_company(run: Run, store: Store, file: Path) -> None:
    acme, other = store.tenants.create("acme").id, store.tenants.create("other").id
    assert run("calendar", "import", str(file), "--tenant", "acme", "--own").exit_code == 0
    assert [row.source for row in store.days.read(acme).own] == ["own", "own"]
    assert store.days.read(other).rows == []
    assert run("calendar", "list").output == ""
    assert len(run("calendar", "list", "--tenant", "acme").output.splitlines()) == 2
    again = run("calendar", "import", str(file), "--tenant", "acme").output
    assert "自定" in again, "an announcement leaves what the company decided"
    assert run("calendar", "remove", f"{YEAR}-05-08", "--tenant", "acme").exit_code == 0
    assert len(store.days.read(acme).own) == 1


def test_of_a_file_with_mistakes_nothing_is_kept(run: Run, store: Store, file: Path) -> None:
    file.write_text(DAYS + f"{YEAR}-02-30,holiday,\n", encoding="utf-8")
    result = run("calendar", "import", str(file))
    assert result.exit_code == 2
    assert "第 4 行" in result.output
    assert store.days.public() == []
    assert run("calendar", "import", str(file.with_name("nowhere.csv"))).exit_code == 2


def test_check_warns_of_the_year_and_is_told_by_a_file(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Today(date):
        @classmethod
        def today(cls) -> date:
            return date(YEAR - 1, 12, 1)

    monkeypatch.setattr(desk, "date", Today)
    plain = CliRunner().invoke(main, ["check", str(FLOW)])
    assert plain.exit_code == 0
    assert "hours.unknown_year" in plain.output
    assert str(YEAR) in plain.output
    told = CliRunner().invoke(main, ["check", str(FLOW), "--calendar", str(file)])
    assert "hours.partial_year" in told.output, "of some festivals only"
    whole = "".join(f"{date.fromordinal(day)},holiday,\n" for day in statutory_holidays(YEAR))
    file.write_text(f"date,kind,name\n{whole}", encoding="utf-8")
    told = CliRunner().invoke(main, ["check", str(FLOW), "--calendar", str(file)])
    assert "_year" not in told.output
    assert CliRunner().invoke(main, ["check", str(FLOW), "--calendar", str(FLOW)]).exit_code == 2

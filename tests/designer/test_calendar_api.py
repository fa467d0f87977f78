"""The company's calendar over the API: years, days, files of days, and what is told while a year is not known."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from designer import times
from store import Store
from store.records import Day
from support.web import Browser, Company, FakeRuntime

CSV = "date,kind,name\n2027-05-03,holiday,劳动节\n2027-05-08,workday,劳动节\n"
JSON = json.dumps({"year": 2027, "days": [{"name": "元旦", "date": "2027-01-03", "isOffDay": True}]})
FESTIVALS = ("01-01", "02-05", "04-05", "05-01", "06-09", "09-15", "10-01")
WHOLE = "date,kind,name\n" + "".join(f"2027-{day},holiday,\n" for day in FESTIVALS)
BYE = {"id": "bye", "type": "hangup", "label": "再见", "config": {"prompt": []}}


def office(**hours: Any) -> dict[str, Any]:
    periods = [{"exit": "open", "label": "上班", "calendar": "workdays", "from": "09:00", "to": "18:00"}]
    nodes = [
        {"id": "start", "type": "start", "label": "", "config": {}},
        {"id": "hours", "type": "hours", "label": "营业时间", "config": {"periods": periods, **hours}},
        BYE,
    ]
    ways = [("start", "next", "hours"), ("hours", "open", "bye"), ("hours", "otherwise", "bye")]
    return {
        "format": "zongji.flow/1", "name": "office", "locale": "zh-CN", "settings": {"on_error": "bye"},
        "variables": {}, "nodes": nodes, "edges": [{"from": a, "exit": e, "to": b} for a, e, b in ways],
    }  # fmt: skip


@pytest.fixture
def today(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Let it be noon of a day in China."""

    def be(day: str) -> None:
        moment = datetime.fromisoformat(f"{day}T04:00:00").replace(tzinfo=UTC)
        monkeypatch.setattr(times, "now", lambda: moment)

    return be


def days(browser: Browser, year: int = 2027) -> dict[str, tuple[bool, str, str]]:
    found = browser.get(f"/calendar/{year}").json["days"]
    return {day["date"][5:]: (day["workday"], day["name"]["zh-CN"], day["origin"]) for day in found}


def upload(browser: Browser, text: str, **form: Any) -> Any:
    return browser.upload("/calendar/import", file=(io.BytesIO(text.encode()), "days"), **{"revision": "0", **form})


def bind(admin: Browser, store: Store, acme: Company, document: dict[str, Any]) -> Any:
    flow = store.flows.create(acme.tenant, "办公室", document, by="test")
    store.flows.publish(acme.tenant, flow.id, 1, prompts={}, note="", by="test")
    number = store.numbers.create(acme.tenant, "4001234567", by="platform")
    return admin.put(f"/numbers/{number.id}", {"revision": 1, "flow_id": flow.id, "version": 1}).json


def test_a_year_that_nobody_announced_has_the_holidays_of_the_law(admin: Browser) -> None:
    year = admin.get("/calendar/2027").json
    assert (year["known"], year["revision"], len(year["days"])) == (False, 0, 13)
    assert year["days"][0] == {
        "date": "2027-01-01", "workday": False, "name": {"zh-CN": "元旦", "en": "New Year's Day"}, "origin": "law",
        "updated_by": None, "updated_at": None,
    }  # fmt: skip
    assert admin.get("/calendar/2026").json["known"]
    assert admin.get("/calendar/1999").status_code == 404


def test_a_day_comes_changes_and_goes(admin: Browser, stranger: Browser, runtime: FakeRuntime) -> None:
    body = {"revision": 0, "workday": True, "name": "盘点", "source": "own"}
    year = admin.put("/calendar/days/2027-10-01", body).json
    assert (year["revision"], days(admin)["10-01"]) == (1, (True, "盘点", "own"))
    assert ("reload", {}) in runtime.asked
    assert days(stranger)["10-01"] == (False, "国庆节", "law")
    assert admin.put("/calendar/days/2027-10-01", body).json["error"]["code"] == "stale"
    admin.put("/calendar/days/2027-10-01", {**body, "revision": 1, "workday": False, "source": "notice"})
    assert days(admin)["10-01"] == (False, "盘点", "notice")
    assert admin.delete("/calendar/days/2027-10-01?revision=1").status_code == 409
    assert admin.delete("/calendar/days/2027-10-01?revision=2").json["revision"] == 3
    assert days(admin)["10-01"] == (False, "国庆节", "law")
    assert admin.delete("/calendar/days/2027-10-01?revision=3").status_code == 404


def test_the_installations_days_are_shown_and_can_be_overruled(admin: Browser, store: Store) -> None:
    store.days.put_public([Day(datetime(2027, 2, 9).date(), False, "春节", "notice")], by="cli")
    assert days(admin)["02-09"] == (False, "春节", "installation")
    admin.put("/calendar/days/2027-02-09", {"revision": 0, "workday": True, "name": "值班"})
    assert days(admin)["02-09"] == (True, "值班", "own")


@pytest.mark.parametrize("day", ["2027-02-29", "today", "1999-01-01", "2027-1-1"])
def test_no_such_day(admin: Browser, day: str) -> None:
    assert admin.put(f"/calendar/days/{day}", {"revision": 0, "workday": True, "name": ""}).status_code == 404


def test_a_file_is_imported_and_comes_out_again(admin: Browser, runtime: FakeRuntime) -> None:
    told = upload(admin, CSV).json
    assert told == {"added": 2, "changed": 0, "unchanged": 0, "kept": 0, "revision": 1, "years": [2027]}
    assert ("reload", {}) in runtime.asked
    assert not admin.get("/calendar/2027").json["known"], "two days are no year"
    assert upload(admin, JSON, revision="1").json["added"] == 1
    exported = admin.get("/calendar/2027/export")
    assert exported.text.splitlines()[1:] == [
        "2027-01-03,holiday,元旦,notice", "2027-05-03,holiday,劳动节,notice", "2027-05-08,workday,劳动节,notice",
    ]  # fmt: skip
    assert "calendar-2027.csv" in exported.headers["Content-Disposition"]
    assert upload(admin, exported.text, revision="2").json["unchanged"] == 3
    as_json = admin.get("/calendar/2027/export?format=json").json
    assert [day["isOffDay"] for day in as_json["days"]] == [True, True, False]


def test_own_days_do_not_make_a_year_known(admin: Browser) -> None:
    assert upload(admin, CSV, source="own").json["added"] == 2
    assert not admin.get("/calendar/2027").json["known"]


def test_of_a_bad_file_nothing_is_kept(admin: Browser) -> None:
    response = upload(admin, CSV + "2027-13-01,holiday,\n2027-05-09,perhaps,\n")
    assert (response.status_code, response.json["error"]["code"]) == (422, "calendar.bad_file")
    told = [(issue["field"], issue["message"]["zh-CN"]) for issue in response.json["error"]["issues"]]
    assert [field for field, _ in told] == ["file.4", "file.5"]
    assert told[0][1].startswith("第 4 行：没有这个日期")
    assert admin.get("/calendar/2027").json["revision"] == 0
    assert upload(admin, CSV, revision="7").status_code == 409
    assert admin.upload("/calendar/import", revision="0").status_code == 422


@pytest.mark.parametrize(("user", "status"), [("acme-operator", 200), ("acme-qa", 403)])
def test_who_may_change_the_calendar_and_the_switch(
    admin: Browser, browse: Callable[..., Browser], user: str, status: int
) -> None:
    number = admin.post("/numbers", {"number": "4001234567"}).json
    somebody = browse(user)
    body = {"revision": 0, "workday": True, "name": ""}
    assert somebody.put("/calendar/days/2027-10-01", body).status_code == status
    switched = somebody.put(f"/numbers/{number['id']}/switch", {"revision": 1, "switch": "night"})
    assert switched.status_code == status
    assert somebody.get("/calendar/2027").status_code == 200


def test_check_tells_of_the_year_until_it_is_imported(admin: Browser, today: Callable[[str], None]) -> None:
    def told() -> list[tuple[str, str, str]]:
        issues = admin.post("/check", {"document": office()}).json["issues"]
        return [(i["code"], i["node"], i["severity"]) for i in issues if i["code"].endswith("_year")]

    today("2026-10-31")
    assert told() == []
    today("2026-11-01")
    assert told() == [("hours.unknown_year", "hours", "warning")]
    upload(admin, JSON)
    assert told() == [("hours.partial_year", "hours", "warning")]
    upload(admin, WHOLE, revision="1")
    assert told() == []


def test_publishing_tells_of_the_year_too(admin: Browser, today: Callable[[str], None]) -> None:
    today("2026-12-01")
    flow = admin.post("/flows", {"name": "办公室", "document": office()}).json
    done = admin.post(f"/flows/{flow['id']}/versions", {"revision": flow["revision"]})
    assert done.status_code == 201
    found = [(issue["code"], issue["node"], issue["severity"]) for issue in done.json["issues"]]
    assert ("hours.unknown_year", "hours", "warning") in found
    assert all(severity == "warning" for _, _, severity in found)


def test_the_first_page_tells_of_bound_flows_that_depend_on_the_year(
    admin: Browser, stranger: Browser, store: Store, acme: Company, today: Callable[[str], None]
) -> None:
    today("2026-12-01")
    assert admin.get("/notices").json == {"notices": []}
    bind(admin, store, acme, office())
    (notice,) = admin.get("/notices").json["notices"]
    assert (notice["code"], notice["severity"], notice["section"]) == ("calendar.unknown_year", "warning", "calendar")
    assert "2027" in notice["message"]["zh-CN"]
    assert "办公室" in notice["message"]["en"]
    assert stranger.get("/notices").json == {"notices": []}
    upload(admin, JSON)
    (notice,) = admin.get("/notices").json["notices"]
    assert (notice["code"], "2027" in notice["message"]["en"]) == ("calendar.partial_year", True)
    upload(admin, WHOLE, revision="1")
    assert admin.get("/notices").json == {"notices": []}


def test_the_switch_is_set_and_says_what_it_does(
    admin: Browser, store: Store, acme: Company, runtime: FakeRuntime
) -> None:
    number = bind(admin, store, acme, office())
    assert (number["switch"], number["switched_by"], number["switched_at"]) == ("auto", None, None)
    shown = admin.get(f"/numbers/{number['id']}/switch").json
    assert shown["switch"] == "auto"
    (effect,) = shown["effects"]
    assert {name: texts["zh-CN"] for name, texts in effect.items()} == {
        "node": "营业时间", "day": "上班", "night": "其他情况",
    }  # fmt: skip
    body = {"revision": number["revision"], "switch": "night"}
    changed = admin.put(f"/numbers/{number['id']}/switch", body).json
    assert (changed["switch"], changed["revision"]) == ("night", number["revision"] + 1)
    assert changed["switched_by"]
    assert changed["switched_at"].endswith("Z")
    assert runtime.asked[-1] == ("reload", {})
    assert admin.put(f"/numbers/{number['id']}/switch", body).status_code == 409
    assert admin.put(f"/numbers/{number['id']}/switch", {**body, "switch": "noon"}).status_code == 422


def test_a_switch_that_changes_nothing_says_so(admin: Browser, store: Store, acme: Company) -> None:
    number = bind(admin, store, acme, office(follow_switch=False))
    assert admin.get(f"/numbers/{number['id']}/switch").json["effects"] == []
    unbound = admin.post("/numbers", {"number": "4007654321"}).json
    assert admin.get(f"/numbers/{unbound['id']}/switch").json["effects"] == []


def test_another_companys_switch_is_not_found(admin: Browser, stranger: Browser) -> None:
    number = admin.post("/numbers", {"number": "4001234567"}).json
    assert stranger.get(f"/numbers/{number['id']}/switch").status_code == 404
    assert stranger.put(f"/numbers/{number['id']}/switch", {"revision": 1, "switch": "day"}).status_code == 404

"""Whom extensions may call outside, by which number, and what is recorded: over the API."""

from __future__ import annotations

import pytest

from store import Store
from store.records import AudioInfo
from support.web import Browser, Company

OFFICE = "861065529988"
NOBODY = {"calls": "internal", "countries": [], "shown_number": None}


def outside(extension) -> dict[str, object]:
    return {name: extension[name] for name in NOBODY}


def test_a_new_extension_calls_inside_only_unless_it_is_said(admin: Browser):
    assert outside(admin.post("/extensions", {"number": "801"}).json) == NOBODY
    wanted = {"calls": "international", "countries": ["+852"], "shown_number": None}
    made = admin.post("/extensions", {"number": "802", "outside": wanted})
    assert made.status_code == 201
    assert outside(made.json) == wanted | {"countries": ["852"]}
    assert made.json["secret"]


def test_rights_are_changed_with_the_name_in_one_write(admin: Browser, store: Store, acme: Company):
    store.numbers.create(acme.tenant, "01065529988", by="t")
    made = admin.post("/extensions", {"number": "801", "name": "小王"}).json
    body = {"revision": 1, "name": "小李", "outside": {"calls": "national", "shown_number": "010-6552 9988"}}
    changed = admin.put(f"/extensions/{made['id']}", body).json
    assert outside(changed) == {"calls": "national", "countries": [], "shown_number": OFFICE}
    assert (changed["name"], changed["secret"]) == ("小李", None)
    stale = admin.put(f"/extensions/{made['id']}", body)
    assert (stale.status_code, stale.json["error"]["code"]) == (409, "stale")
    moved = admin.put(f"/extensions/{made['id']}", {"revision": changed["revision"], "number": "802"}).json
    assert outside(moved) == outside(changed), "what is left out stays"
    assert moved["secret"]


@pytest.mark.parametrize(
    ("wanted", "field"),
    [
        ({"calls": "international"}, "countries"),
        ({"calls": "local", "shown_number": "4001234567"}, "shown_number"),
        ({"calls": "local", "shown_number": "02165529988"}, "shown_number"),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_is_written(
    admin: Browser, store: Store, acme: Company, wanted: dict[str, object], field: str
):
    store.numbers.create(acme.tenant, "4001234567", by="t")
    made = admin.post("/extensions", {"number": "801", "name": "小王"}).json
    refused = admin.put(f"/extensions/{made['id']}", {"revision": 1, "name": "小李", "outside": wanted})
    assert refused.status_code == 422
    assert [issue["field"] for issue in refused.json["error"]["issues"]] == [field]
    assert store.extensions.get(acme.tenant, made["id"]).name == "小王", "neither the rights nor the name"
    assert admin.post("/extensions", {"number": "802", "outside": wanted}).status_code == 422
    assert admin.get("/extensions").json["total"] == 1


def test_music_on_hold_comes_from_the_library_and_stays_there(admin: Browser, store: Store, acme: Company):
    audio = AudioInfo(sha256="a" * 64, seconds=1.0, level_db=-19.0)
    store.prompts.put(acme.tenant, "own.wav", audio, source="upload", locale="zh-CN", revision=None, by="t")
    wanted = {"revision": 0, "shown_number": None, "record": "off", "music": "own.wav"}
    assert admin.put("/calling", wanted | {"music": "none.wav"}).json["error"]["issues"][0]["field"] == "music"
    assert admin.put("/calling", wanted).json["music"] == "own.wav"
    left_out = {"revision": 1, "shown_number": None, "record": "answered"}
    assert admin.put("/calling", left_out).json["music"] == "own.wav"
    assert admin.delete("/prompts/own.wav?revision=1").json["error"]["code"] == "in_use"
    assert admin.put("/calling", wanted | {"revision": 2, "music": None}).json["music"] is None
    assert admin.delete("/prompts/own.wav?revision=1").status_code == 204


def test_the_company_chooses_what_is_shown_and_recorded(admin: Browser, store: Store, acme: Company):
    for number in ("4001234567", "01065529988"):
        store.numbers.create(acme.tenant, number, by="t")
    usual = admin.get("/calling").json
    assert (usual["shown_number"], usual["record"], usual["revision"]) == (None, "answered", 0)
    assert usual["numbers"] == [{"digits": OFFICE, "display": "010-6552 9988"}], "a 400 number is none of them"
    chosen = admin.put("/calling", {"revision": 0, "shown_number": OFFICE, "record": "off"}).json
    assert (chosen["shown_number"], chosen["record"], chosen["revision"]) == (OFFICE, "off", 1)
    for bad, status in (({"revision": 0, "shown_number": None, "record": "off"}, 409),
                        ({"revision": 1, "shown_number": "4001234567", "record": "off"}, 422),
                        ({"revision": 1, "shown_number": None, "record": "loud"}, 422)):  # fmt: skip
        assert admin.put("/calling", bad).status_code == status
    assert admin.get("/calling").json["record"] == "off"


def test_the_company_chooses_its_language(admin: Browser):
    assert admin.get("/calling").json["language"] == "zh-CN"
    wanted = {"revision": 0, "shown_number": None, "record": "off"}
    assert admin.put("/calling", wanted | {"language": "fr-FR"}).status_code == 422
    assert admin.put("/calling", wanted | {"language": "en-US"}).json["language"] == "en-US"
    assert admin.put("/calling", wanted | {"revision": 1}).json["language"] == "en-US", "what is left out stays"


USUAL = {
    "destinations": [], "forwards": {"always": "", "busy": "", "no_answer": "", "offline": ""}, "do_not_disturb": False,
    "ring_seconds": 20,
}  # fmt: skip


def test_where_an_extensions_calls_go(admin: Browser):
    made = admin.post("/extensions", {"number": "801", "name": "小王"}).json
    assert made["forwarding"] == USUAL
    wanted = {
        "destinations": [{}, {"to": "139-0013-9000", "together": True}], "forwards": {"busy": "802"},
        "do_not_disturb": True, "ring_seconds": 15,
    }  # fmt: skip
    body = {"revision": 1, "name": "小王", "forwarding": wanted}
    changed = admin.put(f"/extensions/{made['id']}", body).json
    assert changed["forwarding"] == {
        "destinations": [
            {"to": "", "together": False, "accept": True}, {"to": "13900139000", "together": True, "accept": True},
        ],
        "forwards": USUAL["forwards"] | {"busy": "802"}, "do_not_disturb": True, "ring_seconds": 15,
    }  # fmt: skip
    assert admin.get("/extensions").json["items"][0]["forwarding"] == changed["forwarding"]
    assert admin.put(f"/extensions/{made['id']}", body).status_code == 409
    refused = admin.put(
        f"/extensions/{made['id']}", {"revision": changed["revision"], "forwarding": {"forwards": {"always": "801"}}}
    )
    assert refused.status_code == 422
    assert [issue["field"] for issue in refused.json["error"]["issues"]] == ["forwards.always"]


def test_a_number_that_calls_show_is_not_given_up(admin: Browser, store: Store, acme: Company):
    office = admin.post("/numbers", {"number": "01065529988"}).json
    made = admin.post("/extensions", {"number": "801", "outside": {"calls": "local", "shown_number": OFFICE}}).json
    chosen = admin.put("/calling", {"revision": 0, "shown_number": OFFICE, "record": "off"}).json
    refused = admin.delete(f"/numbers/{office['id']}?revision={office['revision']}")
    assert (refused.status_code, refused.json["error"]["code"]) == (409, "in_use")
    uses = refused.json["error"]["uses"]
    company = store.tenants.get(acme.tenant).name
    assert [(use["kind"], use["name"]) for use in uses] == [("settings", company), ("extension", "801")]
    admin.put("/calling", {"revision": chosen["revision"], "shown_number": None, "record": "off"})
    admin.put(f"/extensions/{made['id']}", {"revision": made["revision"], "outside": NOBODY})
    assert admin.delete(f"/numbers/{office['id']}?revision={office['revision']}").status_code == 204

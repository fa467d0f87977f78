"""Requests that no page of ours makes: each gets a 4xx in the asker's language and leaves nothing behind."""

from __future__ import annotations

import io
import re
from importlib import import_module
from pathlib import Path

import pytest
from sqlalchemy.exc import DataError

from designer.workers import Turns, WorkerPool
from store import Store
from support.sound import tone, wav_bytes
from support.web import Browser

LANGUAGES = ("zh-CN", "en")
SOUND = wav_bytes(tone(500, 1))


def refused(browser: Browser, method: str, path: str, status: int, code: str, **more: object) -> dict:
    """The error, after checking it in both languages."""
    for browser.language in LANGUAGES:
        response = browser._open(method, path, **more)
        assert response.status_code == status, response.text
        error = response.json["error"]
        assert error["code"] == code
        words = [error["message"], *(issue["message"][browser.language] for issue in error.get("issues", []))]
        for said in words:
            assert bool(re.search(r"[\u4e00-\u9fff]", said)) == (browser.language == "zh-CN"), said
    return error


def upload(browser: Browser, **form: object) -> dict[str, object]:
    return {"data": form, "content_type": "multipart/form-data"}


@pytest.mark.parametrize("version", [2**31, 2**63 - 1, 2**63, 2**64 - 1])
def test_a_version_that_no_database_could_hold(admin: Browser, version: int):
    flow = admin.post("/flows", {"name": "f"}).json
    number = admin.post("/numbers", {"number": "4001234567"}).json
    body = {"revision": 1, "flow_id": flow["id"], "version": version}
    error = refused(admin, "PUT", f"/numbers/{number['id']}", 422, "invalid", body=body)
    assert [issue["field"] for issue in error["issues"]] == ["version"]
    refused(admin, "GET", f"/flows/{flow['id']}/versions/{version}", 404, "not_found")


def test_what_the_database_refuses_is_the_askers_fault(
    admin: Browser, store: Store, monkeypatch: pytest.MonkeyPatch
):
    def misfit(*_: object) -> None:
        raise DataError("SELECT 1", {}, Exception("integer out of range"))

    monkeypatch.setattr(store.flows, "page", misfit)
    refused(admin, "GET", "/flows", 400, "bad_request")


@pytest.mark.parametrize(
    "query",
    ["from=9999-12-31T23:59:59-14:00", "from=0001-01-01T00:00:00%2B14:00", "to=9999-12-31", "from=0001-01-01",
     "to=NaN", "from=1e999", "to=2026-11-20T10:00:60Z", "from=%F0%9F%98%80"],
)  # fmt: skip
def test_moments_outside_all_calendars(admin: Browser, query: str):
    error = refused(admin, "GET", f"/calls?{query}", 422, "invalid")
    assert [issue["field"] for issue in error["issues"]] == [query.partition("=")[0]]


@pytest.mark.parametrize(
    "kind",
    ["text/plain", "application/xml", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "*/*"],
)
def test_a_view_reads_its_own_content_type_only(admin: Browser, kind: str):
    more = {"data": b'{"name": "f"}', "content_type": kind}
    refused(admin, "POST", "/flows", 415, "unsupported_media_type", **more)
    assert admin.get("/flows").json["total"] == 0
    json = {"data": b'{"name": "a.wav"}', "content_type": "application/json"}
    refused(admin, "POST", "/prompts", 415, "unsupported_media_type", **json)


def test_a_form_with_too_many_or_too_long_fields(admin: Browser):
    for fields in ({f"x{n}": "1" for n in range(30)}, {"name": "a" * 200_000}):
        for admin.language in LANGUAGES:
            response = admin.upload("/prompts", file=(io.BytesIO(SOUND), "a.wav"), **fields)
            assert (response.status_code, response.json["error"]["code"]) == (413, "too_many_fields")
    assert admin.upload("/prompts", file=(io.BytesIO(SOUND), "a.wav"), colour="red").status_code == 422
    assert admin.get("/prompts?q=a.wav").json["total"] == 0


def test_choices_are_listed_without_english_words(admin: Browser):
    error = refused(admin, "GET", "/prompts/pv_busy.wav/audio?locale=fr", 422, "invalid")
    assert error["issues"][0]["message"] == {
        "zh-CN": "“locale”应为 zh-CN、en-US 之一", "en": "“locale” must be one of zh-CN, en-US"
    }  # fmt: skip


@pytest.mark.parametrize(
    ("asked", "status", "part"),
    [
        ("bytes=0-3", 206, slice(0, 4)),
        ("bytes=4-", 206, slice(4, None)),
        ("bytes=-4", 206, slice(-4, None)),
        ("bytes=0-99999999999999999999999999", 206, slice(None)),
        ("bytes=-99999999999999999999999999", 206, slice(None)),
        ("items=0-5", 200, slice(None)),
        ("bytes=abc", 200, slice(None)),
        ("bytes=5-2", 200, slice(None)),
        ("bytes=0-0,5-9", 200, slice(None)),
        ("bytes=" + "0-1," * 500, 200, slice(None)),
        ("bytes=-", 200, slice(None)),
        ("bytes=", 200, slice(None)),
        ("é", 200, slice(None)),
        ("bytes=-0", 416, None),
        ("bytes=99999999999999999999999999-", 416, None),
    ],
)
def test_ranges_of_all_kinds(admin: Browser, asked: str, status: int, part: slice | None):
    """RFC 9110 section 14.2: what is no range of ours is passed over."""
    path = "/prompts/pv_busy.wav/audio"
    whole = admin.get(path).data
    response = admin.get(path, headers={"Range": asked})
    assert response.status_code == status
    if part is None:
        assert response.json["error"]["code"] == "range_not_satisfiable"
    else:
        assert response.data == whole[part]


UNFIT = [
    "a\x07b", "a\x7fb", "a\x9fb", "\u202egnp", "a\u200bb", "\ufeffa", "\u2066a", "a\uffff", "a\ufdd0", "a\ufffd",
]  # fmt: skip


@pytest.mark.parametrize("name", UNFIT, ids=ascii)
def test_names_without_characters_that_deceive(admin: Browser, name: str):
    document = {"format": "zongji.flow/1", "name": name, "locale": "zh-CN", "nodes": [], "edges": []}
    flow = admin.post("/flows", {"name": "flow"}).json
    for method, path, body, field in [
        ("POST", "/flows", {"name": name}, "name"),
        ("POST", "/flows/import", {"document": document}, "document.name"),
        ("PUT", f"/flows/{flow['id']}", {"document": document, "revision": 1}, "document.name"),
        ("POST", "/extensions", {"number": "811", "name": name}, "name"),
        ("POST", "/prompts/speak", {"name": name, "text": "您好", "locale": "zh-CN"}, "name"),
    ]:
        error = refused(admin, method, path, 422, "invalid", body=body)
        assert [(issue["code"], issue["field"]) for issue in error["issues"]] == [("field.characters", field)]
    assert admin.upload("/prompts", file=(io.BytesIO(SOUND), "a.wav"), name=name).status_code == 422
    assert (admin.get("/flows").json["total"], admin.get("/extensions").json["total"]) == (1, 0)


@pytest.mark.parametrize("name", ["", "   ", "\u3000", "\n\t", "\u2028", "\u200d"], ids=ascii)
def test_a_flow_has_a_name_that_can_be_seen(admin: Browser, name: str):
    refused(admin, "POST", "/flows", 422, "invalid", body={"name": name})


def test_ten_thousand_characters_are_no_name(admin: Browser):
    long = "名" * 10_000
    document = {"format": "zongji.flow/1", "name": long, "locale": "zh-CN", "nodes": [], "edges": []}
    flow = admin.post("/flows", {"name": "flow"}).json
    for method, path, body in [
        ("POST", "/flows", {"name": long}),
        ("POST", "/flows/import", {"document": document}),
        ("PUT", f"/flows/{flow['id']}", {"document": document, "revision": 1}),
        ("POST", "/extensions", {"number": "811", "name": long}),
        ("POST", "/prompts/speak", {"name": long, "text": "您好", "locale": "zh-CN"}),
        ("POST", "/numbers", {"number": long}),
        ("POST", "/session", {"name": long, "password": "x"}),
    ]:
        refused(admin, method, path, 422, "invalid", body=body)
    assert admin.get(f"/flows/{flow['id']}").json["revision"] == 1


def test_one_spelling_for_what_looks_the_same(admin: Browser):
    composed, decomposed = "\u00e9t\u00e9", "e\u0301te\u0301"
    assert admin.post("/flows", {"name": f" {decomposed}\u3000一 "}).json["name"] == f"{composed} 一"
    assert admin.post("/flows", {"name": f"{composed} 一"}).status_code == 409
    assert admin.post("/extensions", {"number": "811", "name": decomposed}).json["name"] == composed
    for listed in ("/flows", "/extensions"):
        assert admin.get(listed, query_string={"q": decomposed}).json["total"] == 1
    made = admin.upload("/prompts", file=(io.BytesIO(SOUND), f"{decomposed}.wav"))
    assert (made.status_code, made.json["name"]) == (201, f"{composed}.wav")
    assert admin.get(f"/prompts/{decomposed}.wav/audio").status_code == 200
    nodes = [{"id": "start", "type": "start", "config": {}, "position": {"x": 0, "y": 0}},
             {"id": "end", "type": "hangup", "config": {"prompt": [f"{decomposed}.wav"]}, "position": {"x": 0, "y": 0}}]
    flow = {"format": "zongji.flow/1", "name": "n", "locale": "zh-CN", "settings": {"on_error": "end"},
            "nodes": nodes, "edges": [{"from": "start", "exit": "next", "to": "end"}]}  # fmt: skip
    brought = admin.post("/flows/import", {"document": flow}).json
    assert "prompt.missing" not in [issue["code"] for issue in brought["issues"]]
    assert admin.delete(f"/prompts/{decomposed}.wav?revision=1").status_code == 409, "that flow plays it"


def test_uploads_wait_for_their_turn(admin: Browser, monkeypatch: pytest.MonkeyPatch):
    """Many uploads at once must not take the machine from the calls."""
    converting = import_module("designer.audio.convert")
    places = Turns(1, waiting=0, patience_s=0)
    pool = WorkerPool("designer.audio.decode_worker", converting.LIMITS.budget, places=places)
    monkeypatch.setattr(converting, "DECODERS", pool)
    with places.of(""):
        for admin.language in LANGUAGES:
            busy = admin.upload("/prompts", file=(io.BytesIO(SOUND), "a.wav"))
            assert (busy.status_code, busy.json["error"]["code"]) == (503, "decoders_busy")
            assert bool(re.search(r"[\u4e00-\u9fff]", busy.json["error"]["message"])) == (admin.language == "zh-CN")
    assert admin.get("/prompts?q=a.wav").json["total"] == 0
    for _ in range(2):
        assert admin.upload("/prompts", file=(io.BytesIO(b"no audio"), "a.wav")).status_code == 422
    assert admin.upload("/prompts", file=(io.BytesIO(SOUND), "a.wav")).status_code == 201


def test_a_refused_prompt_leaves_no_audio(admin: Browser, data: Path):
    assert admin.upload("/prompts", file=(io.BytesIO(SOUND), "a.wav")).status_code == 201
    before = sorted((data / "audio").rglob("*"))
    other = wav_bytes(tone(700, 1))
    for fields, status in (({}, 409), ({"revision": "7"}, 409), ({"name": "b", "revision": "1"}, 404)):
        assert admin.upload("/prompts", file=(io.BytesIO(other), "a.wav"), **fields).status_code == status
    spoken = {"name": "a.wav", "text": "您好", "locale": "zh-CN"}
    assert admin.post("/prompts/speak", spoken).status_code == 409
    assert sorted((data / "audio").rglob("*")) == before

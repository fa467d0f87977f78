"""One error shape, in two languages, whatever goes wrong."""

from __future__ import annotations

import errno
import io
import logging
import os
import re
import sqlite3
import wave
from collections.abc import Callable
from pathlib import Path

import pytest
from apiflask import APIFlask
from sqlalchemy import event
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from designer import messages
from store import Store
from support.web import Browser


@pytest.mark.parametrize("code", sorted(messages.MESSAGES))
def test_both_languages_say_the_same_things(code: str):
    zh, en = messages.MESSAGES[code]
    assert zh.strip()
    assert en.strip()
    assert set(re.findall(r"{(\w+)}", zh)) == set(re.findall(r"{(\w+)}", en))
    assert not re.search(r"[\u4e00-\u9fff]", en)


def test_every_code_in_the_sources_is_in_the_catalogue():
    folder = Path(messages.__file__).parent
    makers = r"""ApiError\(\d+,|issue\(|field_error\("\w+",|both\(|text\(|CannotServe\(settings,"""
    named = re.compile(rf"""\b(?:{makers})\s*"([\w.]+)\"""")
    used = {code for path in folder.rglob("*.py") for code in named.findall(path.read_text(encoding="utf-8"))}
    assert len(used) > 25
    assert used <= set(messages.MESSAGES)


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/nothing/here", 404, "not_found"),
        ("PUT", "/flows", 405, "method_not_allowed"),
        ("GET", "/flows/0190-unknown", 404, "not_found"),
        ("GET", "/flows/%00", 404, "not_found"),
        ("GET", "/flows?q=%00", 422, "invalid"),
        ("GET", "/flows?page=0", 422, "invalid"),
        ("GET", "/flows?size=9999", 422, "invalid"),
        ("GET", "/flows?sort=colour", 422, "invalid"),
        ("GET", "/flows/x/counts?day=tomorrow", 422, "invalid"),
        ("GET", "/calls?from=yesterday", 422, "invalid"),
        ("DELETE", "/flows/x", 422, "invalid"),
    ],
)
@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_error_shape(admin: Browser, method: str, path: str, status: int, code: str, language: str):
    admin.language = language
    response = admin._open(method, path)
    assert response.status_code == status
    assert response.content_type == "application/json"
    error = response.json["error"]
    assert error["code"] == code
    assert bool(re.search(r"[\u4e00-\u9fff]", error["message"])) == (language == "zh-CN")
    if status == 422:
        assert all(set(issue["message"]) == {"zh-CN", "en"} for issue in error["issues"])
    if status == 405:
        assert "GET" in response.headers["Allow"]


def test_a_full_disk_under_the_database_is_told(app: APIFlask, admin: Browser, store: Store):
    def no_room(connection: sqlite3.Connection, *_: object) -> None:
        connection.execute("PRAGMA max_page_count = 1")  # as many as there are

    event.listen(store._database.engine, "checkout", no_room)
    long = "x" * 200_000
    response = admin.post("/flows", {"name": "x", "document": {"notes": [long]}})
    assert (response.status_code, response.json["error"]["code"]) == (507, "disk_full")


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT])
@pytest.mark.parametrize(("language", "words"), [("zh-CN", "磁盘已满"), ("en", "disk is full")])
def test_a_full_disk_under_the_files_is_told(
    admin: Browser, monkeypatch: pytest.MonkeyPatch, number: int, language: str, words: str
):
    def no_room(descriptor: int) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, "fsync", no_room)
    admin.language = language
    response = admin.upload("/prompts", file=(io.BytesIO(tone()), "a.wav"))
    assert (response.status_code, response.json["error"]["code"]) == (507, "disk_full")
    assert words in response.json["error"]["message"]


def test_other_troubles_with_files_are_ours(admin: Browser, monkeypatch: pytest.MonkeyPatch):
    def broken(descriptor: int) -> None:
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    monkeypatch.setattr(os, "fsync", broken)
    response = admin.upload("/prompts", file=(io.BytesIO(tone()), "a.wav"))
    assert (response.status_code, response.json["error"]["code"]) == (500, "internal")


def tone() -> bytes:
    """A second of something."""
    file = io.BytesIO()
    with wave.open(file, "wb") as made:
        made.setnchannels(1)
        made.setsampwidth(2)
        made.setframerate(8000)
        made.writeframes(b"\x10\x20" * 8000)
    return file.getvalue()


@pytest.mark.parametrize(
    ("body", "field", "code"),
    [
        ({}, "name", "field.missing"),
        ({"name": 5}, "name", "field.wrong_type"),
        ({"name": ""}, "name", "field.too_short"),
        ({"name": "x" * 101}, "name", "field.too_long"),
        ({"name": "x", "document": []}, "document", "field.wrong_type"),
        ({"name": "x", "colour": "red"}, "colour", "field.unknown"),
        ([], "body", "field.wrong_type"),
    ],
)
def test_fields_are_checked_strictly(admin: Browser, body: object, field: str, code: str):
    response = admin.post("/flows", body)
    assert response.status_code == 422
    assert [(i["field"], i["code"]) for i in response.json["error"]["issues"]] == [(field, code)]


@pytest.mark.parametrize("value", [True, 1.5, "1", None, 0])
def test_a_revision_is_a_positive_integer_and_nothing_else(admin: Browser, value: object):
    response = admin.put("/flows/x", {"document": {}, "revision": value})
    assert [issue["field"] for issue in response.json["error"]["issues"]] == ["revision"]


@pytest.mark.parametrize(
    ("body", "chinese", "english"),
    [
        (b"{", "第 1 行第 2 列", "line 1, column 2"),
        (b"", "第 1 行第 1 列", "line 1, column 1"),
        (b'{\n "name": NaN}', "第 2 行第 10 列", "line 2, column 10"),
        (b"[" * 100_000, "嵌套太深", "nested too deeply"),
        (b"[" * 300 + b"]" * 300, "嵌套太深", "nested too deeply"),
        (b'{"name": "a\\u0000"}', "NUL", "NUL"),
        (b'"\xff"', "第 1 行", "line 1"),
        (b'{"name": "\\ud800"}', "第 1 行", "line 1"),
    ],
)
def test_broken_json_is_told_with_a_reason_in_the_users_language(
    admin: Browser, body: bytes, chinese: str, english: str
):
    for admin.language, words in (("zh-CN", chinese), ("en", english)):
        response = admin._open("POST", "/flows", data=body, content_type="application/json")
        assert (response.status_code, response.json["error"]["code"]) == (400, "bad_json")
        said = response.json["error"]["message"]
        assert words in said
        assert bool(re.search(r"[a-z]{3}", said)) == (admin.language == "en"), said


@pytest.mark.parametrize("content_type", ["text/plain", "application/x-www-form-urlencoded", "application/xml"])
def test_other_content_types_are_refused(admin: Browser, content_type: str):
    response = admin._open("POST", "/flows", data=b'{"name": "x"}', content_type=content_type)
    assert (response.status_code, response.json["error"]["code"]) == (415, "unsupported_media_type")


def test_too_large_a_document_is_refused_with_the_limit(make_app: Callable[..., APIFlask], acme: object):
    browser = Browser(make_app(document_limit_bytes=2000).test_client(), "en")
    browser.sign_in("acme-administrator")
    response = browser.post("/flows", {"name": "x", "document": {"note": "x" * 3000}})
    assert response.status_code == 413
    assert response.json["error"] == {"code": "too_large", "message": "This is too large; the limit is 2 kB"}


def test_a_bug_gives_an_incident_number_that_is_in_the_log(
    admin: Browser, store: Store, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
):
    def explode(*_: object) -> None:
        raise RuntimeError("secret detail")

    monkeypatch.setattr(store.flows, "page", explode)
    with caplog.at_level(logging.ERROR):
        response = admin.get("/flows")
    error = response.json["error"]
    assert (response.status_code, error["code"]) == (500, "internal")
    assert "secret detail" not in response.text
    assert error["incident"] in error["message"]
    assert f"incident {error['incident']}" in caplog.text
    assert "secret detail" in caplog.text


@pytest.mark.parametrize(
    "error",
    [OperationalError("SELECT 1", {}, Exception("disk I/O error")), PoolTimeout("QueuePool limit of size 5 reached")],
    ids=["lost", "no connection free"],
)
def test_a_lost_database_is_a_clear_503(
    admin: Browser, store: Store, monkeypatch: pytest.MonkeyPatch, error: Exception
):
    def gone(*_: object) -> None:
        raise error

    monkeypatch.setattr(store.flows, "page", gone)
    response = admin.get("/flows")
    assert (response.status_code, response.json["error"]["code"]) == (503, "database_down")
    assert "SELECT" not in response.text
    assert "QueuePool" not in response.text
    assert response.headers["Retry-After"] == "5"


def test_every_answer_has_the_security_headers(admin: Browser):
    for response in (admin.get("/flows"), admin.get("/nothing"), admin.client.get("/")):
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        assert response.headers["X-Frame-Options"] == "DENY"
        assert "script-src 'self';" in response.headers["Content-Security-Policy"]
        assert "frame-ancestors 'none'" in response.headers["Content-Security-Policy"]
    assert admin.get("/flows").headers["Cache-Control"] == "no-store"

"""Signing in and out, CSRF, roles, throttling."""

from __future__ import annotations

import re
import stat
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from apiflask import APIFlask

from designer.app import UPLOADS
from designer.passwords import Passwords
from designer.serving import CannotServe, check_data_folder
from designer.sessions import SignedOut, refuse_unmarked
from designer.throttle import Attempt
from store import Store
from store.permissions import ROLES
from support.web import CHEAP, PASSWORD, Browser, Company, settings_for


def test_session_says_who_and_for_which_company(admin: Browser):
    body = admin.get("/session").json
    assert body["user"] == {
        "name": "acme-administrator",
        "display_name": "acme-administrator",
        "role": "administrator",
        "password_length": 12,
        "locale": "zh-CN",
    }
    assert body["tenant"] == {"name": "acme", "timezone": "Asia/Shanghai"}
    assert body["csrf"] == admin.csrf


def test_cookie_is_closed_to_scripts_and_other_sites(visitor: Browser):
    cookies = visitor.sign_in("acme-operator").headers.getlist("Set-Cookie")
    assert {cookie.partition("=")[0] for cookie in cookies} == {"zongji_session", "zongji_device"}
    for cookie in cookies:
        assert "HttpOnly" in cookie
        assert "SameSite=Lax" in cookie
        assert "Secure" not in cookie


def test_cookie_is_secure_over_https(app: APIFlask, acme: Company):
    response = app.test_client().post(
        "/api/v1/session", json={"name": "acme-qa", "password": PASSWORD}, base_url="https://pbx.example"
    )
    assert all("Secure" in cookie for cookie in response.headers.getlist("Set-Cookie"))


@pytest.mark.parametrize(
    ("language", "message"), [("zh-CN", "用户名或密码不正确"), ("en", "The name or the password is wrong")]
)
@pytest.mark.parametrize("name", ["acme-administrator", "nobody"])
def test_wrong_password_and_unknown_name_are_told_alike(visitor: Browser, language: str, message: str, name: str):
    visitor.language = language
    response = visitor.sign_in(name, "wrong")
    assert response.status_code == 401
    assert response.json == {"error": {"code": "wrong_password", "message": message}}


def test_everything_but_signing_in_needs_a_session(app: APIFlask, visitor: Browser):
    open_endpoints = {"session.begin", "health.healthz"}
    for rule in app.url_map.iter_rules():
        if not rule.rule.startswith("/api/") or rule.endpoint in open_endpoints:
            continue
        for method in rule.methods - {"HEAD", "OPTIONS"}:
            path = re.sub("<int:[a-z]+>", "1", rule.rule.removeprefix("/api/v1"))
            response = visitor._open(method, path)
            assert (response.status_code, response.json["error"]["code"]) == (401, "not_signed_in"), rule


def test_signing_out_ends_the_session_even_for_a_copied_cookie(app: APIFlask, admin: Browser):
    cookie = admin.client.get_cookie("zongji_session").value
    assert admin.delete("/session").status_code == 204
    assert admin.get("/session").status_code == 401
    thief = app.test_client()
    thief.set_cookie("zongji_session", cookie)
    assert thief.get("/api/v1/session").status_code == 401
    held = app.extensions["zongji"]
    app.extensions["zongji"] = replace(held, signed_out=SignedOut(held.store.meta, 60.0))  # as after a restart
    assert thief.get("/api/v1/session").status_code == 401


def test_write_without_csrf_token_is_refused(admin: Browser):
    admin.csrf = "guessed"
    response = admin.post("/flows", {"name": "x"})
    assert (response.status_code, response.json["error"]["code"]) == (403, "csrf")
    assert admin.get("/flows").json["total"] == 0


def test_signing_in_from_another_site_is_refused(visitor: Browser):
    response = visitor.post(
        "/session", {"name": "acme-qa", "password": PASSWORD}, headers={"Sec-Fetch-Site": "cross-site"}
    )
    assert response.json["error"]["code"] == "cross_site"


def test_forged_cookie_is_nobody(visitor: Browser):
    visitor.client.set_cookie("zongji_session", "eyJ1c2VyIjoiMSJ9.aR8.forged")
    assert visitor.get("/session").status_code == 401


def test_new_password_ends_the_users_other_sessions(browse: Callable[..., Browser], visitor: Browser):
    here, there = browse("acme-qa"), browse("acme-qa")
    changed = here.put("/session/password", {"old": PASSWORD, "new": "battery staple"})
    assert changed.status_code == 200
    assert here.get("/session").status_code == 200
    assert there.get("/session").status_code == 401
    assert visitor.sign_in("acme-qa").status_code == 401
    assert visitor.sign_in("acme-qa", "battery staple").status_code == 200


@pytest.mark.parametrize(
    ("old", "new", "field", "code"),
    [
        ("wrong", "battery staple", "old", "wrong_old_password"),
        (PASSWORD, "short", "new", "field.too_short"),
        (PASSWORD, "eight is ok", "new", "field.too_short"),
        (PASSWORD, "qwertyuiop12", "new", "password_guessable"),
        (PASSWORD, "acme-administrator", "new", "password_guessable"),
    ],
)
def test_password_change_says_what_is_wrong(admin: Browser, old: str, new: str, field: str, code: str):
    response = admin.put("/session/password", {"old": old, "new": new})
    assert response.status_code == 422
    (issue,) = response.json["error"]["issues"]
    assert (issue["field"], issue["code"]) == (field, code)


def test_locale_is_remembered_and_used_where_the_browser_names_none(admin: Browser):
    assert admin.put("/session/locale", {"locale": "en"}).json["user"]["locale"] == "en"
    response = admin.client.get("/api/v1/flows/none")
    assert response.json["error"]["message"] == "Not found"


@pytest.mark.parametrize("role", list(ROLES))
def test_a_session_says_what_its_role_may_and_that_is_what_is_allowed(
    browse: Callable[..., Browser], app: APIFlask, role: str
):
    """Every operation is tried: 403 ``forbidden`` for exactly those whose permission the session does not name."""
    browser = browse(f"acme-{role}", "en")
    may = set(browser.get("/session").json["may"])
    described = browser.get("/openapi.json").json["paths"]
    tried = 0
    for rule in app.url_map.iter_rules():
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}:
            if not rule.rule.startswith("/api/") or rule.endpoint in ("session.begin", "session.end", "live.follow"):
                continue
            operation = described[re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule)][method.lower()]
            path = re.sub(r"<int:[^>]+>", "1", rule.rule.removeprefix("/api/v1"))
            path = re.sub(r"<[^>]+>", "none", path)
            body: dict[str, Any] = {"data": {"name": "x"}} if rule.endpoint in UPLOADS else {"json": {}}
            if method == "GET":
                body = {}
            if rule.endpoint in UPLOADS:
                body["content_type"] = "multipart/form-data"
            answer = browser.client.open(
                f"/api/v1{path}", method=method, headers={"X-CSRF-Token": browser.csrf}, **body
            )
            forbidden = answer.status_code == 403 and answer.json["error"]["code"] == "forbidden"
            assert forbidden is (operation.get("x-permission", "") not in {"", *may}), rule.endpoint
            tried += 1
    assert tried > 40
    assert ("numbers.bind" in may) is (role == "administrator")
    assert ("voicemail.edit" in may) is (role in ("administrator", "operator", "supervisor"))


def test_a_view_that_does_not_say_who_may_call_it_is_refused_at_the_start():
    app = APIFlask("forgetful")

    @app.get("/api/v1/forgotten")
    def forgotten() -> str:
        return ""

    with pytest.raises(RuntimeError, match="forgotten"):
        refuse_unmarked(app)


@pytest.mark.parametrize("role", ["operator", "qa"])
def test_only_administrators_write_flows(browse: Callable[..., Browser], role: str):
    browser = browse(f"acme-{role}", "en")
    assert browser.get("/flows").status_code == 200
    response = browser.post("/flows", {"name": "x"})
    assert (response.status_code, response.json["error"]["code"]) == (403, "forbidden")
    assert ("QA" if role == "qa" else "operator") in response.json["error"]["message"]


def test_wrong_passwords_are_slowed_down_per_name(visitor: Browser):
    for _ in range(5):
        assert visitor.sign_in("acme-administrator", "wrong").status_code == 401
    blocked = visitor.sign_in("acme-administrator")
    assert (blocked.status_code, blocked.json["error"]["code"]) == (429, "too_many_attempts")
    assert 0 < int(blocked.headers["Retry-After"]) <= 300
    assert visitor.sign_in("acme-operator").status_code == 200


def test_who_has_to_wait_is_told_how_long(visitor: Browser):
    visitor.language = "en"
    for _ in range(5):
        visitor.sign_in("acme-administrator", "wrong")
    blocked = visitor.sign_in("acme-administrator")
    assert f"again in {blocked.headers['Retry-After']} seconds" in blocked.json["error"]["message"]


def test_strangers_lock_nobody_out_of_a_browser_that_the_user_knows(browse: Callable[..., Browser], visitor: Browser):
    own, colleague = browse("acme-administrator"), browse("acme-qa")
    assert own.delete("/session").status_code == 204
    while visitor.sign_in("acme-administrator", "wrong").status_code != 429:
        pass
    assert colleague.sign_in("acme-administrator").status_code == 429, "another's browser is a stranger"
    assert own.sign_in("acme-administrator").status_code == 200


def test_a_known_browser_tries_no_more_passwords_than_others(browse: Callable[..., Browser]):
    browser = browse("acme-qa")
    tried = [browser.sign_in("acme-qa", "wrong").status_code for _ in range(6)]
    assert tried == [401] * 5 + [429]


def test_several_users_of_a_browser_are_known_in_it(browse: Callable[..., Browser], visitor: Browser):
    shared = browse("acme-qa")
    assert shared.sign_in("acme-operator").status_code == 200
    for _ in range(6):
        visitor.sign_in("acme-qa", "wrong")
    assert shared.sign_in("acme-qa").status_code == 200


def test_a_new_password_makes_other_browsers_strangers(browse: Callable[..., Browser], visitor: Browser):
    here, there = browse("acme-qa"), browse("acme-qa")
    assert here.put("/session/password", {"old": PASSWORD, "new": "battery staple"}).status_code == 200
    for _ in range(6):
        visitor.sign_in("acme-qa", "wrong")
    assert there.sign_in("acme-qa", "battery staple").status_code == 429
    assert here.sign_in("acme-qa", "battery staple").status_code == 200


@pytest.mark.parametrize("cookie", ["", "~~~~", "guess", "guess.guess", "é.\x00", "a.b~" * 1000])
def test_forged_devices_are_strangers(visitor: Browser, cookie: str):
    for _ in range(5):
        visitor.client.set_cookie("zongji_device", cookie, path="/api/")
        assert visitor.sign_in("acme-qa", "wrong").status_code == 401
    assert visitor.sign_in("acme-qa").status_code == 429


def test_a_disabled_user_is_out_at_once_and_told_why(
    browse: Callable[..., Browser], visitor: Browser, acme: Company, store: Store
):
    browser = browse("acme-qa")
    user = store.users.for_sign_in("acme-qa")
    store.users.set_enabled(acme.tenant, user.id, False, by="cli")
    assert browser.get("/flows").status_code == 401
    assert visitor.sign_in("acme-qa", "wrong").json["error"]["code"] == "wrong_password"
    told = visitor.sign_in("acme-qa")
    assert (told.status_code, told.json["error"]["code"]) == (403, "user_disabled")
    store.users.set_enabled(acme.tenant, user.id, True, by="cli")
    assert visitor.sign_in("acme-qa").status_code == 200


def test_wrong_passwords_at_once_are_no_way_round_the_limit(app: APIFlask, visitor: Browser):
    held = app.extensions["zongji"]
    attempt = Attempt("acme-administrator", "127.0.0.1")
    others = [held.throttle.begin(attempt) for _ in range(5)]  # being checked just now
    assert others == [0] * 5
    assert visitor.sign_in("acme-administrator", "wrong").status_code == 429
    held.throttle.cancelled(attempt)
    assert visitor.sign_in("acme-administrator").status_code == 200


def test_a_password_that_could_not_be_checked_does_not_count(app: APIFlask, visitor: Browser):
    held = app.extensions["zongji"]
    app.extensions["zongji"] = replace(held, passwords=Passwords(**CHEAP, at_once=1, patience=0.01))
    with app.extensions["zongji"].passwords.turn():
        for _ in range(6):
            busy = visitor.sign_in("acme-qa")
            assert (busy.status_code, busy.json["error"]["code"]) == (503, "passwords_busy")
    assert visitor.sign_in("acme-qa").status_code == 200


def test_few_passwords_are_hashed_at_once(app: APIFlask, admin: Browser):
    held = app.extensions["zongji"]
    app.extensions["zongji"] = replace(held, passwords=Passwords(**CHEAP, at_once=1, patience=0.01))
    with app.extensions["zongji"].passwords.turn():
        busy = admin.put("/session/password", {"old": PASSWORD, "new": "battery staple"})
    assert busy.json["error"]["code"] == "passwords_busy"


def test_session_key_is_made_once_and_private(make_app: Callable[..., APIFlask], data: Path):
    first, second = make_app(), make_app()
    key = data / "secret.key"
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    assert first.config["SECRET_KEY"] == second.config["SECRET_KEY"] == key.read_bytes()


@pytest.mark.parametrize(
    ("locale", "broken", "missing"),
    [("zh-CN", "里不是 32 字节的密钥", "没有这个文件或目录"), ("en", "does not hold a key", "no such file or folder")],
)
def test_a_session_key_that_cannot_be_had(data: Path, locale: str, broken: str, missing: str):
    (data / "secret.key").write_bytes(b"short")
    with pytest.raises(CannotServe, match=broken):
        check_data_folder(settings_for(data, locale=locale))
    with pytest.raises(CannotServe) as told:
        check_data_folder(settings_for(data / "none", locale=locale))
    assert str(told.value).endswith(missing)


def test_outdated_password_hash_is_renewed_at_sign_in(make_app: Callable[..., APIFlask], acme: Company, store: Store):
    before = store.users.for_sign_in("acme-qa").password_hash
    assert Browser(make_app().test_client()).sign_in("acme-qa").status_code == 200
    assert store.users.for_sign_in("acme-qa").password_hash == before
    dearer = make_app(password_time_cost=2)
    assert Browser(dearer.test_client()).sign_in("acme-qa").status_code == 200
    assert store.users.for_sign_in("acme-qa").password_hash != before


def test_after_a_week_one_signs_in_again_however_busy(admin: Browser, monkeypatch):
    begun = time.time()
    days = 0.0
    monkeypatch.setattr("designer.sessions.time.time", lambda: begun + days * 24 * 3600)
    while days < 6.75:
        days += 0.25
        assert admin.get("/session").status_code == 200, days
    days = 7.1
    assert admin.get("/session").status_code == 401

"""Who is asking: signed session cookies, CSRF tokens, permissions. ``install`` guards every ``/api/v1`` endpoint.

The cookie carries the user's id and the user row's revision, signed with the key in the data folder; a new
password counts the revision up and so ends all other sessions. The tenant always comes from the user's row,
never from the request.
"""

from __future__ import annotations

import hmac
import os
import secrets
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any, TypeVar

import orjson
from apiflask import APIFlask
from flask import Flask, current_app, g, has_request_context, request, session
from flask.sessions import SecureCookieSessionInterface, SessionMixin
from sqlalchemy.exc import SQLAlchemyError

from designer.errors import ApiError
from designer.settings import WebSettings
from store import Store
from store.audit import SYSTEM, Actor, Thing
from store.errors import NotFound, StoreError
from store.models import User
from store.permissions import PERMISSIONS, permissions_of, role_texts
from store.repositories.directory import MetaRepository

COOKIE = "zongji_session"
CSRF_HEADER = "X-CSRF-Token"
LONGEST_SESSION_SECONDS = 7 * 24 * 3600
"""However busy: after a week one signs in again."""

SIGNED_OUT = "web.signed_out"
"""Key of the ended sessions among the database's own notes."""

READING = ("GET", "HEAD", "OPTIONS")

EVERYONE, PUBLIC = "everyone", "public"
"""Marks of views that need no permission."""

_MARK = "zongji_permission"

View = TypeVar("View", bound=Callable[..., object])


@dataclass(frozen=True, slots=True)
class SignedIn:
    """The user of this request and the company that everything in it belongs to."""

    user_id: str
    tenant_id: str
    name: str
    display_name: str
    role: str
    locale: str
    tenant_name: str
    timezone: str


def needs(permission: str) -> Callable[[View], View]:
    """Mark a view: the permission (``store.permissions``) that whoever calls it needs. Every view has one mark."""
    assert permission in PERMISSIONS, permission

    def mark(view: View) -> View:
        view.__dict__[_MARK] = permission
        return view

    return mark


def for_everyone(view: View) -> View:
    """Mark a view that needs a sign-in and no permission."""
    view.__dict__[_MARK] = EVERYONE
    return view


def public(view: View) -> View:
    """Mark a view that needs no sign-in."""
    view.__dict__[_MARK] = PUBLIC
    return view


def needed(view: Callable[..., object]) -> str | None:
    """What a view was marked with: a permission, EVERYONE or PUBLIC; None where it was forgotten."""
    mark: str | None = getattr(view, _MARK, None)
    return mark


def refuse_unmarked(app: Flask) -> None:
    """Raise RuntimeError where a view of the API does not say who may call it."""
    forgotten = {
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith("/api/") and needed(app.view_functions[rule.endpoint]) is None
    }
    if forgotten:
        raise RuntimeError(f"without a permission: {', '.join(sorted(forgotten))}")


def current() -> SignedIn:
    """The signed-in user. Only inside guarded views."""
    who: SignedIn = g.who
    return who


def acting() -> Actor:
    """Who acts in this thread at this moment, for the audit log: the user of the request, else the system."""
    who: SignedIn | None = g.get("who") if has_request_context() else None
    return SYSTEM if who is None else actor(who.name, who.user_id)


def actor(name: str, user_id: str) -> Actor:
    """A user in this request."""
    return Actor("user", name, user_id, request.remote_addr or "")


class BrokenKey(Exception):
    """The file does not hold a key of 32 bytes."""


def session_key(path: Path) -> bytes:
    """The key that signs cookies: made once, readable by the owner only. Raises OSError, BrokenKey."""
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return _read_key(path)
    key = secrets.token_bytes(32)
    with os.fdopen(descriptor, "wb") as file:
        file.write(key)
    return key


def _read_key(path: Path) -> bytes:
    # another process may have made the file this moment and not written yet
    for _ in range(50):
        key = path.read_bytes()
        if len(key) == 32:
            return key
        time.sleep(0.02)
    raise BrokenKey(path)


class SignedOut:
    """Sessions that were ended by signing out, until their cookies expire by themselves; a restart keeps them.

    seconds: how long a cookie is good after it was last renewed.
    """

    def __init__(self, meta: MetaRepository, seconds: float) -> None:
        self._meta = meta
        self._seconds = seconds
        self._lock = threading.Lock()
        self._until: dict[str, float] = orjson.loads(meta.get(SIGNED_OUT) or "{}")

    def add(self, session_id: str) -> None:
        """End a session."""
        now = time.time()
        with self._lock:
            kept = {sid: until for sid, until in self._until.items() if until > now}
            self._until = kept | {session_id: now + self._seconds}
            self._meta.put(SIGNED_OUT, orjson.dumps(self._until).decode())

    def __contains__(self, session_id: object) -> bool:
        return session_id in self._until


class CookieSessions(SecureCookieSessionInterface):
    """Flask's signed cookies: sent with API answers only, and Secure whenever the request came by HTTPS."""

    def __init__(self, secure: bool | None) -> None:
        self._secure = secure

    def get_cookie_secure(self, app: Flask) -> bool:
        return request.is_secure if self._secure is None else self._secure

    def should_set_cookie(self, app: Flask, session: SessionMixin) -> bool:
        return request.path.startswith("/api/") and super().should_set_cookie(app, session)


def install(app: APIFlask, settings: WebSettings) -> None:
    """Set the cookie's properties and put the guard before every request."""
    app.config.update(
        SECRET_KEY=session_key(settings.data / "secret.key"),
        SESSION_COOKIE_NAME=COOKIE,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        PERMANENT_SESSION_LIFETIME=timedelta(seconds=settings.session_seconds),
    )
    app.session_interface = CookieSessions(settings.secure_cookies)
    app.before_request(_guard)


def sign_in(user: User) -> SignedIn:
    """Begin a session; whatever the browser had before is forgotten (no session fixation)."""
    session.clear()
    session.permanent = True
    session["sid"] = secrets.token_urlsafe(12)
    session["user"] = user.id
    session["tenant"] = user.tenant_id
    session["revision"] = user.revision
    session["since"] = int(time.time())
    session["csrf"] = secrets.token_urlsafe(24)
    g.who = _describe(user)
    return current()


def renew(user: User) -> SignedIn:
    """Keep this session after the user's own row changed (a new password ends all the others)."""
    session["revision"] = user.revision
    g.who = _describe(user)
    return current()


def sign_out() -> None:
    """End the session here and in the browser."""
    _app_state_signed_out().add(session.get("sid", ""))
    session.clear()


def session_id() -> str:
    """Which sign-in this request belongs to."""
    return str(session["sid"])


def watch() -> Callable[[], bool]:
    """Tells, also after this request, whether its session is still good; True while the database cannot say."""
    held = dict(session)
    store, ended = _store(), _app_state_signed_out()

    def signed_in() -> bool:
        try:
            return _user_of(held, store, ended) is not None
        except (SQLAlchemyError, StoreError):
            return True

    return signed_in


def _guard() -> None:
    if not request.path.startswith("/api/"):
        return
    if request.method not in READING and request.headers.get("Sec-Fetch-Site") == "cross-site":
        raise ApiError(403, "cross_site")
    view = current_app.view_functions.get(request.endpoint or "")
    mark = PUBLIC if view is None else needed(view)
    if mark == PUBLIC:
        return
    user = _user_of_session()
    if user is None:
        session.clear()
        raise ApiError(401, "not_signed_in")
    g.who = _describe(user)
    if request.method not in READING:
        _check_csrf()
    if mark != EVERYONE:
        require(str(mark))  # one was given: an application with a view that has none does not start


def require(permission: str) -> None:
    """Refuse whoever lacks a permission, in views that need another for some of what they do. Raises ApiError 403."""
    if permission in permissions_of(g.who.role):
        return
    details = {"permission": permission, "method": request.method, "path": request.path}
    _store().audit.add(g.who.tenant_id, "request.forbid", Thing("api"), details, result="refused")
    raise ApiError(403, "forbidden", role=dict(role_texts(g.who.role)))


def _check_csrf() -> None:
    sent = request.headers.get(CSRF_HEADER, "")
    if not hmac.compare_digest(sent.encode(), str(session.get("csrf", "")).encode()):
        raise ApiError(403, "csrf")


def _user_of_session() -> User | None:
    return _user_of(session, _store(), _app_state_signed_out())


def _user_of(held: Mapping[str, Any], store: Store, ended: SignedOut) -> User | None:
    """Whose session this is; None where it is over."""
    if "sid" not in held or held["sid"] in ended:
        return None
    if time.time() - held["since"] > LONGEST_SESSION_SECONDS:
        return None
    try:
        user = store.users.get(held["tenant"], held["user"])
    except NotFound:
        return None
    return user if user.enabled and user.revision == held["revision"] else None


def _describe(user: User) -> SignedIn:
    tenant = _store().tenants.get(user.tenant_id)
    return SignedIn(
        user_id=user.id,
        tenant_id=user.tenant_id,
        name=user.name,
        display_name=user.display_name,
        role=user.role,
        locale=user.locale,
        tenant_name=tenant.name,
        timezone=tenant.timezone,
    )


def _store() -> Store:
    store: Store = current_app.extensions["zongji"].store
    return store


def _app_state_signed_out() -> SignedOut:
    ended: SignedOut = current_app.extensions["zongji"].signed_out
    return ended

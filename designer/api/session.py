"""Signing in and out, the user's own language and password."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Literal

from flask import Response, request, session
from pydantic import Field

from designer import devices
from designer.api.base import In, Json, Out, author, blueprint, errors, who
from designer.errors import ApiError, field_error
from designer.names import composed
from designer.password_rules import check_new, shortest
from designer.sessions import SignedIn, current, for_everyone, public, renew, session_id, sign_in, sign_out
from designer.state import state
from designer.throttle import Attempt
from store.models import User
from store.permissions import in_order, permissions_of

log = logging.getLogger(__name__)
bp = blueprint("session")


class SignIn(In):
    name: str = Field(min_length=1, max_length=100)
    password: str = Field(min_length=1, max_length=200)


class UserOut(Out):
    """``password_length``: characters that a new password has at least."""

    name: str
    display_name: str
    role: str
    locale: str
    password_length: int


class TenantOut(Out):
    name: str
    timezone: str


class SessionOut(Out):
    """Who is signed in, for which company; ``csrf`` goes into ``X-CSRF-Token`` of every write.

    ``may``: the permissions that this role has; ``x-permission`` of an operation says which one it needs.
    """

    user: UserOut
    tenant: TenantOut
    csrf: str
    may: list[str]


class LocaleIn(In):
    locale: Literal["zh-CN", "en"]


class PasswordIn(In):
    old: str = Field(min_length=1, max_length=200)
    new: str = Field(min_length=8, max_length=200)


@bp.get("/session")
@bp.output(SessionOut)
@for_everyone
def read() -> Json:
    """Who is signed in."""
    return _show(current())


@bp.post("/session")
@bp.input(SignIn)
@bp.output(SessionOut)
@bp.doc(extensions=errors(401, 403, 429))
@public
def begin(json_data: SignIn) -> Json:
    """Sign in with name and password; sets the session cookie."""
    held = state()
    user = held.store.users.for_sign_in(composed(json_data.name))
    with _attempt(json_data.name, user) as attempt:
        attempt.right = held.passwords.matches(user.password_hash if user else None, json_data.password)
    if not attempt.right or user is None:
        log.warning("sign-in failed for %r from %s", json_data.name, request.remote_addr)
        raise ApiError(401, "wrong_password")
    if not user.enabled:
        raise ApiError(403, "user_disabled")
    if held.passwords.outdated(user.password_hash):
        hashed = held.passwords.hash(json_data.password)
        user = held.store.users.set_password(user.tenant_id, user.id, hashed, by=user.display_name)
    devices.remember(user)
    return _show(sign_in(user))


@bp.delete("/session")
@bp.output({}, 204)
@for_everyone
def end() -> Response:
    """Sign out; the session is over even where its cookie was copied."""
    ended = session_id()
    try:
        sign_out()
    finally:
        state().feed.end_session(ended)
    return Response(status=204)


@bp.put("/session/locale")
@bp.input(LocaleIn)
@bp.output(SessionOut)
@for_everyone
def set_locale(json_data: LocaleIn) -> Json:
    """Choose the language of the page."""
    user = state().store.users.set_locale(who().tenant_id, who().user_id, json_data.locale)
    return _show(renew(user))


@bp.put("/session/password")
@bp.input(PasswordIn)
@bp.output(SessionOut)
@bp.doc(extensions=errors(429))
@for_everyone
def set_password(json_data: PasswordIn) -> Json:
    """Change the own password; all other sessions of the user end."""
    held, me = state(), who()
    check_new(json_data.new, me.role, (me.name, me.display_name, me.tenant_name), field="new")
    user = held.store.users.get(me.tenant_id, me.user_id)
    with _attempt(me.name, user) as attempt:
        attempt.right = held.passwords.matches(user.password_hash, json_data.old)
    if not attempt.right:
        raise field_error("old", "wrong_old_password")
    hashed = held.passwords.hash(json_data.new)
    user = held.store.users.set_password(me.tenant_id, me.user_id, hashed, by=author())
    devices.remember(user)
    held.feed.end_user(me.user_id)
    return _show(renew(user))


class _Checked:
    """Whether a password was right, once it is known."""

    right = False


@contextmanager
def _attempt(name: str, user: User | None) -> Iterator[_Checked]:
    """Check a password inside. Raises ApiError 429 after too many wrong ones, 503 while others are checked."""
    throttle = state().throttle
    attempt = Attempt(name, request.remote_addr or "", devices.known(user))
    if wait := throttle.begin(attempt):
        raise ApiError(429, "too_many_attempts", seconds=wait, headers={"Retry-After": str(wait)})
    checked = _Checked()
    try:
        yield checked
    except BaseException:
        throttle.cancelled(attempt)
        raise
    if checked.right:
        throttle.succeeded(attempt)


def _show(me: SignedIn) -> Json:
    return {
        "user": {
            "name": me.name,
            "display_name": me.display_name,
            "role": me.role,
            "locale": me.locale,
            "password_length": shortest(me.role),
        },
        "tenant": {"name": me.tenant_name, "timezone": me.timezone},
        "csrf": session["csrf"],
        "may": in_order(permissions_of(me.role)),
    }

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
from designer.connections import network_of
from designer.errors import ApiError, field_error
from designer.names import composed
from designer.password_rules import check_new, shortest
from designer.sessions import SignedIn, actor, current, for_everyone, public, renew, session_id, sign_in, sign_out
from designer.state import state
from designer.throttle import Attempt
from designer.times import now
from store.audit import Thing
from store.models import User
from store.permissions import in_order, permissions_of

log = logging.getLogger(__name__)
bp = blueprint("session")

UNKNOWN_NAME = "web.unknown_name"
"""Key of the moment in which somebody last tried a name that nobody has, among the database's own notes."""


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
        if user is not None:
            _note("session.sign_in", user, "wrong_password")
        else:  # one write too, so that the time it takes tells nobody which names there are
            held.store.meta.put(UNKNOWN_NAME, now().isoformat())
        raise ApiError(401, "wrong_password")
    if not user.enabled:
        _note("session.sign_in", user, "user_disabled")
        raise ApiError(403, "user_disabled")
    if held.passwords.outdated(user.password_hash):
        hashed = held.passwords.hash(json_data.password)
        user = held.store.users.renew_hash(user.tenant_id, user.id, hashed, by=user.display_name)
    devices.remember(user)
    _note("session.sign_in", user)
    return _show(sign_in(user))


@bp.delete("/session")
@bp.output({}, 204)
@for_everyone
def end() -> Response:
    """Sign out; the session is over even where its cookie was copied."""
    ended, me = session_id(), who()
    try:
        sign_out()
        state().store.audit.add(me.tenant_id, "session.sign_out", Thing("user", me.user_id, me.name))
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
        _note("user.password", user, "wrong_old_password")
        raise field_error("old", "wrong_old_password")
    hashed = held.passwords.hash(json_data.new)
    user = held.store.users.set_password(me.tenant_id, me.user_id, hashed, by=author())
    devices.remember(user)
    held.feed.end_user(me.user_id)
    return _show(renew(user))


def _note(action: str, user: User, why: str = "") -> None:
    """Write down what became of a sign-in of a user whom there is; a name that nobody has is the log file's matter.

    Else strangers could fill the database with names.
    """
    state().store.audit.add(
        user.tenant_id,
        action,
        Thing("user", user.id, user.name),
        {"why": why} if why else None,
        result="refused" if why else "done",
        actor=actor(user.name, user.id),
    )


def _paused(user: User | None) -> None:
    """Once a pause, however often it is tried meanwhile."""
    if user is not None and state().paused.first(user.id, network_of(request.remote_addr or "")):
        _note("session.sign_in", user, "paused")


class _Checked:
    """Whether a password was right, once it is known."""

    right = False


@contextmanager
def _attempt(name: str, user: User | None) -> Iterator[_Checked]:
    """Check a password inside. Raises ApiError 429 after too many wrong ones, 503 while others are checked."""
    throttle = state().throttle
    attempt = Attempt(name, request.remote_addr or "", devices.known(user))
    if wait := throttle.begin(attempt):
        _paused(user)
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

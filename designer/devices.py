"""Browsers in which a user has signed in before: a signed cookie each, so that strangers cannot lock their owner out.

A token is good for one user with one password: both are part of what signs it. A browser keeps those of a few users.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterator

from flask import Response, after_this_request, current_app, request
from itsdangerous import BadSignature, Signer

from store.models import User

COOKIE = "zongji_device"
SECONDS = 400 * 24 * 3600
"""Browsers keep no cookie longer (RFC 6265bis section 5.5)."""

USERS = 4
"""Who share a browser; the one who signed in longest ago is forgotten."""


def known(user: User | None) -> str:
    """Which of the user's browsers the request comes from; "" for none of them."""
    return next((device for _, device in _own(user)), "") if user else ""


def remember(user: User) -> None:
    """Know this browser from now on; only after the user has shown the password."""
    others = [token for token in _tokens() if token not in {own for own, _ in _own(user)}]
    mine = _signer(user).sign(known(user) or secrets.token_urlsafe(12)).decode()
    value = "~".join([mine, *others][:USERS])

    @after_this_request
    def send(response: Response) -> Response:
        response.set_cookie(
            COOKIE,
            value,
            max_age=SECONDS,
            path="/api/",
            secure=current_app.session_interface.get_cookie_secure(current_app),
            httponly=True,
            samesite="Lax",
        )
        return response


def _own(user: User) -> Iterator[tuple[str, str]]:
    """The user's tokens that this browser sent, with the device that each names."""
    signer = _signer(user)
    for token in _tokens():
        try:
            yield token, signer.unsign(token).decode()
        except BadSignature:
            continue


def _tokens() -> list[str]:
    return [token for token in request.cookies.get(COOKIE, "").split("~")[:USERS] if token]


def _signer(user: User) -> Signer:
    salt = f"{COOKIE} {user.id} {user.password_hash}"
    key = current_app.secret_key
    assert key is not None, "set by sessions.install"
    return Signer(key, salt, key_derivation="hmac", digest_method=hashlib.sha256)

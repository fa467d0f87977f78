"""One error shape for every answer: ``{"error": {"code", "message", "issues"?, ...}}``.

Views and services raise ``ApiError``; everything else that can go wrong (routing, validation, limits, the
database, our own bugs) is turned into the same shape here. A bug's traceback goes to the log under an
incident id, and only the id goes out.
"""

from __future__ import annotations

import errno
import logging
import re
import secrets
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import TypedDict

from apiflask import APIFlask
from apiflask.exceptions import HTTPError
from flask import Response, jsonify, request
from gunicorn.http.errors import ParseException
from pydantic import ValidationError
from sqlalchemy.exc import DataError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from werkzeug.exceptions import HTTPException, MethodNotAllowed, RequestEntityTooLarge

from designer import messages
from designer.audio.errors import AudioError, DecodersBusy, SpeakerBusy, SpeechFailed, TooLarge, show_bytes
from designer.connections import TooManyWaiting, TooSlow
from designer.language import locale_of_request, timezone_of_request
from designer.passwords import PasswordsBusy
from designer.times import iso
from designer.workers import Busy, Failed, TooHungry, TookTooLong
from store.errors import (
    BadValue,
    Duplicate,
    InUse,
    NewestVersion,
    NotFound,
    NotGiven,
    NoWayBack,
    QuotaExceeded,
    Stale,
    StoreError,
    TakenElsewhere,
    is_disk_full,
)

log = logging.getLogger(__name__)

DRAIN_BYTES = 64_000_000

_STATUSES = {
    400: "bad_request",
    404: "not_found",
    408: "too_slow",
    415: "unsupported_media_type",
    416: "range_not_satisfiable",
}


class IssueJson(TypedDict):
    """One thing to correct; ``node`` is a node's id where the flow is at fault."""

    code: str
    severity: str
    node: str | None
    field: str | None
    message: dict[str, str]


class ApiError(Exception):
    """An answer that is not a success.

    status: HTTP status. code: in ``messages.MESSAGES``. values: fill the message's blanks.
    issues: what to correct. extra: more members of the error object. headers: of the response.
    message: both languages, where another room said it already; else the catalogue's sentence.
    """

    def __init__(
        self,
        status: int,
        code: str,
        /,
        *,
        issues: Sequence[IssueJson] | None = None,
        extra: Mapping[str, object] | None = None,
        headers: Mapping[str, str] | None = None,
        message: Mapping[str, str] | None = None,
        **values: object,
    ) -> None:
        super().__init__(code)
        self.status = status
        self.code = code
        self.issues = issues
        self.extra = dict(extra or {})
        self.headers = dict(headers or {})
        self.message = message
        self.values = values


def issue(code: str, *, field: str | None = None, node: str | None = None, **values: object) -> IssueJson:
    """An error issue from the catalogue, in both languages."""
    return {
        "code": code,
        "severity": "error",
        "node": node,
        "field": field,
        "message": messages.both(code, field=field, **values),
    }


def field_error(field: str, code: str, **values: object) -> ApiError:
    """422 ``invalid`` with a single issue on ``field``. values: for the sentence's places."""
    return ApiError(422, "invalid", issues=[issue(code, field=field, node=None, **values)], count=1)


def not_found() -> ApiError:
    """404; the same whether a thing does not exist or belongs to another tenant."""
    return ApiError(404, "not_found")


def respond(error: ApiError) -> Response:
    """The error as a response in the request's language."""
    locale = locale_of_request()
    body: dict[str, object] = {
        "code": error.code,
        "message": error.message[locale] if error.message else messages.text(error.code, locale, **error.values),
        **error.extra,
    }
    if error.issues is not None:
        body["issues"] = list(error.issues)
    response = jsonify({"error": body})
    response.status_code = error.status
    response.headers.extend(error.headers)
    return response


def install(app: APIFlask) -> None:
    """Register the handlers; the app's own replace APIFlask's."""
    app.register_error_handler(ApiError, respond)
    app.register_error_handler(HTTPError, _from_apiflask)
    app.register_error_handler(HTTPException, _from_werkzeug)
    app.register_error_handler(TooManyWaiting, _from_waiting)
    app.register_error_handler(PasswordsBusy, _from_busy_passwords)
    app.register_error_handler(Busy, _from_busy)
    app.register_error_handler(Failed, _from_failed_job)
    app.register_error_handler(StoreError, _from_store)
    app.register_error_handler(AudioError, _from_audio)
    app.register_error_handler(OperationalError, _from_database)
    app.register_error_handler(PoolTimeout, _from_database)
    app.register_error_handler(DataError, _from_misfit)
    app.register_error_handler(ParseException, _from_broken_body)
    app.register_error_handler(OSError, _from_os)
    app.register_error_handler(Exception, _from_bug)


def _from_apiflask(error: HTTPError) -> Response:
    cause = error.__cause__
    if isinstance(cause, ValidationError):
        issues = list(issues_of(cause))
        return respond(ApiError(422, "invalid", issues=issues, count=len(issues)))
    return respond(ApiError(error.status_code, "http_error", status=error.status_code))


def _from_werkzeug(error: HTTPException) -> Response:
    status = error.code or 500
    if isinstance(error, MethodNotAllowed):
        allow = {"Allow": ", ".join(error.valid_methods or [])}
        return respond(ApiError(405, "method_not_allowed", method=request.method, headers=allow))
    if isinstance(error, RequestEntityTooLarge):
        _drain()
        if 0 < (request.content_length or 0) <= (request.max_content_length or 0):
            return respond(ApiError(413, "too_many_fields"))
        return respond(ApiError(413, "too_large", limit=show_bytes(limit_of_request())))
    if 300 <= status < 400:
        return Response(error.get_body(), status, headers=error.get_headers())
    code = _STATUSES.get(status, "http_error")
    # HTTPException.get_headers() brings an HTML content type with it; only Content-Range and the like stay
    headers = {name: value for name, value in error.get_headers() if name.lower() != "content-type"}
    return respond(ApiError(status, code, status=status, headers=headers))


def _from_waiting(_error: TooManyWaiting) -> Response:
    return respond(ApiError(503, "too_many_waiting", headers={"Retry-After": "5"}))


def _from_busy_passwords(_error: PasswordsBusy) -> Response:
    return respond(ApiError(503, "passwords_busy", headers={"Retry-After": "5"}))


def _from_busy(_error: Busy) -> Response:
    return respond(ApiError(503, "workers_busy", headers={"Retry-After": "5"}))


def _from_failed_job(error: Failed) -> Response:
    """A worker gave no result, and its caller has no better words for it."""
    match error:
        case TookTooLong():
            return respond(ApiError(422, "took_too_long"))
        case TooHungry():
            return respond(ApiError(422, "took_too_much"))
        case _:
            return _from_bug(error)


def _from_broken_body(error: ParseException) -> Response:
    """Chunks that are none, found out only when a view reads the body."""
    log.warning("broken request: %s", type(error).__name__)
    return respond(ApiError(400, "bad_request"))


def _from_store(error: StoreError) -> Response:
    match error:
        case NotFound():
            return respond(not_found())
        case Stale():
            at = error.saved_at.astimezone(timezone_of_request()).strftime("%Y-%m-%d %H:%M:%S")
            extra = {"saved_by": error.saved_by, "saved_at": iso(error.saved_at), "revision": error.revision}
            return respond(ApiError(409, "stale", saved_by=error.saved_by, saved_at=at, extra=extra))
        case InUse():
            names = {"zh-CN": "、".join(error.by), "en": ", ".join(error.by)}
            uses = [asdict(use) for use in error.uses]
            return respond(ApiError(409, "in_use", by=names, extra={"by": list(error.by), "uses": uses}))
        case TakenElsewhere(field=field, messages=both):
            found = IssueJson(code="name_taken", severity="error", node=None, field=field, message=both)
            return respond(ApiError(409, "name_taken", message=both, issues=[found]))
        case Duplicate():
            found = issue("name_taken", field=error.field, name=error.value)
            return respond(ApiError(409, "name_taken", name=error.value, issues=[found]))
        case NewestVersion() | NotGiven() | NoWayBack():
            return respond(ApiError(409, error.code, message=error.messages))
        case QuotaExceeded(name=name, used=used, most=most):
            extra = {"quota": name, "used": used, "most": most}
            return respond(ApiError(409, error.code, message=error.messages, extra=extra))
        case BadValue():
            found = IssueJson(code="bad_value", severity="error", node=None, field=error.field, message=error.messages)
            return respond(ApiError(422, "invalid", issues=[found], count=1))
        case _:
            log.error("store: %s", error)
            return respond(ApiError(503, "database_down", headers={"Retry-After": "5"}))


def _from_audio(error: AudioError) -> Response:
    if isinstance(error, TooLarge):
        return respond(ApiError(413, "too_large", limit=show_bytes(error.limit_bytes)))
    if isinstance(error, DecodersBusy | SpeakerBusy):
        return respond(ApiError(503, error.code, message=error.messages, headers={"Retry-After": "10"}))
    if isinstance(error, SpeechFailed):
        log.error("speech: %s %s", error, error.detail)
        return respond(ApiError(503, error.code, message=error.messages))
    return respond(ApiError(422, error.code, message=error.messages))


def _from_database(error: OperationalError | PoolTimeout) -> Response:
    if isinstance(error, OperationalError) and is_disk_full(error):
        return _disk_full(error.orig)
    log.error("database: %s", error.orig if isinstance(error, OperationalError) else error)
    return respond(ApiError(503, "database_down", headers={"Retry-After": "5"}))


def _from_os(error: OSError) -> Response:
    """No room for a file is not our bug; everything else that the system refuses is."""
    return _disk_full(error) if error.errno in (errno.ENOSPC, errno.EDQUOT) else _from_bug(error)


def _disk_full(why: object) -> Response:
    log.error("disk full: %s", why)
    return respond(ApiError(507, "disk_full"))


def _from_misfit(error: DataError) -> Response:
    """A value that the database cannot hold; the views' own checks should have found it."""
    log.warning("database: %s", error.orig)
    return respond(ApiError(400, "bad_request"))


def _from_bug(error: Exception) -> Response:
    incident = secrets.token_hex(4)
    log.error("incident %s: %s %s", incident, request.method, request.path, exc_info=error)
    return respond(ApiError(500, "internal", incident=incident, extra={"incident": incident}))


def limit_of_request() -> int:
    """How many bytes this request's payload may have; set on the request by the app (``app.set_limits``)."""
    limit: int | None = request.environ.get("zongji.limit_bytes")
    return limit or request.max_content_length or 0


def _drain() -> None:
    """Read and forget the body: a connection closed with unread data is reset, and browsers lose the answer."""
    stream = request.environ["wsgi.input"]
    left = min(request.content_length or 0, DRAIN_BYTES)
    while left > 0:
        try:
            chunk = stream.read(min(left, 65536))
        except (OSError, TooSlow, TooManyWaiting):
            break
        if not chunk:
            break
        left -= len(chunk)


_TYPES = {
    "string": "type.string",
    "int": "type.integer",
    "float": "type.number",
    "bool": "type.boolean",
    "dict": "type.object",
    "model": "type.object",
    "list": "type.list",
    "date": "type.date",
    "datetime": "type.date",
    "is": "type.file",
}
_CODES = {
    "missing": "field.missing",
    "extra_forbidden": "field.unknown",
    "string_pattern_mismatch": "field.pattern",
}
_LENGTHS = {
    "string_too_short": ("field.too_short", "min_length"),
    "too_short": ("field.too_short", "min_length"),
    "string_too_long": ("field.too_long", "max_length"),
    "too_long": ("field.too_long", "max_length"),
    "greater_than": ("field.out_of_range", "gt"),
    "greater_than_equal": ("field.out_of_range", "ge"),
    "less_than": ("field.out_of_range", "lt"),
    "less_than_equal": ("field.out_of_range", "le"),
}
_SIGNS = {"gt": "> ", "ge": "≥ ", "lt": "< ", "le": "≤ "}


def issues_of(error: ValidationError) -> Iterator[IssueJson]:
    """Pydantic's findings in our words; the values themselves are not repeated (they may be secrets)."""
    for found in error.errors(include_url=False, include_input=False):
        field = ".".join(str(part) for part in found["loc"]) or "body"
        kind, context = found["type"], found.get("ctx", {})
        if kind in _CODES:
            yield issue(_CODES[kind], field=field)
        elif kind in _LENGTHS:
            code, name = _LENGTHS[kind]
            yield issue(code, field=field, limit=f"{_SIGNS.get(name, '')}{context[name]}")
        elif kind == "literal_error":
            choices = re.findall(r"'([^']*)'", context["expected"])
            yield issue("field.choice", field=field, expected={"zh-CN": "、".join(choices), "en": ", ".join(choices)})
        elif (base := kind.split("_")[0]) in _TYPES and kind != "value_error":
            yield issue("field.wrong_type", field=field, expected=messages.both(_TYPES[base]))
        else:
            yield issue("field.invalid", field=field)

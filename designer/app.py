"""The application factory."""

from __future__ import annotations

import re

import orjson
from apiflask import APIFlask
from flask import Request, Response, current_app, request
from flask.json.provider import JSONProvider
from werkzeug.exceptions import NotFound, UnsupportedMediaType
from werkzeug.middleware.proxy_fix import ProxyFix

from designer import errors, messages, openapi, page, sessions
from designer.api import BLUEPRINTS
from designer.audio import AudioLibrary, PromptResolver, SystemPrompts, open_speaker
from designer.auditing import Lately
from designer.live import LiveFeed
from designer.passwords import Passwords
from designer.settings import WebSettings
from designer.state import State
from designer.throttle import SignInThrottle
from designer.workers import Turns
from store import Store, open_store

LISTENED_S = 600.0
"""Pieces of a recording that are fetched within this time are one listening."""

MULTIPART_OVERHEAD = 16_384
"""Bytes that boundaries, headers and the small fields of an upload may take beside the file."""

UPLOADS = frozenset({"prompts.upload", "calendar.import_days"})
"""Endpoints that read a form with a file; all others read JSON."""

NUL = re.compile(rb"(?<!\\)(?:\\\\)*\\u0000")
"""The escape of a NUL character, its backslash not itself escaped."""

CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'self'",
        "script-src 'self'",
        # Ant Design writes its styles into <style> elements while running
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data: blob:",
        "font-src 'self' data:",
        "media-src 'self' blob:",
        "connect-src 'self'",
        "worker-src 'self' blob:",
        "object-src 'none'",
        "base-uri 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)
SECURITY_HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(self)",
}


class StrictJson(JSONProvider):
    """JSON as RFC 8259 has it: no NaN, no lone surrogates, no endless nesting."""

    def dumps(self, obj: object, **kwargs: object) -> str:
        return orjson.dumps(obj).decode()

    def loads(self, s: str | bytes, **kwargs: object) -> object:
        """Raises BadJson."""
        try:
            value = orjson.loads(s)
        except orjson.JSONDecodeError as error:
            if error.msg == "depth limit exceeded":
                raise BadJson("json.deep") from error
            raise BadJson("json.place", line=error.lineno, column=error.colno) from error
        if NUL.search(s if isinstance(s, bytes) else s.encode()):
            raise BadJson("json.nul")  # PostgreSQL cannot keep them
        try:
            orjson.dumps(value)  # reads 1024 levels but writes 254: what cannot be written must not come in
        except TypeError as error:
            raise BadJson("json.deep") from error
        return value


class BadJson(ValueError):
    """What came is no JSON that we take; why, as a code of the catalogue."""

    def __init__(self, code: str, **places: object) -> None:
        super().__init__(code)
        self.why = messages.both(code, **places)


class JsonRequest(Request):
    """A request whose broken JSON is told with line and column."""

    def on_json_loading_failed(self, e: ValueError | None) -> object:
        if isinstance(e, BadJson):
            raise errors.ApiError(400, "bad_json", reason=e.why)
        raise errors.ApiError(400, "bad_request")  # not JSON by its content type, or not UTF-8


def open_database(settings: WebSettings) -> Store:
    """The store; raises StoreError in both languages when it cannot be opened."""
    return open_store(settings.database_url, actor=sessions.acting)


def make_state(settings: WebSettings) -> State:
    """All that views share; nothing here starts a thread or a process before it is used."""
    store = open_database(settings)
    library = AudioLibrary(settings.data / "audio")
    system_prompts, speaker = SystemPrompts(settings.media), open_speaker(settings.voice)
    return State(
        settings=settings,
        store=store,
        passwords=Passwords.from_settings(settings),
        throttle=SignInThrottle(settings.sign_in_failures, settings.sign_in_window_seconds),
        feed=LiveFeed(settings.control_socket, settings.streams),
        library=library,
        system_prompts=system_prompts,
        speaker=speaker,
        resolver=PromptResolver(store, library, system_prompts, speaker),
        signed_out=sessions.SignedOut(store.meta, settings.session_seconds),
        turns=Turns(1, waiting=4, patience_s=30.0),  # checks that were overtaken, a publication behind them
        lately=Lately(LISTENED_S),
        paused=Lately(settings.sign_in_window_seconds),
    )


def create_app(settings: WebSettings) -> APIFlask:
    """The web application. The database must have been migrated; nothing is started before it is needed."""
    app = APIFlask(
        __name__,
        title="Zongji 总机",
        version="1",
        spec_path="/openapi.json",
        docs_path=None,
        static_folder=None,  # type: ignore[arg-type]  # APIFlask's annotation forgets Flask's None
        json_errors=False,
    )
    app.request_class = JsonRequest
    app.json = StrictJson(app)
    app.config.update(
        ZONGJI_LOCALE=settings.locale,
        ZONGJI_DIST=settings.dist,
        MAX_FORM_MEMORY_SIZE=100_000,
        MAX_FORM_PARTS=20,
    )
    app.extensions["zongji"] = make_state(settings)
    errors.install(app)
    app.before_request(_set_limits)
    sessions.install(app, settings)
    app.after_request(_finish)
    openapi.install(app)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    sessions.refuse_unmarked(app)
    app.url_map.converters["page"] = page.PagePath
    app.register_blueprint(page.bp)
    if settings.proxies:
        hops = settings.proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]  # Flask's own way
    return app


def close_app(app: APIFlask) -> None:
    """End live streams and give the database back; for tests and for the end of the process."""
    held: State = app.extensions["zongji"]
    held.feed.close()
    held.speaker.close()
    held.store.close()


def _set_limits() -> None:
    """Only uploads may be as large as an upload; each view gets the one content type that it reads."""
    settings: WebSettings = current_app.extensions["zongji"].settings
    if "\0" in request.path:
        raise NotFound
    upload = request.endpoint in UPLOADS
    limit = settings.upload_limit_bytes if upload else settings.document_limit_bytes
    request.environ["zongji.limit_bytes"] = limit
    request.max_content_length = limit + (MULTIPART_OVERHEAD if upload else 0)
    has_body = bool(request.content_length) or "Transfer-Encoding" in request.headers
    expected = request.mimetype == "multipart/form-data" if upload else request.is_json
    if request.path.startswith("/api/") and has_body and not expected:
        raise UnsupportedMediaType


def _finish(response: Response) -> Response:
    """Headers that every answer has; API answers are not kept by anyone unless they say so."""
    for name, value in SECURITY_HEADERS.items():
        response.headers.setdefault(name, value)
    if request.path.startswith("/api/"):
        response.headers.setdefault("Cache-Control", "no-store")
        response.vary.update(("Accept-Language", "Cookie"))
    return response

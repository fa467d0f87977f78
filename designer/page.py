"""Serves the built page: ``/`` and every path of the page's own routes, hashed assets, precompressed files."""

from __future__ import annotations

import mimetypes
from pathlib import Path

from flask import Blueprint, Response, current_app, request, send_file
from werkzeug.exceptions import NotFound
from werkzeug.routing import PathConverter
from werkzeug.security import safe_join

from designer import messages, ranges
from designer.language import locale_of_request

bp = Blueprint("page", __name__)


class PagePath(PathConverter):
    """Any path but the API's, so that an unknown method or address there is judged by the API's own rules."""

    regex = "(?!api(?:/|$))[^/].*?"


YEAR = 365 * 24 * 3600
# nothing here depends on what the machine's mime.types happens to say
TYPES = {
    ".css": "text/css",
    ".html": "text/html",
    ".js": "text/javascript",
    ".json": "application/json",
    ".map": "application/json",
    ".svg": "image/svg+xml",
    ".wasm": "application/wasm",
    ".woff2": "font/woff2",
}


@bp.get("/")
@bp.get("/<page:path>")
def page(path: str = "") -> Response:
    """A file of ``static/dist``; a path without a file is a route of the page and gets ``index.html``."""
    dist: Path = current_app.config["ZONGJI_DIST"]
    found = safe_join(str(dist), path) if path else None
    if found is not None and Path(found).is_file() and not found.endswith(".gz"):
        return _send(Path(found), immutable=path.startswith("assets/"))
    if "." in path.rsplit("/", 1)[-1]:
        raise NotFound
    index = dist / "index.html"
    return _send(index, immutable=False) if index.is_file() else _not_built()


def _send(path: Path, *, immutable: bool) -> Response:
    """A file, its ``.gz`` neighbour where the browser takes it. Assets carry a hash in their name."""
    packed = path.with_name(path.name + ".gz")
    use_packed = request.accept_encodings.quality("gzip") > 0 and packed.is_file()
    sent = packed if use_packed else path
    ranges.settle(request, sent.stat().st_size)
    mimetype = TYPES.get(path.suffix) or mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    response = send_file(sent, mimetype=mimetype, conditional=True, max_age=None)
    if use_packed:
        response.headers["Content-Encoding"] = "gzip"
    if use_packed or packed.is_file():
        response.vary.add("Accept-Encoding")
    if immutable:
        response.headers["Cache-Control"] = f"public, max-age={YEAR}, immutable"
    else:
        response.headers["Cache-Control"] = "no-cache"
    return response


def _not_built() -> Response:
    words = messages.text("page.not_built", locale_of_request())
    body = (
        "<!doctype html><meta charset=utf-8><title>Zongji 总机</title>"
        f"<body style='font:16px sans-serif;max-width:40em;margin:4em auto'><h1>Zongji 总机</h1><p>{words}</p>"
    )
    response = Response(body, 503, mimetype="text/html")
    response.headers["Cache-Control"] = "no-store"
    return response

"""The built page: files, routes of the page, caching, compression; and a word where it is not built."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from pathlib import Path

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient

SCRIPT = b"console.log('hello')"


@pytest.fixture
def site(make_app: Callable[..., APIFlask], tmp_path: Path) -> FlaskClient:
    dist = tmp_path / "dist"
    (dist / "assets").mkdir(parents=True)
    (dist / "index.html").write_text("<!doctype html><div id=root>", "utf-8")
    (dist / "assets" / "index-4f2a.js").write_bytes(SCRIPT)
    (dist / "assets" / "index-4f2a.js.gz").write_bytes(gzip.compress(SCRIPT))
    (tmp_path / "secret.txt").write_text("secret")
    return make_app(dist=dist).test_client()


@pytest.mark.parametrize("path", ["/", "/flows", "/flows/0190/edit", "/apiary"])
def test_routes_of_the_page_get_the_index(site: FlaskClient, path: str):
    response = site.get(path)
    assert (response.status_code, response.mimetype) == (200, "text/html")
    assert b"id=root" in response.data
    assert response.headers["Cache-Control"] == "no-cache"
    assert "Set-Cookie" not in response.headers


def test_hashed_assets_are_kept_for_a_year(site: FlaskClient):
    response = site.get("/assets/index-4f2a.js")
    assert (response.data, response.mimetype) == (SCRIPT, "text/javascript")
    assert response.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert "Content-Encoding" not in response.headers


def test_compressed_neighbour_is_served_to_who_takes_it(site: FlaskClient):
    response = site.get("/assets/index-4f2a.js", headers={"Accept-Encoding": "gzip, br"})
    assert gzip.decompress(response.data) == SCRIPT
    assert (response.headers["Content-Encoding"], response.mimetype) == ("gzip", "text/javascript")
    assert "Accept-Encoding" in response.headers["Vary"]


@pytest.mark.parametrize(
    "path", ["/assets/old-1111.js", "/favicon.ico", "/../secret.txt", "/assets/..%2f..%2fsecret.txt"]
)
def test_missing_files_are_not_found(site: FlaskClient, path: str):
    response = site.get(path)
    assert response.status_code == 404
    assert b"secret" not in response.data


@pytest.mark.parametrize(("language", "words"), [("zh-CN", "网页尚未构建"), ("en", "has not been built")])
def test_missing_page_says_what_to_do(make_app: Callable[..., APIFlask], tmp_path: Path, language: str, words: str):
    client = make_app(dist=tmp_path / "nothing").test_client()
    response = client.get("/", headers={"Accept-Language": language})
    assert response.status_code == 503
    assert words in response.text
    assert "make page" in response.text


def test_unknown_api_address_is_json_not_the_page(site: FlaskClient):
    response = site.get("/api/v1/nothing")
    assert (response.status_code, response.content_type) == (404, "application/json")

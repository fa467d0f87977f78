"""What the blueprints share: strict request models, pages of lists, revisions, audio downloads."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Annotated, Any, Generic, TypedDict, TypeVar

from apiflask import APIBlueprint
from flask import Response, request, send_file
from pydantic import BaseModel, ConfigDict, Field

from designer import ranges
from designer.control import ask_or_none
from designer.errors import ApiError
from designer.language import locale_of_request
from designer.names import composed
from designer.sessions import SignedIn, current, session_id
from designer.state import state
from designer.workers import Busy
from store import Paged, Query
from store.audit import Thing
from store.numbers import national
from store.records import NumberEntry

Row = TypeVar("Row")
Item = TypeVar("Item")
Json = dict[str, Any]
"""A JSON object as it came or goes."""

Responses = Any  # OpenAPI response objects by status: APIFlask's annotation is narrower than what it takes

_AUDIO: Json = {"audio/wav": {"schema": {"type": "string", "format": "binary"}}}
AUDIO: Responses = {
    200: {"description": "The audio", "content": _AUDIO},
    206: {"description": "The asked range of the audio", "content": _AUDIO},
}


class In(BaseModel):
    """A request body: nothing is coerced, nothing unknown is let through."""

    model_config = ConfigDict(strict=True, extra="forbid")


class Out(BaseModel):
    """A response body; every member is always there."""


class PageOf(BaseModel, Generic[Item]):
    """One page of a list; ``total`` counts all that match."""

    items: list[Item]
    total: int
    page: int
    size: int


class ListQuery(BaseModel):
    """Which part of a list: searched by ``q``, sorted by a field, descending with a leading ``-``."""

    page: int = Field(1, ge=1, le=1_000_000)
    size: int = Field(50, ge=1, le=500)
    q: str = Field("", max_length=200, pattern="^[^\\x00]*$")
    sort: str = Field("", max_length=50)

    def for_store(self) -> Query:
        """As the repositories take it."""
        return Query(page=self.page, size=self.size, q=composed(self.q.strip()), sort=self.sort)


class RevisionQuery(BaseModel):
    """The revision that a deletion is based on."""

    revision: int = Field(ge=1)


Revision = Annotated[int, Field(ge=1, description="The revision this write is based on")]

MAX_INT = 2**31 - 1
"""What the database's integers hold; a larger number of a version is none."""


class Page(TypedDict):
    items: list[Json]
    total: int
    page: int
    size: int


def blueprint(name: str) -> APIBlueprint:
    """A blueprint under ``/api/v1`` whose endpoints are tagged with its name."""
    return APIBlueprint(name, __name__, url_prefix="/api/v1", tag=name)


def errors(*statuses: int) -> Json:
    """For ``@bp.doc(extensions=...)``: errors of this endpoint beyond those that all of its kind have."""
    return {"x-errors": list(statuses)}


def page_json(found: Paged[Row], show: Callable[[Row], Json]) -> Page:
    """A page of the store as JSON."""
    return Page(items=[show(row) for row in found.items], total=found.total, page=found.page, size=found.size)


def who() -> SignedIn:
    """The signed-in user."""
    return current()


def tenant() -> str:
    """The signed-in user's tenant: the only source of tenant ids in all views."""
    return current().tenant_id


def author() -> str:
    """As the store writes down who changed something."""
    return current().display_name


@contextmanager
def one_at_a_time() -> Iterator[None]:
    """For requests that cost much: one of each user at once. Raises ApiError 429 where too many wait already."""
    with ExitStack() as turn:
        try:
            turn.enter_context(state().turns.of(current().user_id))
        except Busy as error:
            raise ApiError(429, "one_at_a_time", headers={"Retry-After": "5"}) from error
        yield


def listened(action: str, thing: Thing) -> None:
    """Tell the audit log that this user heard something, once for all the pieces in which it is fetched."""
    held, key = state(), (session_id(), action, thing.id)
    if held.lately.first(*key):
        try:
            held.store.audit.add(tenant(), action, thing)
        except BaseException:
            held.lately.forget(*key)
            raise


def prompt_locale(asked: str | None = None) -> str:
    """The language of prompts: as asked, else the user's."""
    return asked or ("zh-CN" if locale_of_request() == "zh-CN" else "en-US")


def directory_changed() -> None:
    """Have the runtime read its directory now rather than at its next look; it may also be down."""
    ask_or_none(state().settings.control_socket, "reload")


def bound_number(entry: NumberEntry) -> Json:
    """A number as flows and versions list it."""
    return {"number": national(entry.number.digits), "version": entry.version}


def audio_response(path: Path, name: str, *, revalidate: bool = True) -> Response:
    """A WAV file with ranges (RFC 9110 section 14) and an ETag; 404 ``audio_gone`` when the file is missing."""
    if not path.is_file():
        raise ApiError(404, "audio_gone")
    ranges.settle(request, path.stat().st_size)
    response = send_file(path, mimetype="audio/wav", conditional=True, download_name=name, max_age=None)
    response.headers["Cache-Control"] = "private, no-cache" if revalidate else "private, max-age=86400"
    return response


def data_file(relative: str) -> Path:
    """A file of the data folder; 404 for a path that leads out of it."""
    root = state().settings.data.resolve()
    path = (root / relative).resolve()
    if not path.is_relative_to(root):
        raise ApiError(404, "audio_gone")
    return path

"""Extensions: their secrets are made here, shown once, and stored as digests only."""

from __future__ import annotations

from typing import Annotated

from flask import Response
from pydantic import Field

from designer import uses
from designer.api.base import (
    In,
    Json,
    ListQuery,
    Out,
    PageOf,
    Revision,
    RevisionQuery,
    author,
    blueprint,
    directory_changed,
    errors,
    page_json,
    tenant,
)
from designer.names import clean
from designer.registrations import contacts_of_tenant
from designer.sessions import needs
from designer.state import state
from interpreter.nodes.references import Reference
from interpreter.sip.digest import Ha1, make_ha1
from numbering.reach import Calls
from store import forwarding
from store.calling import Outside
from store.forwarding import LONGEST, MOST_DESTINATIONS, SHORTEST
from store.models import Extension
from store.seed import new_secret

bp = blueprint("extensions")


class Destination(In):
    """``to``: a number in any spelling, "" for the extension's telephones. ``together``: rings with the one before it.
    ``accept``: whoever answers outside is asked to press 1.
    """

    to: str = Field("", max_length=30)
    together: bool = False
    accept: bool = True


class Forwards(In):
    """Where calls go, by what happens at the extension; "" nowhere. Do not disturb counts as busy."""

    always: str = Field("", max_length=30)
    busy: str = Field("", max_length=30)
    no_answer: str = Field("", max_length=30)
    offline: str = Field("", max_length=30)


class Forwarding(In):
    """``destinations``: in their order, at most three of them together; none is its telephones. ``ring_seconds``: how
    long each wave of them rings. Numbers are called under the extension's own permissions.
    """

    destinations: list[Destination] = Field([], max_length=MOST_DESTINATIONS)
    forwards: Forwards = Forwards()  # type: ignore[call-arg]  # pydantic's own plugin is not used
    do_not_disturb: bool = False
    ring_seconds: int = Field(20, ge=SHORTEST, le=LONGEST)


class ExtensionOut(Out):
    """``contacts``: where it is registered now. ``calls``: how far it may call, each holding what stands before it;
    ``countries``: codes of those abroad, ``*`` for all. ``shown_number``: digits of the number that its calls out show,
    null for the company's. ``forwarding``: where its calls go.
    """

    id: str
    number: str
    name: str
    calls: Calls
    countries: list[str]
    shown_number: str | None
    forwarding: Forwarding
    online: bool
    contacts: list[str]
    revision: int


class ExtensionPage(PageOf[ExtensionOut]):
    pass


class ExtensionWithSecret(ExtensionOut):
    """``secret`` is shown this once; it cannot be read again."""

    secret: str


class ChangedExtension(ExtensionOut):
    """``secret``: the new one where the number changed (the stored digests contain the number), else null."""

    secret: str | None


class OutsideIn(In):
    """Whom it may call outside; see ``ExtensionOut``. ``shown_number``: one of the company's, in any spelling."""

    calls: Calls
    countries: list[Annotated[str, Field(max_length=4)]] = Field([], max_length=250)
    shown_number: str | None = Field(None, max_length=30)


class ExtensionIn(In):
    """``outside``: null for nobody. ``forwarding``: null for its telephones."""

    number: str = Field(min_length=1, max_length=6, pattern="^[0-9]+$")
    name: str = Field("", max_length=100)
    outside: OutsideIn | None = None
    forwarding: Forwarding | None = None


class ExtensionChange(In):
    """What is null or left out stays as it is."""

    revision: Revision
    number: str | None = Field(None, min_length=1, max_length=6, pattern="^[0-9]+$")
    name: str | None = Field(None, max_length=100)
    outside: OutsideIn | None = None
    forwarding: Forwarding | None = None


class SecretIn(In):
    revision: Revision


@bp.get("/extensions")
@bp.input(ListQuery, location="query")
@bp.output(ExtensionPage)
@needs("extensions.read")
def list_extensions(query_data: ListQuery) -> object:
    """Extensions and where they are registered. Sorts: number, name, updated_at."""
    held = state()
    contacts = contacts_of_tenant(held, tenant())
    found = held.store.extensions.page(tenant(), query_data.for_store())
    return page_json(found, lambda extension: _show(extension, contacts.get(extension.number, [])))


@bp.post("/extensions")
@bp.input(ExtensionIn)
@bp.output(ExtensionWithSecret, 201)
@bp.doc(extensions=errors(409))
@needs("extensions.edit")
def create(json_data: ExtensionIn) -> Json:
    """A new extension and its secret."""
    secret, digests = _secret(json_data.number)
    name = clean(json_data.name) or json_data.number
    store = state().store
    with store.transaction():
        extension = store.extensions.create(
            tenant(), json_data.number, name, ha1_md5=digests.md5, ha1_sha256=digests.sha256, by=author()
        )
        extension = _set_up(extension, json_data)
    directory_changed()
    return {**_show(extension, []), "secret": secret}


@bp.put("/extensions/<extension_id>")
@bp.input(ExtensionChange)
@bp.output(ChangedExtension)
@bp.doc(extensions=errors(409))
@needs("extensions.edit")
def change(extension_id: str, json_data: ExtensionChange) -> Json:
    """Rename, renumber, or let it call elsewhere; a new number comes with a new secret, and its telephone must be set
    up anew.
    """
    store = state().store
    old = store.extensions.get(tenant(), extension_id)
    name = old.name if json_data.name is None else clean(json_data.name) or old.number
    secret = None
    with store.transaction():
        if json_data.number is not None and json_data.number != old.number:
            uses.refuse_if_used(store, tenant(), Reference("extension", old.number))
            changed, secret = _renumber(extension_id, json_data.revision, json_data.number, name)
        else:
            changed = store.extensions.rename(tenant(), extension_id, json_data.revision, name=name, by=author())
        changed = _set_up(changed, json_data)
    directory_changed()
    return {**_show(changed, contacts_of_tenant(state(), tenant()).get(changed.number, [])), "secret": secret}


@bp.post("/extensions/<extension_id>/secret")
@bp.input(SecretIn)
@bp.output(ExtensionWithSecret)
@bp.doc(extensions=errors(409))
@needs("extensions.edit")
def renew_secret(extension_id: str, json_data: SecretIn) -> Json:
    """A new secret; the old one stops working at once."""
    old = state().store.extensions.get(tenant(), extension_id)
    extension, secret = _renumber(extension_id, json_data.revision, old.number, old.name)
    directory_changed()
    return {**_show(extension, []), "secret": secret}


@bp.delete("/extensions/<extension_id>")
@bp.input(RevisionQuery, location="query")
@bp.output({}, 204)
@bp.doc(extensions=errors(409))
@needs("extensions.edit")
def delete(extension_id: str, query_data: RevisionQuery) -> Response:
    """Remove an extension that no flow rings by its number and no group has; its telephone is signed off."""
    old = state().store.extensions.get(tenant(), extension_id)
    uses.refuse_if_used(state().store, tenant(), Reference("extension", old.number))
    state().store.extensions.delete(tenant(), extension_id, query_data.revision)
    directory_changed()
    return Response(status=204)


def _set_up(extension: Extension, wanted: ExtensionIn | ExtensionChange) -> Extension:
    """Whom it may call and where its calls go, where that was said."""
    extensions, by = state().store.extensions, author()
    if wanted.outside is not None:
        outside = Outside(wanted.outside.calls, wanted.outside.countries, wanted.outside.shown_number)
        extension = extensions.allow(tenant(), extension.id, extension.revision, outside=outside, by=by)
    if wanted.forwarding is not None:
        kept = _forwarding(wanted.forwarding)
        extension = extensions.forward(tenant(), extension.id, extension.revision, forwarding=kept, by=by)
    return extension


def _forwarding(wanted: Forwarding) -> forwarding.Forwarding:
    rows = [forwarding.Destination(row.to, row.together, row.accept) for row in wanted.destinations]
    return forwarding.Forwarding(rows, wanted.forwards.model_dump(), wanted.do_not_disturb, wanted.ring_seconds)


def _renumber(extension_id: str, revision: int, number: str, name: str) -> tuple[Extension, str]:
    """With its new secret."""
    secret, digests = _secret(number)
    extension = state().store.extensions.renumber(
        tenant(),
        extension_id,
        revision,
        number=number,
        name=name,
        ha1_md5=digests.md5,
        ha1_sha256=digests.sha256,
        by=author(),
    )
    return extension, secret


def _secret(number: str) -> tuple[str, Ha1]:
    secret = new_secret()
    return secret, make_ha1(number, state().store.tenants.get(tenant()).realm, secret)


def _show(extension: Extension, contacts: list[str]) -> Json:
    return {
        "id": extension.id,
        "number": extension.number,
        "name": extension.name,
        "calls": extension.calls,
        "countries": extension.countries,
        "shown_number": extension.shown_number,
        "forwarding": {
            "destinations": extension.destinations,
            "forwards": {when: extension.forwards.get(when, "") for when in forwarding.WHEN},
            "do_not_disturb": extension.do_not_disturb,
            "ring_seconds": extension.ring_seconds,
        },
        "online": bool(contacts),
        "contacts": contacts,
        "revision": extension.revision,
    }

"""Extensions: their secrets are made here, shown once, and stored as digests only."""

from __future__ import annotations

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
from store.models import Extension
from store.seed import new_secret

bp = blueprint("extensions")


class ExtensionOut(Out):
    """``contacts``: where it is registered now."""

    id: str
    number: str
    name: str
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


class ExtensionIn(In):
    number: str = Field(min_length=1, max_length=6, pattern="^[0-9]+$")
    name: str = Field("", max_length=100)


class ExtensionChange(In):
    revision: Revision
    number: str | None = Field(None, min_length=1, max_length=6, pattern="^[0-9]+$")
    name: str | None = Field(None, max_length=100)


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
    extension = state().store.extensions.create(
        tenant(), json_data.number, name, ha1_md5=digests.md5, ha1_sha256=digests.sha256, by=author()
    )
    directory_changed()
    return {**_show(extension, []), "secret": secret}


@bp.put("/extensions/<extension_id>")
@bp.input(ExtensionChange)
@bp.output(ChangedExtension)
@bp.doc(extensions=errors(409))
@needs("extensions.edit")
def change(extension_id: str, json_data: ExtensionChange) -> Json:
    """Rename or renumber; a new number comes with a new secret, and its telephone must be set up anew."""
    old = state().store.extensions.get(tenant(), extension_id)
    name = old.name if json_data.name is None else clean(json_data.name) or old.number
    if json_data.number is not None and json_data.number != old.number:
        uses.refuse_if_used(state().store, tenant(), Reference("extension", old.number))
        return _renumber(extension_id, json_data.revision, json_data.number, name)
    renamed = state().store.extensions.rename(tenant(), extension_id, json_data.revision, name=name, by=author())
    return {**_show(renamed, contacts_of_tenant(state(), tenant()).get(renamed.number, [])), "secret": None}


@bp.post("/extensions/<extension_id>/secret")
@bp.input(SecretIn)
@bp.output(ExtensionWithSecret)
@bp.doc(extensions=errors(409))
@needs("extensions.edit")
def renew_secret(extension_id: str, json_data: SecretIn) -> Json:
    """A new secret; the old one stops working at once."""
    old = state().store.extensions.get(tenant(), extension_id)
    return _renumber(extension_id, json_data.revision, old.number, old.name)


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


def _renumber(extension_id: str, revision: int, number: str, name: str) -> Json:
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
    directory_changed()
    return {**_show(extension, []), "secret": secret}


def _secret(number: str) -> tuple[str, Ha1]:
    secret = new_secret()
    return secret, make_ha1(number, state().store.tenants.get(tenant()).realm, secret)


def _show(extension: Extension, contacts: list[str]) -> Json:
    return {
        "id": extension.id,
        "number": extension.number,
        "name": extension.name,
        "online": bool(contacts),
        "contacts": contacts,
        "revision": extension.revision,
    }

"""Where flows use what somebody wants to delete or rename: drafts, and published versions that a number is bound to."""

from __future__ import annotations

from collections.abc import Iterator

from interpreter.nodes.references import Reference
from interpreter.nodes.registry import references_in
from store import InUse, Store
from store.records import Use


def refuse_if_used(store: Store, tenant_id: str, wanted: Reference) -> None:
    """Raises InUse with every node that names it; what callers dial or expressions make is not known."""
    if uses := list(dict.fromkeys(_uses(store, tenant_id, wanted))):
        raise InUse(uses)


def _uses(store: Store, tenant_id: str, wanted: Reference) -> Iterator[Use]:
    for found in store.flows.documents_in_use(tenant_id):
        for node, reference in references_in(found.document):
            if reference == wanted:
                label = str(node.get("label") or "")
                yield Use("flow", found.flow_id, found.name, found.version, str(node.get("id")), label)

"""Where extensions are registered, as far as the running runtime knows."""

from __future__ import annotations

from designer.control import ask_or_none
from designer.state import State


def contacts_of_tenant(held: State, tenant_id: str) -> dict[str, list[str]]:
    """extension number -> contacts. Empty while the runtime is down: then nobody can be reached."""
    answer = ask_or_none(held.settings.control_socket, "registrations", {"tenant": tenant_id})
    items = (answer or {}).get("items")
    contacts: dict[str, list[str]] = {}
    for item in items if isinstance(items, list) else []:
        if isinstance(item, dict) and item.get("tenant", tenant_id) == tenant_id:
            contacts.setdefault(str(item.get("extension")), []).append(str(item.get("contact")))
    return contacts

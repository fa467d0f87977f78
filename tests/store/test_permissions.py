"""Permissions and roles: one definition, and nobody loses or gains anything by it."""

from __future__ import annotations

import pytest

from store.permissions import PERMISSIONS, ROLES, in_order, permissions_of, role_texts

LOOKING = {
    "flows.read", "numbers.read", "calendar.read", "prompts.read", "extensions.read", "calls.read", "calls.watch",
    "recordings.listen", "voicemail.read", "settings.read",
}  # fmt: skip

BEFORE = {
    "administrator": LOOKING | {
        "flows.edit", "flows.publish", "numbers.edit", "numbers.bind", "numbers.switch", "calendar.edit",
        "prompts.edit", "extensions.edit", "calls.hang_up", "voicemail.edit", "settings.edit",
    },
    "operator": LOOKING | {"numbers.switch", "calendar.edit", "prompts.edit", "calls.hang_up", "voicemail.edit"},
    "qa": LOOKING,
}  # fmt: skip
"""What each role could do when roles were all there was, in permissions."""

NEW = {
    "administrator": {
        "users.edit", "audit.read", "calls.place", "calls.transfer", "calls.listen_in", "groups.read", "groups.edit",
    },
    "operator": {"calls.place", "calls.transfer", "groups.read"},
    "qa": {"groups.read"},
}
"""What could not be done by anybody then."""


@pytest.mark.parametrize("role", list(BEFORE))
def test_each_role_may_what_it_could_before(role: str):
    assert permissions_of(role) == BEFORE[role] | NEW[role]


def test_a_supervisor_hears_calls_and_changes_no_flow():
    assert {"calls.listen_in", "calls.transfer", "calls.hang_up", "recordings.listen"} < permissions_of("supervisor")
    assert not {"flows.edit", "flows.publish", "numbers.bind", "users.edit"} & permissions_of("supervisor")


def test_a_role_that_is_gone_may_nothing():
    assert permissions_of("king") == frozenset()
    assert role_texts("king")["en"] == "king"


def test_everything_has_words_in_both_languages_and_roles_name_what_there_is():
    for thing in (*PERMISSIONS.values(), *ROLES.values()):
        assert all(thing.texts[locale] for locale in ("zh-CN", "en"))
    for role in ROLES.values():
        assert role.permissions <= PERMISSIONS.keys()


def test_permissions_are_told_in_the_order_of_their_definition():
    assert in_order({"users.edit", "flows.read"}) == ["flows.read", "users.edit"]

from __future__ import annotations

import uuid

from store.ids import new_id


def test_an_id_is_a_version_7_uuid_that_tells_its_birth():
    identifier = new_id(1_795_000_000.123)
    assert uuid.UUID(identifier).version == 7
    assert uuid.UUID(identifier).variant == uuid.RFC_4122
    assert uuid.UUID(identifier).int >> 80 == 1_795_000_000_123


def test_ids_sort_by_birth_and_differ():
    assert new_id(1000.0) < new_id(1000.001) < new_id(2000.0)
    assert len({new_id(1.0) for _ in range(1000)}) == 1000

"""Zongji's database: models, migrations and repositories, used by the designer and by the runtime.

``store = open_store("sqlite:////data/zongji.db")``, then ``store.flows.get(tenant_id, flow_id)`` and so on.
"""

from store.errors import BadValue, Duplicate, InUse, LastAdministrator, NotFound, Stale, StoreError
from store.ids import new_id
from store.records import Paged, Query
from store.schema import migrate
from store.store import Store, open_store

__all__ = [
    "BadValue",
    "Duplicate",
    "InUse",
    "LastAdministrator",
    "NotFound",
    "Paged",
    "Query",
    "Stale",
    "Store",
    "StoreError",
    "migrate",
    "new_id",
    "open_store",
]

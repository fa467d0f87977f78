"""Run by Alembic with the connection that ``store.migrate`` opened; there is no offline mode."""

from typing import Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext

from store.models import Base, UtcDateTime


def render_plainly(kind: str, item: object, _context: AutogenContext) -> str | Literal[False]:
    """Migrations must not change when the models' own types do."""
    return "sa.DateTime()" if kind == "type" and isinstance(item, UtcDateTime) else False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    render_item=render_plainly,
    render_as_batch=True,
)
with context.begin_transaction():
    context.run_migrations()

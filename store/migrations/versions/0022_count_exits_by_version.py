"""Count exits and attempts in vain by version; what was counted before has version 0."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

TABLES = (("branch_counts", sa.Column("exit", sa.String(100))), ("miss_counts", sa.Column("why", sa.String(20))))


def upgrade() -> None:
    for table, last in TABLES:
        _set_aside(table)
        _create(table, last, sa.Column("version", sa.Integer(), nullable=False))
        columns = f"tenant_id, flow_id, day, node, {last.name}, n"
        op.execute(f"INSERT INTO {table} ({columns}, version) SELECT {columns}, 0 FROM old_counts")
        op.execute("DROP TABLE old_counts")


def downgrade() -> None:
    for table, last in TABLES:
        _set_aside(table)
        _create(table, last)
        key = f"tenant_id, flow_id, day, node, {last.name}"
        op.execute(f"INSERT INTO {table} ({key}, n) SELECT {key}, sum(n) FROM old_counts GROUP BY {key}")
        op.execute("DROP TABLE old_counts")


def _set_aside(table: str) -> None:
    """A key cannot be changed in SQLite: the table is made anew."""
    op.execute(f"CREATE TEMPORARY TABLE old_counts AS SELECT * FROM {table}")
    op.drop_table(table)


def _create(table: str, last: sa.Column[str], *version: sa.Column[int]) -> None:
    key: list[sa.Column[Any]] = [
        sa.Column("tenant_id", sa.String(length=36), nullable=False),
        sa.Column("flow_id", sa.String(length=36), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        *version,
        sa.Column("node", sa.String(length=100), nullable=False),
        sa.Column(last.name, last.type, nullable=False),
    ]
    op.create_table(
        table,
        *key,
        sa.Column("n", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id"], ["tenants.id"], name=op.f(f"fk_{table}_tenant_id_tenants"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint(*(column.name for column in key), name=op.f(f"pk_{table}")),
        sqlite_with_rowid=False,
    )

"""Keep days that are not as the calendar has them, and a day/night switch for each number."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def _day() -> list[sa.Column[Any]]:
    return [
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("workday", sa.Boolean(), nullable=False),
        sa.Column("name", sa.String(length=50), nullable=False),
        sa.Column("source", sa.String(length=10), nullable=False),
        sa.Column("updated_by", sa.String(length=100), nullable=False),
        sa.Column("updated_at", sa.DateTime(), nullable=False),
    ]


def _tenant(table: str) -> list[sa.Column[Any] | sa.ForeignKeyConstraint]:
    name = op.f(f"fk_{table}_tenant_id_tenants")
    return [
        sa.Column("tenant_id", sa.String(length=36), nullable=False),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name=name, ondelete="CASCADE"),
    ]


def upgrade() -> None:
    op.create_table("public_days", *_day(), sa.PrimaryKeyConstraint("day", name=op.f("pk_public_days")))
    op.create_table(
        "calendar_days",
        *_tenant("calendar_days"),
        *_day(),
        sa.PrimaryKeyConstraint("tenant_id", "day", name=op.f("pk_calendar_days")),
    )
    op.create_table(
        "calendars",
        *_tenant("calendars"),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("updated_by", sa.String(length=100), nullable=False),
        sa.Column("updated_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", name=op.f("pk_calendars")),
    )
    with op.batch_alter_table("numbers") as table:
        table.add_column(sa.Column("switch", sa.String(length=5), nullable=False, server_default="auto"))
        table.add_column(sa.Column("switched_by", sa.String(length=100), nullable=True))
        table.add_column(sa.Column("switched_at", sa.DateTime(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("numbers") as table:
        table.drop_column("switched_at")
        table.drop_column("switched_by")
        table.drop_column("switch")
    op.drop_table("calendars")
    op.drop_table("calendar_days")
    op.drop_table("public_days")

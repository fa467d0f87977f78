"""Whom each extension may call outside, the number that is shown there, and what is recorded: nobody yet, none, talks."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("extensions", sa.Column("calls", sa.String(15), nullable=False, server_default="internal"))
    op.add_column("extensions", sa.Column("countries", sa.JSON(), nullable=False, server_default="[]"))
    op.add_column("extensions", sa.Column("shown_number", sa.String(20)))
    op.create_table(
        "call_settings",
        sa.Column("tenant_id", sa.String(36), nullable=False),
        sa.Column("shown_number", sa.String(20)),
        sa.Column("record", sa.String(10), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("updated_by", sa.String(100), nullable=False),
        sa.Column("updated_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id"], ["tenants.id"], name=op.f("fk_call_settings_tenant_id_tenants"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("tenant_id", name=op.f("pk_call_settings")),
    )


def downgrade() -> None:
    op.drop_table("call_settings")
    for column in ("shown_number", "countries", "calls"):
        op.drop_column("extensions", column)

"""What each call's session was handed, for replays; calls of before have none."""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "call_inputs",
        sa.Column("tenant_id", sa.String(36), nullable=False),
        sa.Column("call_id", sa.String(36), nullable=False),
        sa.Column("inputs", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id"], ["tenants.id"], name=op.f("fk_call_inputs_tenant_id_tenants"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "call_id"], ["calls.tenant_id", "calls.id"],
            name=op.f("fk_call_inputs_tenant_id_call_id_calls"), ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("tenant_id", "call_id", name=op.f("pk_call_inputs")),
    )  # fmt: skip


def downgrade() -> None:
    op.drop_table("call_inputs")

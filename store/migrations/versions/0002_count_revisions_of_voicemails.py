"""Count the revisions of voicemails, so that a stale write is refused."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("voicemails") as table:
        table.add_column(sa.Column("revision", sa.Integer(), nullable=True))
        table.add_column(sa.Column("updated_by", sa.String(length=100), nullable=True))
        table.add_column(sa.Column("updated_at", sa.DateTime(), nullable=True))
    op.execute(
        "UPDATE voicemails SET revision = 1, updated_by = COALESCE(heard_by, caller),"
        " updated_at = COALESCE(heard_at, recorded_at)"
    )
    with op.batch_alter_table("voicemails") as table:
        table.alter_column("revision", existing_type=sa.Integer(), nullable=False)
        table.alter_column("updated_by", existing_type=sa.String(length=100), nullable=False)
        table.alter_column("updated_at", existing_type=sa.DateTime(), nullable=False)


def downgrade() -> None:
    with op.batch_alter_table("voicemails") as table:
        table.drop_column("updated_at")
        table.drop_column("updated_by")
        table.drop_column("revision")

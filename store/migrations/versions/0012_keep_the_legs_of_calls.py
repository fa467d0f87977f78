"""Keep who was in a call, when, and how each leg of it ended."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("calls", sa.Column("legs", sa.JSON(), nullable=False, server_default="[]"))


def downgrade() -> None:
    op.drop_column("calls", "legs")

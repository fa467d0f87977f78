"""Where a trunk's audio comes from, where that is not the host that signals."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("trunks", sa.Column("media_hosts", sa.JSON(), nullable=False, server_default="[]"))


def downgrade() -> None:
    op.drop_column("trunks", "media_hosts")

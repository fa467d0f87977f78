"""Where an extension's calls go: destinations, forwards, do not disturb. Until somebody chooses, to its telephones."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("extensions", sa.Column("destinations", sa.JSON(), nullable=False, server_default="[]"))
    op.add_column("extensions", sa.Column("forwards", sa.JSON(), nullable=False, server_default="{}"))
    op.add_column("extensions", sa.Column("do_not_disturb", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("extensions", sa.Column("ring_seconds", sa.Integer(), nullable=False, server_default="20"))


def downgrade() -> None:
    for column in ("ring_seconds", "do_not_disturb", "forwards", "destinations"):
        op.drop_column("extensions", column)

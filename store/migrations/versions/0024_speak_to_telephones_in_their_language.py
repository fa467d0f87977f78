"""Speak to a company's telephones in its language."""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("call_settings", sa.Column("language", sa.String(10), nullable=False, server_default="zh-CN"))


def downgrade() -> None:
    op.drop_column("call_settings", "language")

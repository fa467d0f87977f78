"""Let a tenant have a limit on its calls at once and on those that begin a second."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("tenants", sa.Column("max_calls", sa.Integer(), nullable=True))
    op.add_column("tenants", sa.Column("calls_per_second", sa.Float(), nullable=True))


def downgrade() -> None:
    op.drop_column("tenants", "calls_per_second")
    op.drop_column("tenants", "max_calls")

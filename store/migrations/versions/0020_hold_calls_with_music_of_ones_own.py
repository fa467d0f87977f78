"""Hold calls with music of the tenant's own library."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("call_settings", sa.Column("music", sa.String(100), nullable=True))
    op.add_column("call_settings", sa.Column("music_audio", sa.String(64), nullable=True))


def downgrade() -> None:
    op.drop_column("call_settings", "music_audio")
    op.drop_column("call_settings", "music")

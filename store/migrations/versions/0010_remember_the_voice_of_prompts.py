"""Remember by which voice and how fast a prompt that was made from a text is spoken."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("prompts", sa.Column("voice", sa.String(40), nullable=True))
    op.add_column("prompts", sa.Column("speed", sa.Float(), nullable=True))


def downgrade() -> None:
    op.drop_column("prompts", "speed")
    op.drop_column("prompts", "voice")

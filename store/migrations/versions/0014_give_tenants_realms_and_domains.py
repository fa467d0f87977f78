"""Give each tenant a realm, which those that there are have shared, and a SIP domain, which nobody has yet."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("tenants", sa.Column("realm", sa.String(50), nullable=False, server_default="zongji"))
    op.add_column("tenants", sa.Column("domain", sa.String(253), nullable=True))
    op.create_index(op.f("ix_tenants_domain"), "tenants", ["domain"], unique=True)


def downgrade() -> None:
    op.drop_index(op.f("ix_tenants_domain"), "tenants")
    op.drop_column("tenants", "domain")
    op.drop_column("tenants", "realm")

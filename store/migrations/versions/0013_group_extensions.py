"""Let extensions take calls together, as groups."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "extension_groups",
        sa.Column("tenant_id", sa.String(length=36), nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("strategy", sa.String(length=20), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("updated_by", sa.String(length=100), nullable=False),
        sa.Column("updated_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id"], ["tenants.id"], name="fk_extension_groups_tenant_id_tenants", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name="pk_extension_groups"),
        sa.UniqueConstraint("tenant_id", "name", name="uq_extension_groups_tenant_id_name"),
    )
    op.create_table(
        "group_members",
        sa.Column("tenant_id", sa.String(length=36), nullable=False),
        sa.Column("group_id", sa.String(length=36), nullable=False),
        sa.Column("extension_id", sa.String(length=36), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("weight", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id"], ["tenants.id"], name="fk_group_members_tenant_id_tenants", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "group_id"],
            ["extension_groups.tenant_id", "extension_groups.id"],
            name="fk_group_members_tenant_id_group_id_extension_groups",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "extension_id"],
            ["extensions.tenant_id", "extensions.id"],
            name="fk_group_members_tenant_id_extension_id_extensions",
        ),
        sa.PrimaryKeyConstraint("tenant_id", "group_id", "extension_id", name="pk_group_members"),
    )
    op.create_index("ix_group_members_tenant_id_extension_id", "group_members", ["tenant_id", "extension_id"])


def downgrade() -> None:
    op.drop_table("group_members")
    op.drop_table("extension_groups")

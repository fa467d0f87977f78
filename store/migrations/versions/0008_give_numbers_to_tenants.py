"""Let tenants ask for numbers, and only the platform give them; those that there are count as given."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("numbers") as table:
        table.add_column(sa.Column("given", sa.Boolean(), nullable=False, server_default=sa.true()))
        table.drop_constraint(op.f("uq_numbers_digits"), type_="unique")
        table.create_unique_constraint(op.f("uq_numbers_tenant_id_digits"), ["tenant_id", "digits"])
    op.create_index(
        "uq_numbers_given_digits",
        "numbers",
        ["digits"],
        unique=True,
        sqlite_where=sa.text("given"),
        postgresql_where=sa.text("given"),
    )


def downgrade() -> None:
    op.drop_index("uq_numbers_given_digits", "numbers")
    op.execute("DELETE FROM numbers WHERE NOT given")
    with op.batch_alter_table("numbers") as table:
        table.drop_constraint(op.f("uq_numbers_tenant_id_digits"), type_="unique")
        table.create_unique_constraint(op.f("uq_numbers_digits"), ["digits"])
        table.drop_column("given")

"""Keep what answers each number, and has answered it, as releases; what answers now is the first of each."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # SQLite makes the table of numbers anew, and what hangs on it goes with the old one: so the rows wait elsewhere.
    op.execute(
        "CREATE TEMPORARY TABLE bound_numbers AS SELECT tenant_id, id, revision, flow_id, version, updated_by, updated_at"
        " FROM numbers WHERE flow_id IS NOT NULL"
    )
    op.create_table(
        "releases",
        sa.Column("tenant_id", sa.String(length=36), nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("number_id", sa.String(length=36), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("flow_id", sa.String(length=36), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("before_id", sa.String(length=36), nullable=True),
        sa.Column("rolled_back", sa.Boolean(), nullable=False),
        sa.Column("released_by", sa.String(length=100), nullable=False),
        sa.Column("released_at", sa.DateTime(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id"], ["tenants.id"], name=op.f("fk_releases_tenant_id_tenants"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "number_id"],
            ["numbers.tenant_id", "numbers.id"],
            name=op.f("fk_releases_tenant_id_number_id_numbers"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "flow_id", "version"],
            ["flow_versions.tenant_id", "flow_versions.flow_id", "flow_versions.number"],
            name=op.f("fk_releases_tenant_id_flow_id_version_flow_versions"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_releases")),
        sa.UniqueConstraint(
            "tenant_id", "number_id", "revision", name=op.f("uq_releases_tenant_id_number_id_revision")
        ),
    )
    op.create_index(op.f("ix_releases_tenant_id_flow_id_version"), "releases", ["tenant_id", "flow_id", "version"])
    op.drop_index(op.f("ix_numbers_tenant_id_flow_id_version"), "numbers")
    with op.batch_alter_table("numbers") as table:
        table.drop_constraint(op.f("fk_numbers_tenant_id_flow_id_version_flow_versions"), type_="foreignkey")
        table.drop_column("flow_id")
        table.drop_column("version")
        table.add_column(sa.Column("release_id", sa.String(length=36), nullable=True))
        table.create_foreign_key(
            op.f("fk_numbers_tenant_id_release_id_releases"),
            "releases",
            ["tenant_id", "release_id"],
            ["tenant_id", "id"],
        )
    op.create_index(op.f("ix_numbers_tenant_id_release_id"), "numbers", ["tenant_id", "release_id"])
    op.execute(
        "INSERT INTO releases (tenant_id, id, number_id, revision, flow_id, version, rolled_back, released_by,"
        " released_at, note) SELECT tenant_id, id, id, revision, flow_id, version, false, updated_by, updated_at, ''"
        " FROM bound_numbers"
    )
    op.execute("UPDATE numbers SET release_id = id WHERE id IN (SELECT id FROM bound_numbers)")
    op.execute("DROP TABLE bound_numbers")


def downgrade() -> None:
    op.execute(
        "CREATE TEMPORARY TABLE bound_numbers AS SELECT numbers.id, releases.flow_id, releases.version FROM numbers"
        " JOIN releases ON releases.tenant_id = numbers.tenant_id AND releases.id = numbers.release_id"
    )
    op.drop_index(op.f("ix_numbers_tenant_id_release_id"), "numbers")
    with op.batch_alter_table("numbers") as table:
        table.drop_constraint(op.f("fk_numbers_tenant_id_release_id_releases"), type_="foreignkey")
        table.drop_column("release_id")
        table.add_column(sa.Column("flow_id", sa.String(length=36), nullable=True))
        table.add_column(sa.Column("version", sa.Integer(), nullable=True))
        table.create_foreign_key(
            op.f("fk_numbers_tenant_id_flow_id_version_flow_versions"),
            "flow_versions",
            ["tenant_id", "flow_id", "version"],
            ["tenant_id", "flow_id", "number"],
        )
    op.create_index(op.f("ix_numbers_tenant_id_flow_id_version"), "numbers", ["tenant_id", "flow_id", "version"])
    op.drop_table("releases")
    op.execute(
        "UPDATE numbers SET (flow_id, version) ="
        " (SELECT flow_id, version FROM bound_numbers WHERE bound_numbers.id = numbers.id)"
    )
    op.execute("DROP TABLE bound_numbers")

"""A school's own ready texts."""

import sqlalchemy as sa
from alembic import op

revision = "0015_library"
down_revision = "0014_search"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "message_templates",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("district_id", sa.Uuid(), nullable=False),
        sa.Column("school_id", sa.Uuid(), nullable=True),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column(
            "category",
            sa.Enum(
                "emergency",
                "announcement",
                "reminder",
                "system",
                name="category",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("written_by_id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("category <> 'system'", name=op.f("ck_message_templates_for_people")),
        sa.CheckConstraint("length(name) > 0", name=op.f("ck_message_templates_has_name")),
        sa.CheckConstraint("length(body) <= 20000", name=op.f("ck_message_templates_not_too_long")),
        sa.ForeignKeyConstraint(
            ["district_id", "school_id"],
            ["schools.district_id", "schools.id"],
            name=op.f("fk_message_templates_district_id_school_id"),
        ),
        sa.ForeignKeyConstraint(
            ["district_id", "written_by_id"],
            ["accounts.district_id", "accounts.id"],
            name=op.f("fk_message_templates_district_id_written_by_id"),
        ),
        sa.ForeignKeyConstraint(["district_id"], ["districts.id"], name=op.f("fk_message_templates_district_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_message_templates")),
        sa.UniqueConstraint("school_id", "name", name=op.f("uq_message_templates_school_id_name")),
    )
    op.create_index(
        "uq_message_templates_district",
        "message_templates",
        ["district_id", "name"],
        unique=True,
        postgresql_where=sa.text("school_id IS NULL"),
        sqlite_where=sa.text("school_id IS NULL"),
    )


def downgrade() -> None:
    op.drop_table("message_templates")

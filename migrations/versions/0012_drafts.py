"""What somebody has begun to write."""

import sqlalchemy as sa
from alembic import op

revision = "0012_drafts"
down_revision = "0011_lasting_emergencies"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "saved_drafts",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("district_id", sa.Uuid(), nullable=False),
        sa.Column("school_id", sa.Uuid(), nullable=True),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column(
            "place",
            sa.Enum("notification", name="place", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("fields", sa.Text(), nullable=False),
        sa.Column("page", sa.Uuid(), nullable=False),
        sa.Column("step", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("length(fields) <= 100000", name=op.f("ck_saved_drafts_not_too_large")),
        sa.CheckConstraint("step >= 0", name=op.f("ck_saved_drafts_counted")),
        sa.CheckConstraint("saved_at >= created_at", name=op.f("ck_saved_drafts_in_order")),
        sa.ForeignKeyConstraint(
            ["district_id", "account_id"],
            ["accounts.district_id", "accounts.id"],
            name=op.f("fk_saved_drafts_district_id_account_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["district_id", "school_id"],
            ["schools.district_id", "schools.id"],
            name=op.f("fk_saved_drafts_district_id_school_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["district_id"], ["districts.id"], name=op.f("fk_saved_drafts_district_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_drafts")),
    )
    op.create_index("ix_saved_drafts_account", "saved_drafts", ["account_id", "saved_at"], unique=False)
    op.create_index("ix_saved_drafts_saved", "saved_drafts", ["saved_at"], unique=False)
    op.create_index(
        "ix_saved_drafts_removed",
        "saved_drafts",
        ["removed_at"],
        unique=False,
        postgresql_where=sa.text("removed_at IS NOT NULL"),
        sqlite_where=sa.text("removed_at IS NOT NULL"),
    )


def downgrade() -> None:
    op.drop_table("saved_drafts")

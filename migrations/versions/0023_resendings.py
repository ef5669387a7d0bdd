"""What was sent again to those whom nothing had reached."""

import sqlalchemy as sa
from alembic import op

revision = "0023_resendings"
down_revision = "0022_schedule"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "resendings",
        sa.Column("notification_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("district_id", sa.Uuid(), nullable=False),
        sa.Column("school_id", sa.Uuid(), nullable=True),
        sa.Column("resent_by_id", sa.Uuid(), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("number > 0", name=op.f("ck_resendings_counted_from_one")),
        sa.ForeignKeyConstraint(
            ["district_id", "notification_id"],
            ["notifications.district_id", "notifications.id"],
            name=op.f("fk_resendings_district_id_notification_id"),
        ),
        sa.ForeignKeyConstraint(
            ["school_id", "notification_id"],
            ["notifications.school_id", "notifications.id"],
            name=op.f("fk_resendings_school_id_notification_id"),
        ),
        sa.ForeignKeyConstraint(
            ["district_id", "resent_by_id"],
            ["accounts.district_id", "accounts.id"],
            name=op.f("fk_resendings_district_id_resent_by_id"),
        ),
        sa.PrimaryKeyConstraint("notification_id", "number", name=op.f("pk_resendings")),
    )


def downgrade() -> None:
    op.drop_table("resendings")

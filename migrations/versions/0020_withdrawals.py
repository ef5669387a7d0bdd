"""What was taken back, and the work that follows from it. A notification is corrected once at most."""

import sqlalchemy as sa
from alembic import op

revision = "0020_withdrawals"
down_revision = "0019_mail_times"
branch_labels = None
depends_on = None

OPEN = sa.text("finished_at IS NULL")
CORRECTS = sa.text("corrects_id IS NOT NULL")


def upgrade() -> None:
    op.create_table(
        "withdrawals",
        sa.Column("notification_id", sa.Uuid(), nullable=False),
        sa.Column("district_id", sa.Uuid(), nullable=False),
        sa.Column("school_id", sa.Uuid(), nullable=True),
        sa.Column("withdrawn_by_id", sa.Uuid(), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=True),
        sa.Column("tells_readers", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["district_id", "notification_id"],
            ["notifications.district_id", "notifications.id"],
            name=op.f("fk_withdrawals_district_id_notification_id"),
        ),
        sa.ForeignKeyConstraint(
            ["school_id", "notification_id"],
            ["notifications.school_id", "notifications.id"],
            name=op.f("fk_withdrawals_school_id_notification_id"),
        ),
        sa.ForeignKeyConstraint(
            ["district_id", "withdrawn_by_id"],
            ["accounts.district_id", "accounts.id"],
            name=op.f("fk_withdrawals_district_id_withdrawn_by_id"),
        ),
        sa.PrimaryKeyConstraint("notification_id", name=op.f("pk_withdrawals")),
    )
    op.create_index("ix_withdrawals_open", "withdrawals", ["created_at"], postgresql_where=OPEN, sqlite_where=OPEN)
    op.drop_index("ix_notifications_corrects", table_name="notifications")
    op.create_index(
        "uq_notifications_corrects",
        "notifications",
        ["corrects_id"],
        unique=True,
        postgresql_where=CORRECTS,
        sqlite_where=CORRECTS,
    )


def downgrade() -> None:
    op.drop_index("uq_notifications_corrects", table_name="notifications")
    op.create_index("ix_notifications_corrects", "notifications", ["corrects_id"])
    op.drop_table("withdrawals")

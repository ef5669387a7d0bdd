"""Telling that a report changed; what its counts and the office's home page are read from."""

import sqlalchemy as sa
from alembic import op

revision = "0016_reports"
down_revision = "0015_library"
branch_labels = None
depends_on = None

NOW_ASKED = (
    ("ix_notification_recipients_report", "notification_recipients", ["notification_id", "read_at", "acknowledged_at"]),
    ("ix_notifications_district", "notifications", ["district_id", "created_at", "id"]),
    ("ix_user_sessions_district", "user_sessions", ["district_id", "created_at"]),
)
FAILED_MAIL = sa.text("channel = 'email' AND status IN ('failed', 'bounced')")


def upgrade() -> None:
    op.create_table(
        "tellings",
        sa.Column("notification_id", sa.Uuid(), nullable=False),
        sa.Column("district_id", sa.Uuid(), nullable=False),
        sa.Column("school_id", sa.Uuid(), nullable=True),
        sa.Column("due", sa.SmallInteger(), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("due BETWEEN 0 AND 2", name=op.f("ck_tellings_at_most_twice")),
        sa.ForeignKeyConstraint(
            ["district_id", "notification_id"],
            ["notifications.district_id", "notifications.id"],
            name=op.f("fk_tellings_district_id_notification_id"),
        ),
        sa.ForeignKeyConstraint(
            ["school_id", "notification_id"],
            ["notifications.school_id", "notifications.id"],
            name=op.f("fk_tellings_school_id_notification_id"),
        ),
        sa.PrimaryKeyConstraint("notification_id", name=op.f("pk_tellings")),
    )
    op.create_index(
        "ix_tellings_due", "tellings", ["due"], postgresql_where=sa.text("due > 0"), sqlite_where=sa.text("due > 0")
    )
    op.execute(
        "INSERT INTO tellings (notification_id, district_id, school_id, due) "
        "SELECT notification_id, district_id, school_id, 0 FROM fan_outs"
    )
    for name, table, columns in NOW_ASKED:
        op.create_index(name, table, columns)
    op.create_index(
        "ix_notification_logs_failed_mail",
        "notification_logs",
        ["recipient_id", "failed_at"],
        postgresql_where=FAILED_MAIL,
        sqlite_where=FAILED_MAIL,
    )


def downgrade() -> None:
    op.drop_index("ix_notification_logs_failed_mail", table_name="notification_logs")
    for name, table, _columns in reversed(NOW_ASKED):
        op.drop_index(name, table_name=table)
    op.drop_table("tellings")

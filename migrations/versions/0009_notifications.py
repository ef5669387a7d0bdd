"""What was said, to whom, and what became of it."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0009_notifications"
down_revision = "0008_realtime"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "notifications",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("district_id", sa.Uuid(), nullable=False),
        sa.Column("school_id", sa.Uuid(), nullable=True),
        sa.Column("sender_id", sa.Uuid(), nullable=True),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
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
        sa.Column(
            "priority",
            sa.Enum(
                "low",
                "normal",
                "high",
                "emergency",
                name="priority",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("type", sa.String(length=60), nullable=False),
        sa.Column("data", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("link", sa.String(length=2000), nullable=True),
        sa.Column(
            "status",
            sa.Enum(
                "draft",
                "scheduled",
                "sending",
                "sent",
                "cancelled",
                "missed",
                "withdrawn",
                name="status",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("scheduled_for", sa.DateTime(timezone=True), nullable=True),
        sa.Column("scheduled_zone", sa.String(length=64), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("audience", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("requires_acknowledgement", sa.Boolean(), nullable=False),
        sa.Column("corrects_id", sa.Uuid(), nullable=True),
        sa.Column("idempotency_key", sa.String(length=100), nullable=True),
        sa.Column("fingerprint", sa.String(length=64), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("erased_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(category = 'emergency') = (priority = 'emergency')", name=op.f("ck_notifications_emergency_both")
        ),
        sa.CheckConstraint(
            "category <> 'emergency' OR requires_acknowledgement", name=op.f("ck_notifications_emergency_asks")
        ),
        sa.CheckConstraint(
            "status <> 'scheduled' OR scheduled_for IS NOT NULL", name=op.f("ck_notifications_scheduled_when")
        ),
        sa.CheckConstraint(
            "(scheduled_for IS NULL) = (scheduled_zone IS NULL)", name=op.f("ck_notifications_schedule_has_zone")
        ),
        sa.ForeignKeyConstraint(
            ["district_id", "corrects_id"],
            ["notifications.district_id", "notifications.id"],
            name=op.f("fk_notifications_district_id_corrects_id"),
        ),
        sa.ForeignKeyConstraint(
            ["district_id", "school_id"],
            ["schools.district_id", "schools.id"],
            name=op.f("fk_notifications_district_id_school_id"),
        ),
        sa.ForeignKeyConstraint(
            ["district_id", "sender_id"],
            ["accounts.district_id", "accounts.id"],
            name=op.f("fk_notifications_district_id_sender_id"),
        ),
        sa.ForeignKeyConstraint(["district_id"], ["districts.id"], name=op.f("fk_notifications_district_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notifications")),
        sa.UniqueConstraint("district_id", "id", name=op.f("uq_notifications_district_id_id")),
        sa.UniqueConstraint("school_id", "id", name=op.f("uq_notifications_school_id_id")),
        sa.UniqueConstraint("sender_id", "idempotency_key", name=op.f("uq_notifications_sender_id_idempotency_key")),
    )
    op.create_index("ix_notifications_corrects", "notifications", ["corrects_id"], unique=False)
    op.create_index(
        "ix_notifications_due",
        "notifications",
        ["scheduled_for"],
        unique=False,
        postgresql_where=sa.text("status = 'scheduled'"),
        sqlite_where=sa.text("status = 'scheduled'"),
    )
    op.create_index("ix_notifications_school", "notifications", ["school_id", "created_at", "id"], unique=False)
    op.create_index("ix_notifications_sender", "notifications", ["sender_id", "created_at"], unique=False)
    op.create_index(
        "ix_notifications_sending",
        "notifications",
        ["created_at"],
        unique=False,
        postgresql_where=sa.text("status = 'sending'"),
        sqlite_where=sa.text("status = 'sending'"),
    )
    op.create_table(
        "fan_outs",
        sa.Column("notification_id", sa.Uuid(), nullable=False),
        sa.Column("district_id", sa.Uuid(), nullable=False),
        sa.Column("school_id", sa.Uuid(), nullable=True),
        sa.Column(
            "lane",
            sa.Enum(
                "alerts",
                "urgent_mail",
                "mail",
                "bulk",
                name="lane",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("cursor", sa.Uuid(), nullable=True),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("next_attempt_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("lease", sa.Uuid(), nullable=True),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("(lease IS NULL) = (lease_until IS NULL)", name=op.f("ck_fan_outs_lease_ends")),
        sa.ForeignKeyConstraint(
            ["district_id", "notification_id"],
            ["notifications.district_id", "notifications.id"],
            name=op.f("fk_fan_outs_district_id_notification_id"),
        ),
        sa.ForeignKeyConstraint(
            ["school_id", "notification_id"],
            ["notifications.school_id", "notifications.id"],
            name=op.f("fk_fan_outs_school_id_notification_id"),
        ),
        sa.PrimaryKeyConstraint("notification_id", name=op.f("pk_fan_outs")),
    )
    op.create_index(
        "ix_fan_outs_due",
        "fan_outs",
        ["lane", "next_attempt_at"],
        unique=False,
        postgresql_where=sa.text("finished_at IS NULL"),
        sqlite_where=sa.text("finished_at IS NULL"),
    )
    op.create_table(
        "notification_recipients",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("district_id", sa.Uuid(), nullable=False),
        sa.Column("school_id", sa.Uuid(), nullable=True),
        sa.Column("notification_id", sa.Uuid(), nullable=False),
        sa.Column("recipient_id", sa.Uuid(), nullable=False),
        sa.Column(
            "role",
            sa.Enum(
                "admin",
                "teacher",
                "parent",
                "student",
                "district_admin",
                name="role",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("acknowledged_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("archived_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("pinned_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("alert_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("role <> 'district_admin'", name=op.f("ck_notification_recipients_recipient_role")),
        sa.ForeignKeyConstraint(
            ["district_id", "notification_id"],
            ["notifications.district_id", "notifications.id"],
            name=op.f("fk_notification_recipients_district_id_notification_id"),
        ),
        sa.ForeignKeyConstraint(
            ["district_id", "recipient_id"],
            ["accounts.district_id", "accounts.id"],
            name=op.f("fk_notification_recipients_district_id_recipient_id"),
        ),
        sa.ForeignKeyConstraint(
            ["school_id", "notification_id"],
            ["notifications.school_id", "notifications.id"],
            name=op.f("fk_notification_recipients_school_id_notification_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notification_recipients")),
        sa.UniqueConstraint(
            "notification_id", "recipient_id", name=op.f("uq_notification_recipients_notification_id_recipient_id")
        ),
    )
    op.create_index(
        "ix_notification_recipients_alert",
        "notification_recipients",
        ["recipient_id"],
        unique=False,
        postgresql_where=sa.text("alert_until IS NOT NULL AND acknowledged_at IS NULL"),
        sqlite_where=sa.text("alert_until IS NOT NULL AND acknowledged_at IS NULL"),
    )
    op.create_index(
        "ix_notification_recipients_inbox",
        "notification_recipients",
        ["recipient_id", "created_at", "id"],
        unique=False,
    )
    op.create_index(
        "ix_notification_recipients_unread",
        "notification_recipients",
        ["recipient_id"],
        unique=False,
        postgresql_where=sa.text("read_at IS NULL AND archived_at IS NULL"),
        sqlite_where=sa.text("read_at IS NULL AND archived_at IS NULL"),
    )
    op.create_table(
        "notification_subjects",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("district_id", sa.Uuid(), nullable=False),
        sa.Column("school_id", sa.Uuid(), nullable=True),
        sa.Column("notification_id", sa.Uuid(), nullable=False),
        sa.Column("recipient_id", sa.Uuid(), nullable=False),
        sa.Column("child_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["district_id", "child_id"],
            ["accounts.district_id", "accounts.id"],
            name=op.f("fk_notification_subjects_district_id_child_id"),
        ),
        sa.ForeignKeyConstraint(
            ["district_id", "notification_id"],
            ["notifications.district_id", "notifications.id"],
            name=op.f("fk_notification_subjects_district_id_notification_id"),
        ),
        sa.ForeignKeyConstraint(
            ["district_id", "recipient_id"],
            ["accounts.district_id", "accounts.id"],
            name=op.f("fk_notification_subjects_district_id_recipient_id"),
        ),
        sa.ForeignKeyConstraint(
            ["notification_id", "recipient_id"],
            ["notification_recipients.notification_id", "notification_recipients.recipient_id"],
            name=op.f("fk_notification_subjects_notification_id_recipient_id"),
        ),
        sa.ForeignKeyConstraint(
            ["school_id", "notification_id"],
            ["notifications.school_id", "notifications.id"],
            name=op.f("fk_notification_subjects_school_id_notification_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notification_subjects")),
        sa.UniqueConstraint(
            "notification_id",
            "recipient_id",
            "child_id",
            name=op.f("uq_notification_subjects_notification_id_recipient_id_child_id"),
        ),
    )
    op.create_table(
        "notification_logs",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("district_id", sa.Uuid(), nullable=False),
        sa.Column("school_id", sa.Uuid(), nullable=True),
        sa.Column("notification_id", sa.Uuid(), nullable=False),
        sa.Column("recipient_id", sa.Uuid(), nullable=False),
        sa.Column(
            "channel",
            sa.Enum(
                "websocket",
                "email",
                "in_app",
                "push",
                name="channel",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "status",
            sa.Enum(
                "pending",
                "sending",
                "sent",
                "delivered",
                "failed",
                "bounced",
                "expired",
                "suppressed",
                name="fate",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("reason", sa.String(length=200), nullable=True),
        sa.Column("retry_count", sa.Integer(), server_default="0", nullable=False),
        sa.Column("next_attempt_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("letter_id", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("delivered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("failed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("error_message", sa.Text(), nullable=True),
        sa.Column("external_id", sa.String(length=200), nullable=True),
        sa.ForeignKeyConstraint(
            ["district_id", "notification_id"],
            ["notifications.district_id", "notifications.id"],
            name=op.f("fk_notification_logs_district_id_notification_id"),
        ),
        sa.ForeignKeyConstraint(
            ["district_id", "recipient_id"],
            ["accounts.district_id", "accounts.id"],
            name=op.f("fk_notification_logs_district_id_recipient_id"),
        ),
        sa.ForeignKeyConstraint(["letter_id"], ["letters.id"], name=op.f("fk_notification_logs_letter_id")),
        sa.ForeignKeyConstraint(
            ["school_id", "notification_id"],
            ["notifications.school_id", "notifications.id"],
            name=op.f("fk_notification_logs_school_id_notification_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notification_logs")),
        sa.UniqueConstraint("letter_id", name=op.f("uq_notification_logs_letter_id")),
        sa.UniqueConstraint(
            "notification_id",
            "recipient_id",
            "channel",
            name=op.f("uq_notification_logs_notification_id_recipient_id_channel"),
        ),
    )
    op.create_index(
        "ix_notification_logs_offline",
        "notification_logs",
        ["recipient_id"],
        unique=False,
        postgresql_where=sa.text("channel = 'websocket' AND status IN ('pending', 'sent')"),
        sqlite_where=sa.text("channel = 'websocket' AND status IN ('pending', 'sent')"),
    )
    op.create_index(
        "ix_notification_logs_report", "notification_logs", ["notification_id", "channel", "status"], unique=False
    )


def downgrade() -> None:
    op.drop_table("notification_logs")
    op.drop_table("notification_subjects")
    op.drop_table("notification_recipients")
    op.drop_table("fan_outs")
    op.drop_table("notifications")

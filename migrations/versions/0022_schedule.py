"""What recurs, each time that it was said, and what is looked for by its time."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0022_schedule"
down_revision = "0021_reports_of_mail"
branch_labels = None
depends_on = None

CATEGORY = sa.Enum(
    "emergency",
    "announcement",
    "reminder",
    "system",
    name="category",
    native_enum=False,
    create_constraint=True,
    length=32,
)
PRIORITY = sa.Enum(
    "low", "normal", "high", "emergency", name="priority", native_enum=False, create_constraint=True, length=32
)
JSON = sa.JSON().with_variant(JSONB(), "postgresql")
BY_PLACE = ["district_id", "school_id", "scheduled_for"]
INDEXES = (
    ("ix_letters_expiring", "letters", ["expires_at"], "status = 'pending' AND expires_at IS NOT NULL"),
    ("ix_notifications_planned", "notifications", BY_PLACE, "status = 'scheduled'"),
    ("ix_notifications_not_left", "notifications", BY_PLACE, "status IN ('cancelled', 'missed')"),
    ("ix_recurrences_due", "recurrences", ["next_at"], "next_at IS NOT NULL"),
)


def upgrade() -> None:
    op.create_table(
        "recurrences",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("district_id", sa.Uuid(), nullable=False),
        sa.Column("school_id", sa.Uuid(), nullable=True),
        sa.Column("sender_id", sa.Uuid(), nullable=True),
        sa.Column("title", sa.String(200), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("category", CATEGORY, nullable=False),
        sa.Column("priority", PRIORITY, nullable=False),
        sa.Column("link", sa.String(2000), nullable=True),
        sa.Column("audience", JSON, nullable=False),
        sa.Column("requires_acknowledgement", sa.Boolean(), nullable=False),
        sa.Column("rule", sa.String(200), nullable=False),
        sa.Column("time_zone", sa.String(64), nullable=False),
        sa.Column("minute", sa.Integer(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("skipped", JSON, nullable=False),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("idempotency_key", sa.String(100), nullable=True),
        sa.Column("fingerprint", sa.String(64), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("category IN ('announcement', 'reminder')", name=op.f("ck_recurrences_no_alarm")),
        sa.CheckConstraint("priority <> 'emergency'", name=op.f("ck_recurrences_calm")),
        sa.CheckConstraint("minute BETWEEN 0 AND 1439", name=op.f("ck_recurrences_minute_of_a_day")),
        sa.CheckConstraint("(next_at IS NULL) = (ended_at IS NOT NULL)", name=op.f("ck_recurrences_goes_on_or_ended")),
        sa.ForeignKeyConstraint(["district_id"], ["districts.id"], name=op.f("fk_recurrences_district_id")),
        sa.ForeignKeyConstraint(
            ["district_id", "school_id"],
            ["schools.district_id", "schools.id"],
            name=op.f("fk_recurrences_district_id_school_id"),
        ),
        sa.ForeignKeyConstraint(
            ["district_id", "sender_id"],
            ["accounts.district_id", "accounts.id"],
            name=op.f("fk_recurrences_district_id_sender_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recurrences")),
        sa.UniqueConstraint("school_id", "id", name=op.f("uq_recurrences_school_id_id")),
        sa.UniqueConstraint("district_id", "id", name=op.f("uq_recurrences_district_id_id")),
        sa.UniqueConstraint("sender_id", "idempotency_key", name=op.f("uq_recurrences_sender_id_idempotency_key")),
    )
    op.create_index("ix_recurrences_school", "recurrences", ["school_id", "next_at"])
    op.create_index("ix_recurrences_district", "recurrences", ["district_id", "next_at"])
    op.create_table(
        "occurrences",
        sa.Column("recurrence_id", sa.Uuid(), nullable=False),
        sa.Column("occurs_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("notification_id", sa.Uuid(), nullable=False),
        sa.Column("district_id", sa.Uuid(), nullable=False),
        sa.Column("school_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(
            ["district_id", "notification_id"],
            ["notifications.district_id", "notifications.id"],
            name=op.f("fk_occurrences_district_id_notification_id"),
        ),
        sa.ForeignKeyConstraint(
            ["school_id", "notification_id"],
            ["notifications.school_id", "notifications.id"],
            name=op.f("fk_occurrences_school_id_notification_id"),
        ),
        sa.ForeignKeyConstraint(
            ["district_id", "recurrence_id"],
            ["recurrences.district_id", "recurrences.id"],
            name=op.f("fk_occurrences_district_id_recurrence_id"),
        ),
        sa.PrimaryKeyConstraint("recurrence_id", "occurs_at", name=op.f("pk_occurrences")),
        sa.UniqueConstraint("notification_id", name=op.f("uq_occurrences_notification_id")),
    )
    for name, table, columns, where in INDEXES:
        op.create_index(name, table, columns, postgresql_where=sa.text(where), sqlite_where=sa.text(where))


def downgrade() -> None:
    op.drop_table("occurrences")
    for name, table, _columns, _where in reversed(INDEXES):
        op.drop_index(name, table_name=table)
    op.drop_table("recurrences")

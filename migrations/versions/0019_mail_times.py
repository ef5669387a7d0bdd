"""When people want mail that can wait: quiet hours, a digest a day; and a school's wish to mail what stays unread."""

import sqlalchemy as sa
from alembic import op

revision = "0019_mail_times"
down_revision = "0018_tallies"
branch_labels = None
depends_on = None

WAITING = sa.text("status = 'pending' AND reason IN ('quiet_hours', 'digest', 'unread_first')")
FOR_A_DIGEST = sa.text("status = 'pending' AND reason = 'digest'")
INDEXES = (
    ("ix_notification_logs_waiting", ["recipient_id", "next_attempt_at"], WAITING),
    ("ix_notification_logs_digest", ["next_attempt_at"], FOR_A_DIGEST),
)
TIMES = "quiet_from BETWEEN 0 AND 1439 AND quiet_until BETWEEN 0 AND 1439 AND digest_at BETWEEN 0 AND 1439"


def upgrade() -> None:
    op.create_table(
        "mail_times",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("district_id", sa.Uuid(), nullable=False),
        sa.Column("time_zone", sa.String(64), nullable=False),
        sa.Column("quiet_from", sa.Integer(), nullable=True),
        sa.Column("quiet_until", sa.Integer(), nullable=True),
        sa.Column("digest_at", sa.Integer(), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("(quiet_from IS NULL) = (quiet_until IS NULL)", name=op.f("ck_mail_times_quiet_both_ends")),
        sa.CheckConstraint("quiet_from <> quiet_until", name=op.f("ck_mail_times_quiet_and_not_quiet")),
        sa.CheckConstraint("quiet_from IS NOT NULL OR digest_at IS NOT NULL", name=op.f("ck_mail_times_something")),
        sa.CheckConstraint(TIMES, name=op.f("ck_mail_times_of_a_day")),
        sa.ForeignKeyConstraint(["district_id"], ["districts.id"], name=op.f("fk_mail_times_district_id")),
        sa.ForeignKeyConstraint(
            ["district_id", "account_id"],
            ["accounts.district_id", "accounts.id"],
            name=op.f("fk_mail_times_district_id_account_id"),
        ),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_mail_times")),
    )
    op.create_table(
        "digests",
        sa.Column("letter_id", sa.Uuid(), nullable=False),
        sa.Column("district_id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("day", sa.Date(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["letter_id"], ["letters.id"], name=op.f("fk_digests_letter_id")),
        sa.ForeignKeyConstraint(["district_id"], ["districts.id"], name=op.f("fk_digests_district_id")),
        sa.ForeignKeyConstraint(
            ["district_id", "account_id"],
            ["accounts.district_id", "accounts.id"],
            name=op.f("fk_digests_district_id_account_id"),
        ),
        sa.PrimaryKeyConstraint("letter_id", name=op.f("pk_digests")),
        sa.UniqueConstraint("account_id", "day", name=op.f("uq_digests_account_id_day")),
    )
    op.create_table(
        "digest_lines",
        sa.Column("log_id", sa.Uuid(), nullable=False),
        sa.Column("letter_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["log_id"], ["notification_logs.id"], name=op.f("fk_digest_lines_log_id")),
        sa.ForeignKeyConstraint(["letter_id"], ["digests.letter_id"], name=op.f("fk_digest_lines_letter_id")),
        sa.PrimaryKeyConstraint("log_id", name=op.f("pk_digest_lines")),
    )
    op.create_index("ix_digest_lines_letter", "digest_lines", ["letter_id"])
    # In one statement with its column: SQLite adds no constraint to a table that stands.
    op.execute(
        "ALTER TABLE schools ADD COLUMN mail_after_minutes SMALLINT "
        "CONSTRAINT ck_schools_mail_after CHECK (mail_after_minutes BETWEEN 5 AND 120)"
    )
    for name, columns, where in INDEXES:
        op.create_index(name, "notification_logs", columns, postgresql_where=where, sqlite_where=where)


def downgrade() -> None:
    # Whatever waits for a digest has no letter: without digests it would wait for ever.
    op.execute(
        "UPDATE notification_logs SET status = 'suppressed', next_attempt_at = NULL "
        "WHERE status = 'pending' AND reason = 'digest'"
    )
    for name, _columns, _where in reversed(INDEXES):
        op.drop_index(name, table_name="notification_logs")
    op.drop_column("schools", "mail_after_minutes")
    op.drop_index("ix_digest_lines_letter", table_name="digest_lines")
    op.drop_table("digest_lines")
    op.drop_table("digests")
    op.drop_table("mail_times")

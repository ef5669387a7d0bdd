"""What carriers tell of a mail after they have taken it, and the addresses that are not written to any more."""

import sqlalchemy as sa
from alembic import op

revision = "0021_reports_of_mail"
down_revision = "0020_withdrawals"
branch_labels = None
depends_on = None

STANDING = sa.text("released_at IS NULL")
UNDONE = sa.text("done_at IS NULL")
KNOWN = sa.text("external_id IS NOT NULL")
SOURCES = ("relay", "dsn", "resend", "sendgrid")


def upgrade() -> None:
    op.create_table(
        "suppressions",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("district_id", sa.Uuid(), nullable=False),
        sa.Column("address", sa.String(254), nullable=False),
        _choice("grounds", "refusal", "bounce", "complaint"),
        _choice("source", *SOURCES),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("letter_id", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("released_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("released_by", sa.Uuid(), nullable=True),
        sa.CheckConstraint(
            "released_by IS NULL OR released_at IS NOT NULL", name=op.f("ck_suppressions_released_by_somebody")
        ),
        sa.ForeignKeyConstraint(["district_id"], ["districts.id"], name=op.f("fk_suppressions_district_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_suppressions")),
    )
    op.create_index(
        "uq_suppressions_standing",
        "suppressions",
        ["district_id", "address"],
        unique=True,
        postgresql_where=STANDING,
        sqlite_where=STANDING,
    )
    op.create_index("ix_suppressions_address", "suppressions", ["district_id", "address", "released_at"])
    op.create_table(
        "mail_reports",
        sa.Column("id", sa.Uuid(), nullable=False),
        _choice("source", *SOURCES),
        sa.Column("event_id", sa.String(200), nullable=False),
        _choice("fate", "delivered", "bounced", "complained", "deferred", kind="reported"),
        sa.Column("letter_id", sa.Uuid(), nullable=True),
        sa.Column("external_id", sa.String(200), nullable=True),
        sa.Column("address", sa.String(254), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("is_mailbox_dead", sa.Boolean(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mail_reports")),
        sa.UniqueConstraint("source", "event_id", name=op.f("uq_mail_reports_source_event_id")),
    )
    op.create_index(
        "ix_mail_reports_due", "mail_reports", ["due_at", "id"], postgresql_where=UNDONE, sqlite_where=UNDONE
    )
    op.create_index("ix_mail_reports_received", "mail_reports", ["received_at"])
    op.create_table(
        "webhook_requests",
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_webhook_requests")),
    )
    op.create_index(op.f("ix_webhook_requests_received_at"), "webhook_requests", ["received_at"])
    op.create_index("ix_letters_external", "letters", ["external_id"], postgresql_where=KNOWN, sqlite_where=KNOWN)


def downgrade() -> None:
    op.drop_index("ix_letters_external", table_name="letters")
    for table in ("webhook_requests", "mail_reports", "suppressions"):
        op.drop_table(table)


def _choice(name: str, *values: str, kind: str | None = None) -> sa.Column[str]:
    return sa.Column(
        name, sa.Enum(*values, name=kind or name, native_enum=False, create_constraint=True, length=32), nullable=False
    )

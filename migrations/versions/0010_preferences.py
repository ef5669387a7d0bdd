"""What each person wants to hear; reasons of the ledger become codes."""

import sqlalchemy as sa
from alembic import op

revision = "0010_preferences"
down_revision = "0009_notifications"
branch_labels = None
depends_on = None

ADDRESS_REASONS = ("no address on file", "no_address")


def upgrade() -> None:
    op.create_table(
        "channel_preferences",
        sa.Column("account_id", sa.Uuid(), nullable=False),
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
        sa.Column("district_id", sa.Uuid(), nullable=False),
        sa.Column("is_wanted", sa.Boolean(), nullable=False),
        sa.Column(
            "how",
            sa.Enum("person", "unsubscribe", name="how", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(category = 'announcement' AND channel IN ('email', 'push')) "
            "OR (category = 'reminder' AND channel IN ('in_app', 'push'))",
            name=op.f("ck_channel_preferences_optional"),
        ),
        sa.CheckConstraint(
            "how <> 'unsubscribe' OR channel = 'email'", name=op.f("ck_channel_preferences_unsubscribed_by_mail")
        ),
        sa.ForeignKeyConstraint(["district_id"], ["districts.id"], name=op.f("fk_channel_preferences_district_id")),
        sa.ForeignKeyConstraint(
            ["district_id", "account_id"],
            ["accounts.district_id", "accounts.id"],
            name=op.f("fk_channel_preferences_district_id_account_id"),
        ),
        sa.PrimaryKeyConstraint("account_id", "category", "channel", name=op.f("pk_channel_preferences")),
    )
    _say(*ADDRESS_REASONS)


def downgrade() -> None:
    _say(*reversed(ADDRESS_REASONS))
    op.drop_table("channel_preferences")


def _say(before: str, after: str) -> None:
    ledger = sa.table("notification_logs", sa.column("reason", sa.String))
    op.execute(sa.update(ledger).where(ledger.c.reason == before).values(reason=after))

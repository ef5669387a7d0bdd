"""The parts of an inbox, each with an index of its own: nobody's page costs more because of what they put away."""

import sqlalchemy as sa
from alembic import op

revision = "0013_inbox_parts"
down_revision = "0012_drafts"
branch_labels = None
depends_on = None

TABLE = "notification_recipients"
BY_TIME = ("recipient_id", "created_at", "id")
PARTS = {
    "inbox": (BY_TIME, "archived_at IS NULL"),
    "archive": (BY_TIME, "archived_at IS NOT NULL"),
    "unread": (BY_TIME, "read_at IS NULL AND archived_at IS NULL"),
    "to_confirm": (BY_TIME, "{asks} AND acknowledged_at IS NULL AND archived_at IS NULL"),
    "pinned": (("recipient_id",), "pinned_at IS NOT NULL AND archived_at IS NULL"),
}
BEFORE = {"inbox": (BY_TIME, None), "unread": (("recipient_id",), "read_at IS NULL AND archived_at IS NULL")}
COPY_WHAT_IS_ASKED = """
    UPDATE notification_recipients SET requires_acknowledgement = true WHERE notification_id IN (
        SELECT id FROM notifications WHERE requires_acknowledgement
    )
"""


def upgrade() -> None:
    asked = sa.Column("requires_acknowledgement", sa.Boolean(), server_default=sa.text("false"), nullable=False)
    op.add_column(TABLE, asked)
    op.execute(COPY_WHAT_IS_ASKED)
    _exchange(BEFORE, PARTS)


def downgrade() -> None:
    _exchange(PARTS, BEFORE)
    op.drop_column(TABLE, "requires_acknowledgement")


def _exchange(
    old: dict[str, tuple[tuple[str, ...], str | None]], new: dict[str, tuple[tuple[str, ...], str | None]]
) -> None:
    for name in old:
        op.drop_index(f"ix_{TABLE}_{name}", table_name=TABLE)
    for name, (columns, where) in new.items():
        op.create_index(
            f"ix_{TABLE}_{name}",
            TABLE,
            list(columns),
            unique=False,
            postgresql_where=sa.text(where.format(asks="requires_acknowledgement")) if where else None,
            sqlite_where=sa.text(where.format(asks="requires_acknowledgement = 1")) if where else None,
        )

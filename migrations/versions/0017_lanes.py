"""Letters flow by school or emergency, so that none waits behind another's; what cannot be done is set aside.

A happening may concern the people between two keys: an alert is seen as soon as their part of it is written.
"""

import sqlalchemy as sa
from alembic import op

revision = "0017_lanes"
down_revision = "0016_reports"
branch_labels = None
depends_on = None

PENDING = sa.text("status = 'pending'")
SET_ASIDE = sa.text("set_aside_at IS NOT NULL")
NOBODY = sa.text("'00000000000000000000000000000000'")  # a new column of SQLite that is never NULL needs a default
MORE = (
    ("letters", "flow", sa.Uuid(), {"server_default": NOBODY, "nullable": False}),
    ("letters", "attempts_before", sa.Integer(), {"server_default": "0", "nullable": False}),
    ("letters", "set_aside_at", sa.DateTime(timezone=True), {}),
    ("fan_outs", "set_aside_at", sa.DateTime(timezone=True), {}),
    ("fan_outs", "error_message", sa.Text(), {}),
    ("live_events", "behind_id", sa.Uuid(), {}),
    ("live_events", "upto_id", sa.Uuid(), {}),
)


def upgrade() -> None:
    for table, name, kind, more in MORE:
        op.add_column(table, sa.Column(name, kind, **more))
    op.execute("UPDATE letters SET flow = coalesce(school_id, district_id)")
    op.execute(
        "UPDATE letters SET flow = (SELECT notification_id FROM notification_recipients copy WHERE copy.id = letters.id) "
        "WHERE lane = 'urgent_mail' "
        "AND EXISTS (SELECT 1 FROM notification_recipients copy WHERE copy.id = letters.id)"
    )
    _exchange("ix_letters_due", "ix_letters_flow", ["lane", "flow", "next_attempt_at", "id"])
    for table in ("letters", "fan_outs"):
        op.create_index(
            f"ix_{table}_set_aside",
            table,
            ["district_id", "set_aside_at"],
            postgresql_where=SET_ASIDE,
            sqlite_where=SET_ASIDE,
        )


def downgrade() -> None:
    for table in ("fan_outs", "letters"):
        op.drop_index(f"ix_{table}_set_aside", table_name=table)
    _exchange("ix_letters_flow", "ix_letters_due", ["lane", "next_attempt_at", "id"])
    for table, name, _kind, _more in reversed(MORE):
        op.drop_column(table, name)


def _exchange(old: str, new: str, columns: list[str]) -> None:
    op.drop_index(old, table_name="letters")
    op.create_index(new, "letters", columns, postgresql_where=PENDING, sqlite_where=PENDING)

"""What processes count for those who watch over them, and notifications that missed their time."""

import sqlalchemy as sa
from alembic import op

revision = "0018_tallies"
down_revision = "0017_lanes"
branch_labels = None
depends_on = None

MISSED = sa.text("status = 'missed'")


def upgrade() -> None:
    op.create_table(
        "tallies",
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("label", sa.String(length=40), nullable=False),
        sa.Column("process", sa.String(length=80), nullable=False),
        sa.Column("value", sa.Double(), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name", "label", "process", name=op.f("pk_tallies")),
    )
    op.create_index(
        "ix_notifications_missed", "notifications", ["scheduled_for"], postgresql_where=MISSED, sqlite_where=MISSED
    )


def downgrade() -> None:
    op.drop_index("ix_notifications_missed", table_name="notifications")
    op.drop_table("tallies")

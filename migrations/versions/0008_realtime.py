"""What has happened, in the order of commits."""

from uuid import uuid4

import sqlalchemy as sa
from alembic import op

revision = "0008_realtime"
down_revision = "0007_mailer"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "live_counter",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("epoch", sa.Uuid(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_live_counter_one_row")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_live_counter")),
    )
    op.create_table(
        "live_events",
        sa.Column("position", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=True),
        sa.Column("district_id", sa.Uuid(), nullable=False),
        sa.Column("school_id", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["district_id"], ["districts.id"], name=op.f("fk_live_events_district_id")),
        sa.ForeignKeyConstraint(["school_id"], ["schools.id"], name=op.f("fk_live_events_school_id")),
        sa.PrimaryKeyConstraint("position", name=op.f("pk_live_events")),
    )
    op.create_index("ix_live_events_account", "live_events", ["account_id", "position"], unique=False)
    op.create_index("ix_live_events_created", "live_events", ["created_at"], unique=False)
    counter = sa.table(
        "live_counter", sa.column("id", sa.Integer), sa.column("epoch", sa.Uuid), sa.column("position", sa.BigInteger)
    )
    op.bulk_insert(counter, [{"id": 1, "epoch": uuid4(), "position": 0}])


def downgrade() -> None:
    op.drop_table("live_events")
    op.drop_table("live_counter")

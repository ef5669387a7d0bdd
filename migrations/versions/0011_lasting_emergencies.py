"""An emergency that somebody has confirmed goes on lasting: the index of those that do holds them too."""

import sqlalchemy as sa
from alembic import op

revision = "0011_lasting_emergencies"
down_revision = "0010_preferences"
branch_labels = None
depends_on = None

INDEX, TABLE = "ix_notification_recipients_alert", "notification_recipients"
LASTING = sa.text("alert_until IS NOT NULL")
UNCONFIRMED = sa.text("alert_until IS NOT NULL AND acknowledged_at IS NULL")


def upgrade() -> None:
    op.drop_index(INDEX, table_name=TABLE)
    op.create_index(
        INDEX,
        TABLE,
        ["recipient_id", "alert_until"],
        unique=False,
        postgresql_where=LASTING,
        sqlite_where=LASTING,
    )


def downgrade() -> None:
    op.drop_index(INDEX, table_name=TABLE)
    op.create_index(
        INDEX,
        TABLE,
        ["recipient_id"],
        unique=False,
        postgresql_where=UNCONFIRMED,
        sqlite_where=UNCONFIRMED,
    )

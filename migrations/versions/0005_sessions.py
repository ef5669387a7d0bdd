"""One live session per account."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0005_sessions"
down_revision = "0004_roster"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "user_sessions",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("district_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("membership_id", sa.Uuid(), nullable=True),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("previous_token_hash", sa.String(length=64), nullable=True),
        sa.Column("rotated_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("last_active", sa.DateTime(timezone=True), nullable=False),
        sa.Column("idle_seconds", sa.Integer(), nullable=False),
        sa.Column(
            "device_type",
            sa.Enum(
                "web",
                "mobile_ios",
                "mobile_android",
                "desktop",
                name="devicetype",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("device_id", sa.String(length=64), nullable=False),
        sa.Column("user_agent", sa.String(length=400), nullable=False),
        sa.Column("ip_address", sa.String(45).with_variant(postgresql.INET(), "postgresql"), nullable=True),
        sa.Column("city", sa.String(length=120), nullable=True),
        sa.Column("country", sa.String(length=2), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("terminated_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "termination_reason",
            sa.Enum(
                "new_login",
                "logout",
                "timeout",
                "manual",
                "admin",
                "password_change",
                "disabled",
                "roster",
                "reported",
                "provider_logout",
                "restore",
                name="endreason",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.CheckConstraint("is_active = (terminated_at IS NULL)", name=op.f("ck_user_sessions_over_when_terminated")),
        sa.CheckConstraint("is_active = (termination_reason IS NULL)", name=op.f("ck_user_sessions_over_for_a_reason")),
        sa.ForeignKeyConstraint(
            ["district_id", "user_id"],
            ["accounts.district_id", "accounts.id"],
            name=op.f("fk_user_sessions_district_id_user_id"),
        ),
        sa.ForeignKeyConstraint(["district_id"], ["districts.id"], name=op.f("fk_user_sessions_district_id")),
        sa.ForeignKeyConstraint(["membership_id"], ["memberships.id"], name=op.f("fk_user_sessions_membership_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_user_sessions")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_user_sessions_token_hash")),
    )
    op.create_index(
        op.f("ix_user_sessions_previous_token_hash"), "user_sessions", ["previous_token_hash"], unique=False
    )
    op.create_index("ix_user_sessions_user", "user_sessions", ["user_id", "created_at"], unique=False)
    op.create_index(
        "uq_user_sessions_active",
        "user_sessions",
        ["user_id"],
        unique=True,
        postgresql_where=sa.text("is_active"),
        sqlite_where=sa.text("is_active"),
    )


def downgrade() -> None:
    op.drop_table("user_sessions")

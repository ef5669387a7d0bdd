"""Accounts and their addresses."""

import sqlalchemy as sa
from alembic import op

revision = "0003_identity"
down_revision = "0002_schools"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "accounts",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("district_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("sign_in_name", sa.String(length=254), nullable=False),
        sa.Column("password_hash", sa.String(length=255), nullable=True),
        sa.Column("credentials_version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("locale", sa.String(length=16), nullable=True),
        sa.Column("time_zone", sa.String(length=64), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("disabled_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("sign_in_name = lower(sign_in_name)", name=op.f("ck_accounts_sign_in_name_lower")),
        sa.ForeignKeyConstraint(["district_id"], ["districts.id"], name=op.f("fk_accounts_district_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_accounts")),
        sa.UniqueConstraint("district_id", "id", name=op.f("uq_accounts_district_id_id")),
        sa.UniqueConstraint("sign_in_name", name=op.f("uq_accounts_sign_in_name")),
    )
    op.create_table(
        "contact_addresses",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("district_id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum("email", name="addresskind", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("address", sa.String(length=254), nullable=False),
        sa.Column("position", sa.Integer(), server_default="0", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["district_id", "account_id"],
            ["accounts.district_id", "accounts.id"],
            name=op.f("fk_contact_addresses_district_id_account_id"),
        ),
        sa.ForeignKeyConstraint(["district_id"], ["districts.id"], name=op.f("fk_contact_addresses_district_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contact_addresses")),
        sa.UniqueConstraint("account_id", "kind", "address", name=op.f("uq_contact_addresses_account_id_kind_address")),
    )


def downgrade() -> None:
    op.drop_table("contact_addresses")
    op.drop_table("accounts")

"""Who is what in a school."""

import sqlalchemy as sa
from alembic import op

revision = "0004_roster"
down_revision = "0003_identity"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "grades",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("district_id", sa.Uuid(), nullable=False),
        sa.Column("school_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("position", sa.Integer(), server_default="0", nullable=False),
        sa.ForeignKeyConstraint(
            ["district_id", "school_id"],
            ["schools.district_id", "schools.id"],
            name=op.f("fk_grades_district_id_school_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_grades")),
        sa.UniqueConstraint("school_id", "id", name=op.f("uq_grades_school_id_id")),
        sa.UniqueConstraint("school_id", "name", name=op.f("uq_grades_school_id_name")),
    )
    op.create_table(
        "terms",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("district_id", sa.Uuid(), nullable=False),
        sa.Column("school_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.CheckConstraint("starts_on <= ends_on", name=op.f("ck_terms_in_order")),
        sa.ForeignKeyConstraint(
            ["district_id", "school_id"],
            ["schools.district_id", "schools.id"],
            name=op.f("fk_terms_district_id_school_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_terms")),
        sa.UniqueConstraint("school_id", "id", name=op.f("uq_terms_school_id_id")),
    )
    op.create_table(
        "classes",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("district_id", sa.Uuid(), nullable=False),
        sa.Column("school_id", sa.Uuid(), nullable=False),
        sa.Column("grade_id", sa.Uuid(), nullable=True),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.ForeignKeyConstraint(
            ["district_id", "school_id"],
            ["schools.district_id", "schools.id"],
            name=op.f("fk_classes_district_id_school_id"),
        ),
        sa.ForeignKeyConstraint(
            ["school_id", "grade_id"], ["grades.school_id", "grades.id"], name=op.f("fk_classes_school_id_grade_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_classes")),
        sa.UniqueConstraint("school_id", "id", name=op.f("uq_classes_school_id_id")),
    )
    op.create_table(
        "memberships",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("district_id", sa.Uuid(), nullable=False),
        sa.Column("school_id", sa.Uuid(), nullable=True),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column(
            "role",
            sa.Enum(
                "admin",
                "teacher",
                "parent",
                "student",
                "district_admin",
                name="role",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("grade_id", sa.Uuid(), nullable=True),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(role = 'district_admin') = (school_id IS NULL)", name=op.f("ck_memberships_school_unless_district_admin")
        ),
        sa.CheckConstraint("grade_id IS NULL OR role = 'student'", name=op.f("ck_memberships_grade_of_students")),
        sa.ForeignKeyConstraint(
            ["district_id", "account_id"],
            ["accounts.district_id", "accounts.id"],
            name=op.f("fk_memberships_district_id_account_id"),
        ),
        sa.ForeignKeyConstraint(
            ["district_id", "school_id"],
            ["schools.district_id", "schools.id"],
            name=op.f("fk_memberships_district_id_school_id"),
        ),
        sa.ForeignKeyConstraint(
            ["school_id", "grade_id"], ["grades.school_id", "grades.id"], name=op.f("fk_memberships_school_id_grade_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_memberships")),
    )
    op.create_index(
        "ix_memberships_account",
        "memberships",
        ["account_id"],
        unique=False,
        postgresql_where=sa.text("ended_at IS NULL"),
        sqlite_where=sa.text("ended_at IS NULL"),
    )
    op.create_index(
        "ix_memberships_grade",
        "memberships",
        ["school_id", "grade_id"],
        unique=False,
        postgresql_where=sa.text("ended_at IS NULL"),
        sqlite_where=sa.text("ended_at IS NULL"),
    )
    op.create_index(
        "uq_memberships_current",
        "memberships",
        ["school_id", "account_id", "role"],
        unique=True,
        postgresql_where=sa.text("ended_at IS NULL"),
        sqlite_where=sa.text("ended_at IS NULL"),
    )
    op.create_index(
        "uq_memberships_current_district_admin",
        "memberships",
        ["district_id", "account_id"],
        unique=True,
        postgresql_where=sa.text("ended_at IS NULL AND role = 'district_admin'"),
        sqlite_where=sa.text("ended_at IS NULL AND role = 'district_admin'"),
    )
    op.create_table(
        "enrolments",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("district_id", sa.Uuid(), nullable=False),
        sa.Column("school_id", sa.Uuid(), nullable=False),
        sa.Column("class_id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("term_id", sa.Uuid(), nullable=True),
        sa.Column(
            "role",
            sa.Enum(
                "admin",
                "teacher",
                "parent",
                "student",
                "district_admin",
                name="role",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("role IN ('student', 'teacher')", name=op.f("ck_enrolments_student_or_teacher")),
        sa.ForeignKeyConstraint(
            ["district_id", "account_id"],
            ["accounts.district_id", "accounts.id"],
            name=op.f("fk_enrolments_district_id_account_id"),
        ),
        sa.ForeignKeyConstraint(
            ["district_id", "school_id"],
            ["schools.district_id", "schools.id"],
            name=op.f("fk_enrolments_district_id_school_id"),
        ),
        sa.ForeignKeyConstraint(
            ["school_id", "class_id"],
            ["classes.school_id", "classes.id"],
            name=op.f("fk_enrolments_school_id_class_id"),
        ),
        sa.ForeignKeyConstraint(
            ["school_id", "term_id"], ["terms.school_id", "terms.id"], name=op.f("fk_enrolments_school_id_term_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_enrolments")),
    )
    op.create_index(
        "ix_enrolments_account",
        "enrolments",
        ["account_id"],
        unique=False,
        postgresql_where=sa.text("ended_at IS NULL"),
        sqlite_where=sa.text("ended_at IS NULL"),
    )
    op.create_index(
        "uq_enrolments_current",
        "enrolments",
        ["class_id", "account_id", "role", sa.literal_column("coalesce(term_id, class_id)")],
        unique=True,
        postgresql_where=sa.text("ended_at IS NULL"),
        sqlite_where=sa.text("ended_at IS NULL"),
    )
    op.create_table(
        "guardianships",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("district_id", sa.Uuid(), nullable=False),
        sa.Column("school_id", sa.Uuid(), nullable=False),
        sa.Column("guardian_id", sa.Uuid(), nullable=False),
        sa.Column("student_id", sa.Uuid(), nullable=False),
        sa.Column("relation", sa.String(length=40), server_default="guardian", nullable=False),
        sa.Column("no_contact", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("guardian_id <> student_id", name=op.f("ck_guardianships_two_people")),
        sa.ForeignKeyConstraint(
            ["district_id", "guardian_id"],
            ["accounts.district_id", "accounts.id"],
            name=op.f("fk_guardianships_district_id_guardian_id"),
        ),
        sa.ForeignKeyConstraint(
            ["district_id", "school_id"],
            ["schools.district_id", "schools.id"],
            name=op.f("fk_guardianships_district_id_school_id"),
        ),
        sa.ForeignKeyConstraint(
            ["district_id", "student_id"],
            ["accounts.district_id", "accounts.id"],
            name=op.f("fk_guardianships_district_id_student_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_guardianships")),
    )
    op.create_index(
        "ix_guardianships_guardian",
        "guardianships",
        ["guardian_id"],
        unique=False,
        postgresql_where=sa.text("ended_at IS NULL"),
        sqlite_where=sa.text("ended_at IS NULL"),
    )
    op.create_index(
        "uq_guardianships_current",
        "guardianships",
        ["school_id", "student_id", "guardian_id"],
        unique=True,
        postgresql_where=sa.text("ended_at IS NULL"),
        sqlite_where=sa.text("ended_at IS NULL"),
    )


def downgrade() -> None:
    op.drop_table("guardianships")
    op.drop_table("enrolments")
    op.drop_table("memberships")
    op.drop_table("classes")
    op.drop_table("terms")
    op.drop_table("grades")

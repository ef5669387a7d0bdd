"""Districts, schools, and who is what in them."""

from datetime import date
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    SmallInteger,
    String,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from app.catalogue.kinds import Role
from app.extensions import Base
from app.identity.models import of_account
from app.kernel.clock import now
from app.kernel.columns import Id, Moment, Reference, choice


class District(Base):
    __tablename__ = "districts"

    id: Mapped[Id]
    name: Mapped[str] = mapped_column(String(200))
    locale: Mapped[str] = mapped_column(String(16), default="en", server_default="en")
    time_zone: Mapped[str] = mapped_column(String(64), default="UTC", server_default="UTC")
    created_at: Mapped[Moment] = mapped_column(default=now)


class School(Base):
    """The tenant: another school's thing is not there.

    With ``mail_after_minutes`` the mail of an announcement waits so long, and goes to who has not read it by then.
    """

    __tablename__ = "schools"
    __table_args__ = (
        UniqueConstraint("district_id", "id"),
        CheckConstraint("mail_after_minutes BETWEEN 5 AND 120", name="mail_after"),
    )

    id: Mapped[Id]
    district_id: Mapped[Reference] = mapped_column(ForeignKey("districts.id"))
    name: Mapped[str] = mapped_column(String(200))
    locale: Mapped[str] = mapped_column(String(16), default="en", server_default="en")
    time_zone: Mapped[str] = mapped_column(String(64), default="UTC", server_default="UTC")
    created_at: Mapped[Moment] = mapped_column(default=now)
    mail_after_minutes: Mapped[int | None] = mapped_column(SmallInteger())


def of_school() -> ForeignKeyConstraint:
    """A row's school lies in the row's district, even when the row is written by hand."""
    return ForeignKeyConstraint(["district_id", "school_id"], ["schools.district_id", "schools.id"])


class Grade(Base):
    __tablename__ = "grades"
    __table_args__ = (of_school(), UniqueConstraint("school_id", "id"), UniqueConstraint("school_id", "name"))

    id: Mapped[Id]
    district_id: Mapped[Reference]
    school_id: Mapped[Reference]
    name: Mapped[str] = mapped_column(String(80))
    position: Mapped[int] = mapped_column(default=0, server_default="0")


CURRENT = text("ended_at IS NULL")


class Membership(Base):
    """What an account is in a school (or, a district admin, in the district). Ended, never deleted."""

    __tablename__ = "memberships"
    __table_args__ = (
        of_school(),
        of_account("account_id"),
        ForeignKeyConstraint(["school_id", "grade_id"], ["grades.school_id", "grades.id"]),
        CheckConstraint("(role = 'district_admin') = (school_id IS NULL)", name="school_unless_district_admin"),
        CheckConstraint("grade_id IS NULL OR role = 'student'", name="grade_of_students"),
        Index(
            "uq_memberships_current",
            "school_id",
            "account_id",
            "role",
            unique=True,
            postgresql_where=CURRENT,
            sqlite_where=CURRENT,
        ),
        Index(
            "uq_memberships_current_district_admin",
            "district_id",
            "account_id",
            unique=True,
            postgresql_where=text("ended_at IS NULL AND role = 'district_admin'"),
            sqlite_where=text("ended_at IS NULL AND role = 'district_admin'"),
        ),
        Index("ix_memberships_account", "account_id", postgresql_where=CURRENT, sqlite_where=CURRENT),
        Index("ix_memberships_grade", "school_id", "grade_id", postgresql_where=CURRENT, sqlite_where=CURRENT),
    )

    id: Mapped[Id]
    district_id: Mapped[Reference]
    school_id: Mapped[UUID | None]
    account_id: Mapped[Reference]
    role: Mapped[Role] = mapped_column(choice(Role))
    grade_id: Mapped[UUID | None]
    started_at: Mapped[Moment] = mapped_column(default=now)
    ended_at: Mapped[Moment | None]


class Term(Base):
    __tablename__ = "terms"
    __table_args__ = (
        of_school(),
        UniqueConstraint("school_id", "id"),
        CheckConstraint("starts_on <= ends_on", name="in_order"),
    )

    id: Mapped[Id]
    district_id: Mapped[Reference]
    school_id: Mapped[Reference]
    name: Mapped[str] = mapped_column(String(120))
    starts_on: Mapped[date]
    ends_on: Mapped[date]


class SchoolClass(Base):
    __tablename__ = "classes"
    __table_args__ = (
        of_school(),
        ForeignKeyConstraint(["school_id", "grade_id"], ["grades.school_id", "grades.id"]),
        UniqueConstraint("school_id", "id"),
    )

    id: Mapped[Id]
    district_id: Mapped[Reference]
    school_id: Mapped[Reference]
    grade_id: Mapped[UUID | None]
    name: Mapped[str] = mapped_column(String(120))


class Enrolment(Base):
    """A student or a teacher in a class, for a term (or without end, where a school keeps no terms)."""

    __tablename__ = "enrolments"
    __table_args__ = (
        of_school(),
        of_account("account_id"),
        ForeignKeyConstraint(["school_id", "class_id"], ["classes.school_id", "classes.id"]),
        ForeignKeyConstraint(["school_id", "term_id"], ["terms.school_id", "terms.id"]),
        CheckConstraint("role IN ('student', 'teacher')", name="student_or_teacher"),
        Index(
            "uq_enrolments_current",
            "class_id",
            "account_id",
            "role",
            text("coalesce(term_id, class_id)"),
            unique=True,
            postgresql_where=CURRENT,
            sqlite_where=CURRENT,
        ),
        Index("ix_enrolments_account", "account_id", postgresql_where=CURRENT, sqlite_where=CURRENT),
    )

    id: Mapped[Id]
    district_id: Mapped[Reference]
    school_id: Mapped[Reference]
    class_id: Mapped[Reference]
    account_id: Mapped[Reference]
    term_id: Mapped[UUID | None]
    role: Mapped[Role] = mapped_column(choice(Role))
    started_at: Mapped[Moment] = mapped_column(default=now)
    ended_at: Mapped[Moment | None]


class Guardianship(Base):
    """A guardian of a student. One with ``no_contact`` is never addressed for, nor shown, that child."""

    __tablename__ = "guardianships"
    __table_args__ = (
        of_school(),
        of_account("guardian_id"),
        of_account("student_id"),
        CheckConstraint("guardian_id <> student_id", name="two_people"),
        Index(
            "uq_guardianships_current",
            "school_id",
            "student_id",
            "guardian_id",
            unique=True,
            postgresql_where=CURRENT,
            sqlite_where=CURRENT,
        ),
        Index("ix_guardianships_guardian", "guardian_id", postgresql_where=CURRENT, sqlite_where=CURRENT),
    )

    id: Mapped[Id]
    district_id: Mapped[Reference]
    school_id: Mapped[Reference]
    guardian_id: Mapped[Reference]
    student_id: Mapped[Reference]
    relation: Mapped[str] = mapped_column(String(40), default="guardian", server_default="guardian")
    no_contact: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    started_at: Mapped[Moment] = mapped_column(default=now)
    ended_at: Mapped[Moment | None]

"""Founding schools, and people joining them."""

from app.audit.record import record
from app.catalogue.kinds import Role
from app.extensions import db
from app.identity.models import Account
from app.kernel.ids import new_id
from app.roster.models import District, Membership, School


def found(school_name: str, district_name: str | None = None, time_zone: str = "UTC") -> School:
    """A new school in a new district."""
    district = District(id=new_id(), name=district_name or school_name, time_zone=time_zone)
    db.session.add(district)
    db.session.flush()
    school = School(id=new_id(), district_id=district.id, name=school_name, time_zone=time_zone)
    db.session.add(school)
    db.session.flush()
    return school


def join(account: Account, school: School, role: Role) -> None:
    """Make somebody a member of a school."""
    membership = Membership(district_id=school.district_id, school_id=school.id, account_id=account.id, role=role)
    db.session.add(membership)
    db.session.flush()
    record(
        "membership.began",
        subject_id=account.id,
        district_id=school.district_id,
        school_id=school.id,
        role=role.value,
    )

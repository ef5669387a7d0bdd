"""Writes down the district, its schools, grades, classes and terms."""

from datetime import datetime

from sqlalchemy import insert
from sqlalchemy.orm import Session

from app.demo import place
from app.roster.models import District, Grade, School, SchoolClass, Term


def build(session: Session, district: place.District, since: datetime) -> None:
    """Write the district and all that stands in it, but nobody."""
    zone = {"locale": place.LOCALE, "time_zone": place.TIME_ZONE, "created_at": since}
    session.execute(insert(District).values(id=district.id, name=district.name, **zone))
    for school in district.schools:
        session.execute(insert(School).values(id=school.id, district_id=district.id, name=school.name, **zone))
        _rooms(session, district, school)
        _terms(session, district, school)


def _rooms(session: Session, district: place.District, school: place.School) -> None:
    here = {"district_id": district.id, "school_id": school.id}
    for position, grade in enumerate(school.grades):
        session.execute(insert(Grade).values(id=grade.id, name=grade.name, position=position, **here))
        rooms = [{"id": room.id, "grade_id": grade.id, "name": room.name, **here} for room in grade.classes]
        session.execute(insert(SchoolClass), rooms)


def _terms(session: Session, district: place.District, school: place.School) -> None:
    here = {"district_id": district.id, "school_id": school.id}
    terms = [
        {"id": term.id, "name": term.name, "starts_on": term.starts_on, "ends_on": term.ends_on, **here}
        for term in school.terms
    ]
    session.execute(insert(Term), terms)

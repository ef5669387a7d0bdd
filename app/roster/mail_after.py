"""A school's wish to mail announcements only to who has not read them after a while."""

from uuid import UUID

from sqlalchemy import select

from app.audit.record import record
from app.extensions import db
from app.identity.kinds import Person
from app.roster.models import School


def mail_after(school_id: UUID, minutes: int | None, by: Person) -> None:
    """Keep how long the mail of announcements waits, in the open unit of work; None for not at all.

    It holds for what is sent from now on; saying it again changes nothing.
    """
    school = db.session.scalars(select(School).where(School.id == school_id).with_for_update(key_share=True)).one()
    if school.mail_after_minutes == minutes:
        return
    school.mail_after_minutes = minutes
    record(
        "school.mail_after_changed",
        subject_id=school.id,
        district_id=school.district_id,
        school_id=school.id,
        actor_id=by.account_id,
        session_id=by.session_id,
        minutes=minutes or 0,
    )

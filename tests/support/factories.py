"""Rows for tests. Each adds to the open unit of work and gives back an id-bearing row; nothing here commits."""

from datetime import timedelta
from functools import cache
from typing import TypeVar
from uuid import UUID

from app.catalogue.kinds import Category, Priority, Role
from app.drafts.kinds import Place
from app.drafts.models import SavedDraft
from app.extensions import db
from app.identity import passwords
from app.identity.kinds import AddressKind
from app.identity.models import Account, ContactAddress
from app.kernel.clock import now
from app.kernel.ids import new_id
from app.library.models import MessageTemplate
from app.notifications.kinds import Status
from app.notifications.models import Notification, NotificationRecipient
from app.notifications.recurring.models import Recurrence
from app.roster.models import District, Enrolment, Grade, Guardianship, Membership, School, SchoolClass

Row = TypeVar("Row")
PASSWORD = "correct horse battery staple"


@cache
def password_hash() -> str:
    """The hash of PASSWORD, made once a process: a real one takes 30 ms, and a cast has twenty people."""
    return passwords.hash_password(PASSWORD)


def _added(row: Row) -> Row:
    db.session.add(row)
    db.session.flush()
    return row


def district(name: str = "Aire Valley") -> District:
    return _added(District(id=new_id(), name=name, time_zone="Europe/London"))


def school(of: District, name: str = "Northfield Primary") -> School:
    return _added(School(id=new_id(), district_id=of.id, name=name, time_zone="Europe/London"))


def grade(of: School, name: str, position: int = 0) -> Grade:
    return _added(Grade(id=new_id(), district_id=of.district_id, school_id=of.id, name=name, position=position))


def school_class(of: Grade, name: str) -> SchoolClass:
    return _added(
        SchoolClass(id=new_id(), district_id=of.district_id, school_id=of.school_id, grade_id=of.id, name=name)
    )


def account(district_id: UUID, name: str, sign_in_name: str, *emails: str) -> Account:
    """A person who can sign in with PASSWORD, reached at ``emails`` or, without any, nowhere."""
    person = _added(
        Account(
            id=new_id(),
            district_id=district_id,
            name=name,
            sign_in_name=sign_in_name.lower(),
            password_hash=password_hash(),
        )
    )
    for position, address in enumerate(emails):
        email = ContactAddress(district_id=district_id, account_id=person.id, address=address, position=position)
        email.kind = AddressKind.EMAIL
        _added(email)
    return person


def membership(person: Account, role: Role, of: School | None = None, grade: Grade | None = None) -> Membership:
    """``of`` is left out for district admins only."""
    return _added(
        Membership(
            id=new_id(),
            district_id=person.district_id,
            school_id=of and of.id,
            account_id=person.id,
            role=role,
            grade_id=grade and grade.id,
        )
    )


def enrolment(person: Account, into: SchoolClass, role: Role = Role.STUDENT) -> Enrolment:
    return _added(
        Enrolment(
            id=new_id(),
            district_id=into.district_id,
            school_id=into.school_id,
            class_id=into.id,
            account_id=person.id,
            role=role,
        )
    )


def guardianship(guardian: Account, student: Account, at: School, *, no_contact: bool = False) -> Guardianship:
    return _added(
        Guardianship(
            id=new_id(),
            district_id=at.district_id,
            school_id=at.id,
            guardian_id=guardian.id,
            student_id=student.id,
            no_contact=no_contact,
        )
    )


def notification(
    of: School,
    sender: Account | None = None,
    title: str = "The hall is closed",
    category: Category = Category.ANNOUNCEMENT,
    status: Status = Status.SENT,
) -> Notification:
    """One that has been sent, to nobody yet."""
    is_emergency = category is Category.EMERGENCY
    return _added(
        Notification(
            id=new_id(),
            district_id=of.district_id,
            school_id=of.id,
            sender_id=sender and sender.id,
            title=title,
            body=f"{title}. Please read on.",
            category=category,
            priority=Priority.EMERGENCY if is_emergency else Priority.NORMAL,
            type=category.value,
            status=status,
            requires_acknowledgement=is_emergency,
            sent_at=now() if status is Status.SENT else None,
        )
    )


def draft(of: School | None, author: Account, **fields: str) -> SavedDraft:
    """What somebody has begun to write for a school."""
    written = {name: [value] for name, value in {"title": "Sports day", **fields}.items()}
    return _added(
        SavedDraft(
            id=new_id(),
            district_id=author.district_id,
            school_id=of and of.id,
            account_id=author.id,
            place=Place.NOTIFICATION,
            fields=written,
            page=new_id(),
            step=1,
        )
    )


def template(of: School, author: Account, name: str = "Swimming", **words: str) -> MessageTemplate:
    """A school's own ready text."""
    values = {"title": "Swimming at {school}", "body": "Bring towels on {today}, to {place}.", **words}
    return _added(
        MessageTemplate(
            id=new_id(),
            district_id=of.district_id,
            school_id=of.id,
            name=name,
            category=Category.ANNOUNCEMENT,
            written_by_id=author.id,
            **values,
        )
    )


def copy(of: Notification, recipient: Account, role: Role = Role.PARENT) -> NotificationRecipient:
    """Somebody's copy of it, unread."""
    return _added(
        NotificationRecipient(
            id=new_id(),
            district_id=of.district_id,
            school_id=of.school_id,
            notification_id=of.id,
            recipient_id=recipient.id,
            role=role,
            requires_acknowledgement=of.requires_acknowledgement,
        )
    )


def recurrence(of: School, sender: Account, title: str = "Swimming kit") -> Recurrence:
    """A reminder to all guardians, every Monday morning."""
    return _added(
        Recurrence(
            id=new_id(),
            district_id=of.district_id,
            school_id=of.id,
            sender_id=sender.id,
            title=title,
            body="Please bring it.",
            category=Category.REMINDER,
            priority=Priority.NORMAL,
            audience={"include": ["role:parent"], "exclude": [], "names": {}},
            rule="FREQ=WEEKLY;BYDAY=MO",
            time_zone="Europe/London",
            minute=450,
            starts_on=now().date(),
            skipped={},
            next_at=now() + timedelta(days=7),
        )
    )

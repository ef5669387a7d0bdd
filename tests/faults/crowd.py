"""A school with so many teachers, each with an address of their own, and what became of what was sent to them."""

from collections import Counter
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, insert, select

from app.catalogue.kinds import Category, Channel, Role
from app.extensions import db
from app.identity.kinds import AddressKind, Person
from app.identity.models import Account, ContactAddress
from app.kernel.clock import now
from app.kernel.ids import new_id
from app.kernel.unit_of_work import unit_of_work
from app.mailer.kinds import LetterStatus
from app.mailer.models import Letter
from app.notifications import compose
from app.notifications.kinds import Fate
from app.notifications.models import FanOut, NotificationLog
from app.reports.reconcile import discrepancies
from app.roster.kinds import Hat
from app.roster.models import Membership
from tests.notifications.people import draft
from tests.support import factories
from tests.support.cast import sign_in_name
from tests.support.patience import eventually
from tests.support.smtp import Sink

AT_ONCE = 2_000
OPEN = (Fate.PENDING, Fate.SENDING)


@dataclass(frozen=True)
class Crowd:
    """Margaret, who sends, and everybody's address."""

    district_id: UUID
    school_id: UUID
    admin_id: UUID
    addresses: frozenset[str]

    def publish(self, title: str, category: Category = Category.ANNOUNCEMENT) -> UUID:
        """To all of them; the bell is rung behind the commit, and may be lost."""
        person = Person(self.admin_id, new_id(), self.district_id, "Margaret", None, None, None)
        hat = Hat(new_id(), Role.ADMIN, self.district_id, self.school_id, "Northfield Primary", "Europe/London")
        with unit_of_work():
            return compose.publish(draft("role:teacher", title=title, category=category), person, hat, None)


def settle(people: int) -> Crowd:
    """Write them."""
    with unit_of_work():
        district = factories.district()
        school = factories.school(district)
        admin = factories.account(district.id, "Margaret Flynn", sign_in_name("margaret"), sign_in_name("margaret"))
        factories.membership(admin, Role.ADMIN, school)
        crowd = Crowd(district.id, school.id, admin.id, frozenset(f"t{n}@crowd.example" for n in range(people)))
    for start in range(0, people, AT_ONCE):
        with unit_of_work():
            _write(crowd, range(start, min(people, start + AT_ONCE)))
    return crowd


def _write(crowd: Crowd, numbers: range) -> None:
    moment, keys = now(), {number: new_id() for number in numbers}
    here = {"district_id": crowd.district_id}
    mail = {"kind": AddressKind.EMAIL, "position": 0}
    accounts = [
        here | {"id": id_, "name": f"Teacher {n}", "sign_in_name": f"t{n}", "created_at": moment}
        for n, id_ in keys.items()
    ]
    addresses = [
        here | mail | {"id": new_id(), "account_id": id_, "address": f"t{n}@crowd.example"} for n, id_ in keys.items()
    ]
    teachers = [
        here | {"id": new_id(), "account_id": id_, "school_id": crowd.school_id, "role": Role.TEACHER}
        for id_ in keys.values()
    ]
    for rows, table in ((accounts, Account), (addresses, ContactAddress), (teachers, Membership)):
        db.session.execute(insert(table), rows)


def open_rows(notification_id: UUID) -> int:
    """How many mails of it have no fate yet; also while it is being fanned out there is at least one."""
    db.session.rollback()
    is_open = NotificationLog.status.in_(OPEN)
    of_it = (NotificationLog.notification_id == notification_id, NotificationLog.channel == Channel.EMAIL)
    left = db.session.scalar(select(func.count()).select_from(NotificationLog).where(*of_it, is_open)) or 0
    unfinished = select(FanOut.notification_id).where(
        FanOut.notification_id == notification_id, FanOut.finished_at.is_(None)
    )
    return left + (db.session.scalar(unfinished) is not None)


def in_hand() -> int:
    """Letters that somebody is said to be sending."""
    db.session.rollback()
    return db.session.scalar(select(func.count()).where(Letter.status == LetterStatus.SENDING)) or 0


@dataclass(frozen=True)
class Toll:
    """What a fault has cost."""

    lost: int
    duplicates: int
    seconds: float

    def __str__(self) -> str:
        return f"lost {self.lost}, duplicates {self.duplicates}, {self.seconds:.1f} s until all was done"


def reckon(crowd: Crowd, notification_id: UUID, sink: Sink, since: float, clock: float) -> Toll:
    """Count what came, once nothing is left to do, and hold it against the ledger: they must say the same.

    Each person's copies bear one Message-ID, every letter is known to be sent, and reports add up.
    """
    copies = sink.copies()
    came = Counter(to for to, _id in copies)
    assert set(came.values()) <= {1}, "two Message-IDs for one letter"
    assert set(came) <= crowd.addresses
    db.session.rollback()
    fates = select(NotificationLog.status, func.count()).where(
        NotificationLog.notification_id == notification_id, NotificationLog.channel == Channel.EMAIL
    )
    assert dict(iter(db.session.execute(fates.group_by(NotificationLog.status)))) == {Fate.SENT: len(crowd.addresses)}
    assert list(discrepancies()) == []
    return Toll(len(crowd.addresses - set(came)), sum(copies.values()) - len(copies), clock - since)


def wait_until_done(notification_id: UUID, within: float) -> None:
    eventually(lambda: open_rows(notification_id) == 0, within, "the fate of every mail", every=0.2)

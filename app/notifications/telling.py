"""Telling those who look at a report that it is not as it was: about once a second, however much happens."""

from collections.abc import Iterable
from datetime import timedelta
from uuid import UUID

from sqlalchemy import CheckConstraint, ColumnElement, Index, SmallInteger, func, insert, or_, select, text, update
from sqlalchemy.orm import Mapped, mapped_column

from app.extensions import Base, db
from app.kernel.clock import now
from app.kernel.columns import Moment, Reference
from app.kernel.unit_of_work import at_last, unit_of_work
from app.notifications.models import Notification, of_notification
from app.notifications.models import NotificationRecipient as Copy
from app.realtime.record import record

REPORT_CHANGED = "report.changed"
APART = timedelta(seconds=0.8)
CLOCK_IS_LATE = timedelta(seconds=5)
TWICE = 2
AT_ONCE = 200
NEWEST = 20


class Telling(Base):
    """How many times it is still to be told that a report changed. Apart from the notification's own row, which all
    foreign keys of a fan-out point to.
    """

    __tablename__ = "tellings"
    __table_args__ = (
        *of_notification(),
        CheckConstraint("due BETWEEN 0 AND 2", name="at_most_twice"),
        Index("ix_tellings_due", "due", postgresql_where=text("due > 0"), sqlite_where=text("due > 0")),
    )

    notification_id: Mapped[Reference] = mapped_column(primary_key=True)
    district_id: Mapped[Reference]
    school_id: Mapped[UUID | None]
    due: Mapped[int] = mapped_column(SmallInteger())
    told_at: Mapped[Moment | None]


def begin(notification_id: UUID, district_id: UUID, school_id: UUID | None) -> None:
    """From now on what happens to a notification is told. In the open unit of work, once for each."""
    here = {"district_id": district_id, "school_id": school_id}
    db.session.execute(insert(Telling).values(notification_id=notification_id, due=TWICE, **here))


def changed(notification_ids: Iterable[UUID]) -> None:
    """Have it told that these reports are not as they were: call it before anything is recorded in this unit of work.

    In a busy second all calls but the first find it noted already, and write and lock nothing. That is why a change is
    told twice: when it is told the first time, the transaction of somebody who found it noted may still be open.
    """
    ids = sorted(set(notification_ids))
    if ids:
        at_last(lambda: _note(ids))


def read_by(account_id: UUID, subject_id: UUID) -> None:
    """Somebody read or confirmed: one notification or, when the subject is their account, many.

    Of many the newest are told: nobody waits before the report of last year.
    """
    newest = select(Copy.notification_id).where(Copy.recipient_id == account_id, Copy.archived_at.is_(None))
    newest = newest.order_by(Copy.created_at.desc(), Copy.id.desc()).limit(NEWEST)
    changed(db.session.scalars(newest) if subject_id == account_id else [subject_id])


def tell() -> None:
    """Record one happening for each report that changed. Two clocks are harmless: each takes rows of its own."""
    _tell(or_(Telling.told_at.is_(None), Telling.told_at <= now() - APART))


def tell_late() -> None:
    """The same for what a clock should have told for some time: there may be none. Call it every few seconds."""
    sent_at = select(Notification.created_at).where(Notification.id == Telling.notification_id).scalar_subquery()
    _tell(func.coalesce(Telling.told_at, sent_at) <= now() - CLOCK_IS_LATE)


def _tell(is_time: ColumnElement[bool]) -> None:
    due = select(Telling.notification_id).where(Telling.due > 0, is_time)
    if db.session.scalar(due.limit(1)) is None:
        return  # looking must not take the write lock that pages need
    with unit_of_work() as session:
        told = session.execute(
            update(Telling)
            .where(Telling.notification_id.in_(due.limit(AT_ONCE).with_for_update(skip_locked=True)))
            .values(due=Telling.due - 1, told_at=now())
            .returning(Telling.notification_id, Telling.district_id, Telling.school_id)
            .execution_options(synchronize_session=False)
        ).all()
        for id_, district_id, school_id in told:
            record(REPORT_CHANGED, id_, district_id=district_id, school_id=school_id)


def _note(ids: list[UUID]) -> None:
    db.session.execute(
        update(Telling)
        .where(Telling.notification_id.in_(ids), Telling.due < TWICE)
        .values(due=TWICE)
        .execution_options(synchronize_session=False)
    )

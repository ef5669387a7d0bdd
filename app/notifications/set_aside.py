"""What could not be done and waits for somebody to decide: notifications never fanned out, mails never written.

Decisions are made for a subject: a notification with all that was set aside of it, or a letter that belongs to none.
"""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, or_, select, update

from app.audit.record import record as note
from app.extensions import db
from app.identity.kinds import Person
from app.kernel.clock import now
from app.kernel.jobs import ring_later
from app.mailer import set_aside as mail
from app.mailer.models import Letter
from app.notifications import telling
from app.notifications.kinds import Fate, Scope
from app.notifications.models import FanOut, Notification
from app.notifications.models import NotificationLog as Log
from app.notifications.of_letters import change_rows

AT_ONCE = 5_000


def is_there(subject_id: UUID, scope: Scope) -> bool:
    """Whether it belongs to these schools: another school's is not there."""
    places = (select(rows.id).where(rows.id == subject_id, *_of(rows, scope)) for rows in (Notification, Letter))
    return any(db.session.scalar(place) for place in places)


def try_again(subject_id: UUID, scope: Scope, by: Person) -> bool:
    """Have it done as if it had never been tried, in the open unit of work; False when nothing is set aside."""
    lanes = db.session.scalars(
        update(FanOut)
        .where(FanOut.notification_id == subject_id, FanOut.set_aside_at.is_not(None), *_of(FanOut, scope))
        .values(set_aside_at=None, error_message=None, attempts=0, next_attempt_at=now())
        .returning(FanOut.lane)
        .execution_options(synchronize_session=False)
    ).all()
    for lane in lanes:
        ring_later(lane)
    letters = mail.try_again(letters_of(subject_id, scope))
    _write_in_ledger(letters)
    return _noted("set_aside.tried_again", subject_id, scope, by, len(lanes) + len(letters))


def discard(subject_id: UUID, scope: Scope, by: Person) -> bool:
    """Let its letters stay what they are, failed, in the open unit of work; False when none is set aside.

    A notification that was never fanned out is no letter: it is withdrawn.
    """
    return _noted("set_aside.discarded", subject_id, scope, by, len(mail.discard(letters_of(subject_id, scope))))


def letters_of(subject_id: UUID, scope: Scope) -> Select[UUID]:
    """The letters set aside that are the subject, or that it sent."""
    sent = select(Log.letter_id).where(Log.notification_id == subject_id, Log.letter_id.is_not(None))
    is_its = or_(Letter.id == subject_id, Letter.id.in_(sent))
    return select(Letter.id).where(is_its, Letter.set_aside_at.is_not(None), *_of(Letter, scope))


def _write_in_ledger(letter_ids: Sequence[UUID]) -> None:
    for start in range(0, len(letter_ids), AT_ONCE):
        some, is_failed = letter_ids[start : start + AT_ONCE], Log.status == Fate.FAILED
        again: dict[str, Any] = {"status": Fate.PENDING, "next_attempt_at": now()}
        changed = change_rows(some, is_failed, reason=None, error_message=None, failed_at=None, **again)
        telling.changed(changed)


def _noted(act: str, subject_id: UUID, scope: Scope, by: Person, count: int) -> bool:
    if count:
        note(
            act,
            subject_id=subject_id,
            district_id=scope.district_id,
            school_id=scope.school_id,
            actor_id=by.account_id,
            session_id=by.session_id,
            count=count,
        )
    return count > 0


def _of(rows: type[Notification | Letter | FanOut], scope: Scope) -> Iterable[ColumnElement[bool]]:
    is_in_school = [rows.school_id == scope.school_id] if scope.school_id else []
    return [rows.district_id == scope.district_id, *is_in_school]

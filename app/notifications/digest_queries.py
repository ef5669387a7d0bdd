"""What waits for whose digest, and what stands in one. A module of reads."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, Select, and_, case, literal, literal_column, or_, select

from app.catalogue.kinds import Category, Channel
from app.extensions import db
from app.identity.models import Account
from app.identity.queries import first_address
from app.mailer.kinds import Fault
from app.notifications.kinds import Status
from app.notifications.models import Digest, DigestLine, Notification
from app.notifications.models import NotificationLog as Log
from app.notifications.models import NotificationRecipient as Copy
from app.notifications.queries import letter_rows
from app.notifications.rules import OPEN, WITHDRAWN
from app.preferences.kinds import Reason
from app.preferences.models import MailTimes
from app.preferences.queries import CODE, verdict

# The words of a partial index, written out: SQLite cannot serve bound parameters from one.
WAITS = (Log.status == literal_column("'pending'"), Log.reason == literal_column("'digest'"))
OF_COPY = and_(Copy.notification_id == Log.notification_id, Copy.recipient_id == Log.recipient_id)


def due(moment: datetime) -> Select[UUID]:
    """Whose digest is due."""
    return select(Log.recipient_id).where(*WAITS, Log.next_attempt_at <= moment)


def lock(moment: datetime, at_most: int) -> Sequence[UUID]:
    """Some of them, for this transaction alone: neither another clock nor they themselves change anything meanwhile."""
    people = select(Account.id).where(Account.id.in_(due(moment))).limit(at_most)
    return db.session.scalars(people.with_for_update(key_share=True, skip_locked=True)).all()


def readers(account_ids: Collection[UUID]) -> Sequence[Row[*tuple[Any, ...]]]:
    """Where their mail goes, in which language, and when they want it, where they said so."""
    times = (MailTimes.time_zone, MailTimes.digest_at)
    asked = select(Account.id, Account.district_id, Account.locale, first_address(Account.id).label("address"), *times)
    asked = asked.outerjoin(MailTimes, MailTimes.account_id == Account.id).where(Account.id.in_(account_ids))
    return db.session.execute(asked).all()


def waiting(account_ids: Collection[UUID], moment: datetime) -> Sequence[Row[*tuple[Any, ...]]]:
    """All rows that wait for a digest of theirs, and why one must not stand in it: NULL when it may."""
    rows = select(Log.id, Log.recipient_id, Log.notification_id, Log.next_attempt_at, _why_not(moment).label("why"))
    rows = rows.join(Notification, Notification.id == Log.notification_id).join(Copy, OF_COPY)
    return db.session.execute(rows.where(*WAITS, Log.recipient_id.in_(account_ids))).all()


def has_digest(account_id: UUID, day: object) -> bool:
    """Whether somebody had their digest of a day."""
    made = select(Digest.letter_id).where(Digest.account_id == account_id, Digest.day == day)
    return db.session.scalar(made) is not None


def lines(letter_id: UUID, moment: datetime) -> dict[UUID, str | None]:
    """The rows of the ledger that a digest still is to speak for, and why one must not stand in it any more."""
    rows = select(Log.id, _why_not(moment)).join(DigestLine, DigestLine.log_id == Log.id)
    rows = rows.join(Notification, Notification.id == Log.notification_id).join(Copy, OF_COPY)
    found = db.session.execute(rows.where(DigestLine.letter_id == letter_id, Log.status.in_(OPEN)))
    return dict(iter(found))


def contents(letter_id: UUID) -> Sequence[Row[*tuple[Any, ...]]]:
    """What each line is written from, as ``queries.letter_of`` gives it, and its ``log_id``: school by school."""
    is_line = and_(Log.notification_id == Notification.id, Log.recipient_id == Copy.recipient_id)
    rows = letter_rows().add_columns(Log.id.label("log_id")).join(Log, is_line)
    rows = rows.join(DigestLine, DigestLine.log_id == Log.id)
    rows = rows.where(DigestLine.letter_id == letter_id, Log.status.in_(OPEN))
    return db.session.execute(rows.order_by("school_name", Notification.created_at, Notification.id)).all()


def _why_not(moment: datetime) -> ColumnElement[Any]:
    is_gone = or_(Notification.status == Status.CANCELLED, Notification.erased_at.is_not(None))
    is_over = Notification.expires_at <= moment
    return case(
        (Notification.status == Status.WITHDRAWN, literal(WITHDRAWN, CODE)),
        (or_(is_gone, is_over), literal(Fault.UNWANTED.value, CODE)),
        (Copy.read_at.is_not(None), literal(Reason.READ.value, CODE)),
        else_=verdict(Log.recipient_id, Category.ANNOUNCEMENT, Channel.EMAIL),
    )

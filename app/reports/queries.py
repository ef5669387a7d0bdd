"""Which notifications somebody may see the report of, and the list of them. The rest: ``counts``, ``recipients``."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, Select, and_, exists, or_, select

from app.extensions import db
from app.identity.models import Account
from app.kernel.paging import Key, Page, from_token, page_of
from app.notifications.kinds import Scope, Status
from app.notifications.models import FanOut, Notification, Withdrawal
from app.reports.kinds import SentFilter, TakenBack
from app.roster.models import School

A_PAGE = 30
NOT_SENT = (Status.DRAFT, Status.SCHEDULED, Status.CANCELLED, Status.MISSED)
AnyRow = Row[*tuple[Any, ...]]

is_being_written = (
    exists().where(FanOut.notification_id == Notification.id, FanOut.finished_at.is_(None)).label("is_being_written")
)


def find(notification_id: UUID, scope: Scope) -> AnyRow | None:
    """A notification that was sent in these schools, with ``sender_name``; another school's is not there."""
    return db.session.execute(heads(scope).where(Notification.id == notification_id)).one_or_none()


def find_withdrawal(notification_id: UUID) -> TakenBack | None:
    """How a notification was taken back; None when it stands."""
    row = db.session.execute(
        select(Withdrawal.created_at, Account.name, Withdrawal.reason, Withdrawal.tells_readers)
        .join(Account, Account.id == Withdrawal.withdrawn_by_id)
        .where(Withdrawal.notification_id == notification_id)
    ).one_or_none()
    return TakenBack(*row) if row else None


def heads(scope: Scope) -> Select[*tuple[Any, ...]]:
    """What was sent in these schools: ``Notification``, ``sender_name``, ``school_name``, ``is_being_written``."""
    return (
        select(Notification, Account.name.label("sender_name"), School.name.label("school_name"), is_being_written)
        .outerjoin(Account, Account.id == Notification.sender_id)
        .outerjoin(School, School.id == Notification.school_id)
        .where(*of(scope), Notification.status.not_in(NOT_SENT))
    )


def sent(scope: Scope, filter_: SentFilter, account_id: UUID, token: str | None) -> Page[AnyRow]:
    """What was sent, newest first. ``account_id``: whose those are that are "mine"."""
    rows = db.session.execute(_sent_rows(scope, filter_, account_id, from_token(token))).all()
    return page_of(rows, A_PAGE, lambda row: (row.Notification.created_at, row.Notification.id))


def _sent_rows(scope: Scope, filter_: SentFilter, account_id: UUID, behind: Key | None) -> Select[*tuple[Any, ...]]:
    rows = heads(scope).where(Notification.sender_id.is_not(None))
    if filter_.category:
        rows = rows.where(Notification.category == filter_.category)
    if filter_.mine:
        rows = rows.where(Notification.sender_id == account_id)
    if behind:
        moment, id_ = behind
        same = and_(Notification.created_at == moment, Notification.id < id_)
        rows = rows.where(or_(Notification.created_at < moment, same))
    return rows.order_by(Notification.created_at.desc(), Notification.id.desc()).limit(A_PAGE + 1)


def latest(scope: Scope, at_most: int) -> list[AnyRow]:
    """What was sent last, the newest first."""
    rows = heads(scope).where(Notification.sender_id.is_not(None))
    rows = rows.order_by(Notification.created_at.desc(), Notification.id.desc())
    return list(db.session.execute(rows.limit(at_most)).all())


def among(notification_ids: Iterable[UUID], scope: Scope) -> list[AnyRow]:
    """The newest of these that were sent in these schools, as many as a page of the list has."""
    rows = heads(scope).where(Notification.id.in_(list(notification_ids)), Notification.sender_id.is_not(None))
    return list(db.session.execute(rows.order_by(Notification.created_at.desc()).limit(A_PAGE)).all())


def on_their_way(scope: Scope, at_most: int) -> list[AnyRow]:
    """What is being sent now, the newest first."""
    rows = heads(scope).where(Notification.status == Status.SENDING).order_by(Notification.created_at.desc())
    return list(db.session.execute(rows.limit(at_most)).all())


def of(scope: Scope) -> list[ColumnElement[bool]]:
    """Conditions on a ``Notification`` of these schools."""
    if scope.school_id is None:
        return [Notification.district_id == scope.district_id]
    return [Notification.school_id == scope.school_id]

"""Everybody's copy of a notice, read by most and confirmed by nearly as many; and the children it is about."""

from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, case, func, literal, null, select
from sqlalchemy.orm import Session

from app.demo.copying import copy, new_key
from app.demo.told import Told
from app.identity.models import Account
from app.kernel.columns import UTCDateTime
from app.notifications.audience import people, subjects
from app.notifications.groups import RANKS
from app.notifications.models import NotificationRecipient, NotificationSubject

SIDES = 20
SOON, LATER, CONFIRMING = timedelta(minutes=35), timedelta(hours=5), timedelta(minutes=1)


def write(session: Session, told: Told) -> None:
    """A copy for each person in the audience, by the same query as if it were sent today."""
    found = people(told.audience, told.scope).subquery("found")
    # Row numbers in the order of names stand for chance: keys differ each time, and would make another past of it.
    order = func.row_number().over(order_by=Account.sign_in_name)
    who = select(found, order.label("number")).join(Account, Account.id == found.c.account_id).subquery("who")
    role = NotificationRecipient.__table__.c.role.type
    copy(
        session,
        NotificationRecipient,
        who,
        id=new_key(),
        notification_id=told.id,
        recipient_id=who.c.account_id,
        role=case({rank: literal(name, role) for rank, name in enumerate(RANKS)}, value=who.c.rank),
        requires_acknowledgement=told.notice.asks,
        read_at=_read_at(told, _die(who.c.number, told)),
        acknowledged_at=_acknowledged_at(told, _die(who.c.number, told)),
        alert_until=None,  # over, so the clock has nothing to end
        created_at=told.at,
        **told.here,
    )


def write_subjects(session: Session, told: Told) -> None:
    found = subjects(told.audience, told.scope).subquery("found")
    copy(
        session,
        NotificationSubject,
        found,
        id=new_key(),
        notification_id=told.id,
        recipient_id=found.c.account_id,
        child_id=found.c.child_id,
        **told.here,
    )


def _die(number: ColumnElement[Any], told: Told) -> ColumnElement[Any]:
    """Thrown for each person anew at each notice."""
    return (number * 7 + told.notice.days_ago * 3) % SIDES


def _read_at(told: Told, die: ColumnElement[Any]) -> ColumnElement[Any]:
    soon, later = (15, 19) if told.is_emergency else (6, 11) if told.is_recent else (9, 17)
    return case((die < soon, _moment(told, SOON)), (die < later, _moment(told, LATER)), else_=null())


def _acknowledged_at(told: Told, die: ColumnElement[Any]) -> ColumnElement[Any]:
    if not told.notice.asks:
        return null()
    soon, later = (15, 16) if told.is_emergency else (5, 9)
    return case(
        (die < soon, _moment(told, SOON + CONFIRMING)),
        (die < later, _moment(told, LATER + CONFIRMING)),
        else_=null(),
    )


def _moment(told: Told, after: timedelta) -> ColumnElement[Any]:
    return literal(told.at + after, UTCDateTime())

"""Sending again to those whom nothing reached: the same mail to each, and no second copy of anything."""

from typing import Any
from typing import cast as typed

from sqlalchemy import CursorResult, and_, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from app.audit.record import record as note
from app.extensions import db
from app.identity.kinds import Person
from app.identity.queries import first_address
from app.kernel.clock import now
from app.mailer.models import Letter
from app.mailer.revive import revive
from app.notifications import copies, queries, telling
from app.notifications.fan_out import ring_for_mail
from app.notifications.kinds import Fate, Status
from app.notifications.models import Notification, Resending
from app.notifications.models import NotificationLog as Log
from app.notifications.models import NotificationRecipient as Copy
from app.notifications.writing import Writing
from app.reports import again
from app.reports.again import Mail


def resend(notification: Notification, by: Person, number: int) -> int:
    """Try their mails anew, in the open unit of work, to the addresses that they have now; gives how many.

    ``number`` is the time after the last one: pressed twice, or by two at once, it happens once. Who has left since, or
    wants no such mail by now, is left out.
    """
    moment, last = now(), again.find_last(notification.id)
    if number != (last.number + 1 if last else 1) or not again.count(notification, moment):
        return 0
    where: dict[str, Any] = {"district_id": notification.district_id, "school_id": notification.school_id}
    mine = {"notification_id": notification.id, "number": number, "resent_by_id": by.account_id, "people": 0}
    try:
        with db.session.begin_nested():
            db.session.execute(insert(Resending).values(**mine, **where, created_at=moment))
    except IntegrityError:
        return 0  # somebody was quicker: the key made us wait for their commit
    going = Notification.id == notification.id, Notification.status.in_((Status.SENT, Status.SENDING))
    if not _change(update(Notification).where(*going).values(status=Status.SENDING)):
        return 0
    people = _put_back(notification)
    this_time = (Resending.notification_id == notification.id, Resending.number == number)
    _change(update(Resending).where(*this_time).values(people=people))
    who: dict[str, Any] = {"actor_id": by.account_id, "session_id": by.session_id}
    note("notification.resent", subject_id=notification.id, **who, count=people, **where)
    telling.changed([notification.id])
    ring_for_mail(notification)
    return people


def _put_back(notification: Notification) -> int:
    """Letters first, then the rows that say how they are: these are what the letters are found by."""
    revive(again.missed(notification, Mail.letter_id), first_address(typed("Any", Letter.recipient_id)))
    without = again.missed(notification, Mail.recipient_id).where(Mail.letter_id.is_(None))
    scope = queries.scope_of(notification.district_id, notification.school_id, now())
    ours = and_(Copy.notification_id == notification.id, Copy.recipient_id.in_(without))
    copies.write_letters(Writing(notification, scope, now(), None), ours, None)
    copy = select(Copy.id).where(Copy.notification_id == Log.notification_id, Copy.recipient_id == Log.recipient_id)
    return _change(
        update(Log)
        .where(Log.id.in_(again.missed(notification, Mail.id)))
        .values(
            status=Fate.PENDING,
            letter_id=func.coalesce(Log.letter_id, copy.scalar_subquery()),
            next_attempt_at=now(),
            retry_count=0,
            reason=None,
            error_message=None,
            failed_at=None,
        )
    )


def _change(changing: Any) -> int:
    result: CursorResult[Any] = db.session.execute(  # type: ignore[assignment]
        changing.execution_options(synchronize_session=False)
    )
    return result.rowcount

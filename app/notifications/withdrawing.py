"""What follows from a withdrawal: what waits is not sent, and whoever has the mail is told.

Each piece is a transaction that holds the withdrawal's row, so two clocks never do the same.
"""

from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, CursorResult, Select, and_, exists, func, or_, select, update
from sqlalchemy.orm import aliased

from app.catalogue.kinds import Channel
from app.extensions import db
from app.kernel.clock import now
from app.kernel.unit_of_work import unit_of_work
from app.mailer.kinds import LetterStatus
from app.mailer.let_go import let_go
from app.mailer.models import Letter
from app.notifications import queries, telling
from app.notifications.fan_out import ring_for_mail
from app.notifications.kinds import Fate
from app.notifications.models import DigestLine, Notification, NotificationLog, Withdrawal
from app.notifications.rules import GOT_THROUGH, WITHDRAWN
from app.notifications.writing import insert_from
from app.preferences.queries import goes_out

PURPOSE = "withdrawal"
AT_ONCE = 5_000
log = NotificationLog


def work() -> None:
    """Go on with all that was taken back, until nothing is left but to wait for a mail in a worker's hand."""
    for id_ in db.session.scalars(open_ones()).all():
        while _work_piece(id_):
            pass


def open_ones() -> Select[UUID]:
    """Withdrawals of which something is left to do, the oldest first."""
    return select(Withdrawal.notification_id).where(Withdrawal.finished_at.is_(None)).order_by(Withdrawal.created_at)


def _work_piece(notification_id: UUID) -> bool:
    """One transaction; False when nothing is left to do now."""
    with unit_of_work() as session:
        held = session.scalar(
            select(Withdrawal)
            .where(Withdrawal.notification_id == notification_id, Withdrawal.finished_at.is_(None))
            .with_for_update(skip_locked=True)
        )
        if held is None:
            return False
        notification = session.get_one(Notification, notification_id)
        is_any = _keep_mail(notification) + _keep_alerts(notification) > 0
        # Asked first: a mail that is sent in between shall be told of.
        is_in_hand = session.scalar(select(queries.has_open(notification_id)))
        if held.tells_readers:
            is_any = _tell(notification) > 0 or is_any
        if is_any:
            telling.changed([notification_id])
        elif not is_in_hand:
            held.finished_at = now()
    return is_any


def _keep_mail(notification: Notification) -> int:
    """Some mails that wait do not leave any more; gives how many."""
    ours = (log.notification_id == notification.id, log.channel == Channel.EMAIL, log.status == Fate.PENDING)
    let_go(select(log.letter_id).where(*ours), WITHDRAWN, AT_ONCE)
    is_let_go = exists().where(Letter.id == log.letter_id, Letter.status == LetterStatus.EXPIRED)
    return _suppress(*ours, or_(log.letter_id.is_(None), is_let_go))


def _keep_alerts(notification: Notification) -> int:
    """Some of those who did not come while it stood will not be shown it; gives how many."""
    unseen = select(log.id).where(
        log.notification_id == notification.id, log.channel == Channel.WEBSOCKET, log.status == Fate.PENDING
    )
    return _suppress(log.id.in_(unseen.limit(AT_ONCE).with_for_update(skip_locked=True)))


def _suppress(*which: ColumnElement[bool]) -> int:
    changing = update(log).where(*which).values(status=Fate.SUPPRESSED, reason=WITHDRAWN, next_attempt_at=None)
    result: CursorResult[Any] = db.session.execute(  # type: ignore[assignment]
        changing.execution_options(synchronize_session=False)
    )
    return result.rowcount


def _tell(notification: Notification) -> int:
    """A mail to some of those who have one, unless they want no such mail by now; gives how many.

    It has the id of the ledger's row that it speaks of, so nobody is told twice.
    """
    moment, told = now(), aliased(Letter, name="told")
    has_mail = and_(log.channel == Channel.EMAIL, log.status.in_(GOT_THROUGH[Channel.EMAIL]))
    source = (
        select(log)
        .outerjoin(DigestLine, DigestLine.log_id == log.id)
        .join(Letter, Letter.id == func.coalesce(log.letter_id, DigestLine.letter_id))
        .where(log.notification_id == notification.id, has_mail, ~exists().where(told.id == log.id))
        .where(goes_out(log.recipient_id, notification.category, Channel.EMAIL))
        .limit(AT_ONCE)
    )
    count = insert_from(
        Letter,
        source,
        id=log.id,
        district_id=log.district_id,
        school_id=log.school_id,
        recipient_id=log.recipient_id,
        address=Letter.address,
        lane=Letter.lane,
        flow=Letter.flow,
        purpose=PURPOSE,
        template=PURPOSE,
        arguments={"notification_id": str(notification.id)},
        locale=Letter.locale,
        status=LetterStatus.PENDING,
        next_attempt_at=moment,
        created_at=moment,
    )
    if count:
        ring_for_mail(notification)
    return count

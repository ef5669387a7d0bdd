"""What corrects what: each notification at most one, so that they stand in a line. A module of reads."""

from uuid import UUID

from sqlalchemy import Select, select

from app.catalogue.kinds import Category, Channel
from app.extensions import db
from app.kernel.ids import parse_id
from app.mailer.messages import message_id
from app.notifications.kinds import Draft, Problem, Scope, Status
from app.notifications.models import Notification, NotificationLog
from app.notifications.rules import GOT_THROUGH

CORRECTABLE = (Status.SENDING, Status.SENT, Status.WITHDRAWN)
MOST_EARLIER = 8


def find_correctable(notification_id: UUID, scope: Scope) -> Notification | None:
    """One that was sent under this hat, corrected since or not.

    Not a school's by its district: the same audience would be another one there.
    """
    return db.session.scalar(
        select(Notification).where(
            Notification.id == notification_id,
            Notification.district_id == scope.district_id,
            Notification.school_id == scope.school_id,
            Notification.status.in_(CORRECTABLE),
            Notification.erased_at.is_(None),
        )
    )


def find_problem(draft: Draft, scope: Scope) -> Problem | None:
    """Why a draft cannot take the place of what it corrects."""
    if draft.corrects is None:
        return None
    original = find_correctable(draft.corrects, scope)
    if original is None:
        return Problem("corrects", "gone")
    if find_correction(original.id):
        return Problem("corrects", "already")
    is_emergency = original.category is Category.EMERGENCY
    return Problem("category", "stays") if is_emergency and draft.category is not Category.EMERGENCY else None


def find_newest(text: str, scope: Scope) -> Notification | None:
    """What is to be corrected when somebody wants to correct the one of this id: the last in its line."""
    id_ = parse_id(text)
    found = find_correctable(id_, scope) if id_ else None
    while found and (later := find_correction(found.id)):
        found = later
    return found


def find_correction(notification_id: UUID) -> Notification | None:
    """What has taken its place."""
    return db.session.scalar(select(Notification).where(Notification.corrects_id == notification_id))


def headers_of(notification: Notification, recipient_id: UUID) -> dict[str, str]:
    """What puts somebody's mail of a correction under those that they have of what it corrects."""
    mails = sorted(db.session.execute(_mails_before(notification, recipient_id)))
    ids = [message_id(letter_id) for _notification_id, letter_id in mails[-MOST_EARLIER:] if letter_id]
    return {"In-Reply-To": ids[-1], "References": " ".join(ids)} if ids else {}


def _mails_before(notification: Notification, recipient_id: UUID) -> Select[UUID, UUID | None]:
    """The letters that somebody got of the notifications before this one; ids tell which was first."""
    direct = select(Notification.corrects_id.label("id")).where(Notification.id == notification.id)
    line = direct.cte("line", recursive=True)
    line = line.union_all(select(Notification.corrects_id).join(line, Notification.id == line.c.id))
    return (
        select(NotificationLog.notification_id, NotificationLog.letter_id)
        .join(line, line.c.id == NotificationLog.notification_id)
        .where(
            NotificationLog.recipient_id == recipient_id,
            NotificationLog.channel == Channel.EMAIL,
            NotificationLog.status.in_(GOT_THROUGH[Channel.EMAIL]),
        )
    )

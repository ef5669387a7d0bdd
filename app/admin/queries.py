"""What the office's home page reads: the last days, what failed, who came in. Whom nothing reaches: ``unreachable``."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import case, exists, false, func, select

from app.admin.kinds import Failure, SignIn, Week
from app.catalogue.kinds import Channel
from app.extensions import db
from app.identity.models import Account, UserSession
from app.notifications.kinds import Scope
from app.notifications.models import Notification
from app.notifications.models import NotificationLog as Log
from app.notifications.models import NotificationRecipient as Copy
from app.reports.queries import NOT_SENT, of
from app.reports.rules import FAILED
from app.roster.models import Membership

REPLY_LENGTH, WORDS_LENGTH = 9, 90
MOST_REASONS = 300
SIGN_INS = timedelta(days=30)


def week(scope: Scope, since: datetime) -> Week:
    """What was sent in these schools since then, and what became of it. What somebody tried on themselves is none."""
    is_test = func.coalesce(Notification.data["test"].as_boolean(), false())
    is_sent = (*of(scope), Notification.created_at > since, Notification.status.not_in(NOT_SENT), ~is_test)
    rows = db.session.execute(
        select(
            Notification.requires_acknowledgement.label("asks"),
            func.count(Copy.notification_id).label("copies"),
            func.count(Copy.read_at).label("read"),
            func.count(Copy.acknowledged_at).label("acknowledged"),
        )
        .outerjoin(Copy, Copy.notification_id == Notification.id)
        .where(*is_sent, Notification.sender_id.is_not(None))
        .group_by(Notification.id, Notification.requires_acknowledgement)
    ).all()
    open_ = [row.copies - row.acknowledged for row in rows if row.asks and row.copies > row.acknowledged]
    copies, read = sum(row.copies for row in rows), sum(row.read for row in rows)
    return Week(len(rows), copies, read, sum(open_), len(open_))


def failures(scope: Scope, since: datetime) -> list[Failure]:
    """Deliveries that failed, by notification and by how their reasons begin: a relay's code, or our own words.

    That no page was open for an alert is no failure that anybody could mend.
    """
    is_reply = Log.reason.between("2", "6")
    length = case((is_reply, REPLY_LENGTH), else_=WORDS_LENGTH)
    reason = func.substr(Log.reason, 1, length).label("begins")
    count = func.count().label("count")
    rows = db.session.execute(
        select(Notification.id, Notification.title, Notification.category, Log.channel, reason, count)
        .join(Log, Log.notification_id == Notification.id)
        .where(*of(scope), Notification.created_at > since)
        .where(Log.channel.in_([Channel.EMAIL, Channel.PUSH]), Log.status.in_(FAILED))
        .group_by(Notification.id, Notification.title, Notification.category, Log.channel, reason)
        .order_by(count.desc(), Notification.id.desc())
        .limit(MOST_REASONS)
    )
    return [Failure(*row) for row in rows]


def sign_ins(scope: Scope, moment: datetime, most: int) -> Sequence[SignIn]:
    """The latest of these schools' people to sign in, the last one first."""
    belongs = exists().where(Membership.account_id == UserSession.user_id, Membership.ended_at.is_(None))
    if scope.school_id:
        belongs = belongs.where(Membership.school_id == scope.school_id)
    last = (
        select(UserSession.user_id, UserSession.user_agent, UserSession.created_at)
        .where(UserSession.district_id == scope.district_id, UserSession.created_at > moment - SIGN_INS, belongs)
        .order_by(UserSession.created_at.desc())
        .limit(most)
        .subquery("last")
    )
    rows = select(Account.name, last.c.user_agent, last.c.created_at)
    rows = rows.join(last, last.c.user_id == Account.id).order_by(last.c.created_at.desc())
    return [SignIn(*row) for row in db.session.execute(rows)]

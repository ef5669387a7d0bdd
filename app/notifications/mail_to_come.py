"""What somebody's own page of preferences says of mail that waits for them: a module of reads."""

from datetime import datetime
from uuid import UUID

from flask_babel import ngettext
from sqlalchemy import func, literal_column, select

from app.extensions import db
from app.notifications.models import NotificationLog as Log
from app.preferences.kinds import Reason
from app.web.formats import brief, number

# The words of a partial index, written out: SQLite cannot serve bound parameters from one.
WAITS = (
    Log.status == literal_column("'pending'"),
    Log.reason.in_([literal_column(f"'{reason}'") for reason in ("quiet_hours", "digest", "unread_first")]),
)


def mail_to_come(account_id: UUID) -> list[str]:
    """A sentence for each reason for which mail to them waits, the first to come first."""
    first = func.min(Log.next_attempt_at)
    rows = select(Log.reason, func.count(), first).where(Log.recipient_id == account_id, *WAITS)
    found = db.session.execute(rows.group_by(Log.reason).order_by(first))
    return [_sentence(Reason(reason or ""), count, until) for reason, count, until in found if until]


def _sentence(why: Reason, count: int, until: datetime) -> str:
    words = {"count": number(count), "moment": brief(until)}
    if why is Reason.DIGEST:
        return str(
            ngettext(
                "%(count)s announcement comes in your next mail of the day: %(moment)s.",
                "%(count)s announcements come in your next mail of the day: %(moment)s.",
                count,
                **words,
            )
        )
    if why is Reason.QUIET_HOURS:
        return str(
            ngettext(
                "%(count)s mail waits for the end of your quiet hours: %(moment)s.",
                "%(count)s mails wait for the end of your quiet hours: %(moment)s.",
                count,
                **words,
            )
        )
    return str(
        ngettext(
            "%(count)s mail comes if you do not read it in your inbox before: %(moment)s.",
            "%(count)s mails come if you do not read them in your inbox before, the first: %(moment)s.",
            count,
            **words,
        )
    )

"""Whose mail will leave later than at once, counted by what the fan-out asks as well: a module of reads."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import FromClause, Row, Select, String, and_, case, cast, literal, null, select

from app.catalogue.kinds import Category, Channel
from app.kernel.clock import now
from app.notifications.kinds import Scope
from app.notifications.rules import may_wait
from app.notifications.waiting import patience
from app.preferences.kinds import Reason
from app.preferences.models import MailTimes
from app.preferences.times import is_for_digest, waits


@dataclass(frozen=True)
class Mail:
    """How many mails leave later than the others: when their readers' quiet hours end, or in a digest of theirs. The
    others leave after ``patience``, which their school may give to read it first.
    """

    patience: timedelta = timedelta()
    after_quiet_hours: int = 0
    in_digests: int = 0


def with_waits(
    judged: FromClause, scope: Scope, category: Category, leaves_at: datetime | None
) -> Select[*tuple[Any, ...]]:
    """``judged`` (as ``verdicts`` gives it) and for which reason the mail of each would come ``later``."""
    if not may_wait(category):
        return select(judged, cast(null(), String()).label("later"))
    moment = leaves_at or now()
    found = waits(moment, moment + patience(scope.school_id), MailTimes.district_id == scope.district_id)
    gets_mail = judged.c[Channel.EMAIL.value].is_(None)
    later = case(
        (and_(gets_mail, is_for_digest), literal(Reason.DIGEST.value, String())),
        (and_(gets_mail, found.quiet_until.is_not(None)), literal(Reason.QUIET_HOURS.value, String())),
        else_=cast(null(), String()),
    )
    return select(judged, later.label("later")).outerjoin(MailTimes, MailTimes.account_id == judged.c.account_id)


def mail_of(rows: Sequence[Row[*tuple[Any, ...]]], scope: Scope, category: Category) -> Mail:
    """What the counts say of it: rows of so many ``people`` with ``later``."""
    given = patience(scope.school_id) if may_wait(category) else timedelta()
    counts = (sum(row.people for row in rows if row.later == why) for why in (Reason.QUIET_HOURS, Reason.DIGEST))
    return Mail(given, *counts)

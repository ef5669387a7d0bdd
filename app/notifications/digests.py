"""Making everybody's digest of the day: one letter, and the rows of the ledger that it speaks for."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, insert, update

from app.extensions import db
from app.kernel.clock import now
from app.kernel.unit_of_work import unit_of_work
from app.mailer.kinds import Fault
from app.mailer.post import post
from app.notifications import digest_queries, telling
from app.notifications.kinds import Fate
from app.notifications.models import Digest, DigestLine
from app.notifications.models import NotificationLog as Log
from app.notifications.rules import OPEN
from app.preferences.events import TimesChosen
from app.preferences.hours import day_of, next_digest
from app.preferences.kinds import Times

PURPOSE = "digest"
AT_ONCE = 100
AnyRow = Row[*tuple[Any, ...]]


def make() -> None:
    """Make all digests that are due. Two clocks are harmless: each takes people of its own."""
    while make_some():
        pass


def make_some() -> bool:
    """One transaction; True when more may be due."""
    moment = now()
    if db.session.scalar(digest_queries.due(moment).limit(1)) is None:
        return False  # looking must not take the write lock that pages need
    with unit_of_work():
        people = digest_queries.lock(moment, AT_ONCE)
        rows: dict[UUID, list[AnyRow]] = defaultdict(list)
        for row in digest_queries.waiting(people, moment):  # read behind the lock: another clock may have been quicker
            rows[row.recipient_id].append(row)
        telling.changed(row.notification_id for theirs in rows.values() for row in theirs)
        for reader in digest_queries.readers(rows):
            _make_one(reader, rows[reader.id], moment)
    return len(people) == AT_ONCE


def retime(event: TimesChosen) -> None:
    """What waits for somebody's digest waits for its new time. Without one it comes at the time that was set, once."""
    at = next_digest(now(), event.times)
    if at is not None:
        mine = (Log.recipient_id == event.account_id, *digest_queries.WAITS)
        telling.changed(_change(*mine, next_attempt_at=at))


def leave_out(why: Mapping[UUID, str | None]) -> None:
    """These rows of the ledger are not to stand in their digest, each for its reason, in the open unit of work."""
    reasons: dict[str, list[UUID]] = defaultdict(list)
    for log_id, reason in why.items():
        reasons[reason or Fault.UNWANTED].append(log_id)
    for reason, ids in reasons.items():
        is_late = reason == Fault.UNWANTED
        stamp = {"status": Fate.EXPIRED, "failed_at": now()} if is_late else {"status": Fate.SUPPRESSED}
        telling.changed(_change(Log.id.in_(ids), Log.status.in_(OPEN), reason=reason, next_attempt_at=None, **stamp))


def _make_one(reader: AnyRow, rows: Iterable[AnyRow], moment: datetime) -> None:
    leave_out({row.id: row.why for row in rows if row.why})
    kept = [row for row in rows if not row.why]
    due = [row.next_attempt_at for row in kept if row.next_attempt_at <= moment]
    if not due:
        return
    # Whoever has switched it off meanwhile gets what is left: that belongs to no day.
    times = Times(reader.time_zone, digest_at=reader.digest_at) if reader.digest_at is not None else None
    day = day_of(max(due), times) if times else None
    if times and digest_queries.has_digest(reader.id, day):
        _change(Log.id.in_([row.id for row in kept]), next_attempt_at=next_digest(moment, times))
        return
    here = {"district_id": reader.district_id}
    letter_id = post(
        address=reader.address, purpose=PURPOSE, template=PURPOSE, recipient_id=reader.id, locale=reader.locale, **here
    )
    db.session.add(Digest(letter_id=letter_id, account_id=reader.id, day=day, made_at=moment, **here))
    db.session.flush()
    db.session.execute(insert(DigestLine), [{"log_id": row.id, "letter_id": letter_id} for row in kept])
    _change(Log.id.in_([row.id for row in kept]), reason=None, next_attempt_at=moment)


def _change(*which: Any, **values: Any) -> list[UUID]:
    """Change rows of the ledger; gives the notifications that they belong to."""
    changing = update(Log).where(*which).values(**values).returning(Log.notification_id)
    return list(db.session.scalars(changing.execution_options(synchronize_session=False)))

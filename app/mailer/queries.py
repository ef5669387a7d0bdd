"""Every read of the mailer."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CTE, BindParameter, ColumnElement, ScalarSelect, Select, and_, func, literal_column, select
from sqlalchemy.orm import InstrumentedAttribute, aliased

from app.extensions import db
from app.kernel.clock import now
from app.kernel.jobs import Lane
from app.mailer.kinds import LetterStatus
from app.mailer.models import DeliveryAttempt, Letter, MailReport

FOR_A_CLAIM: tuple[InstrumentedAttribute[Any], ...] = (
    Letter.id,
    Letter.lease,
    Letter.lease_until,
    Letter.attempts,
    Letter.attempts_before,
    Letter.address,
    Letter.recipient_id,
    Letter.district_id,
    Letter.school_id,
    Letter.purpose,
    Letter.template,
    Letter.locale,
    Letter.lane,
    Letter.expires_at,
    Letter.arguments,
)


def waiting(lane: Lane, moment: datetime) -> Select[UUID]:
    """The flows of a lane of which a letter is due: two looks a flow, however many letters it has."""
    flows = _flows(lane)
    since = _due_since(lane, moment, flows)
    return select(flows.c.flow).where(flows.c.flow.is_not(None), since.is_not(None))


def _flows(lane: Lane) -> CTE:
    """The flows of which a letter waits, due or put off, and a NULL behind them.

    It jumps in the index from each flow to the next, over all that they hold (a loose index scan).
    """
    pending = _is(Letter.status, LetterStatus.PENDING)
    following = select(Letter.flow).where(Letter.lane == lane, pending).order_by(Letter.flow).limit(1)
    steps = select(following.scalar_subquery().label("flow")).cte(f"flows_of_{lane.value}", recursive=True)
    behind = following.where(Letter.flow > steps.c.flow).correlate(steps).scalar_subquery()
    return steps.union_all(select(behind).where(steps.c.flow.is_not(None)))


def _due_since(lane: Lane, moment: datetime, flows: CTE) -> ScalarSelect[datetime]:
    # Neither min() nor EXISTS: PostgreSQL would make a join of them, and read all that is due.
    pending = _is(Letter.status, LetterStatus.PENDING)
    rows = select(Letter.next_attempt_at).where(Letter.lane == lane, Letter.flow == flows.c.flow, pending)
    rows = rows.where(Letter.next_attempt_at <= moment).order_by(Letter.next_attempt_at).limit(1)
    return rows.correlate(flows).scalar_subquery()


def next_due(lane: Lane, flow: UUID | BindParameter[Any], moment: datetime | BindParameter[Any]) -> Select[UUID]:
    """The letter of a flow that has been due for longest, passing over those that another worker is just taking."""
    letter = aliased(Letter)  # it stands inside an UPDATE of the same table
    return (
        select(letter.id)
        .where(letter.lane == lane, letter.flow == flow, letter.next_attempt_at <= moment)
        .where(_is(letter.status, LetterStatus.PENDING))
        .order_by(letter.next_attempt_at, letter.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    )


def oldest_due(lane: Lane, moment: datetime) -> ScalarSelect[datetime]:
    """Since when the letter that waits longest in a lane could have been sent; NULL when none waits."""
    flows = _flows(lane)
    each = select(_due_since(lane, moment, flows).label("since")).select_from(flows).subquery("each")
    return select(func.min(each.c.since)).scalar_subquery()


def count_due(lane: Lane, moment: datetime, most: int) -> ScalarSelect[int]:
    """How many letters of a lane could be sent now; of those of one flow no more than ``most`` are counted."""
    flows, pending = _flows(lane), _is(Letter.status, LetterStatus.PENDING)
    rows = select(Letter.id).where(Letter.lane == lane, Letter.flow == flows.c.flow, pending)
    some = rows.where(Letter.next_attempt_at <= moment).limit(most).correlate(flows).subquery("some")
    each = select(select(func.count()).select_from(some).scalar_subquery().label("due")).select_from(flows)
    counted = each.where(flows.c.flow.is_not(None)).subquery("counted")
    return select(func.coalesce(func.sum(counted.c.due), 0)).scalar_subquery()


def is_due(lane: Lane) -> bool:
    """Whether anything in the lane could be sent now."""
    return db.session.scalar(waiting(lane, now()).limit(1)) is not None


def lapsed(moment: datetime, limit: int) -> Select[tuple[Any, ...]]:
    """What ``claim.claim_of`` needs of letters whose worker had its time and said nothing, and their last try's id."""
    last_try = and_(DeliveryAttempt.letter_id == Letter.id, DeliveryAttempt.number == Letter.attempts)
    return (
        select(*FOR_A_CLAIM, DeliveryAttempt.id.label("attempt_id"))
        .join(DeliveryAttempt, last_try)
        .where(Letter.lease_until <= moment, _is(Letter.status, LetterStatus.SENDING))
        .order_by(Letter.lease_until)
        .limit(limit)
        # Their worker may be gone with its host, and the row locked until the server notices: no other waits for that.
        .with_for_update(skip_locked=True, of=Letter)
    )


def expired(moment: datetime, limit: int) -> Select[UUID]:
    """Letters that wait, and whose time is over."""
    letter = aliased(Letter)  # it stands inside an UPDATE of the same table
    waits = _is(letter.status, LetterStatus.PENDING)
    return select(letter.id).where(waits, letter.expires_at <= moment).order_by(letter.expires_at).limit(limit)


def reports_due(limit: int) -> Sequence[UUID]:
    """Reports of mails that are to be dealt with now, those that have waited longest first."""
    undone = (MailReport.due_at <= now(), MailReport.done_at.is_(None))
    asked = select(MailReport.id).where(*undone).order_by(MailReport.due_at, MailReport.id).limit(limit)
    return db.session.scalars(asked).all()


def attempts_of(letter_ids: Collection[UUID]) -> dict[UUID, list[DeliveryAttempt]]:
    """Every try of each of these letters, the first one first."""
    tries: dict[UUID, list[DeliveryAttempt]] = defaultdict(list)
    asked = select(DeliveryAttempt).where(DeliveryAttempt.letter_id.in_(letter_ids))
    for attempt in db.session.scalars(asked.order_by(DeliveryAttempt.letter_id, DeliveryAttempt.number)):
        tries[attempt.letter_id].append(attempt)
    return tries


def _is(column: InstrumentedAttribute[LetterStatus], status: LetterStatus) -> ColumnElement[bool]:
    # Written out: neither database can serve a bound parameter from a partial index.
    return column == literal_column(f"'{status.value}'")

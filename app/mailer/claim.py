"""Taking a letter so that one worker alone sends it."""

from collections.abc import Mapping
from functools import cache
from typing import Any, cast
from uuid import UUID

from sqlalchemy import Row, Table, bindparam, insert, update
from sqlalchemy.sql.dml import ReturningUpdate

from app.extensions import db
from app.kernel.clock import now
from app.kernel.ids import new_id
from app.kernel.jobs import Lane
from app.kernel.turns import turns_of
from app.kernel.unit_of_work import emit, unit_of_work
from app.mailer import queries, rules
from app.mailer.events import LetterClaimed
from app.mailer.kinds import Claim, LetterStatus
from app.mailer.models import DeliveryAttempt, Letter

LETTERS = cast(Table, Letter.__table__)
_TRY = insert(cast(Table, DeliveryAttempt.__table__))


def claim_next(lane: Lane) -> Claim | None:
    """Take the letter whose turn it is, for ``rules.LEASE``; None when none of the lane is due.

    One of each flow in turn, of a flow the one that has been due for longest. The try is recorded with it, before it is
    made: one that died with its worker is seen.
    """
    return turns_of(lane).take(
        lambda: db.session.scalars(queries.waiting(lane, now())).all(), lambda flow: _claim_of_flow(lane, flow)
    )


def _claim_of_flow(lane: Lane, flow: UUID) -> Claim | None:
    moment, attempt_id = now(), new_id()
    values = {"of_flow": flow, "moment": moment, "new_lease": new_id(), "until": moment + rules.LEASE}
    with unit_of_work() as session:
        row = session.execute(_taking(lane), values).one_or_none()
        if row is None:
            return None
        claim = claim_of(row, attempt_id)
        session.execute(_TRY, {**_attempt(claim), "started_at": moment})
        emit(LetterClaimed(claim.letter_id))
    return claim


@cache
def _taking(lane: Lane) -> ReturningUpdate[Any]:
    """Built once: to put it together costs as much as to run it."""
    next_due = queries.next_due(
        lane, bindparam("of_flow", type_=LETTERS.c.flow.type), bindparam("moment", type_=LETTERS.c.next_attempt_at.type)
    )
    return (
        update(LETTERS)
        .where(LETTERS.c.id == next_due.scalar_subquery(), LETTERS.c.status == LetterStatus.PENDING)
        .values(
            status=LetterStatus.SENDING,
            lease=bindparam("new_lease"),
            lease_until=bindparam("until"),
            attempts=LETTERS.c.attempts + 1,
        )
        .returning(*(LETTERS.c[column.key] for column in queries.FOR_A_CLAIM))
    )


def claim_of(row: Row[Any], attempt_id: UUID) -> Claim:
    """The claim that a row of ``queries.FOR_A_CLAIM`` stands for."""
    return Claim(
        letter_id=row.id,
        lease=row.lease,
        attempt_id=attempt_id,
        number=row.attempts,
        attempt=row.attempts - row.attempts_before,
        lease_until=row.lease_until,
        address=row.address,
        recipient_id=row.recipient_id,
        district_id=row.district_id,
        school_id=row.school_id,
        purpose=row.purpose,
        template=row.template,
        locale=row.locale,
        is_urgent=row.lane is Lane.URGENT_MAIL,
        arguments=row.arguments,
        expires_at=row.expires_at,
    )


def _attempt(claim: Claim) -> Mapping[str, Any]:
    return {
        "id": claim.attempt_id,
        "district_id": claim.district_id,
        "school_id": claim.school_id,
        "letter_id": claim.letter_id,
        "number": claim.number,
    }

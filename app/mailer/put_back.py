"""Undoing a claim: the letter goes back to where it was, as if nobody had taken it. It has cost no try."""

from datetime import timedelta

from sqlalchemy import delete, update

from app.kernel.clock import now
from app.kernel.unit_of_work import emit, unit_of_work
from app.mailer.errors import PostponedError
from app.mailer.events import LetterConcluded
from app.mailer.kinds import Claim, LetterStatus
from app.mailer.models import DeliveryAttempt, Letter

LEAST_WAIT = timedelta(seconds=1)


def put_back(claim: Claim, why: PostponedError) -> bool:
    """Let the letter wait. False, and nothing is changed, when the lease is somebody else's by now."""
    moment = now()
    next_at = moment + max(timedelta(seconds=why.seconds), LEAST_WAIT)
    if claim.expires_at:
        next_at = min(next_at, max(claim.expires_at, moment))
    mine = (Letter.id == claim.letter_id, Letter.lease == claim.lease, Letter.status == LetterStatus.SENDING)
    with unit_of_work() as session:
        found = session.execute(
            update(Letter)
            .where(*mine)
            .values(
                status=LetterStatus.PENDING,
                lease=None,
                lease_until=None,
                attempts=claim.number - 1,
                next_attempt_at=next_at,
                error_message=str(why),
            )
        )
        if not found.rowcount:  # type: ignore[attr-defined]
            return False
        session.execute(delete(DeliveryAttempt).where(DeliveryAttempt.id == claim.attempt_id))
        status = LetterStatus.PENDING
        emit(LetterConcluded(claim.letter_id, status, claim.number - 1, next_at, None, str(why), moment))
    return True

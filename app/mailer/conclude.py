"""Recording how a try ended: only for whoever still holds the letter's lease."""

import random
from datetime import datetime
from typing import Any

from sqlalchemy import update

from app.kernel.clock import now
from app.kernel.tally import Counted, count
from app.kernel.unit_of_work import emit, unit_of_work
from app.mailer import rules
from app.mailer.events import LetterConcluded
from app.mailer.kinds import Answer, Claim, Fault, LetterStatus, Outcome
from app.mailer.messages import message_id
from app.mailer.models import DeliveryAttempt, Letter
from app.mailer.names import name_given

EXPIRED = Answer(Outcome.EXPIRED, None, Fault.UNWANTED.value)
LOST = Answer(Outcome.LOST, None, Fault.LOST_WORKER.value, is_poison=True)
STAMPS = {LetterStatus.SENT: "sent_at", LetterStatus.FAILED: "failed_at"}


def conclude(claim: Claim, answer: Answer) -> bool:
    """Write what became of letter and try. False, and nothing is changed, when the lease is somebody else's by now."""
    moment = now()
    next_at = _next_attempt_at(claim, answer, moment)
    status = rules.status_after(answer.outcome, is_tried_again=next_at is not None)
    mine = (Letter.id == claim.letter_id, Letter.lease == claim.lease, Letter.status == LetterStatus.SENDING)
    with unit_of_work() as session:
        changes = _changes(claim, answer, status, moment, next_at)
        found = session.execute(update(Letter).where(*mine).values(**changes))
        if not found.rowcount:  # type: ignore[attr-defined]
            return False
        session.execute(
            update(DeliveryAttempt)
            .where(DeliveryAttempt.id == claim.attempt_id)
            .values(finished_at=moment, outcome=answer.outcome, code=answer.code, text=answer.text)
        )
        emit(LetterConcluded(claim.letter_id, status, claim.number, next_at, answer.code, answer.text, moment))
    count(Counted.MAIL_ATTEMPTS, answer.outcome)
    return True


def _next_attempt_at(claim: Claim, answer: Answer, moment: datetime) -> datetime | None:
    jitter = random.random()  # noqa: S311 - it spreads load and guards nothing
    return rules.next_attempt_at(
        answer, claim.attempt, moment, claim.expires_at, is_urgent=claim.is_urgent, jitter=jitter
    )


def _changes(
    claim: Claim, answer: Answer, status: LetterStatus, moment: datetime, next_at: datetime | None
) -> dict[str, Any]:
    changes: dict[str, Any] = {
        "status": status,
        "lease": None,
        "lease_until": None,
        "message_id": message_id(claim.letter_id),
        "external_id": name_given(answer.text) if status is LetterStatus.SENT else None,
        "error_message": None if status is LetterStatus.SENT else answer.text,
    }
    if status in STAMPS:
        changes[STAMPS[status]] = moment
    if status is LetterStatus.FAILED and answer.is_poison:
        changes["set_aside_at"] = moment
    if next_at:
        changes["next_attempt_at"] = next_at
    return changes

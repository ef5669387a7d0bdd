"""What has lost its meaning while it waited is let go at once, not when its next try would have come."""

from sqlalchemy import update

from app.extensions import db
from app.kernel.clock import now
from app.kernel.unit_of_work import emit, unit_of_work
from app.mailer import queries
from app.mailer.conclude import EXPIRED
from app.mailer.events import LetterConcluded
from app.mailer.kinds import LetterStatus
from app.mailer.models import Letter

AT_ONCE = 500


def expire() -> None:
    """Let go all letters that wait and whose time is over. Two clocks are harmless: each takes rows of its own."""
    while _expire_some():
        pass


def _expire_some() -> bool:
    """One transaction; True when more may be left. What a worker has in hand is its own to conclude."""
    moment = now()
    over = queries.expired(moment, AT_ONCE)
    if db.session.scalar(over.limit(1)) is None:
        return False  # looking must not take the write lock that pages need
    with unit_of_work() as session:
        ended = session.execute(
            update(Letter)
            .where(Letter.id.in_(over.with_for_update(skip_locked=True)), Letter.status == LetterStatus.PENDING)
            .values(status=LetterStatus.EXPIRED, error_message=EXPIRED.text)
            .returning(Letter.id, Letter.attempts)
            .execution_options(synchronize_session=False)
        ).all()
        for letter_id, tries in ended:
            emit(LetterConcluded(letter_id, LetterStatus.EXPIRED, tries, None, None, EXPIRED.text, moment))
    return len(ended) == AT_ONCE

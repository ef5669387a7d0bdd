"""Taking in what is told of a mail after a relay has taken it: it arrived, it came back, its reader complained."""

from datetime import timedelta
from typing import Any

from sqlalchemy import select

from app.extensions import db
from app.kernel.clock import now
from app.kernel.unit_of_work import emit
from app.mailer import rules
from app.mailer.events import LetterReported
from app.mailer.kinds import Grounds, LetterStatus, Report, Reported
from app.mailer.models import Letter
from app.mailer.suppression import suppress

BELIEVED_FOR = timedelta(days=14)
"""How long after a mail news of it count. Relays give up after five days; later news are mistaken or made up."""
STAMPS = {LetterStatus.DELIVERED: "delivered_at", LetterStatus.BOUNCED: "failed_at"}


def take_in(report: Report) -> bool:
    """Let it count, in the open unit of work: once, however often it is told. False when no such letter is known.

    It counts only for a letter that we wrote lately to that very address, and never undoes what is known to have come
    later: ``rules.status_after_report``.
    """
    letter = _find(report)
    if letter is None:
        return False
    written_at = letter.sent_at or letter.created_at
    if letter.address.lower() != report.address.lower() or now() - written_at > BELIEVED_FOR or not letter.attempts:
        return True
    status = rules.status_after_report(letter.status, report.fate)
    if status:
        _write(letter, status, report)
    if report.fate is Reported.COMPLAINED:
        is_new = suppress(letter, Grounds.COMPLAINT, report.source, report.text, written_at)
    else:
        is_bounce = report.fate is Reported.BOUNCED and report.is_mailbox_dead
        is_new = is_bounce and suppress(letter, Grounds.BOUNCE, report.source, report.text, written_at)
    if status or is_new:
        emit(LetterReported(letter.id, report.fate, status, report.text, report.at))
    return True


def _find(report: Report) -> Letter | None:
    """The letter, which stays ours until the unit of work ends."""
    if report.letter_id is None and not report.external_id:
        return None
    mine = Letter.id == report.letter_id if report.letter_id else Letter.external_id == report.external_id
    asked = select(Letter).where(mine).order_by(Letter.id.desc()).limit(1).with_for_update()
    return db.session.scalar(asked.execution_options(populate_existing=True))


def _write(letter: Letter, status: LetterStatus, report: Report) -> None:
    changes: dict[str, Any] = {
        "status": status,
        "lease": None,
        "lease_until": None,
        STAMPS[status]: report.at,
        "error_message": report.text if status is LetterStatus.BOUNCED else None,
    }
    for name, value in changes.items():
        setattr(letter, name, value)
    letter.sent_at = letter.sent_at or report.at
    db.session.flush()

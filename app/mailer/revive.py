"""Trying mails anew that had come to an end without getting there."""

from typing import Any

from sqlalchemy import ColumnElement, Select, literal_column, update

from app.extensions import db
from app.kernel.clock import now
from app.mailer.kinds import LetterStatus
from app.mailer.models import Letter

ENDED = (LetterStatus.FAILED, LetterStatus.BOUNCED, LetterStatus.EXPIRED)


def revive(ids: Select[Any], address: ColumnElement[Any]) -> None:
    """Have those of these letters that ended badly sent to ``address``, in the open unit of work.

    What tries there were stay on record, and are counted no more.
    """
    db.session.execute(
        update(Letter)
        .where(Letter.id.in_(ids), Letter.status.in_(ENDED))
        .values(
            status=literal_column(f"'{LetterStatus.PENDING.value}'"),
            address=address,
            attempts_before=Letter.attempts,
            next_attempt_at=now(),
            error_message=None,
            failed_at=None,
            set_aside_at=None,
        )
        .execution_options(synchronize_session=False)
    )

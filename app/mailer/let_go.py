"""Ending many letters at once that no worker has in hand."""

from typing import Any

from sqlalchemy import Select, literal_column, select, update

from app.extensions import db
from app.mailer.kinds import LetterStatus
from app.mailer.models import Letter


def let_go(ids: Select[Any], why: str, at_most: int) -> None:
    """End some of these letters, in the open unit of work, if they still wait.

    One that a worker is just taking is passed over: its writer is asked whether it is still wanted.
    """
    is_pending = Letter.status == literal_column(f"'{LetterStatus.PENDING.value}'")
    waiting = select(Letter.id).where(Letter.id.in_(ids), is_pending).limit(at_most).with_for_update(skip_locked=True)
    db.session.execute(
        update(Letter)
        .where(Letter.id.in_(waiting))
        .values(status=LetterStatus.EXPIRED, error_message=why)
        .execution_options(synchronize_session=False)
    )

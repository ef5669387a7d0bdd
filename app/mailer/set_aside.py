"""Letters that could not be written, or that workers died of: they wait for a person who decides."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Select, update

from app.extensions import db
from app.kernel.clock import now
from app.kernel.jobs import ring_later
from app.mailer.kinds import LetterStatus
from app.mailer.models import Letter


def try_again(ids: Select[Any]) -> Sequence[UUID]:
    """Have those of these letters that are set aside sent as if they had never been tried; gives their ids.

    In the open unit of work. What tries there were stay on record, and are counted no more.
    """
    changed = _change(
        ids,
        status=LetterStatus.PENDING,
        set_aside_at=None,
        failed_at=None,
        error_message=None,
        attempts_before=Letter.attempts,
        next_attempt_at=now(),
    )
    for lane in {lane for _id, lane in changed}:
        ring_later(lane)
    return [id_ for id_, _lane in changed]


def discard(ids: Select[Any]) -> Sequence[UUID]:
    """Let those of these letters that are set aside fail for good, in the open unit of work; gives their ids."""
    return [id_ for id_, _lane in _change(ids, set_aside_at=None)]


def _change(ids: Select[Any], **values: Any) -> Sequence[Any]:
    changing = (
        update(Letter)
        .where(Letter.id.in_(ids), Letter.set_aside_at.is_not(None))
        .values(**values)
        .returning(Letter.id, Letter.lane)
        .execution_options(synchronize_session=False)
    )
    return db.session.execute(changing).all()

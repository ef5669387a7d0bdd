"""Addresses that are not written to any more: how one comes to stand there, and how it is let go."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, func, select, update
from sqlalchemy.exc import IntegrityError

from app.extensions import db
from app.kernel.clock import now
from app.mailer import mailboxes
from app.mailer.events import LetterConcluded
from app.mailer.kinds import Grounds, LetterStatus, Source
from app.mailer.models import Letter, Suppression


def letter_concluded(event: LetterConcluded) -> None:
    """A relay refused the letter for good because the mailbox is gone: react to this in the same unit of work."""
    if event.status is LetterStatus.FAILED and event.code and mailboxes.is_dead(event.code, event.text):
        letter = db.session.get_one(Letter, event.letter_id)
        suppress(letter, Grounds.REFUSAL, Source.RELAY, event.text, event.at)


def suppress(letter: Letter, grounds: Grounds, source: Source, text: str, written_at: datetime) -> bool:
    """Write to the letter's address no more. In the open unit of work; False when it changes nothing.

    News about a mail that was written before somebody said that the address works again are old news.
    """
    if _is_settled(letter, written_at):
        return False
    try:
        with db.session.begin_nested():
            db.session.add(
                Suppression(
                    district_id=letter.district_id,
                    address=func.lower(letter.address),
                    grounds=grounds,
                    source=source,
                    text=text,
                    letter_id=letter.id,
                )
            )
            db.session.flush()
    except IntegrityError:  # somebody else was quicker
        return False
    return True


def release(district_id: UUID, address: str, by: UUID) -> Sequence[UUID]:
    """It works again: give the ids of what stood against the address. In the open unit of work."""
    standing = (
        update(Suppression)
        .where(*_about(district_id, address), Suppression.released_at.is_(None))
        .values(released_at=now(), released_by=by)
        .returning(Suppression.id)
        .execution_options(synchronize_session=False)
    )
    return db.session.scalars(standing).all()


def find_grounds(district_id: UUID, address: str) -> Grounds | None:
    """What stands against an address; None when mail may go there."""
    standing = (*_about(district_id, address), Suppression.released_at.is_(None))
    return db.session.scalar(select(Suppression.grounds).where(*standing))


def _is_settled(letter: Letter, written_at: datetime) -> bool:
    known = select(Suppression.released_at).where(*_about(letter.district_id, letter.address))
    return any(at is None or at >= written_at for at in db.session.scalars(known))


def _about(district_id: UUID, address: str) -> tuple[ColumnElement[bool], ...]:
    # Folded by the database, here and when it is looked up: two languages do not agree about every letter.
    return Suppression.district_id == district_id, Suppression.address == func.lower(address)

"""Taking a letter in: from here on it is a row, and the mailer's to send."""

from datetime import datetime
from typing import Any
from uuid import UUID

from app.extensions import db
from app.kernel.clock import now
from app.kernel.ids import new_id
from app.kernel.jobs import Lane, ring_later
from app.mailer.models import Letter
from app.mailer.rules import flow_of


def post(
    *,
    address: str,
    purpose: str,
    template: str,
    district_id: UUID,
    school_id: UUID | None = None,
    recipient_id: UUID | None = None,
    arguments: dict[str, Any] | None = None,
    lane: Lane = Lane.MAIL,
    locale: str | None = None,
    expires_at: datetime | None = None,
) -> UUID:
    """Write a letter in the open unit of work, and ring its lane once that is committed; gives the letter's id.

    ``purpose`` names who writes it when its turn comes (``belfry.letter_writers``), from ``arguments``: no secrets.
    """
    moment = now()
    letter = Letter(
        id=new_id(),
        address=address,
        purpose=purpose,
        template=template,
        district_id=district_id,
        school_id=school_id,
        recipient_id=recipient_id,
        arguments=arguments or {},
        lane=lane,
        flow=flow_of(district_id, school_id),
        locale=locale,
        expires_at=expires_at,
        created_at=moment,
        next_attempt_at=moment,
    )
    db.session.add(letter)
    ring_later(lane)
    return letter.id

"""The letters of a notice and the one try that each took. A letter has the key of the copy that it carries."""

from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, String, and_, case, cast, literal, null
from sqlalchemy.orm import Session

from app.demo.copying import copy
from app.demo.families import GONE
from app.demo.told import Told
from app.identity.models import ContactAddress
from app.kernel.columns import UTCDateTime
from app.kernel.jobs import Lane
from app.mailer.kinds import LetterStatus, Outcome
from app.mailer.models import DeliveryAttempt, Letter
from app.notifications.copies import PURPOSE
from app.notifications.models import NotificationRecipient as Copy

AFTER = timedelta(minutes=1)
TAKEN, REFUSED = "2.0.0 taken", "5.1.1 no such mailbox here"

_is_gone = ContactAddress.address.endswith(GONE, autoescape=True)
_is_sent = Letter.status == LetterStatus.SENT


def write(session: Session, told: Told) -> None:
    """A letter for everybody with an address, sent or refused long ago."""
    first = and_(ContactAddress.account_id == Copy.recipient_id, ContactAddress.position == 0)
    copy(
        session,
        Letter,
        Copy.__table__.join(ContactAddress.__table__, first),
        Copy.notification_id == told.id,
        id=Copy.id,
        recipient_id=Copy.recipient_id,
        address=ContactAddress.address,
        lane=Lane.URGENT_MAIL if told.is_emergency else Lane.MAIL,
        flow=told.id,
        purpose=PURPOSE,
        template=PURPOSE,
        arguments={"notification_id": str(told.id)},
        status=_either(_is_gone, LetterStatus.FAILED, LetterStatus.SENT, Letter.__table__.c.status.type),
        attempts=1,
        next_attempt_at=told.at,
        expires_at=told.until,
        message_id=literal("<") + cast(Copy.id, String) + literal("@demo.example>"),
        error_message=case((_is_gone, REFUSED), else_=null()),
        created_at=told.at,
        sent_at=case((_is_gone, null()), else_=_moment(told)),
        failed_at=case((_is_gone, _moment(told)), else_=null()),
        **told.here,
    )
    _write_tries(session, told)


def _write_tries(session: Session, told: Told) -> None:
    copy(
        session,
        DeliveryAttempt,
        Letter.__table__.join(Copy.__table__, Copy.id == Letter.id),
        Copy.notification_id == told.id,
        id=Letter.id,
        letter_id=Letter.id,
        number=1,
        started_at=told.at,
        finished_at=_moment(told),
        outcome=_either(_is_sent, Outcome.SENT, Outcome.FAILED, DeliveryAttempt.__table__.c.outcome.type),
        code=case((_is_sent, 250), else_=550),
        text=case((_is_sent, TAKEN), else_=REFUSED),
        **told.here,
    )


def _either(condition: ColumnElement[bool], yes: Any, no: Any, kind: Any) -> ColumnElement[Any]:
    return case((condition, literal(yes, kind)), else_=literal(no, kind))


def _moment(told: Told) -> ColumnElement[Any]:
    return literal(told.at + AFTER, UTCDateTime())

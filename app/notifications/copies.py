"""What a fan-out writes, some people at a time: each one's copy, its children, its letter, its rows in the ledger.

All by INSERT ... SELECT: no person passes through this process.
"""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ColumnElement, case, func, select

from app.catalogue.kinds import Channel
from app.identity.models import Account
from app.identity.queries import first_address
from app.kernel.jobs import Lane
from app.mailer.kinds import LetterStatus
from app.mailer.models import Letter
from app.mailer.rules import flow_of
from app.notifications import fates, waiting
from app.notifications.audience import people, subjects
from app.notifications.fan_outs import find_last
from app.notifications.groups import RANKS
from app.notifications.models import NotificationLog, NotificationRecipient, NotificationSubject
from app.notifications.names import recalled
from app.notifications.rules import channels_for
from app.notifications.waiting import Plan
from app.notifications.writing import Writing, between, insert_from
from app.preferences.models import MailTimes
from app.preferences.queries import goes_out, switched_off
from app.preferences.times import is_for_digest
from app.roster.models import District, School

PURPOSE = "notification"
Copy = NotificationRecipient


@dataclass(frozen=True)
class Piece:
    """How many people were written, and the last of them."""

    count: int
    last: UUID | None


def write(writing: Writing, at_most: int) -> Piece:
    """Write the next ``at_most`` people, in the open unit of work."""
    count = _write_recipients(writing, at_most)
    if not count:
        return Piece(0, writing.after)
    last = find_last(writing.notification.id)
    ours = between(Copy.recipient_id, writing.after, last) & (Copy.notification_id == writing.notification.id)
    _write_subjects(writing, last, ours)
    channels = channels_for(writing.notification.category)
    plan = waiting.plan(writing.notification, writing.moment, between(MailTimes.account_id, writing.after, last))
    if Channel.EMAIL in channels:
        write_letters(writing, ours, plan)
    for channel in channels:
        _write_fates(writing, channel, ours, plan)
    return Piece(count, last)


def _write_recipients(writing: Writing, at_most: int) -> int:
    everybody = people(recalled(writing.notification.audience), writing.scope).subquery("people")
    following = (
        select(everybody)
        .where(between(everybody.c.account_id, writing.after))
        .order_by(everybody.c.account_id)
        .limit(at_most)
        .subquery("following")
    )
    role = case(dict(enumerate(RANKS)), value=following.c.rank)
    is_unwanted = switched_off(following.c.account_id, writing.notification.category, Channel.IN_APP)
    return insert_from(
        Copy,
        select(following),
        **writing.common,
        id=func.uuid7(),
        recipient_id=following.c.account_id,
        role=role,
        requires_acknowledgement=writing.notification.requires_acknowledgement,
        archived_at=fates.set_aside(is_unwanted, writing.moment),
        alert_until=writing.notification.expires_at if writing.is_alert else None,
        created_at=writing.moment,
    )


def _write_subjects(writing: Writing, last: UUID | None, ours: ColumnElement[bool]) -> None:
    families = subjects(recalled(writing.notification.audience), writing.scope).subquery("families")
    source = (
        select(families)
        .join(Copy, Copy.recipient_id == families.c.account_id)
        .where(ours, between(families.c.account_id, writing.after, last))
    )
    insert_from(
        NotificationSubject,
        source,
        **writing.common,
        id=func.uuid7(),
        recipient_id=families.c.account_id,
        child_id=families.c.child_id,
    )


def write_letters(writing: Writing, ours: ColumnElement[bool], plan: Plan | None) -> None:
    """A letter has the id of the copy it speaks of, so that the ledger finds it by key and nobody gets two.

    Whoever wants one digest a day gets none here.
    """
    notification = writing.notification
    reached = select(Copy.id, Copy.recipient_id, first_address(Copy.recipient_id).label("address")).where(ours)
    to = reached.subquery("reached")
    comes = goes_out(to.c.recipient_id, notification.category, Channel.EMAIL)
    is_unread_first = plan is not None and plan.is_unread_first
    home = School if notification.school_id else District
    locale = select(home.locale).where(home.id == (notification.school_id or notification.district_id))
    source = select(to).join(Account, Account.id == to.c.recipient_id)
    if plan:
        source = source.outerjoin(MailTimes, MailTimes.account_id == to.c.recipient_id).where(~is_for_digest)
    insert_from(
        Letter,
        source.where(comes),
        id=to.c.id,
        district_id=writing.common["district_id"],
        school_id=writing.common["school_id"],
        recipient_id=to.c.recipient_id,
        address=to.c.address,
        lane=Lane.URGENT_MAIL if writing.is_alert else Lane.MAIL,
        flow=notification.id if writing.is_alert else flow_of(notification.district_id, notification.school_id),
        purpose=PURPOSE,
        template=PURPOSE,
        arguments={"notification_id": str(notification.id)} | ({"unread": True} if is_unread_first else {}),
        locale=func.coalesce(Account.locale, locale.scalar_subquery()),
        status=LetterStatus.PENDING,
        next_attempt_at=plan.next_attempt_at if plan else writing.moment,
        expires_at=notification.expires_at,
        created_at=writing.moment,
    )


def _write_fates(writing: Writing, channel: Channel, ours: ColumnElement[bool], plan: Plan | None) -> None:
    """One row a person, also where the channel cannot be used: nobody drops out of a report."""
    source = select(Copy).where(ours)
    if channel is Channel.EMAIL:
        source = source.outerjoin(Letter, Letter.id == Copy.id)
        source = source.outerjoin(MailTimes, MailTimes.account_id == Copy.recipient_id) if plan else source
    insert_from(
        NotificationLog,
        source,
        **writing.common,
        id=func.uuid7(),
        recipient_id=Copy.recipient_id,
        channel=channel,
        created_at=writing.moment,
        **fates.at_first(writing.notification.category, channel, writing.moment, plan),
    )

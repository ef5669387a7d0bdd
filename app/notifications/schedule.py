"""Changing or calling off what has not left: until the very second in which the clock takes it.

All three, and the clock, change the row on the condition that it is still scheduled. Whoever comes second is told so.
"""

from typing import Any
from uuid import UUID

from sqlalchemy import CursorResult, update

from app.catalogue.kinds import Category
from app.extensions import db
from app.identity.kinds import Person
from app.kernel.clock import now
from app.notifications import names, queries, rules
from app.notifications.audience import somebody
from app.notifications.compose import check, note_act, said, set_off
from app.notifications.errors import AlreadyDecidedError, AudienceMovedError, ChangedMeanwhileError, DraftRefusedError
from app.notifications.kinds import Draft, Problem, Status
from app.notifications.models import Notification
from app.notifications.moved import find_change
from app.notifications.roll import Roll
from app.notifications.timing import of_moment
from app.roster.kinds import Hat


def cancel(notification: Notification, by: Person) -> None:
    """Call it off, in the open unit of work; doing it again changes nothing. Raises AlreadyDecidedError."""
    standing = db.session.get_one(Notification, notification.id, with_for_update=True, populate_existing=True)
    off = {"cancelled": {"by": str(by.account_id), "at": now().isoformat()}}
    if _change(standing.id, {"status": Status.CANCELLED, "data": {**standing.data, **off}}):
        note_act("notification.cancelled", _named(standing), by)
    elif (status := _status(standing.id)) is not Status.CANCELLED:
        raise AlreadyDecidedError(status)


def revise(
    notification: Notification, version: str, draft: Draft, by: Person, hat: Hat, *, shown: Roll | None = None
) -> None:
    """Have it say ``draft``, in the open unit of work; without a timing it leaves at once.

    Raises DraftRefusedError, AudienceMovedError when it would leave now and reach others than those ``shown``,
    ChangedMeanwhileError when it does not say any more what ``version`` stands for, and AlreadyDecidedError.
    """
    scope = queries.scope_of(hat.district_id, hat.school_id, now())
    check(draft, scope)
    if db.session.scalar(somebody(draft.audience, scope)) is None:
        raise DraftRefusedError([Problem("include", "nobody", "")])
    is_calm = draft.timing is None and draft.category is not Category.EMERGENCY
    if shown and is_calm and (change := find_change(shown, draft.audience, scope)):
        raise AudienceMovedError(change)
    standing = db.session.get_one(Notification, notification.id, with_for_update=True, populate_existing=True)
    if standing.status is Status.SCHEDULED and version_of(standing) != version:
        raise ChangedMeanwhileError
    values = said(draft, scope)
    if not _change(standing.id, values):
        raise AlreadyDecidedError(_status(standing.id))
    if draft.timing is None:
        set_off(values | {"id": standing.id})
    note_act("notification.rescheduled" if draft.timing else "notification.published", values | _id(standing), by)


def version_of(notification: Notification) -> str:
    """The same while it says the same, to the same people, at the same time."""
    return rules.fingerprint(draft_of(notification), notification.district_id, notification.school_id)


def draft_of(notification: Notification) -> Draft:
    """What somebody wanted to say, as the row has it."""
    at, zone = notification.scheduled_for, notification.scheduled_zone
    return Draft(
        notification.category,
        notification.priority,
        notification.title,
        notification.body,
        names.recalled(notification.audience),
        notification.link,
        notification.expires_at,
        notification.requires_acknowledgement,
        of_moment(at, zone) if at and zone else None,
    )


def _change(notification_id: UUID, values: dict[str, Any]) -> bool:
    """False when it is not scheduled any more."""
    changing = (
        update(Notification)
        .where(Notification.id == notification_id, Notification.status == Status.SCHEDULED)
        .values(**values)
        .execution_options(synchronize_session=False)
    )
    result: CursorResult[Any] = db.session.execute(changing)  # type: ignore[assignment]
    return bool(result.rowcount)


def _status(notification_id: UUID) -> Status:
    return db.session.get_one(Notification, notification_id, populate_existing=True).status


def _named(notification: Notification) -> dict[str, Any]:
    columns = ("district_id", "school_id", "category")
    return _id(notification) | {name: getattr(notification, name) for name in columns}


def _id(notification: Notification) -> dict[str, UUID]:
    return {"id": notification.id}

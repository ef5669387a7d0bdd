"""Those who have an earlier notification, as selects: of them the ones who may still be addressed, and for whom."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, exists, or_, select

from app.notifications.groups import guardians, members
from app.notifications.kinds import Scope
from app.notifications.models import NotificationRecipient as Copy
from app.notifications.models import NotificationSubject as Subject
from app.roster.models import Guardianship, Membership


def holders(notification_id: UUID, scope: Scope) -> Iterator[Select[*tuple[Any, ...]]]:
    """``account_id`` and ``rank`` of everybody who has a copy and belongs to these schools now.

    A guardian who had it for children has it for one of those still: nobody is addressed for a child with whom they may
    have no contact by now.
    """
    here = (Copy.district_id == scope.district_id, Copy.school_id == scope.school_id)
    having = select(Copy.recipient_id).where(Copy.notification_id == notification_id, *here)
    had_for_some = exists().where(
        Subject.notification_id == notification_id, Subject.recipient_id == Guardianship.guardian_id
    )
    yield members(scope).where(Membership.account_id.in_(having))
    yield guardians(scope, Guardianship.guardian_id.in_(having), or_(_had_for_child(notification_id), ~had_for_some))


def still_told(notification_id: UUID, scope: Scope) -> Select[*tuple[Any, ...]]:
    """``account_id`` and ``child_id``: the children whom a guardian's copy concerns, and of whom they may be told."""
    return guardians(scope, _had_for_child(notification_id))


def _had_for_child(notification_id: UUID) -> ColumnElement[bool]:
    return exists().where(
        Subject.notification_id == notification_id,
        Subject.recipient_id == Guardianship.guardian_id,
        Subject.child_id == Guardianship.student_id,
    )

"""What the pages show of things that have not left. Words are made when a template asks for them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from flask import abort

from app.kernel.clock import now
from app.kernel.ids import parse_id
from app.notifications import planned
from app.notifications.kinds import Due, Scope
from app.notifications.models import Notification
from app.notifications.names import recalled
from app.notifications.planned import AnyRow
from app.notifications.preview import Preview, preview
from app.notifications.schedule_words import Moment, moment_of
from app.notifications.words import STATUSES, addressed_words
from app.web.rendering import render

LATELY = timedelta(days=14)


@dataclass(frozen=True)
class Planned:
    """One of them, as its page and its line tell it."""

    row: AnyRow

    @property
    def notification(self) -> Notification:
        return self.row.Notification  # type: ignore[no-any-return]

    @property
    def moment(self) -> Moment:
        notification = self.notification
        return moment_of(notification.scheduled_for or notification.created_at, notification.scheduled_zone or "UTC")

    @property
    def status_words(self) -> str:
        return str(STATUSES[self.notification.status])

    @property
    def audience_words(self) -> str:
        return addressed_words(self.notification.audience, ())

    @property
    def was_over(self) -> bool:
        """Whether it was missed because what it says was over by then."""
        missed: dict[str, Any] = self.notification.data.get("missed", {})
        return missed.get("why") == Due.OVER

    @property
    def cancelled_at(self) -> datetime | None:
        at = self._off.get("at")
        return datetime.fromisoformat(at) if at else None

    @property
    def cancelled_by(self) -> str | None:
        by = self._off.get("by")
        return planned.find_name(UUID(by)) if by else None

    @property
    def _off(self) -> dict[str, str]:
        off: dict[str, str] = self.notification.data.get("cancelled", {})
        return off


@dataclass(frozen=True)
class PlannedList:
    coming: Sequence[Planned]
    ended: Sequence[Planned]


def listed(scope: Scope) -> PlannedList:
    """What will leave, and what lately did not."""
    return PlannedList(
        [Planned(row) for row in planned.coming(scope)],
        [Planned(row) for row in planned.ended(scope, now() - LATELY)],
    )


def page(notification_id: str, scope: Scope, topics: str) -> tuple[str, int]:
    """The page of one of them; 404 where there is none in these schools. ``topics``: it may leave while it is open."""
    id_ = parse_id(notification_id) or abort(404)
    found = Planned(planned.find(id_, scope) or abort(404))
    return render("notifications/planned.html", planned=found, preview=_reached(found, scope), topics=topics)


def _reached(found: Planned, scope: Scope) -> Preview:
    """Whom it would reach if it left now."""
    return preview(recalled(found.notification.audience), scope, found.notification.category)

"""What the pages show of something that recurs. Words are made when a template asks for them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from werkzeug.datastructures import MultiDict

from app.notifications import planned
from app.notifications.forms import ComposeForm
from app.notifications.kinds import Problem, Scope, When
from app.notifications.names import recalled
from app.notifications.preview import Preview, preview
from app.notifications.problem_words import problem_words
from app.notifications.recurring import queries
from app.notifications.recurring.forms import typed
from app.notifications.recurring.keep import today_of
from app.notifications.recurring.kept import pattern_in
from app.notifications.recurring.kinds import Pattern
from app.notifications.recurring.models import Recurrence
from app.notifications.recurring.rules import problems
from app.notifications.recurring.words import Again
from app.notifications.schedule_words import Moment, moment_of
from app.notifications.words import STATUSES, addressed_words
from app.roster.kinds import Hat


@dataclass(frozen=True)
class Time:
    """One time that it was said: the notification, and how it stands."""

    row: queries.AnyRow

    @property
    def moment(self) -> Moment:
        return moment_of(self.row.occurs_at, self.row.Notification.scheduled_zone or "UTC")

    @property
    def status_words(self) -> str:
        return str(STATUSES[self.row.Notification.status])


@dataclass(frozen=True)
class Recurring:
    """One of them, as its page and its line tell it."""

    recurrence: Recurrence
    sender_name: str | None

    @property
    def again(self) -> Again:
        return Again(pattern_in(self.recurrence))

    @property
    def next(self) -> Moment | None:
        at = self.recurrence.next_at
        return moment_of(at, self.recurrence.time_zone) if at else None

    @property
    def audience_words(self) -> str:
        return addressed_words(self.recurrence.audience, ())

    @property
    def times(self) -> Sequence[Time]:
        return [Time(row) for row in queries.occurrences(self.recurrence.id)]

    @property
    def was_ended_at(self) -> datetime | None:
        return self.recurrence.ended_at


def listed(scope: Scope) -> list[Recurring]:
    """What goes on, the next first."""
    return [Recurring(row.Recurrence, row.sender_name) for row in queries.going_on(scope)]


def shown(recurrence: Recurrence, scope: Scope) -> dict[str, Any]:
    """All of its page."""
    name = planned.find_name(recurrence.sender_id) if recurrence.sender_id else None
    return {"recurring": Recurring(recurrence, name), "preview": _reached(recurrence, scope)}


def _reached(recurrence: Recurrence, scope: Scope) -> Preview:
    return preview(recalled(recurrence.audience), scope, recurrence.category)


def as_typed(form: ComposeForm, hat: Hat) -> Again:
    """What the composer says beside the fields: the rule in words, or why it will not do. While nothing is said of
    what stands at the fields already.
    """
    pattern, found = form.to_pattern(form.zone(hat.school_time_zone))
    draft, _unread = form.read(hat.school_time_zone)
    found = found or list(problems(pattern, draft.category, today_of(pattern)))
    return Again(None, _words(found)) if found else Again(pattern)


def _words(found: Sequence[Problem]) -> list[str]:
    return list(dict.fromkeys(problem_words(problem) for problem in found))


def filled(recurrence: Recurrence) -> "MultiDict[str, str]":
    """The composer's form as it would be typed to say what the row says. A rule that has begun goes on from today."""
    pattern = pattern_in(recurrence)
    said = {
        "category": recurrence.category.value,
        "priority": recurrence.priority.value,
        "title": recurrence.title,
        "body": recurrence.body,
        "link": recurrence.link or "",
        "requires_acknowledgement": "y" if recurrence.requires_acknowledgement else "",
        "when": When.AGAIN.value,
        "scheduled_zone": recurrence.time_zone,
        "include": list(recurrence.audience["include"]),
        "exclude": list(recurrence.audience["exclude"]),
    }
    return MultiDict({**said, **typed(_from_today(pattern))})


def _from_today(pattern: Pattern) -> Pattern:
    return replace(pattern, starts_on=max(pattern.starts_on, today_of(pattern)))

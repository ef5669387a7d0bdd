"""What the composer's pages show beside the form itself."""

from datetime import datetime
from typing import Any

from werkzeug.datastructures import MultiDict

from app.kernel.clock import now
from app.library.access import offered
from app.library.rules import unfilled
from app.notifications import finder, rules
from app.notifications.choices import choices_for, chosen, whole_school
from app.notifications.correcting import corrected_by
from app.notifications.forms import LISTED, ComposeForm
from app.notifications.kinds import Draft, Scope, When
from app.notifications.models import Notification
from app.notifications.moved import roll_of
from app.notifications.preview import preview
from app.notifications.problem_words import problem_words
from app.notifications.recurring.pages import as_typed
from app.notifications.recurring.words import Again, day_names
from app.notifications.schedule_words import Moment, Timed
from app.notifications.timing import of_moment, of_wall
from app.roster.kinds import Hat


def shown(form: ComposeForm, hat: Hat, scope: Scope) -> dict[str, Any]:
    """All of it, as the form stands: so the page is whole without a script."""
    draft, _problems = form.read(hat.school_time_zone)
    return {
        "templates": offered(),
        "corrected": corrected_by(form, scope),
        "choices": choices_for(hat),
        "everybody": whole_school(hat),
        "chosen": {field: chosen(form[field].data or (), scope) for field in LISTED},
        "found": finder.find(form.q.data or "", scope),
        "preview": preview(draft.audience, scope, draft.category, draft.timing),
        "timed": timed(form, hat),
        "day_names": day_names(),
        "again": as_typed(form, hat) if form.chosen_when is When.AGAIN and not form.errors else Again(None),
    }


def filled(notification: Notification, hat: Hat) -> "MultiDict[str, str]":
    """The form as it would be typed to say what the row says. A key of its own: it is another sending."""
    kept, zone = notification.audience, notification.scheduled_zone or hat.school_time_zone
    typed = {
        "category": notification.category.value,
        "priority": notification.priority.value,
        "title": notification.title,
        "body": notification.body,
        "link": notification.link or "",
        "expires_at": _typed(notification.expires_at, hat.school_time_zone),
        "requires_acknowledgement": "y" if notification.requires_acknowledgement else "",
        "when": (When.LATER if notification.scheduled_for else When.NOW).value,
        "scheduled_for": _typed(notification.scheduled_for, zone),
        "scheduled_zone": zone,
    }
    lists = [(part, text) for part in LISTED for text in kept.get(part, ())]
    return MultiDict([*typed.items(), *lists])


def _typed(moment: datetime | None, zone: str) -> str:
    """As somebody would type it by that clock; the second of two equal times can only be told with its offset."""
    if moment is None:
        return ""
    timing = of_moment(moment, zone)
    is_plain = of_wall(timing.wall, zone).at == timing.at
    return timing.wall.isoformat("T", "minutes") if is_plain else timing.there.isoformat()


def timed(form: ComposeForm, hat: Hat) -> Timed:
    """What the page says of the moment that was chosen; a problem is told at the field when the form comes back."""
    zone = form.zone(hat.school_time_zone)
    draft, problems = form.read(hat.school_time_zone)
    if form.chosen_when is not When.LATER or form.scheduled_for.errors:
        return Timed(zone)
    found = [*problems, *rules.problems(draft, now())] if form.scheduled_for.data else []
    words = [problem_words(problem) for problem in found if problem.field == "scheduled_for"]
    return Timed(zone, Moment(draft.timing) if draft.timing else None, words)


def asked(form: ComposeForm, draft: Draft, scope: Scope) -> dict[str, Any]:
    """What stands on the page that asks whether to send it: whom it reaches, and by what they are told from others."""
    return {
        "carried": form.carried,
        "corrected": corrected_by(form, scope),
        "chosen": {field: chosen(form[field].data or (), scope) for field in LISTED},
        "preview": preview(draft.audience, scope, draft.category, draft.timing),
        "shown": str(roll_of(draft.audience, scope)),
        "unfilled": unfilled(draft.title, draft.body),
        "moment": Moment(draft.timing) if draft.timing else None,
        "again": None,
    }

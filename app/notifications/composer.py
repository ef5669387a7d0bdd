"""What the composer's pages show beside the form itself."""

from typing import Any

from app.library.access import offered
from app.library.rules import unfilled
from app.notifications import finder
from app.notifications.choices import choices_for, chosen, whole_school
from app.notifications.forms import LISTED, ComposeForm
from app.notifications.kinds import Draft, Scope
from app.notifications.moved import roll_of
from app.notifications.preview import preview
from app.roster.kinds import Hat


def shown(form: ComposeForm, hat: Hat, scope: Scope) -> dict[str, Any]:
    """All of it, as the form stands: so the page is whole without a script."""
    draft, _problems = form.read(hat.school_time_zone)
    return {
        "templates": offered(),
        "choices": choices_for(hat),
        "everybody": whole_school(hat),
        "chosen": {field: chosen(form[field].data or (), scope) for field in LISTED},
        "found": finder.find(form.q.data or "", scope),
        "preview": preview(draft.audience, scope, draft.category),
    }


def asked(form: ComposeForm, draft: Draft, scope: Scope) -> dict[str, Any]:
    """What stands on the page that asks whether to send it: whom it reaches, and by what they are told from others."""
    return {
        "carried": form.carried,
        "chosen": {field: chosen(form[field].data or (), scope) for field in LISTED},
        "preview": preview(draft.audience, scope, draft.category),
        "shown": str(roll_of(draft.audience, scope)),
        "unfilled": unfilled(draft.title, draft.body),
    }

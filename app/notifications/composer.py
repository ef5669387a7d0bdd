"""What the composer's page shows beside the form itself."""

from typing import Any

from app.library.access import offered
from app.notifications import finder
from app.notifications.choices import choices_for, chosen
from app.notifications.forms import LISTED, ComposeForm
from app.notifications.kinds import Scope
from app.notifications.preview import preview
from app.roster.kinds import Hat


def shown(form: ComposeForm, hat: Hat, scope: Scope) -> dict[str, Any]:
    """All of it, as the form stands: so the page is whole without a script."""
    draft, _problems = form.read(hat.school_time_zone)
    return {
        "templates": offered(),
        "choices": choices_for(hat),
        "chosen": {field: chosen(form[field].data or (), scope) for field in LISTED},
        "found": finder.find(form.q.data or "", scope),
        "preview": preview(draft.audience, scope, draft.category),
    }

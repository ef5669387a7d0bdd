"""What the composer shows of a correction."""

from zoneinfo import ZoneInfo

from app.catalogue.kinds import Category
from app.kernel.clock import now
from app.kernel.ids import parse_id
from app.notifications import chain
from app.notifications.forms import LISTED, ComposeForm
from app.notifications.kinds import Scope
from app.notifications.models import Notification


def begin(form: ComposeForm, original: Notification, time_zone: str) -> None:
    """Begin with what ``original`` says, to those for whom it was. The time of an alarm begins anew."""
    form.corrects.data = str(original.id)
    for name in ("title", "body", "link", "requires_acknowledgement"):
        form[name].data = getattr(original, name)
    form.category.data, form.priority.data = original.category.value, original.priority.value
    for field in LISTED:
        form[field].data = original.audience.get(field, [])
    if original.expires_at and original.expires_at > now() and original.category is not Category.EMERGENCY:
        local = original.expires_at.astimezone(ZoneInfo(time_zone))
        form.expires_at.data = local.replace(tzinfo=None).isoformat(timespec="minutes")


def corrected_by(form: ComposeForm, scope: Scope) -> Notification | None:
    """What it takes the place of, to be named on the page."""
    id_ = parse_id(form.corrects.data or "")
    return chain.find_correctable(id_, scope) if id_ else None

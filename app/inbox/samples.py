"""A copy that nobody has: what somebody would see of a notification that is not written yet."""

from collections.abc import Sequence
from types import SimpleNamespace

from app.catalogue.kinds import Role
from app.inbox import copies
from app.inbox.kinds import Item
from app.kernel.clock import now
from app.notifications.models import Notification


def sample(
    notification: Notification, *, role: Role, school_name: str, sender_name: str | None, children: Sequence[str]
) -> Item:
    """By the function that makes all items, so that a preview shows what the inbox would."""
    columns = {column.key: getattr(notification, column.key) for column in Notification.__table__.columns}
    own = dict.fromkeys(("read_at", "archived_at", "pinned_at", "acknowledged_at"))
    row = SimpleNamespace(**columns, **own, role=role, school_name=school_name, sender_name=sender_name)
    return copies.item(row, children, now())

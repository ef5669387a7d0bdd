"""Of which notifications somebody may see and change what became of them: those of the hat that they wear."""

from flask import abort

from app.kernel.ids import parse_id
from app.notifications.access import current_scope
from app.reports import queries
from app.reports.queries import AnyRow


def find_head(notification_id: str) -> AnyRow | None:
    """A notification that was sent in their schools; None for any other, 404 for what is no id."""
    id_ = parse_id(notification_id) or abort(404)
    return queries.find(id_, current_scope())


def current_head(notification_id: str) -> AnyRow:
    """The same; 404 for any other."""
    return find_head(notification_id) or abort(404)

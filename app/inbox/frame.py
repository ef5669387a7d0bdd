"""What the inbox puts around every page: the badge and the alerts."""

from typing import Any

from app.identity.kinds import Person
from app.inbox import queries


def frame_of(person: Person) -> dict[str, Any]:
    """``unread`` and ``alerts`` for ``layouts/page.html``. One query, for nearly always nothing stands."""
    unread, is_alerted = queries.glance(person.account_id)
    return {"unread": unread, "alerts": queries.standing_alerts(person.account_id) if is_alerted else ()}

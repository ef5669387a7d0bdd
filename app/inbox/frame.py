"""What the inbox puts around every page: the badge, and the emergencies that last."""

from typing import Any

from app.identity.kinds import Person
from app.inbox import emergencies


def frame_of(person: Person) -> dict[str, Any]:
    """``unread``, ``alerts`` and ``strips`` for ``layouts/page.html``. One query, for nearly always nothing lasts."""
    unread, is_any = emergencies.glance(person.account_id)
    lasting = emergencies.lasting(person.account_id) if is_any else ()
    return {
        "unread": unread,
        "alerts": [item for item in lasting if item.is_live],
        "strips": [item for item in lasting if not item.is_live],
    }

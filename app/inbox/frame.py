"""What the inbox puts around every page: the badge, and the emergencies that last."""

from collections.abc import Sequence
from typing import Any

from flask import g

from app.identity.kinds import Person
from app.inbox import emergencies
from app.inbox.kinds import Item


def frame_of(person: Person) -> dict[str, Any]:
    """``unread``, ``alerts`` and ``strips`` for ``layouts/page.html``. One query, for nearly always nothing lasts."""
    if "inbox_frame" in g:
        return dict(g.inbox_frame)
    unread, is_any = emergencies.glance(person.account_id)
    return _frame(unread, emergencies.lasting(person.account_id) if is_any else ())


def remember(unread: int, lasting: Sequence[Item]) -> None:
    """What a page has found out by itself is not asked again for its frame."""
    g.inbox_frame = _frame(unread, lasting)


def _frame(unread: int, lasting: Sequence[Item]) -> dict[str, Any]:
    return {
        "unread": unread,
        "alerts": [item for item in lasting if item.is_live],
        "strips": [item for item in lasting if not item.is_live],
    }

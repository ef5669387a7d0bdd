"""Rows become values: a line of a list, or all of an item."""

from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any

from app.inbox import rules, words
from app.inbox.kinds import Child, Item, Line
from app.web.formats import hue


def line(row: Any, children: Sequence[str], moment: datetime, excerpt: str) -> Line:
    return Line(**_values(row, children, moment), excerpt=excerpt)


def item(row: Any, children: Sequence[str], moment: datetime) -> Item:
    return Item(
        **_values(row, children, moment),
        excerpt=words.first_words(row.body),
        body=row.body,
        link=row.link,
        withdrawn_at=row.withdrawn_at,
        withdrawal_reason=getattr(row, "withdrawal_reason", None),
        is_corrected=getattr(row, "tells_readers", None) is False,
        corrects_id=getattr(row, "corrects_id", None),
        role=row.role,
        reason_words=words.Reason(row.audience, [child(name).name for name in children]),
    )


def _values(row: Any, children: Sequence[str], moment: datetime) -> dict[str, Any]:
    is_expired = rules.is_over(row.expires_at, row.withdrawn_at, moment)
    return {
        "id": row.id,
        "category": row.category,
        "priority": row.priority,
        "sender_name": row.sender_name,
        "school_name": row.school_name,
        "title": row.title,
        "created_at": row.created_at,
        "expires_at": row.expires_at,
        "read_at": row.read_at,
        "archived_at": row.archived_at,
        "pinned_at": row.pinned_at,
        "acknowledged_at": row.acknowledged_at,
        "requires_acknowledgement": row.requires_acknowledgement,
        "is_expired": is_expired,
        "is_withdrawn": row.withdrawn_at is not None,
        "is_lasting": rules.is_lasting(row.category, is_expired=is_expired),
        "is_live": rules.is_live(row.category, row.acknowledged_at, is_expired=is_expired),
        "children": [child(name) for name in children],
    }


@lru_cache(maxsize=4096)
def child(full_name: str) -> Child:
    """As a chip: siblings are told apart by their first names."""
    return Child((full_name.split() or [full_name])[0], hue(full_name))

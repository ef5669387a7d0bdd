"""Every read of the inbox. A page asks twice, whatever its length: for copies, and for the children they concern."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from flask_babel.speaklater import LazyString
from sqlalchemy import Row

from app.extensions import db
from app.inbox import rules, selects, words
from app.inbox.kinds import Child, Item
from app.kernel.clock import now
from app.kernel.paging import Key, Page, page_of
from app.web.formats import hue

SIZE = 30
Owner = tuple[UUID, UUID]
"""(account, notification): whose copy of what."""


def page(account_id: UUID, after: Key | None = None, *, unread_only: bool = False, size: int = SIZE) -> Page[Item]:
    """The newest items behind ``after``, with the token of the next page."""
    rows = _rows(selects.listing(account_id, after, size + 1, unread_only=unread_only))
    cut = page_of(rows, size, lambda row: (row.created_at, row.copy_id))
    return Page(_items(cut.items), cut.next)


def find_item(account_id: UUID, notification_id: UUID) -> Item | None:
    """Somebody's copy of a notification; None when they have none."""
    return next(iter(_items(_rows(selects.one(account_id, notification_id)))), None)


def items_of(account_ids: Collection[UUID], notification_ids: Collection[UUID]) -> dict[Owner, Item]:
    """The copies that these people have of these notifications."""
    return owned(selects.some(account_ids, notification_ids))


def owned(asked: selects.AnySelect) -> dict[Owner, Item]:
    """The copies that a select of many people's finds, in its order."""
    rows = _rows(asked)
    return {(row.recipient_id, row.id): item for row, item in zip(rows, _items(rows), strict=True)}


def unread_count(account_id: UUID) -> int:
    """What the badge shows."""
    return db.session.scalars(selects.unread(account_id)).one()


def unread_counts(account_ids: Collection[UUID]) -> dict[UUID, int]:
    """The badges of many; zero for who is not among them."""
    return defaultdict(int, db.session.execute(selects.unread_each(account_ids)).all())


def _rows(asked: selects.AnySelect) -> Sequence[Row[Any]]:
    return db.session.execute(asked).all()


def _items(rows: Sequence[Row[Any]]) -> list[Item]:
    if not rows:
        return []
    moment, names = now(), defaultdict[Owner, list[str]](list)
    concerned = selects.children({row.recipient_id for row in rows}, {row.id for row in rows})
    for recipient_id, notification_id, name in db.session.execute(concerned):
        names[recipient_id, notification_id].append(name)
    return [_item(row, names[row.recipient_id, row.id], moment) for row in rows]


def _item(row: Row[Any], children: Sequence[str], moment: datetime) -> Item:
    is_expired = rules.is_over(row.expires_at, row.withdrawn_at, moment)
    first_names = [(name.split() or [name])[0] for name in children]
    return Item(
        id=row.id,
        category=row.category,
        priority=row.priority,
        sender_name=row.sender_name,
        school_name=row.school_name,
        title=row.title,
        excerpt=words.first_words(row.body),
        body=row.body,
        link=row.link,
        created_at=row.created_at,
        expires_at=row.expires_at,
        read_at=row.read_at,
        acknowledged_at=row.acknowledged_at,
        requires_acknowledgement=row.requires_acknowledgement,
        is_expired=is_expired,
        is_lasting=rules.is_lasting(row.category, is_expired=is_expired),
        is_live=rules.is_live(row.category, row.acknowledged_at, is_expired=is_expired),
        role=row.role,
        reason_words=LazyString(words.reason, row.audience, first_names),
        children=[Child(first, hue(name)) for first, name in zip(first_names, children, strict=True)],
    )

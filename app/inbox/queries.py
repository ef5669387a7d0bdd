"""Every read of the inbox. A page asks twice, whatever its length: for copies, and for the children they concern."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, cast
from uuid import UUID

from sqlalchemy import Executable, Row

from app.extensions import db
from app.inbox import rules, selects, words
from app.inbox.kinds import Child, Filter, Item
from app.kernel.clock import now
from app.kernel.paging import Key, Page, page_of
from app.web.formats import hue

SIZE = 30
EVERYTHING = Filter()
Owner = tuple[UUID, UUID]
"""(account, notification): whose copy of what."""


def page(account_id: UUID, wanted: Filter = EVERYTHING, after: Key | None = None, *, size: int = SIZE) -> Page[Item]:
    """The newest items behind ``after``, with the token of the next page."""
    rows = _rows(selects.listing(account_id, wanted, after, size + 1))
    cut = page_of(rows, size, _key)
    return Page(_items(cut.items), cut.next)


def opening(account_id: UUID, size: int = SIZE) -> tuple[Sequence[Item], Page[Item]]:
    """What somebody keeps on top, the last pinned first, and the first page of all else."""
    rows = sorted(_rows(selects.opening(account_id, size + 1)), key=_key, reverse=True)
    items = _items(rows)
    cut = page_of([row for row in rows if row.pinned_at is None], size, _key)
    rest = [item for item in items if item.pinned_at is None]
    pinned = [item for item in items if item.pinned_at]
    return sorted(pinned, key=lambda item: cast(datetime, item.pinned_at), reverse=True), Page(rest[:size], cut.next)


def pinned_ids(account_id: UUID) -> set[UUID]:
    return set(db.session.scalars(selects.pinned_ids(account_id)))


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


def _key(row: Row[Any]) -> Key:
    return row.created_at, row.copy_id


def _rows(asked: Executable) -> Sequence[Row[Any]]:
    return db.session.execute(asked).all()


def _items(rows: Sequence[Row[Any]]) -> list[Item]:
    if not rows:
        return []
    moment, names = now(), defaultdict[Owner, list[str]](list)
    concerned = selects.children({row.recipient_id for row in rows}, {row.id for row in rows})
    for recipient_id, notification_id, name in db.session.execute(concerned):
        names[recipient_id, notification_id].append(name)
    return [item_of(row, names[row.recipient_id, row.id], moment) for row in rows]


def item_of(row: Any, children: Sequence[str], moment: datetime) -> Item:
    """What a row of ``selects.copies`` is at ``moment`` to whoever has it for these children."""
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
        archived_at=row.archived_at,
        pinned_at=row.pinned_at,
        acknowledged_at=row.acknowledged_at,
        requires_acknowledgement=row.requires_acknowledgement,
        is_expired=is_expired,
        is_lasting=rules.is_lasting(row.category, is_expired=is_expired),
        is_live=rules.is_live(row.category, row.acknowledged_at, is_expired=is_expired),
        role=row.role,
        reason_words=words.Reason(row.audience, first_names),
        children=[Child(first, hue(name)) for first, name in zip(first_names, children, strict=True)],
    )

"""Every read of the inbox. A page asks twice, whatever its length: for what it shows, and for what stands around."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

from flask import current_app
from sqlalchemy import Executable, Row

from app.extensions import db
from app.inbox import copies, lists, selects, words
from app.inbox.kinds import Child, Counts, Filter, Item, Line, Opening
from app.kernel.clock import now
from app.kernel.paging import Key, page_of
from app.kernel.phrases import phrases_of
from app.notifications.search import terms

SIZE = 25
EVERYTHING = Filter()
Owner = tuple[UUID, UUID]
"""(account, notification): whose copy of what."""


def opening(
    account_id: UUID,
    wanted: Filter = EVERYTHING,
    after: Key | None = None,
    *,
    locales: Collection[str] = (),
    size: int = SIZE,
) -> Opening:
    """A page of somebody's inbox and what stands around it. ``locales``: the languages they may look for words in."""
    shape, values = _asked(wanted, after, locales, size + 1)
    values |= {"who": account_id, "moment": now()}
    rows = sorted(db.session.execute(lists.opening(shape), values).all(), key=_key, reverse=True)
    around = db.session.execute(lists.AROUND, {"who": account_id, "moment": values["moment"]}).one()
    cut = page_of([row for row in rows if row.part == "line"], size, _key)
    phrases, moment = phrases_of(wanted.text), values["moment"]

    def line(row: Row[Any]) -> Line:
        excerpt = words.around(row.body, phrases) if phrases else words.first_words(row.body)
        return copies.line(row, _apart(row.children), moment, excerpt)

    pinned = sorted((row for row in rows if row.part == "pinned"), key=lambda row: row.pinned_at, reverse=True)
    alarms = [copies.item(row, _apart(row.children), moment) for row in rows if row.part == "lasting"]
    return Opening(
        moment=moment,
        pinned=[line(row) for row in pinned],
        lines=[line(row) for row in cut.items],
        next=cut.next,
        lasting=[item for item in alarms if item.is_lasting],
        counts=Counts(around.unread, around.to_confirm, around.has_archive),
        children=dict(map(_ward, _apart(around.children))),
    )


def latest(account_id: UUID, size: int) -> list[Item]:
    """The newest few of somebody's inbox, pinned or not."""
    return _items(_rows(selects.newest(account_id, size)))


def counts(account_id: UUID) -> Counts:
    """What somebody still has to do."""
    asked = db.session.execute(lists.COUNTS, {"who": account_id, "moment": now()})
    return Counts(*asked.one())


def unread_ids(account_id: UUID, wanted: Filter, locales: Collection[str] = ()) -> Any:
    """The keys of what somebody has not read of a list, as a select."""
    shape, values = _asked(wanted, None, locales)
    return lists.unread_ids(shape).params(who=account_id, **values)


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
    return counts(account_id).unread


def unread_counts(account_ids: Collection[UUID]) -> dict[UUID, int]:
    """The badges of many; zero for who is not among them."""
    return defaultdict(int, db.session.execute(selects.unread_each(account_ids)).all())


def to_confirm_counts(account_ids: Collection[UUID]) -> dict[UUID, int]:
    """What each of many is still to confirm; zero for who is not among them."""
    asked = selects.to_confirm_each(account_ids, now())
    return defaultdict(int, db.session.execute(asked).all() if account_ids else ())


def _asked(
    wanted: Filter, after: Key | None, locales: Collection[str], size: int = 0
) -> tuple[lists.Shape, dict[str, Any]]:
    """The shape of what is wanted, and the values that go into it."""
    is_sqlite = bool(current_app.extensions["belfry.settings"].is_sqlite)
    shape = lists.Shape(
        wanted.show,
        is_later=after is not None,
        by_category=wanted.category is not None,
        by_school=wanted.school_id is not None,
        by_child=wanted.child_id is not None,
        locales=tuple(sorted(locales)) if wanted.text else None,
        is_sqlite=is_sqlite,
        size=size,
    )
    asked = {"of_category": wanted.category, "of_school": wanted.school_id, "of_child": wanted.child_id}
    values: dict[str, Any] = {name: value for name, value in asked.items() if value is not None}
    if after:
        values["after_at"], values["after_id"] = after
    if wanted.text:
        values |= terms(phrases_of(wanted.text), is_sqlite=is_sqlite)
    return shape, values


def _key(row: Row[Any]) -> Key:
    return row.created_at, row.copy_id


def _apart(together: str | None) -> list[str]:
    """The values that came in one, by name."""
    return sorted(together.split(lists.BETWEEN)) if together else []


def _ward(text: str) -> tuple[UUID, Child]:
    id_, _, name = text.partition(" ")
    return UUID(id_), copies.child(name)


def _rows(asked: Executable) -> Sequence[Row[Any]]:
    return db.session.execute(asked).all()


def _items(rows: Sequence[Row[Any]]) -> list[Item]:
    if not rows:
        return []
    moment, names = now(), defaultdict[Owner, list[str]](list)
    concerned = selects.children({row.recipient_id for row in rows}, {row.id for row in rows})
    for recipient_id, notification_id, name in db.session.execute(concerned):
        names[recipient_id, notification_id].append(name)
    return [copies.item(row, names[row.recipient_id, row.id], moment) for row in rows]

"""What a list asks of the database: one statement for each shape of it, kept, for building one costs more than asking.

A page asks for keys first: of what is pinned, of a page of the rest, and of the emergencies that last. Each walks an
index of its own, by time, and stops when it has enough, so that the years behind it cost nothing.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    String,
    Uuid,
    bindparam,
    case,
    cast,
    exists,
    func,
    literal_column,
    select,
    tuple_,
)
from sqlalchemy import union_all as together

from app.identity.models import Account
from app.inbox.kinds import Show
from app.inbox.selects import IN_INBOX, IS_PINNED, IS_THERE, IS_TO_CONFIRM, IS_UNREAD, AnySelect, C, N, holds
from app.kernel.columns import UTCDateTime
from app.notifications.models import Notification, NotificationRecipient, NotificationSubject
from app.notifications.search import says
from app.roster.models import District, Guardianship, School

S, G, A = NotificationSubject.__table__.c, Guardianship.__table__.c, Account.__table__.c
COPIES = NotificationRecipient.__table__.join(Notification.__table__, N.id == C.notification_id)
BEGINNING = 1_000
"""Letters of a body that its first words are made of."""
MOST_COUNTED = 100
BETWEEN = "\x1e"
"""Stands between values that come in one, and in no name."""
WHO, MOMENT = bindparam("who", type_=Uuid()), bindparam("moment", type_=UTCDateTime())
THEIRS = (C.recipient_id == WHO, IS_THERE)
# The conditions on copies alone are the words of partial indexes.
PARTS: dict[Show, tuple[ColumnElement[bool], ...]] = {
    Show.ALL: (IN_INBOX, C.pinned_at.is_(None)),
    Show.UNREAD: (IS_UNREAD,),
    Show.TO_CONFIRM: (IS_TO_CONFIRM, *holds(MOMENT)),
    Show.ARCHIVED: (C.archived_at.is_not(None),),
}
ALARMED = (C.alert_until.is_not(None), N.withdrawn_at.is_(None))
"""Those that last, and the few that the clock has not called over yet.

With the moment PostgreSQL would expect a third of all there are, and plan the statement anew each time: thrice the
time of its answer.
"""
LASTING = (*ALARMED, C.alert_until > MOMENT)


@dataclass(frozen=True)
class Shape:
    """What makes another statement of a list: not what is looked for but whether. No ``locales``, no search."""

    show: Show = Show.ALL
    is_later: bool = False
    by_category: bool = False
    by_school: bool = False
    by_child: bool = False
    locales: tuple[str, ...] | None = None
    is_sqlite: bool = False
    size: int = 0


@lru_cache(maxsize=512)
def opening(shape: Shape) -> AnySelect:
    """All that a page shows, each row with the ``part`` it belongs to. A search finds what is archived, too."""
    found = list(_found(shape))
    if shape.show is Show.ALL and shape.locales is None and not shape.is_later:
        found.append(_keys("pinned", IS_PINNED, *_narrowed(shape)))
    chosen = together(*found, _keys("lasting", *ALARMED)).subquery("chosen")
    is_lasting = chosen.c.part == literal_column("'lasting'")
    beginning = N.body if shape.locales is not None else func.substr(N.body, 1, BEGINNING)
    return (
        select(
            *(chosen.c.part, C.id.label("copy_id"), C.role, C.created_at),
            *(C.read_at, C.archived_at, C.pinned_at, C.acknowledged_at),
            *(N.id, N.category, N.priority, N.title, N.requires_acknowledgement, N.expires_at, N.withdrawn_at),
            # Only an emergency is shown whole, over the page.
            _concerned().label("children"),
            case((is_lasting, N.body), else_=beginning).label("body"),
            case((is_lasting, N.link)).label("link"),
            case((is_lasting, N.audience)).label("audience"),
            A.name.label("sender_name"),
            func.coalesce(School.__table__.c.name, District.__table__.c.name).label("school_name"),
        )
        .select_from(chosen.join(COPIES, C.id == chosen.c.copy_id))
        .join(District.__table__, District.__table__.c.id == C.district_id)
        .outerjoin(School.__table__, School.__table__.c.id == C.school_id)
        .outerjoin(Account.__table__, A.id == N.sender_id)
    )


@lru_cache(maxsize=512)
def unread_ids(shape: Shape) -> Select[Any]:
    """The copies that somebody has not read of a list, whatever part of it they look at."""
    return select(C.id).select_from(COPIES).where(*THEIRS, *PARTS[Show.UNREAD], *_narrowed(shape))


def _found(shape: Shape) -> Iterator[AnySelect]:
    parts = [PARTS[shape.show]]
    if shape.locales is not None and shape.show is Show.ALL:
        parts = [(IN_INBOX,), PARTS[Show.ARCHIVED]]
    behind = tuple_(bindparam("after_at", type_=UTCDateTime()), bindparam("after_id", type_=Uuid()))
    later = (tuple_(C.created_at, C.id) < behind,) if shape.is_later else ()
    for part in parts:
        newest = _keys("line", *part, *later, *_narrowed(shape)).order_by(C.created_at.desc(), C.id.desc())
        yield select(newest.limit(_number(shape.size)).subquery())


def _keys(part: str, *where: ColumnElement[bool]) -> AnySelect:
    name: ColumnElement[str] = literal_column(f"'{part}'")
    return select(C.id.label("copy_id"), name.label("part")).select_from(COPIES).where(*THEIRS, *where)


def _narrowed(shape: Shape) -> Iterator[ColumnElement[bool]]:
    if shape.by_category:
        yield N.category == bindparam("of_category", type_=N.category.type)
    if shape.by_school:
        yield C.school_id == bindparam("of_school", type_=Uuid())
    if shape.by_child:
        child = bindparam("of_child", type_=Uuid())
        yield exists().where(S.notification_id == C.notification_id, S.recipient_id == WHO, S.child_id == child)
        # Whoever may have no contact with a child finds nothing by it either.
        yield exists().where(G.guardian_id == WHO, G.student_id == child, *_may_be_told())
    if shape.locales is not None:
        yield says(shape.locales, is_sqlite=shape.is_sqlite)


def _may_be_told() -> tuple[ColumnElement[bool], ...]:
    return G.ended_at.is_(None), G.no_contact.is_(False)


def _number(value: int) -> ColumnElement[int]:
    """Written out: PostgreSQL plans a limit that it does not know anew each time, which takes longer than the query."""
    return literal_column(str(value))


def _counted(*where: ColumnElement[bool]) -> Any:
    every: AnySelect = select(literal_column("1")).select_from(COPIES).where(*THEIRS, *where)
    some = every.limit(_number(MOST_COUNTED)).subquery()
    return select(func.count()).select_from(some).scalar_subquery()


def _concerned() -> Any:
    """The names of the children that a copy concerns, but for those whom its reader may have no contact with by now."""
    child = Account.__table__.alias("child")
    may_not = exists().where(
        *(G.guardian_id == S.recipient_id, G.student_id == S.child_id, G.ended_at.is_(None), G.no_contact)
    )
    tables = NotificationSubject.__table__.join(child, child.c.id == S.child_id)
    return _listed(child.c.name, tables, S.notification_id == N.id, S.recipient_id == C.recipient_id, ~may_not)


def _listed(text: Any, tables: Any, *where: ColumnElement[bool]) -> Any:
    """Several values in one, apart by a sign that no name holds: a row each would make a hundred of a page's 25."""
    return select(func.aggregate_strings(text, BETWEEN)).select_from(tables).where(*where).scalar_subquery()


UNREAD = _counted(*PARTS[Show.UNREAD])
GLANCE = select(
    UNREAD.label("unread"), select(C.id).select_from(COPIES).where(*THEIRS, *LASTING).exists().label("is_any")
)
_ARCHIVED = select(C.id).where(C.recipient_id == WHO, *PARTS[Show.ARCHIVED])
COUNTS = select(
    UNREAD.label("unread"),
    _counted(*PARTS[Show.TO_CONFIRM]).label("to_confirm"),
    _ARCHIVED.exists().label("has_archive"),
)
"""What somebody has still to do."""
_WARDS = _listed(
    cast(G.student_id, String) + " " + A.name,
    Guardianship.__table__.join(Account.__table__, A.id == G.student_id),
    *(G.guardian_id == WHO, *_may_be_told()),
)
AROUND = COUNTS.add_columns(_WARDS.label("children"))
"""The same, and the children whose guardian somebody is: of each the id and the name."""

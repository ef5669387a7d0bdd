"""Guardians and staff whom mail does not reach: they have no address, or the last mail to them failed.

Pupils are left out: most of a primary school have no address, and are told by who looks after them. A module of reads.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, Select, Subquery, and_, case, exists, func, literal_column, or_, select

from app.admin.kinds import Reachable, Unreachable
from app.catalogue.kinds import Channel, Role
from app.extensions import db
from app.identity.models import Account, ContactAddress
from app.identity.queries import first_address, has_address
from app.kernel.paging import Page, from_token, page_of
from app.notifications.kinds import Scope
from app.notifications.models import NotificationLog as Log
from app.notifications.models import NotificationRecipient as Copy
from app.notifications.rules import GOT_THROUGH
from app.preferences.addresses import broken, is_broken, is_released_since
from app.roster.models import Membership, School

A_PAGE = 50
ADULTS = (Role.PARENT, Role.TEACHER, Role.ADMIN)
NEVER = datetime(1970, 1, 1, tzinfo=UTC)
# The words of a partial index, written out: neither database can serve bound parameters from one.
FAILED_MAIL = (
    Log.channel == literal_column("'email'"),
    Log.status.in_((literal_column("'failed'"), literal_column("'bounced'"))),
)


def reachable(scope: Scope) -> Reachable:
    """How many there are, and how many of them mail does not reach."""
    everybody = _everybody(scope)
    counted = select(
        func.count(),
        func.count(case((~everybody.c.has_address, 1))),
        func.count(case((and_(everybody.c.has_address, _is_failing(everybody)), 1))),
    )
    return Reachable(*db.session.execute(counted.select_from(everybody)).one())


def page(scope: Scope, token: str | None, size: int | None = None) -> Page[Unreachable]:
    """Some of those whom mail does not reach, each once."""
    size, behind, everybody = size or A_PAGE, from_token(token), _everybody(scope)
    rows = select(everybody.c.account_id).where(or_(~everybody.c.has_address, _is_failing(everybody)))
    if behind:
        rows = rows.where(everybody.c.account_id > behind[1])
    ids = db.session.scalars(rows.order_by(everybody.c.account_id).limit(size + 1)).all()
    found = page_of(ids, size, lambda id_: (NEVER, id_))
    return Page(_people(scope, found.items), found.next)


def is_one_of_theirs(scope: Scope, account_id: UUID) -> bool:
    """Whether somebody is a guardian or member of staff of these schools."""
    return bool(db.session.scalar(select(exists().where(Membership.account_id == account_id, *_adults(scope)))))


def _people(scope: Scope, ids: Sequence[UUID]) -> list[Unreachable]:
    address = first_address(Account.id).label("address")
    names = db.session.execute(
        select(Account.id, Account.name, Membership.role, School.name, address)
        .join(Membership, Membership.account_id == Account.id)
        .join(School, School.id == Membership.school_id)
        .where(Account.id.in_(ids), *_adults(scope))
        .order_by(Account.id, Membership.role)
    )
    people = {row[0]: row for row in reversed(names.all())}
    last = {id_: (reason, failed_at) for id_, reason, failed_at in db.session.execute(_last_failures(ids))}
    dead = broken().where(ContactAddress.account_id.in_(ids))
    stopped = {row.account_id: row for row in db.session.execute(dead)}
    return [_person(people[id_], last.get(id_, (None, None)), stopped.get(id_)) for id_ in ids if id_ in people]


def _person(
    row: Row[*tuple[Any, ...]], last: tuple[str | None, datetime | None], stopped: Row[*tuple[Any, ...]] | None
) -> Unreachable:
    account_id, name, role, school_name, address = row
    if address is None:
        return Unreachable(account_id, name, role, school_name)
    if stopped is None:
        return Unreachable(account_id, name, role, school_name, address, *last)
    reason = stopped.text or last[0]
    return Unreachable(account_id, name, role, school_name, address, reason, last[1], stopped.grounds, stopped.since)


def _last_failures(ids: Sequence[UUID]) -> Select[*tuple[Any, ...]]:
    turn = func.row_number().over(partition_by=Log.recipient_id, order_by=Log.failed_at.desc()).label("turn")
    failed = select(Log.recipient_id, Log.reason, Log.failed_at, turn).where(Log.recipient_id.in_(ids), *FAILED_MAIL)
    every = failed.subquery("failed")
    return select(every.c.recipient_id, every.c.reason, every.c.failed_at).where(every.c.turn == 1)


def _adults(scope: Scope) -> tuple[ColumnElement[bool], ...]:
    if scope.school_id:
        here = Membership.school_id == scope.school_id
    else:
        here = Membership.school_id.in_(select(School.id).where(School.district_id == scope.district_id))
    return here, Membership.ended_at.is_(None), Membership.role.in_(ADULTS)


def _everybody(scope: Scope) -> Subquery:
    """Adults, each once: ``account_id``, ``has_address``, ``is_broken`` (their address is not written to any more), and
    ``failed_at``, when the last failing mail was written.
    """
    adults = select(Membership.account_id).where(*_adults(scope)).distinct().subquery("adults")
    id_ = adults.c.account_id
    failed_at = select(func.max(Log.created_at)).where(Log.recipient_id == id_, *FAILED_MAIL).scalar_subquery()
    addressed, stopped = has_address(id_).label("has_address"), is_broken(id_).label("is_broken")
    return select(id_, addressed, stopped, failed_at.label("failed_at")).subquery("everybody")


def _is_failing(everybody: Subquery) -> ColumnElement[bool]:
    """Whether the address is dead, or mail failed and since then none got through and nobody said that it works again.

    Newer copies are looked through in two parts of an inbox: each has an index, both together have none.
    """
    parts = (Copy.archived_at.is_(None), Copy.archived_at.is_not(None))
    return or_(
        everybody.c.is_broken,
        and_(
            everybody.c.failed_at.is_not(None),
            ~is_released_since(everybody.c.account_id, everybody.c.failed_at),
            *(~_got_mail_since(everybody, part) for part in parts),
        ),
    )


def _got_mail_since(everybody: Subquery, part: ColumnElement[bool]) -> ColumnElement[bool]:
    return exists().where(
        Copy.recipient_id == everybody.c.account_id,
        Copy.created_at > everybody.c.failed_at,
        part,
        Log.notification_id == Copy.notification_id,
        Log.recipient_id == Copy.recipient_id,
        Log.channel == Channel.EMAIL,
        Log.status.in_(GOT_THROUGH[Channel.EMAIL]),
    )

"""Addresses of people that are not written to any more: who has one, and saying that it works again.

Which address mail for somebody goes to is identity's to know, which of them are dead the mailer's: here they meet.
"""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, ColumnExpressionArgument, Select, Uuid, exists, func, literal, select
from sqlalchemy.orm import aliased

from app.audit.record import record
from app.catalogue.kinds import Category, Channel
from app.extensions import db
from app.identity.kinds import AddressKind
from app.identity.models import ContactAddress
from app.identity.queries import first_address
from app.mailer import suppression
from app.mailer.kinds import Grounds
from app.mailer.models import Suppression
from app.preferences.kinds import OF_GROUNDS, Reason
from app.preferences.rules import obstacles


def grounds_for(reason: Reason) -> list[Grounds]:
    """All that comes to this reason."""
    return [grounds for grounds, meant in OF_GROUNDS.items() if meant is reason]


def is_broken(account_id: ColumnExpressionArgument[UUID], reason: Reason | None = None) -> ColumnElement[bool]:
    """Whether the address that mail for somebody goes to is not written to any more, for this reason or for any."""
    why = [Suppression.grounds.in_(grounds_for(reason))] if reason else []
    return _about_first(account_id, Suppression.released_at.is_(None), *why)


def is_released_since(
    account_id: ColumnExpressionArgument[UUID], moment: ColumnExpressionArgument[Any]
) -> ColumnElement[bool]:
    """Whether somebody has said since then that the address works again."""
    return _about_first(account_id, Suppression.released_at > moment)


def broken() -> Select[*tuple[Any, ...]]:
    """``account_id``, ``address``, ``grounds``, ``text`` and ``since`` of everybody of whom ``is_broken`` is true."""
    before = aliased(ContactAddress)
    is_later = (before.position < ContactAddress.position) | (
        (before.position == ContactAddress.position) & (before.id < ContactAddress.id)
    )
    has_earlier = exists().where(
        before.account_id == ContactAddress.account_id, before.kind == AddressKind.EMAIL, is_later
    )
    return (
        select(
            ContactAddress.account_id,
            ContactAddress.address,
            Suppression.grounds,
            Suppression.text,
            Suppression.created_at.label("since"),
        )
        .join(Suppression, _is_about_contact())
        .where(ContactAddress.kind == AddressKind.EMAIL, Suppression.released_at.is_(None), ~has_earlier)
    )


def find_missing(account_id: UUID) -> Reason | None:
    """Why most mail for somebody is not sent to the address that they have; None when it is."""
    found = db.session.scalar(
        select(Suppression.grounds).where(
            *_stands_against(literal(account_id, Uuid())), Suppression.released_at.is_(None)
        )
    )
    return OF_GROUNDS[found] if found else None


def find_reason(district_id: UUID, address: str, category: Category) -> Reason | None:
    """Why mail of a category is not sent to this very address; None when it may be."""
    grounds = suppression.find_grounds(district_id, address)
    reason = OF_GROUNDS[grounds] if grounds else None
    return reason if reason in obstacles(category, Channel.EMAIL) else None


def release(account_id: UUID, district_id: UUID, *, by: UUID, session_id: UUID | None, school_id: UUID | None) -> bool:
    """Write to somebody's address again, in the open unit of work; False when nothing stood against it."""
    address = db.session.scalar(
        select(ContactAddress.address)
        .where(ContactAddress.account_id == account_id, ContactAddress.kind == AddressKind.EMAIL)
        .order_by(ContactAddress.position, ContactAddress.id)
        .limit(1)
    )
    released: Sequence[UUID] = suppression.release(district_id, address, by) if address else ()
    for _id in released:
        record(
            "address.released",
            subject_id=account_id,
            district_id=district_id,
            school_id=school_id,
            actor_id=by,
            session_id=session_id,
        )
    return bool(released)


def _about_first(account_id: ColumnExpressionArgument[UUID], *so: ColumnElement[bool]) -> ColumnElement[bool]:
    return exists().where(*_stands_against(account_id), *so)


def _stands_against(account_id: ColumnExpressionArgument[UUID]) -> tuple[ColumnElement[bool], ...]:
    """What stands, or stood, against the address of one person. Under a name of its own, beside first_address's."""
    contact = aliased(ContactAddress)
    is_first = contact.address == first_address(contact.account_id)
    return (
        contact.account_id == account_id,
        contact.kind == AddressKind.EMAIL,
        is_first,
        Suppression.district_id == contact.district_id,
        Suppression.address == func.lower(contact.address),
    )


def _is_about_contact() -> ColumnElement[bool]:
    is_same = Suppression.address == func.lower(ContactAddress.address)
    return (Suppression.district_id == ContactAddress.district_id) & is_same

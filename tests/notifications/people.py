"""Words for the tests of notifications: drafts, the office that sends them, and what the rows say afterwards."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select

from app.catalogue.kinds import Category, Channel, Priority, Role
from app.extensions import db
from app.identity.kinds import Person
from app.identity.models import Account
from app.kernel.clock import now
from app.kernel.ids import new_id
from app.kernel.unit_of_work import unit_of_work
from app.notifications import compose, queries
from app.notifications.jobs import drain_alerts, drain_bulk
from app.notifications.kinds import Audience, Draft, Fate, Scope, Term
from app.notifications.models import NotificationLog, NotificationRecipient, NotificationSubject
from app.roster.kinds import Hat
from tests.support.cast import Cast, Someone


def audience(include: Iterable[str], exclude: Iterable[str] = ()) -> Audience:
    """From the public texts. Raises ValueError for one that is none."""
    return Audience(tuple(_term(text) for text in include), tuple(_term(text) for text in exclude))


def _term(text: str) -> Term:
    term = Term.parse(text)
    if term is None:
        raise ValueError(text)
    return term


def draft(*include: str, exclude: Iterable[str] = (), category: Category = Category.ANNOUNCEMENT, **more: Any) -> Draft:
    """One that may leave, to these."""
    is_emergency = category is Category.EMERGENCY
    values = {"title": "The hall is closed", "body": "Please use the **side** entrance.", **more}
    values.setdefault("priority", Priority.EMERGENCY if is_emergency else Priority.NORMAL)
    return Draft(category=category, audience=audience(include, exclude), **values)


def northfield(cast: Cast) -> Scope:
    return queries.scope_of(cast.district_id, cast.northfield.id, now())


def district(cast: Cast) -> Scope:
    return queries.scope_of(cast.district_id, None, now())


def office_of(cast: Cast) -> Hat:
    """What Margaret wears."""
    school = cast.northfield
    return Hat(new_id(), Role.ADMIN, cast.district_id, school.id, school.name, "Europe/London")


def at_work(cast: Cast, who: Someone) -> Person:
    """Somebody as the guard would pass them on."""
    return Person(who.id, new_id(), cast.district_id, who.name, None, None, None)


def publish(cast: Cast, what: Draft, key: str | None = None) -> UUID:
    """Margaret sends it; nothing is fanned out yet."""
    with unit_of_work():
        return compose.publish(what, at_work(cast, cast.margaret), office_of(cast), key)


def ring(cast: Cast, what: Draft) -> UUID:
    """Margaret sends it, and the workers have fanned it out."""
    id_ = publish(cast, what)
    fan_out()
    return id_


def fan_out() -> None:
    """What the workers of both lanes do when they look."""
    while drain_alerts() or drain_bulk():
        pass


def recipients(notification_id: UUID) -> dict[str, Role]:
    """Who has a copy, by first name, and as what."""
    rows = db.session.execute(
        select(Account.name, NotificationRecipient.role)
        .join(NotificationRecipient, NotificationRecipient.recipient_id == Account.id)
        .where(NotificationRecipient.notification_id == notification_id)
    )
    return {first_name(name): role for name, role in rows}


def children_of(notification_id: UUID, guardian: Someone) -> set[str]:
    rows = db.session.scalars(
        select(Account.name)
        .join(NotificationSubject, NotificationSubject.child_id == Account.id)
        .where(NotificationSubject.notification_id == notification_id, NotificationSubject.recipient_id == guardian.id)
    )
    return {first_name(name) for name in rows}


def ledger(notification_id: UUID, of: Someone) -> dict[Channel, NotificationLog]:
    rows = db.session.scalars(
        select(NotificationLog).where(
            NotificationLog.notification_id == notification_id, NotificationLog.recipient_id == of.id
        )
    )
    return {row.channel: row for row in rows}


def fates(notification_id: UUID, of: Someone) -> dict[Channel, Fate]:
    return {channel: row.status for channel, row in ledger(notification_id, of).items()}


def first_name(name: str) -> str:
    return name.split(maxsplit=1)[0].lower()


def in_an_hour() -> datetime:
    return datetime.fromtimestamp(now().timestamp() + 3600, tz=now().tzinfo)

"""Making accounts."""

from typing import Any
from uuid import UUID

from sqlalchemy import CursorResult, or_, update

from app.audit.record import record
from app.extensions import db
from app.identity import queries
from app.identity.errors import NameTakenError
from app.identity.kinds import AddressKind, Person
from app.identity.models import Account, ContactAddress
from app.identity.rules import normal_name
from app.kernel.ids import new_id
from app.realtime.record import record as tell

READER_CHANGED = "reader.changed"


def create(
    district_id: UUID, name: str, sign_in_name: str, *, password_hash: str | None = None, email: str | None = None
) -> Account:
    """A new person. The password comes hashed, because hashing must not hold a transaction. Raises NameTakenError."""
    if queries.find_for_sign_in(normal_name(sign_in_name)):
        raise NameTakenError(sign_in_name)
    account = Account(
        id=new_id(),
        district_id=district_id,
        name=name.strip(),
        sign_in_name=normal_name(sign_in_name),
        password_hash=password_hash,
    )
    db.session.add(account)
    db.session.flush()
    if email:
        db.session.add(
            ContactAddress(district_id=district_id, account_id=account.id, kind=AddressKind.EMAIL, address=email)
        )
    record("account.created", subject_id=account.id, district_id=district_id)
    return account


def localise(person: Person, locale: str | None, time_zone: str | None) -> None:
    """Speak to somebody in another language or zone from now on, also on the pages that they have open.

    None leaves the language to their browser, and the zone to their school.
    """
    differs = or_(Account.locale.is_distinct_from(locale), Account.time_zone.is_distinct_from(time_zone))
    result: CursorResult[Any] = db.session.execute(  # type: ignore[assignment]
        update(Account)
        .where(Account.id == person.account_id, differs)
        .values(locale=locale, time_zone=time_zone)
        .execution_options(synchronize_session=False)
    )
    if not result.rowcount:
        return
    record(
        "account.localised",
        subject_id=person.account_id,
        district_id=person.district_id,
        actor_id=person.account_id,
        session_id=person.session_id,
        locale=locale,
        time_zone=time_zone,
    )
    tell(READER_CHANGED, person.account_id, district_id=person.district_id, account_id=person.account_id)

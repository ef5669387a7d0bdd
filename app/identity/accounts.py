"""Making accounts."""

from uuid import UUID

from app.audit.record import record
from app.extensions import db
from app.identity import queries
from app.identity.errors import NameTakenError
from app.identity.kinds import AddressKind
from app.identity.models import Account, ContactAddress
from app.identity.rules import normal_name
from app.kernel.ids import new_id


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

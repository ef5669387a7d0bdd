"""Signing in: the slow part before the lock, the decision inside it."""

from uuid import UUID

from app.audit.record import record
from app.extensions import db
from app.identity import passwords, queries, sessions
from app.identity.errors import SignInRefusedError
from app.identity.kinds import Device
from app.identity.rules import normal_name
from app.kernel.tally import Counted, count
from app.kernel.unit_of_work import unit_of_work


def sign_in(name: str, password: str, device: Device) -> str:
    """The token of a new session, the only one of the account from now on.

    Takes its own unit of work, because hashing must not hold a lock. Raises SignInRefusedError.
    """
    account = queries.find_for_sign_in(normal_name(name))
    known = (account.id, account.password_hash, account.credentials_version) if account else None
    db.session.rollback()  # no connection is held while the hash is computed
    right = passwords.is_right(known[1] if known else None, password)
    if known is None or not right:
        _note_failure(known[0] if known else None)
        raise SignInRefusedError
    fresh_hash = passwords.hash_password(password) if passwords.is_outdated(known[1] or "") else None
    with unit_of_work():
        account = sessions.lock_account(known[0])
        # The password may have been changed, or the account disabled, while we were hashing.
        if account.credentials_version != known[2] or account.disabled_at is not None:
            raise SignInRefusedError
        account.password_hash = fresh_hash or account.password_hash
        return sessions.begin(account, device)


def _note_failure(account_id: UUID | None) -> None:
    count(Counted.REFUSED_SIGN_INS)
    with unit_of_work():
        record("sign_in.refused", subject_id=account_id)

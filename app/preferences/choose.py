"""Saying what one wants to hear, and by which way."""

from collections.abc import Mapping
from uuid import UUID

from sqlalchemy import select

from app.audit.record import record
from app.catalogue.kinds import Category, Channel
from app.extensions import db
from app.identity.models import Account
from app.kernel.clock import now
from app.preferences.errors import NotOptionalError
from app.preferences.kinds import How
from app.preferences.models import ChannelPreference
from app.preferences.rules import may_be_switched_off


def choose(
    account_id: UUID, wanted: Mapping[tuple[Category, Channel], bool], how: How, session_id: UUID | None = None
) -> None:
    """Keep what somebody wants, in the open unit of work; saying it again changes nothing.

    Raises NotOptionalError for what nobody can switch off.
    """
    if not all(may_be_switched_off(*choice) for choice in wanted):
        raise NotOptionalError
    # Two of their pages may say so together: the account's row makes them take turns. It keeps no fan-out waiting.
    locked = select(Account).where(Account.id == account_id).with_for_update(key_share=True)
    account = db.session.scalars(locked).one()
    for (category, channel), is_wanted in wanted.items():
        if _write(account, category, channel, is_wanted, how):
            record(
                "preference.changed",
                subject_id=account_id,
                district_id=account.district_id,
                actor_id=account_id,
                session_id=session_id,
                category=category.value,
                channel=channel.value,
                is_wanted=is_wanted,
                how=how.value,
            )


def _write(account: Account, category: Category, channel: Channel, is_wanted: bool, how: How) -> bool:
    """False when it was so already. Everything is wanted until somebody says otherwise."""
    said = db.session.get(ChannelPreference, (account.id, category, channel))
    if is_wanted == (said is None or said.is_wanted):
        return False
    if said is None:
        said = ChannelPreference(
            account_id=account.id, category=category, channel=channel, district_id=account.district_id
        )
        db.session.add(said)
    said.is_wanted, said.how, said.changed_at = is_wanted, how, now()
    return True

"""Some have chosen what reaches them: since this very moment, so that whatever was sent before is as it was."""

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.catalogue.kinds import Category, Channel
from app.demo.copying import copy
from app.identity.models import Account
from app.preferences.kinds import How
from app.preferences.models import ChannelPreference

SIDES = 41
SAID = (
    (3, Category.ANNOUNCEMENT, Channel.EMAIL, How.PERSON),
    (19, Category.ANNOUNCEMENT, Channel.EMAIL, How.UNSUBSCRIBE),
    (30, Category.REMINDER, Channel.IN_APP, How.PERSON),
)
"""The side of a die that stands for each wish."""


def write(session: Session, moment: datetime) -> None:
    """None of those who can sign in: they find everything as it is at first."""
    # Row numbers in the order of names stand for chance: keys differ each time.
    order = func.row_number().over(order_by=Account.sign_in_name)
    others = select(Account, order.label("number")).where(Account.password_hash.is_(None)).subquery("others")
    for side, category, channel, how in SAID:
        copy(
            session,
            ChannelPreference,
            others,
            others.c.number % SIDES == side,
            account_id=others.c.id,
            district_id=others.c.district_id,
            category=category,
            channel=channel,
            is_wanted=False,
            how=how,
            changed_at=moment,
        )

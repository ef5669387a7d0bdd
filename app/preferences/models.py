"""What people said they want: a row only where somebody said something."""

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from app.catalogue.kinds import Category, Channel
from app.extensions import Base
from app.identity.models import of_account
from app.kernel.clock import now
from app.kernel.columns import Moment, Reference, choice
from app.preferences.kinds import How


class ChannelPreference(Base):
    """Whether somebody wants a category on a channel. What may not be switched off cannot even be written."""

    __tablename__ = "channel_preferences"
    __table_args__ = (
        of_account("account_id"),
        CheckConstraint(
            "(category = 'announcement' AND channel IN ('email', 'push')) "
            "OR (category = 'reminder' AND channel IN ('in_app', 'push'))",
            name="optional",
        ),
        CheckConstraint("how <> 'unsubscribe' OR channel = 'email'", name="unsubscribed_by_mail"),
    )

    account_id: Mapped[Reference] = mapped_column(primary_key=True)
    category: Mapped[Category] = mapped_column(choice(Category), primary_key=True)
    channel: Mapped[Channel] = mapped_column(choice(Channel), primary_key=True)
    district_id: Mapped[Reference] = mapped_column(ForeignKey("districts.id"))
    is_wanted: Mapped[bool]
    how: Mapped[How] = mapped_column(choice(How))
    changed_at: Mapped[Moment] = mapped_column(default=now)


class MailTimes(Base):
    """When somebody wants mail that can wait: quiet hours, and one digest a day instead of each mail by itself.

    Times of day are minutes since midnight in ``time_zone``: their own or, where they have none, that of the school
    whose hat they wore when they chose. Without it the other columns would mean nothing.
    """

    __tablename__ = "mail_times"
    __table_args__ = (
        of_account("account_id"),
        CheckConstraint("(quiet_from IS NULL) = (quiet_until IS NULL)", name="quiet_both_ends"),
        CheckConstraint("quiet_from <> quiet_until", name="quiet_and_not_quiet"),
        CheckConstraint("quiet_from IS NOT NULL OR digest_at IS NOT NULL", name="something"),
        CheckConstraint(
            "quiet_from BETWEEN 0 AND 1439 AND quiet_until BETWEEN 0 AND 1439 AND digest_at BETWEEN 0 AND 1439",
            name="of_a_day",
        ),
    )

    account_id: Mapped[Reference] = mapped_column(primary_key=True)
    district_id: Mapped[Reference] = mapped_column(ForeignKey("districts.id"))
    time_zone: Mapped[str] = mapped_column(String(64))
    quiet_from: Mapped[int | None]
    quiet_until: Mapped[int | None]
    digest_at: Mapped[int | None]
    changed_at: Mapped[Moment] = mapped_column(default=now)

"""What people said they want: a row only where somebody said something."""

from sqlalchemy import CheckConstraint, ForeignKey
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

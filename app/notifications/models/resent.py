"""What was sent again to those whom nothing had reached."""

from uuid import UUID

from sqlalchemy import CheckConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.extensions import Base
from app.identity.models import of_account
from app.kernel.clock import now
from app.kernel.columns import Moment, Reference
from app.notifications.models.said import of_notification


class Resending(Base):
    """One time that mails were tried anew, to how many ``people``. Its number is what a page asks for by its button, so
    pressing it twice is once.
    """

    __tablename__ = "resendings"
    __table_args__ = (
        *of_notification(),
        of_account("resent_by_id"),
        CheckConstraint("number > 0", name="counted_from_one"),
    )

    notification_id: Mapped[Reference] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    district_id: Mapped[Reference]
    school_id: Mapped[UUID | None]
    resent_by_id: Mapped[Reference]
    people: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[Moment] = mapped_column(default=now)

"""Every read of drafts. None of them answers for anybody but the author."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import func, select

from app.drafts.models import SavedDraft
from app.drafts.rules import MOST_DRAFTS
from app.extensions import db


def find(draft_id: UUID, account_id: UUID) -> SavedDraft | None:
    """Somebody's own draft, unless they threw it away."""
    return db.session.scalar(
        select(SavedDraft).where(
            SavedDraft.id == draft_id, SavedDraft.account_id == account_id, SavedDraft.removed_at.is_(None)
        )
    )


def find_to_change(draft_id: UUID, account_id: UUID) -> SavedDraft | None:
    """The same, thrown away or not, and nobody else changes it until the commit."""
    return db.session.scalar(
        select(SavedDraft)
        .where(SavedDraft.id == draft_id, SavedDraft.account_id == account_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )


def drafts_of(account_id: UUID) -> Sequence[SavedDraft]:
    """All that somebody has begun, the latest first."""
    return db.session.scalars(
        select(SavedDraft)
        .where(SavedDraft.account_id == account_id, SavedDraft.removed_at.is_(None))
        .order_by(SavedDraft.saved_at.desc(), SavedDraft.id.desc())
        .limit(2 * MOST_DRAFTS)
    ).all()


def count_of(account_id: UUID) -> int:
    """How many drafts somebody has."""
    counted = select(func.count()).where(SavedDraft.account_id == account_id, SavedDraft.removed_at.is_(None))
    return db.session.scalar(counted) or 0

"""Who is writing, and which drafts are open to them: their own, for a school where they may write now."""

from uuid import UUID

from app.drafts import queries
from app.drafts.kinds import Author
from app.drafts.models import SavedDraft
from app.identity.guard import current_person
from app.kernel.ids import parse_id
from app.roster.access import current_hat, current_hats
from app.roster.kinds import Hat
from app.roster.rules import ADMINS


def current_author() -> Author:
    """Who is writing, under the hat that is worn."""
    hat = current_hat()
    return Author(current_person().account_id, hat.district_id, hat.school_id)


def offices() -> dict[tuple[UUID, UUID | None], Hat]:
    """Where they may compose, by district and school."""
    return {(hat.district_id, hat.school_id): hat for hat in current_hats() if hat.role in ADMINS}


def find_open(text: str) -> tuple[SavedDraft, Hat] | None:
    """A draft of theirs by its id, with the hat that it is written under. What was for a school they left is closed."""
    id_ = parse_id(text)
    draft = queries.find(id_, current_person().account_id) if id_ else None
    hat = offices().get((draft.district_id, draft.school_id)) if draft else None
    return (draft, hat) if draft and hat else None


def is_worn(hat: Hat) -> bool:
    return hat.membership_id == current_hat().membership_id

"""Keeping what is typed, letting it go, and fetching it back. All of it in the open unit of work."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, or_
from sqlalchemy.exc import IntegrityError

from app.drafts import queries, rules
from app.drafts.errors import NotTheirsError, TooLargeError, TooManyError
from app.drafts.kinds import Author, Fields, Marks, Place, Saved, Verdict
from app.drafts.models import SavedDraft
from app.extensions import db
from app.kernel.clock import now
from app.kernel.ids import new_id


def save(place: Place, marks: Marks, fields: Fields, by: Author) -> Saved:
    """Keep the words; doing it again changes nothing. Nothing that another page has saved is lost for it.

    Raises TooLargeError, TooManyError (old drafts may always be saved) and NotTheirsError.
    """
    if rules.is_too_large(fields):
        raise TooLargeError
    standing = queries.find_to_change(marks.draft, by.account_id)
    if standing is None:
        # Known, and gone: it was sent or thrown away elsewhere. It must not come back as if it had not been.
        return _save_apart(place, marks, fields, by) if marks.seen else _begin(marks.draft, place, marks, fields, by)
    if rules.verdict(standing, marks) is Verdict.APART:
        return _save_apart(place, marks, fields, by)
    return _follow(standing, marks, fields)


def remove(draft_id: UUID, by: Author) -> bool:
    """Throw a draft away; for a day it can be fetched back. False when there is none of theirs."""
    standing = queries.find_to_change(draft_id, by.account_id)
    if standing:
        standing.removed_at = standing.removed_at or now()
    return standing is not None


def fetch_back(draft_id: UUID, by: Author) -> bool:
    """Have a draft again that was thrown away; False when it is gone."""
    standing = queries.find_to_change(draft_id, by.account_id)
    if standing:
        standing.removed_at = None
    return standing is not None


def let_go(draft_id: UUID, account_id: UUID) -> None:
    """It has become what it was meant to be: nothing of the draft stays."""
    db.session.execute(delete(SavedDraft).where(SavedDraft.id == draft_id, SavedDraft.account_id == account_id))


def forget(moment: datetime) -> None:
    """Delete what nobody has touched for long, and what was thrown away and not fetched back."""
    untouched = SavedDraft.saved_at < moment - rules.KEPT_FOR
    thrown_away = SavedDraft.removed_at < moment - rules.REGRETTED_WITHIN
    db.session.execute(delete(SavedDraft).where(or_(untouched, thrown_away)))


def _save_apart(place: Place, marks: Marks, fields: Fields, by: Author) -> Saved:
    """A draft of its own under the page's id: however often the page asks, it is the same one."""
    second = queries.find_to_change(marks.page, by.account_id)
    if second is None:
        return _begin(marks.page, place, marks, fields, by, is_apart=True)
    if marks.draft != marks.page and rules.verdict(second, marks) is not Verdict.APART:
        return _follow(second, marks, fields, is_apart=True)
    return _begin(new_id(), place, marks, fields, by, is_apart=True)


def _follow(standing: SavedDraft, marks: Marks, fields: Fields, *, is_apart: bool = False) -> Saved:
    if rules.verdict(standing, marks) is Verdict.SAVE:
        standing.fields, standing.page, standing.step = fields, marks.page, marks.step
        standing.saved_at, standing.removed_at = now(), None
        db.session.flush()
    return Saved(standing.id, standing.mark, standing.saved_at, is_apart)


def _begin(draft_id: UUID, place: Place, marks: Marks, fields: Fields, by: Author, *, is_apart: bool = False) -> Saved:
    if queries.count_of(by.account_id) >= rules.MOST_DRAFTS:
        raise TooManyError
    moment = now()
    draft = SavedDraft(
        id=draft_id,
        district_id=by.district_id,
        school_id=by.school_id,
        account_id=by.account_id,
        place=place,
        fields=fields,
        page=marks.page,
        step=marks.step,
        created_at=moment,
        saved_at=moment,
    )
    try:
        with db.session.begin_nested():
            db.session.add(draft)
    except IntegrityError:
        # Twice at once from the same page, or an id that is somebody else's.
        standing = queries.find_to_change(draft_id, by.account_id)
        if standing is None:
            raise NotTheirsError from None
        return _follow(standing, marks, fields, is_apart=is_apart)
    return Saved(draft.id, draft.mark, draft.saved_at, is_apart)

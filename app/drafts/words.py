"""What drafts are called on a page."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from flask_babel import gettext as _

from app.catalogue.kinds import Category
from app.drafts.kinds import Fields
from app.drafts.models import SavedDraft
from app.roster.kinds import Hat
from app.web.markdown import to_html, to_words

CATEGORIES = frozenset(set(Category) - {Category.SYSTEM})
TITLE_SHOWN, WORDS_SHOWN, MOST_READ = 120, 160, 2_000


@dataclass(frozen=True)
class DraftView:
    """A line of the list. ``school_name`` is set when it is for another school than the one that is shown."""

    id: UUID
    title: str
    excerpt: str
    category: str
    saved_at: datetime
    school_name: str = ""


def views_of(drafts: Iterable[SavedDraft], worn: Hat, hats: Mapping[tuple[UUID, UUID | None], Hat]) -> list[DraftView]:
    """Those that are for a school of theirs; what was written for a school that they have left stays closed."""
    return [
        view_of(draft, "" if where == (worn.district_id, worn.school_id) else hats[where].school_name)
        for draft in drafts
        if (where := (draft.district_id, draft.school_id)) in hats
    ]


def view_of(draft: SavedDraft, school_name: str = "") -> DraftView:
    return DraftView(
        draft.id,
        _short(_written(draft.fields, "title"), TITLE_SHOWN) or str(_("Without a title")),
        _short(to_words(to_html(_written(draft.fields, "body")[:MOST_READ])), WORDS_SHOWN),
        _category(_written(draft.fields, "category")),
        draft.saved_at,
        school_name,
    )


def _category(said: str) -> str:
    """One that people may choose; empty for whatever else was sent as one, for a draft is kept as it was typed."""
    return said if said in CATEGORIES else ""


def _written(fields: Fields, name: str) -> str:
    return next(iter(fields.get(name, ())), "")


def _short(text: str, most: int) -> str:
    """The first words of a text, in one line."""
    line = " ".join(text.split())
    return line if len(line) <= most else f"{line[:most].rstrip()}…"

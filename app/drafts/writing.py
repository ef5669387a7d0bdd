"""What a page knows of the draft that is written on it, and what a posted form leaves behind."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Self
from uuid import UUID

from werkzeug.datastructures import MultiDict

from app.drafts import rules
from app.drafts.errors import NotKeptError, TooLargeError, TooManyError
from app.drafts.kinds import Author, Fields, Marks, Place
from app.drafts.models import SavedDraft
from app.drafts.save import save
from app.kernel.ids import new_id
from app.kernel.unit_of_work import unit_of_work


class State(StrEnum):
    """What is said of it on the page."""

    NEW = "new"
    SAVED = "saved"
    APART = "apart"
    TOO_LARGE = "too_large"
    TOO_MANY = "too_many"
    LOST = "lost"
    RESCUED = "rescued"


@dataclass(frozen=True)
class Writing:
    """A draft on a page. Each page that is rendered has a ``page`` of its own, so that two tabs are told apart."""

    draft: UUID
    page: UUID
    seen: str = ""
    state: State = State.NEW
    saved_at: datetime | None = None

    @property
    def is_kept(self) -> bool:
        """Whether all that was written is safe; a page on which nothing was written has nothing to lose."""
        return self.state in {State.NEW, State.SAVED, State.APART, State.RESCUED}

    @classmethod
    def begin(cls) -> Self:
        """Nothing is written yet; the id is there already, so that a first saving that comes twice is one draft."""
        return cls(new_id(), new_id())

    @classmethod
    def go_on(cls, draft: SavedDraft, *, rescued: bool = False) -> Self:
        """``rescued``: it comes from a page that was refused."""
        return cls(draft.id, new_id(), draft.mark, State.RESCUED if rescued else State.SAVED, draft.saved_at)


def marks_of(form: "MultiDict[str, str]") -> Marks | None:
    """Where the words of a posted form belong; None for a form that brings no draft along."""
    return rules.marks_of(*(form.get(name, "") for name in ("draft", "draft_page", "draft_step", "draft_seen")))


def fields_of(form: "MultiDict[str, str]") -> Fields:
    return rules.written(form.items(multi=True))


def keep(place: Place, form: "MultiDict[str, str]", by: Author) -> Writing:
    """Save what a posted form holds, in a unit of work of its own. What cannot be kept is written on all the same."""
    marks, fields = marks_of(form), fields_of(form)
    if marks is None:
        return Writing.begin()
    if not marks.seen and rules.is_blank(fields):
        return Writing(marks.draft, new_id())
    try:
        with unit_of_work():
            saved = save(place, marks, fields, by)
    except NotKeptError as refusal:
        return Writing(marks.draft, new_id(), marks.seen, WHY.get(type(refusal), State.LOST))
    return Writing(saved.draft, new_id(), saved.seen, State.APART if saved.is_apart else State.SAVED, saved.saved_at)


WHY: Mapping[type[Exception], State] = {TooLargeError: State.TOO_LARGE, TooManyError: State.TOO_MANY}


def form_of(draft: SavedDraft) -> "MultiDict[str, Any]":
    """A draft's words as the form that they were typed into."""
    return MultiDict({name: list(values) for name, values in draft.fields.items()})

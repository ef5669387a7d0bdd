"""Decisions about drafts, as pure functions."""

import json
from collections.abc import Iterable
from datetime import timedelta
from typing import Protocol
from uuid import UUID

from app.drafts.kinds import Fields, Marks, Verdict
from app.kernel.ids import parse_id

MOST_BYTES = 100_000
MOST_DRAFTS = 50
KEPT_FOR = timedelta(days=30)
REGRETTED_WITHIN = timedelta(days=1)
MOST_STEPS = 1_000_000
# What a form says of itself and of its sending, and not of what is written.
NOT_WRITTEN = frozenset(
    {
        "csrf_token",
        "draft",
        "draft_page",
        "draft_step",
        "draft_seen",
        "idempotency_key",
        "confirmed",
        "q",
        "enter",
        "shown",
        "school_name",
        "edit",
        "save",
        "template",
        "replace",
    }
)
WORDS = frozenset({"title", "body", "link", "include", "exclude"})


class Standing(Protocol):
    """A draft as it is kept, as far as the order of its savings goes."""

    @property
    def page(self) -> UUID: ...
    @property
    def step(self) -> int: ...


def written(form: Iterable[tuple[str, str]]) -> Fields:
    """What somebody wrote into a form: all but what only serves its sending."""
    fields: dict[str, list[str]] = {}
    for name, value in form:
        if name not in NOT_WRITTEN:
            fields.setdefault(name, []).append(value)
    return fields


def is_blank(fields: Fields) -> bool:
    """Whether nothing was written yet that anybody would miss."""
    return not any(value.strip() for name in WORDS for value in fields.get(name, ()))


def packed(fields: Fields) -> str:
    return json.dumps(
        {name: list(values) for name, values in fields.items()}, ensure_ascii=False, separators=(",", ":")
    )


def is_too_large(fields: Fields) -> bool:
    return len(packed(fields).encode()) > MOST_BYTES


def mark(page: UUID, step: int) -> str:
    """One saving, to be known again."""
    return f"{page}.{step}"


def marks_of(draft: str, page: str, step: str, seen: str) -> Marks | None:
    """What a page sent; None when nothing of ours made it."""
    draft_id, page_id = parse_id(draft), parse_id(page)
    if draft_id is None or page_id is None or not (step.isascii() and step.isdecimal() and len(step) < 8):
        return None
    return Marks(draft_id, page_id, int(step), seen[:60])


def verdict(standing: Standing, marks: Marks) -> Verdict:
    """Whether words may take the place of those that stand.

    A page may always follow itself: the answer to its last saving may have been lost. One that comes late has been
    outrun by itself. What another page has saved since is never written over.
    """
    if standing.page == marks.page:
        return Verdict.OUTRUN if marks.step < standing.step else Verdict.SAVE
    return Verdict.SAVE if marks.seen == mark(standing.page, standing.step) else Verdict.APART

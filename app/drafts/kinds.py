"""Words and values of drafts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

Fields = Mapping[str, Sequence[str]]
"""A form as it was typed, half-typed and wrong as it may be: each name with its values."""


class Place(StrEnum):
    """What is being written."""

    NOTIFICATION = "notification"


class Verdict(StrEnum):
    """What becomes of words that a page wants to be saved."""

    SAVE = "save"
    OUTRUN = "outrun"
    APART = "apart"


@dataclass(frozen=True)
class Author:
    """Whose draft it is, and for which school: none for the whole district."""

    account_id: UUID
    district_id: UUID
    school_id: UUID | None


@dataclass(frozen=True)
class Marks:
    """Where the words of a page belong.

    ``draft`` is the draft, ``page`` this very page (each that is rendered has its own), ``step`` counts what the page
    has sent, and ``seen`` is the last saving that it knows of, as ``SavedDraft.mark`` has it; empty for none.
    """

    draft: UUID
    page: UUID
    step: int = 0
    seen: str = ""


@dataclass(frozen=True)
class Saved:
    """Where words are kept now. ``is_apart`` when the draft was changed or sent elsewhere: then it is a second one."""

    draft: UUID
    seen: str
    saved_at: datetime
    is_apart: bool = False

"""How the inbox says things."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from app.inbox.rules import excerpt
from app.notifications.words import addressed_words
from app.web.markdown import to_html, to_words


@lru_cache(maxsize=256)
def first_words(body: str) -> str:
    """The beginning of some Markdown without its marks. Kept: the same body goes to many."""
    return excerpt(to_words(to_html(body)))


@dataclass(frozen=True)
class Reason:
    """Why somebody got it, as a sentence in the language of whoever reads it; empty when there is nothing to say.

    Not a LazyString: those say of themselves that they are HTML, and this holds the names of classes and children.
    """

    audience: Mapping[str, Any]
    children: Sequence[str]

    def __str__(self) -> str:
        return reason(self.audience, self.children)

    def __bool__(self) -> bool:
        return bool(str(self))


def reason(audience: Mapping[str, Any], children: Sequence[str]) -> str:
    """Why somebody got it, as a sentence; empty when there is nothing to say."""
    words = addressed_words(audience, children)
    return f"{words[0].upper()}{words[1:]}." if words else ""

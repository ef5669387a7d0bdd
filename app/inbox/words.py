"""How the inbox says things."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any

from babel.dates import format_date
from flask import url_for
from flask_babel import get_domain, get_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from markupsafe import Markup

from app.catalogue.kinds import Category
from app.catalogue.words import CATEGORIES
from app.inbox.rules import excerpt
from app.kernel.phrases import Phrase, marked
from app.notifications.words import addressed_words
from app.web import formats
from app.web.localisation import written
from app.web.markdown import to_html, to_words
from app.web.static_files import static

STATES = {
    "emergency": _l("Emergency"),
    "ended": _l("Emergency, ended"),
    "important": _l("Important"),
    "unread": _l("unread"),
    "confirmed": _l("Confirmed"),
    "over": _l("Over"),
    "withdrawn": _l("Withdrawn"),
    "to_confirm": _l("To confirm"),
    "archived": _l("Archived"),
}
ACTS = {
    "bring_back": _l("Move to inbox"),
    "pin": _l("Pin"),
    "unpin": _l("Unpin"),
    "read": _l("Mark read"),
    "unread": _l("Mark unread"),
    "archive": _l("Archive"),
}
BEFORE = 40
"""Letters that are shown before what was found."""


@lru_cache(maxsize=1024)
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


def around(body: str, phrases: Sequence[Phrase]) -> str:
    """The words around the first that was looked for; the beginning where it is near, or only the title says it."""
    text = to_words(to_html(body))
    pieces = list(marked(text, phrases))
    position = len(pieces[0][0]) if len(pieces) > 1 else 0
    if position <= BEFORE:
        return excerpt(text)
    return "… " + excerpt(text[position - BEFORE :].partition(" ")[2])


def mark(phrases: Sequence[Phrase], text: str) -> Markup:
    """A text in which what was looked for stands out."""
    pieces = marked(text, phrases)
    return Markup().join(Markup("<mark>{}</mark>").format(piece) if is_found else piece for piece, is_found in pieces)


@dataclass(frozen=True)
class LineWords:
    """All that lines share: what they say in one language, how they say when, and where the inbox and the icons are.

    Asked for once a page, not once a line: to ask takes longer than to write a line.
    """

    states: Mapping[str, str]
    acts: Mapping[str, str]
    categories: Mapping[Category, str]
    stamp: Callable[[datetime], Markup]
    inbox_url: str
    icons: str


def line_words() -> LineWords:
    """For whoever is reading now."""
    states, acts, categories = _said(get_domain().get_translations())
    return LineWords(states, acts, categories, formats.stamper(), url_for("inbox.index"), static("icons.svg"))


@lru_cache(maxsize=16)
def _said(_translations: object) -> tuple[dict[str, str], dict[str, str], dict[Category, str]]:
    """Kept for as long as these translations are: asking for a word takes longer than writing a line."""
    states = {name: str(word) for name, word in STATES.items()}
    acts = {name: str(word) for name, word in ACTS.items()}
    return states, acts, {category: str(word) for category, word in CATEGORIES.items()}


def reason(audience: Mapping[str, Any], children: Sequence[str]) -> str:
    """Why somebody got it, as a sentence; empty when there is nothing to say."""
    words = addressed_words(audience, children)
    return f"{words[0].upper()}{words[1:]}." if words else ""


def day(that: date, today: date) -> str:
    """Over what came on one day, or in one month where days do not matter any more."""
    age = today - that
    if age <= timedelta():
        return str(_("Today"))
    if age == timedelta(days=1):
        return str(_("Yesterday"))
    if age < timedelta(days=7):
        return str(_("Last 7 days"))
    rules = written(get_locale())
    month = format_date(that, rules.datetime_skeletons["yMMMM"], rules)
    return month[:1].upper() + month[1:]

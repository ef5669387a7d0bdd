"""Whatever can be read on a page went through gettext: it is rendered in a language in which every word is marked."""

import re
from collections.abc import Callable, Iterator
from itertools import product
from xml.etree.ElementTree import Element

import pytest
from babel.dates import get_day_names, get_month_names
from babel.support import NullTranslations
from flask import Flask

from app.settings import Settings
from app.web import catalogues
from tests.architecture.routes import Crowd, addresses, furnish
from tests.architecture.words import TRANSLATED, unsafe
from tests.support.cast import Cast
from tests.support.content import content_of
from tests.support.pages import HTMX, Client

OPEN, SHUT = "⟦", "⟧"
SPOKEN = ("aria-label", "title", "placeholder", "alt", "aria-description", "data-words")
SILENT = {"script", "style", "time", "noscript", "code"}
"""Not looked into: the moments in <time> are written by Babel, and what is in <code> is the same in every language.
Initials are nobody's words either."""
OURS = {"Belfry", "English", "Español", "العربية", "https", "Ctrl"}
"""Names, and what stands on a key: the same in every language."""
COLUMNS = ("anybody", "student", "parent", "teacher", "admin", "district admin")
NAMES = (
    "accounts",
    "districts",
    "schools",
    "grades",
    "classes",
    "notifications",
    "contact_addresses",
    "saved_drafts",
    "message_templates",
    "recurrences",
)
CALENDAR = {str(name) for kind in (get_day_names, get_month_names) for name in kind("wide", locale="en").values()}
"""Written by Babel, as moments are."""


class Marked(NullTranslations):
    """Every message in brackets, so that what has none was never one."""

    def ugettext(self, message: str) -> str:
        return f"{OPEN}{message}{SHUT}"

    def ungettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return self.ugettext(msgid1 if n == 1 else msgid2)

    def upgettext(self, context: str, message: str) -> str:
        return self.ugettext(message) if context else ""

    def unpgettext(self, context: str, singular: str, plural: str, num: int) -> str:
        return self.ungettext(singular, plural, num) if context else ""


@pytest.fixture
def marked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(catalogues, "translations", lambda _language: Marked())


def unmarked(root: Element, data: set[str]) -> set[str]:
    """The words on a page that stand in no brackets and were typed by nobody."""
    shown, spoken = "".join(_texts(root)), " ".join(_attributes(root))
    return {
        word
        for text in (shown, spoken)
        for word in re.findall(r"[^\W\d_]{2,}", _outside(text))
        if word not in data | OURS | CALENDAR
    }


def _outside(text: str) -> str:
    """What is left when addresses and all that stands in brackets is taken out, the innermost first."""
    before, text = None, re.sub(rf"(?:https?://|[\w.-]+@)[^\s{OPEN}{SHUT}]+", " ", text)
    while before != text:
        before, text = text, re.sub(f"{OPEN}[^{OPEN}{SHUT}]*{SHUT}", " ", text)
    return text


def _texts(element: Element) -> Iterator[str]:
    if isinstance(element.tag, str) and element.tag not in SILENT and "avatar" not in element.get("class", ""):
        yield f" {element.text or ''}"
        for child in element:
            yield from _texts(child)
            yield f" {child.tail or ''}"


def _attributes(root: Element) -> Iterator[str]:
    for element in root.iter():
        if element.tag != "time":
            yield from (value for name, value in element.items() if name in SPOKEN)


def test_the_marks_find_what_was_forgotten() -> None:
    root = Element("p", {"title": "⟦yes⟧", "aria-label": "no"})
    root.text = "⟦You have "
    bold = Element("b")
    bold.text, bold.tail = "⟦three⟧", " letters⟧ unread Mina"
    root.append(bold)
    assert unmarked(root, {"Mina"}) == {"unread", "no"}


@pytest.mark.parametrize("language", TRANSLATED)
def test_what_is_translated_keeps_placeholders_tags_and_plural_forms(language: str) -> None:
    assert list(unsafe(language)) == []


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
def test_every_word_on_every_page_can_be_translated(
    app: Flask, settings: Settings, cast: Cast, browser_of: Callable[..., Client], marked: None
) -> None:
    """Of everybody's pages, whole and in part, and of the forms that come back empty with what is wrong with them."""
    site_map = addresses(app, furnish(app, cast))
    content = content_of(settings)
    data = {word for table in NAMES for row in content[table] for word in re.findall(r"[^\W\d_]{2,}", row)}
    crowd = Crowd(browser_of)
    wrong: dict[str, set[str]] = {}
    for address, column in product(site_map, COLUMNS):
        for headers in ({}, HTMX):
            answer = crowd.ask(column, address, headers)
            is_shown = answer.mimetype == "text/html" and answer.get_data() and answer.location is None
            if is_shown and (found := unmarked(crowd.page(column).root, data)):
                wrong.setdefault(address.name, set()).update(found)
    assert not wrong, "words that no translator will see:\n" + "\n".join(f"{at}: {wrong[at]}" for at in wrong)

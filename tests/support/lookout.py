"""A browser context in which nothing that people wrote may do or be anything but words.

It sees what a page asks for, every dialog, every violation of the CSP, and every element and attribute that ever stood
in a page, if only for a moment. What it learns from a page full of harmless words is what a page may hold.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext, Dialog, Error, Page, Request

SCRIPT = (Path(__file__).parent / "lookout.js").read_text()
TELLTALE = "xss"
# Where a person's words may stand. A link is looked at by itself.
OF_WORDS = frozenset({"value", "title", "aria-label", "content", "data-wanted"})
OF_LINKS = frozenset({"href", "hx-get", "action"})
# What Markdown may become; tests/web/test_xss.py holds the renderer to it.
PROSE = frozenset(
    {"p", "br", "strong", "em", "ul", "ol", "ol start", "li", "a", "a href", "a rel", "a title", "blockquote", "code"}
    | {"pre", "hr", "h2", "h3", "h4"}
)
# A scheme, or another host: browsers skip controls and blanks before either, and read a backslash as a slash.
LEADS_AWAY = re.compile(r"[\x00-\x20]*([a-z][a-z0-9+.\t\r\n-]*:|[/\\][\t\r\n]*[/\\])", re.IGNORECASE)
LEADS_ELSEWHERE = re.compile(r"(https?://|mailto:|tel:)", re.IGNORECASE)


@dataclass
class Lookout:
    """What the pages of a context did and held. ``may_ask``: patterns of ``METHOD /path?query`` of their own site."""

    context: BrowserContext
    own: str
    may_ask: Iterable[str]
    faults: list[str] = field(default_factory=list)
    held: set[str] = field(default_factory=set)
    words: set[str] = field(default_factory=set)
    fields: set[str] = field(default_factory=set)
    _values: set[tuple[str, str]] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.context.add_init_script(SCRIPT)
        self.context.on("dialog", self._asked)
        self.context.on("request", self._requested)
        self.context.on("page", lambda page: page.on("websocket", lambda socket: self._went("SOCKET", socket.url)))

    def look(self, page: Page, *, touch: bool = True) -> None:
        """Touch all that somebody's words may have made, and take down what the page holds and has held."""
        where = urlsplit(page.url).path
        try:
            if touch:
                page.evaluate("__lookout.touch()")
            seen: dict[str, Any] = page.evaluate("__lookout.take()")
        except Error as error:
            self.faults.append(f"{where}: the page went away while it was looked at ({error.message.splitlines()[0]})")
            return
        self.held.update(seen["held"])
        self.words.add(seen["words"])
        self.fields.update(seen["fields"])
        self._values.update((name, value) for name, value in seen["values"])
        self.faults += [f"{where}: violation of the CSP: {violation}" for violation in seen["violations"]]
        self.faults += [f"{where}: the id {id_!r} stands twice" for id_ in seen["twins"]]

    def sealed(self, page: Page) -> None:
        """Take down what a page holds in which no script runs, not even the lookout's."""
        html = page.content()
        other = self.context.new_page()
        other.evaluate("html => __lookout.parse(html)", html)
        self.look(other, touch=False)
        other.close()

    def findings(self, harmless: "Lookout | None" = None) -> list[str]:
        """All that was wrong; ``harmless`` has seen the same pages with words that try nothing."""
        known = harmless.held if harmless else set()
        return [
            *self.faults,
            *sorted(f"words made <{each}>" for each in self.held - known if not _is_of_prose(each)),
            *sorted(
                f"words in {name}: {value[:120]!r}" for name, value in self._values if not self._may_hold(name, value)
            ),
        ]

    def _may_hold(self, name: str, value: str) -> bool:
        attribute = name.rpartition(" ")[2]
        if attribute in OF_LINKS:
            is_own = value.startswith(f"{self.own}/") or not LEADS_AWAY.match(value)
            return is_own or (attribute == "href" and bool(LEADS_ELSEWHERE.match(value)))
        return attribute in OF_WORDS

    def _asked(self, dialog: Dialog) -> None:
        self.faults.append(f"a dialog: {dialog.type} {dialog.message!r}")
        dialog.dismiss()

    def _requested(self, request: Request) -> None:
        self._went(request.method, request.url)

    def _went(self, method: str, url: str) -> None:
        parts = urlsplit(url)
        origin = f"{parts.scheme.replace('ws', 'http')}://{parts.netloc}"
        asked = f"{method} {parts.path}" + (f"?{parts.query}" if parts.query else "")
        if origin != self.own or not any(re.fullmatch(pattern, asked) for pattern in self.may_ask):
            self.faults.append(f"a request: {method} {url[:200]}")


def _is_of_prose(each: str) -> bool:
    where, _, what = each.partition("/")
    return where == "prose" and what in PROSE


def lookout_of(browser: Browser, own: str, may_ask: Iterable[str], **options: Any) -> Lookout:
    """A fresh profile that is watched from its first page on."""
    return Lookout(browser.new_context(base_url=own, **options), own, list(may_ask))

"""Every page, for whoever has no mouse, little room, other letters or other colours, or listens to it.

The numbers in brackets are criteria of WCAG 2.2, level AA.
"""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, ViewportSize

from tests.architecture.routes import Address
from tests.browser import senses
from tests.browser.walks import confirm_the_emergency, steps
from tests.live.webs import Webs
from tests.support.fixtures_site import DESKTOP

# The page cannot see which database it is.
pytestmark = [pytest.mark.browser, pytest.mark.parametrize("backend", ["sqlite"], indirect=True)]

NARROW = ViewportSize(width=320, height=640)
"""1280 pixels at a zoom of 400 % (1.4.10)."""
ZOOMED = ViewportSize(width=640, height=360)
"""1280 x 720 at a zoom of 200 % (1.4.4)."""
SMALL = ViewportSize(width=1024, height=640)
"""The narrowest window with a side."""
WIDE = ViewportSize(width=DESKTOP[0], height=DESKTOP[1])
MOVING = """
[...document.querySelectorAll('*')].filter(element => [null, '::before', '::after'].some(part => {
  const style = getComputedStyle(element, part);
  const isStill = ['none', 'not-yet'].includes(style.animationName); // not-yet: a pause before buttons take a press
  return (style.transitionDuration + ',' + (isStill ? '0s' : style.animationDuration))
    .split(',').some(time => parseFloat(time) * (time.trim().endsWith('ms') ? 1 : 1000) > 10);
})).map(element => element.tagName + '.' + element.className)
"""


def walk(
    webs: Webs, site_map: list[Address], browse: Callable[..., Page], **options: object
) -> Iterator[tuple[str, Page]]:
    """Everybody's way through all pages: a stranger, a parent under an emergency's strip, an office."""
    for who in (None, "priya", "margaret"):
        page = browse(webs.url(), who, **options)
        if who == "priya":
            confirm_the_emergency(page)
        for rule in steps(page, site_map):
            yield f"{rule} as {who}", page


@pytest.mark.parametrize("language", ["en", "ar"])
def test_every_page_has_room_when_it_is_small_or_zoomed_or_spaced_and_does_not_move_by_itself(
    webs: Webs, site_map: list[Address], browse: Callable[..., Page], language: str
) -> None:
    """No page is wider than its window, nothing is cut off or covered (1.4.4, 1.4.10, 1.4.12), nothing is animated."""
    faults = []
    for place, page in walk(webs, site_map, browse, locale=language, reduced_motion="reduce"):
        assert page.locator("html").get_attribute("lang") == language
        faults += [f"{place}: {element} moves" for element in page.evaluate(MOVING)]
        for size in (SMALL, ZOOMED, NARROW):
            page.set_viewport_size(size)
            found = senses.in_this_room(page) + senses.with_wider_letters(page)
            faults += [f"{place} at {size['width']}: {fault}" for fault in found]
    assert not faults, "\n".join(faults)


def test_every_page_by_keyboard_by_ear_and_in_ones_own_colours(
    webs: Webs, site_map: list[Address], browse: Callable[..., Page]
) -> None:
    """Tab reaches all and is seen there (2.1.1, 2.1.2, 2.4.1, 2.4.3, 2.4.7, 2.4.11); all has its name (1.3.1)."""
    faults = []
    for place, page in walk(webs, site_map, browse):
        page.set_viewport_size(WIDE)
        found = senses.by_ear(page) + senses.in_forced_colours(page) + senses.by_keyboard(page) + senses.skipping(page)
        page.set_viewport_size(ZOOMED)
        faults += [f"{place}: {fault}" for fault in found + senses.by_keyboard(page)]
    assert not faults, "\n".join(faults)


SPOILT = """
() => {
  document.querySelector('main').insertAdjacentHTML('afterbegin', `
    <h1>Another</h1> <nav><a href="#" id="email" class="blind">A link</a></nav>
    <button tabindex="3" class="btn edgeless">First of all</button>
    <button class="btn under">Covered</button> <p class="over"></p>
    <p class="tight">These are words that do not fit where they stand</p>
    <p class="long">${'Averylongword'.repeat(9)}</p> <a href="#" aria-current="page">Here</a>`);
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(`
    .blind { outline: 0 !important } .edgeless { border: 0 }
    .under, .over { position: absolute; inset: 0 auto auto 0; width: 120px }
    .over { height: 120px; z-index: 9 }
    .tight { width: 90px; height: 20px; overflow: hidden } .long { white-space: nowrap }`);
  document.adoptedStyleSheets = [sheet];
}
"""


def test_all_of_this_would_be_found(web: Webs, browse: Callable[..., Page]) -> None:
    page = browse(web.url(), None)
    page.goto("/login")
    page.set_viewport_size(NARROW)
    page.evaluate(SPOILT)
    heard = senses.by_ear(page) + senses.in_forced_colours(page) + senses.by_keyboard(page)
    page.evaluate("document.querySelector('.under').tabIndex = -1")
    found = "\n".join(heard + senses.in_this_room(page))
    for words in (
        "2 of h1", 'nav "A link" has no name', "more than one #email", '"First of all" has no edge',
        '"Here" is not told from others', '"First of all" has a tabindex above 0',
        '"A link" shows no focus', '"Covered" has the focus under p.over', "is too high for p.tight",
        "px wider than its window", '"Covered" lies under p.over',
    ):  # fmt: skip
        assert words in found, f"{words}\n{found}"

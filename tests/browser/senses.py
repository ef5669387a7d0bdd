"""What a page is like without a mouse, in little room, with other letters or colours, or by ear alone.

Each function looks at the page as it stands and says what is wrong with it; an empty list is the only good answer.
"""

from pathlib import Path

from playwright.sync_api import Page

# Inbox lines and the like show the beginning of something that stands whole on the page they lead to.
BEGINNINGS = ".line-text, .line-from, .line-title, .latest-title, .latest-from, .toast-news a, .strip p, .search span"
SPACING = (
    "* { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important }"
    "p { margin-block-end: 2em !important }"
)
SCRIPT = (Path(__file__).parent / "senses.js").read_text()


def look(page: Page, what: str, argument: object = None) -> object:
    """Call one of the functions of senses.js in the page. Playwright evaluates past the page's CSP."""
    if not page.evaluate("'senses' in window"):
        page.evaluate(SCRIPT)
    return page.evaluate("([what, argument]) => senses[what](argument)", [what, argument])


def by_keyboard(page: Page) -> list[str]:
    """Tab goes to everything, in the order of the page, and out of it; what has the focus shows it, under nothing."""
    begun = look(page, "begin")
    assert isinstance(begun, dict)
    count: int = begun["count"]
    faults: list[str] = begun["faults"]
    met = [-1]
    for _ in range(count + 25):  # what scrolls is visited too
        page.keyboard.press("Tab")
        focused = look(page, "focused")
        if focused is None:
            break
        assert isinstance(focused, dict)
        if focused["at"] == 0 and len(met) > 1:
            break  # around and at the head again
        faults += focused["faults"]
        if focused["at"] >= 0:
            met.append(focused["at"])
    else:
        faults.append("Tab does not come out of the page")
    if met != sorted(met):
        faults.append(f"the focus is not in the order of the page: {met}")
    missed = look(page, "names", sorted(set(range(count)) - set(met)))
    assert isinstance(missed, list)
    return faults + [f"not reached: {name}" for name in missed]


def skipping(page: Page) -> list[str]:
    """The first thing that Tab reaches leads past all that every page has."""
    look(page, "begin")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    return [] if look(page, "isPastTheRail") else ["the skip link does not lead to the content"]


def in_this_room(page: Page) -> list[str]:
    """No page is wider than its window, no words are cut off, and nothing lies over what can be pressed."""
    found = look(page, "room", BEGINNINGS)
    assert isinstance(found, list)
    return found


def with_wider_letters(page: Page) -> list[str]:
    """The same with the spacing that somebody may choose (WCAG 1.4.12)."""
    look(page, "space", SPACING)
    found = in_this_room(page)
    look(page, "space", "")
    return [f"with wider letters {fault}" for fault in found]


def by_ear(page: Page) -> list[str]:
    """One main, one first heading, each landmark by its own name, and what is referred to is there."""
    found = look(page, "ear")
    assert isinstance(found, list)
    return found


def in_forced_colours(page: Page) -> list[str]:
    """Where the reader's own colours rule, what can be pressed has an edge, and what is chosen is still told."""
    page.emulate_media(forced_colors="active")
    found = look(page, "colours")
    page.emulate_media(forced_colors="none")
    assert isinstance(found, list)
    return found

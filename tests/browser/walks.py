"""Going from page to page."""

from collections.abc import Iterator

from playwright.sync_api import Page, expect

from tests.architecture.routes import Address


def steps(page: Page, site_map: list[Address]) -> Iterator[str]:
    """Go to every page that this person may see."""
    seen = 0
    for address in site_map:
        answer = page.goto(address.path, wait_until="domcontentloaded")
        assert answer is not None
        if (answer.status == 200 and "/login" not in page.url) or address.path == "/login":
            seen += 1
            yield address.rule.rule
    assert seen


def confirm_the_emergency(page: Page) -> None:
    """What stands over every page becomes a strip above it."""
    page.goto("/inbox")
    page.get_by_role("alertdialog").get_by_role("button").last.click()
    expect(page.get_by_role("alertdialog")).to_have_count(0)

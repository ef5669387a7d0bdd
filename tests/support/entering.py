"""How somebody comes in, in a browser."""

from playwright.sync_api import Page

from tests.support.cast import sign_in_name
from tests.support.factories import PASSWORD


def enter(page: Page, who: str) -> None:
    """From wherever they are to their inbox, by way of the sign-in page."""
    page.goto("/login")
    sign_in(page, sign_in_name(who))
    page.wait_for_url("**/inbox")


def sign_in(page: Page, name: str, password: str = PASSWORD) -> None:
    """Fill in the form that stands there, and press its button; where that leads is for the caller to wait for."""
    page.locator("[name=email]").fill(name)
    page.locator("[name=password]").fill(password)
    page.locator("main form:has([name=password]) button[type=submit]").click()

"""Takes the pictures of the README from a running ``make run``: ``python -m tests.browser.pictures [URL] [DATA_DIR]``.

It sends one emergency in the demo district, so it is meant for an installation of its own.
"""

import json
import sys
from pathlib import Path

from playwright.sync_api import Browser, Page, ViewportSize, sync_playwright

from tests.support.browser import ARGUMENTS, find_chromium
from tests.support.entering import sign_in

PICTURES = Path(__file__).parents[2] / "docs" / "screenshots"
DESKTOP, PHONE = ViewportSize(width=1440, height=900), ViewportSize(width=390, height=844)
TITLE = "Gas leak: the school has been evacuated"
BODY = """Everyone is out of the building and safe. All children and staff have been counted.

1. Collect your children from the **Mill Lane gate**, from 10:45.
2. Bring photo ID.
3. Keep School Road clear for the fire service."""


def take(url: str, data_dir: Path) -> None:
    """Write the four pictures into docs/screenshots."""
    people = json.loads((data_dir / "demo-accounts.json").read_text())
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(playwright), args=ARGUMENTS)
        parent = enter(browser, url, people, "Priya", PHONE)
        admin = enter(browser, url, people, "Margaret", DESKTOP)
        compose(admin)
        admin.wait_for_timeout(1_500)  # the preview is a page of its own
        admin.screenshot(path=PICTURES / "confirm.png")
        admin.fill("[name=school_name]", "Northfield Primary")
        admin.get_by_role("button", name="Send to").click()
        parent.get_by_role("alertdialog").wait_for()
        parent.wait_for_timeout(700)
        parent.screenshot(path=PICTURES / "alert.png")
        parent.get_by_role("button", name="I have read this").click()
        parent.set_viewport_size(DESKTOP)
        parent.goto("/inbox")
        parent.locator("#live-state[data-state=live]").wait_for()
        parent.screenshot(path=PICTURES / "inbox.png")
        admin.wait_for_timeout(15_000)
        admin.reload()
        admin.screenshot(path=PICTURES / "report.png")
        browser.close()


def enter(browser: Browser, url: str, people: list[dict[str, str]], name: str, size: ViewportSize) -> Page:
    one = next(person for person in people if person["name"].startswith(name))
    page = browser.new_context(base_url=url, viewport=size).new_page()
    page.goto("/login")
    sign_in(page, one["email"], one["password"])
    page.locator("#live-state[data-state=live]").wait_for(state="attached")
    return page


def compose(page: Page) -> None:
    page.goto("/notifications/new")
    page.get_by_role("radio", name="Emergency").check()
    page.locator("summary", has_text="Year groups").first.click()
    for box in page.locator("[name=include][value^='guardians-of:grade']").all():
        box.check()
    page.fill("[name=title]", TITLE)
    page.fill("[name=body]", BODY)
    page.get_by_role("button", name="Check and send").click()
    page.locator("[name=school_name]").wait_for()


if __name__ == "__main__":
    arguments = [*sys.argv[1:], "http://127.0.0.1:8000", "var"]
    take(arguments[0], Path(arguments[1] if len(sys.argv) > 2 else "var"))

"""The first inbox page: all that comes over the wire for it, headers included, when nothing is kept yet."""

from collections.abc import Iterator
from typing import Any

from playwright.sync_api import BrowserContext, sync_playwright

from tests.bench.demonstration import demonstration
from tests.bench.figures import Figure
from tests.support.browser import ARGUMENTS, find_chromium

GOAL_KB = 60.0


def measure() -> Iterator[Figure]:
    """As a real browser counts it, of a parent's inbox in the demo; without the socket, which brings nothing yet."""
    with demonstration() as demo, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(playwright), args=ARGUMENTS)
        entered = demo.signed_in(browser, "Priya")
        fresh = browser.new_context(base_url=demo.url, storage_state=entered.storage_state())
        received = _received(fresh)
        browser.close()
    document = sum(size for path, size in received.items() if path.endswith("/inbox"))
    yield Figure("first_page", sum(received.values()) / 1000, "kB", goal=GOAL_KB, peer="everything, empty cache")
    yield Figure("first_page_document", document / 1000, "kB", peer="the bare document")
    yield Figure("first_page_requests", len(received), "requests")
    for path, size in sorted(received.items(), key=lambda each: -each[1]):
        print(f"{size / 1000:8.2f} kB  {path}")


def _received(context: BrowserContext) -> dict[str, int]:
    """Bytes by address, headers included."""
    page = context.new_page()
    line = context.new_cdp_session(page)
    paths: dict[str, str] = {}
    sizes: dict[str, int] = {}

    def sent(event: dict[str, Any]) -> None:
        paths[event["requestId"]] = event["request"]["url"].partition("?")[0]

    def finished(event: dict[str, Any]) -> None:
        path = paths.get(event["requestId"], "")
        sizes[path] = sizes.get(path, 0) + round(event["encodedDataLength"])

    line.on("Network.requestWillBeSent", sent)
    line.on("Network.loadingFinished", finished)
    line.send("Network.enable")
    page.goto("/inbox", wait_until="load")
    page.wait_for_timeout(2_000)  # icons and whatever a script still asks for
    return sizes

"""Fixtures: a running Belfry, sockets to it, and real browsers before it."""

from collections.abc import Callable, Generator, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Playwright, expect, sync_playwright

from app.settings import Settings
from tests.support.browser import ARGUMENTS, Watch, find_chromium
from tests.support.cast import Cast
from tests.support.entering import enter
from tests.support.screens import Screen
from tests.support.site import Site, running_site

PHONE, TABLET, DESKTOP = (390, 844), (820, 1180), (1440, 900)


@pytest.fixture
def site(settings: Settings, cast: Cast, tmp_path: Path) -> Iterator[Site]:
    """Belfry with two web processes, workers and clock, and the cast in it; starting it takes some seconds."""
    with running_site(settings, tmp_path / "site") as running:
        yield running


@pytest.fixture
def join() -> Iterator[Callable[..., Screen]]:
    """``join(visitor)`` opens their page's socket; all are closed in the end. Arguments as ``Screen`` takes them."""
    joined: list[Screen] = []

    def opened(*args: Any, **kwargs: Any) -> Screen:
        joined.append(Screen(*args, **kwargs))
        return joined[-1]

    yield opened
    for screen in joined:
        screen.close()


@pytest.fixture(scope="session")
def _playwright() -> Iterator[Playwright]:
    expect.set_options(timeout=20_000)  # patience costs nothing where a thing comes true; a deadline says so itself
    with sync_playwright() as playwright:
        yield playwright


@pytest.fixture(scope="session")
def chromium(_playwright: Playwright) -> Iterator[Browser]:
    path = find_chromium(_playwright)
    browser = _playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
    yield browser
    browser.close()


@pytest.fixture
def browse(chromium: Browser) -> Iterator[Callable[..., Page]]:
    """``browse(site.url(), "priya")``: a page of a fresh profile, signed in when named.

    ``size`` is PHONE, TABLET or DESKTOP; more goes to Playwright's ``new_context`` (``color_scheme="dark"``). In the
    end the test fails if any page broke the CSP, raised a script error, or asked a foreign host for anything.
    """
    watches: list[Watch] = []
    contexts = []

    def opened(url: str, who: str | None = None, size: tuple[int, int] = DESKTOP, **options: Any) -> Page:
        context = chromium.new_context(viewport={"width": size[0], "height": size[1]}, base_url=url, **options)
        contexts.append(context)
        watches.append(Watch(context))
        watches[-1].allow(url)
        page = context.new_page()
        if who:
            enter(page, who)
        return page

    yield opened
    for context in contexts:
        context.close()
    faults = [fault for watch in watches for fault in watch.faults]
    assert not faults, "pages did what none may do:\n  " + "\n  ".join(faults)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """A failed test that ran a site shows what its processes wrote."""
    report = yield
    site = getattr(item, "funcargs", {}).get("site")
    if report.failed and isinstance(site, Site):
        report.sections += [(f"log of {name}", text) for name, text in site.logs().items() if text]
    return report

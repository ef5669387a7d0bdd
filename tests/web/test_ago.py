""" "8 minutes ago": what the server says, and that a page which stays open goes on in the same words."""

import json
from datetime import UTC, datetime, timedelta
from html import escape
from pathlib import Path

import pytest
from flask import Flask
from flask_babel import force_locale
from playwright.sync_api import Browser, Page

from app.kernel.clock import now
from app.web import ago
from app.web.ago import Length
from app.web.formats import moment
from app.web.localisation import LANGUAGES

SCRIPT = (Path(__file__).parents[2] / "static/js/ago.js").read_text()
HERE = "http://belfry.test/"
TURN = """() => window.turn = (hidden) => {
  Object.defineProperty(document, "hidden", { value: hidden, configurable: true });
  document.dispatchEvent(new Event("visibilitychange"));
}"""
MINUTES = [
    0,
    0.9,
    1,
    1.9,
    2,
    3,
    11,
    59.5,
    60,
    119.5,
    120,
    180,
    660,
    23 * 60,
    24 * 60,
    2 * 24 * 60,
    3 * 24 * 60,
    11 * 24 * 60,
]
AGES = [timedelta(minutes=minutes) for minutes in MINUTES]


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (-100, "just now"),
        (50, "just now"),
        (60, "1 minute ago"),
        (110, "1 minute ago"),
        (3_590, "59 minutes ago"),
        (3_600, "1 hour ago"),
        (86_390, "23 hours ago"),
        (6.99 * 86_400, "6 days ago"),
    ],
)
def test_only_what_has_passed_is_counted(app: Flask, seconds: float, words: str) -> None:
    with app.test_request_context():
        assert ago.words(timedelta(seconds=seconds), Length.LONG) == words
        said = moment(now() - timedelta(seconds=seconds))
        assert f'data-ago="long">{words}</time>' in said


def test_after_a_week_it_is_the_day_and_stays_so(app: Flask) -> None:
    with app.test_request_context():
        assert "data-ago" not in moment(now() - timedelta(days=7))


def page_of(app: Flask, language: str, moments: list[datetime]) -> str:
    """A page as the server makes it, of nothing but moments, each in both lengths."""
    with app.test_request_context(), force_locale(language):
        said = [
            f'<time data-ago="{length}" datetime="{each.isoformat()}">{ago.words(now() - each, length)}</time>'
            for length in Length
            for each in moments
        ]
        ways = escape(json.dumps(ago.ways()))
    return f'<!doctype html><html lang="{language}"><body data-ago="{ways}">{"".join(said)}<script>{SCRIPT}</script>'


def opened(chromium: Browser, html: str) -> Page:
    """A page of a device whose clock is three years behind."""
    page = chromium.new_context().new_page()
    page.route(HERE, lambda route: route.fulfill(body=html, content_type="text/html; charset=utf-8"))
    page.clock.install(time=datetime(2023, 1, 1, tzinfo=UTC))
    page.goto(HERE)
    return page


def shown(page: Page) -> list[str]:
    return page.locator("time").all_text_contents()


def expected(app: Flask, language: str, later: timedelta = timedelta()) -> list[str]:
    with app.test_request_context(), force_locale(language):
        return [ago.words(age + later, length) for length in Length for age in AGES]


@pytest.mark.browser
@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
@pytest.mark.parametrize("language", LANGUAGES)
def test_an_open_page_goes_on_in_the_words_of_the_server(app: Flask, chromium: Browser, language: str) -> None:
    moments = [now() - age - timedelta(seconds=1) for age in AGES]
    page = opened(chromium, page_of(app, language, moments))
    page.clock.run_for(1_000)
    assert shown(page) == expected(app, language, timedelta(seconds=1)), (
        "nothing jumps, whatever the device's clock says"
    )
    page.clock.run_for(40 * 60_000)
    assert shown(page) == expected(app, language, timedelta(minutes=40, seconds=2))
    page.context.close()


@pytest.mark.browser
@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
def test_a_page_that_nobody_sees_rests_and_is_right_when_it_is_shown_again(app: Flask, chromium: Browser) -> None:
    page = opened(chromium, page_of(app, "en", [now()]))
    page.evaluate(TURN)
    page.evaluate("turn(true)")
    page.clock.run_for(5 * 60_000 + 30_000)
    assert shown(page)[0] == "just now"
    page.evaluate("turn(false)")
    assert shown(page)[0] == "5 minutes ago"
    page.context.close()

"""What an open page keeps through a bad line: the receipts it owes, the words that somebody types. In real browsers."""

import re
from collections.abc import Callable

import pytest
from flask import Flask
from playwright.sync_api import Page, Route, expect
from sqlalchemy import select

from app.catalogue.kinds import Channel
from app.extensions import db
from app.notifications.kinds import Fate
from app.notifications.models import NotificationLog
from tests.browser.test_emergency import compose_emergency
from tests.support.cast import Cast
from tests.support.entering import enter
from tests.support.site import Site

# The page cannot see which database it is.
pytestmark = [pytest.mark.browser, pytest.mark.parametrize("backend", ["sqlite"], indirect=True)]
Browse = Callable[..., Page]


def test_a_receipt_that_was_refused_is_told_again(app: Flask, site: Site, cast: Cast, browse: Browse) -> None:
    def fate() -> Fate | None:
        row = NotificationLog
        mine = select(row.status).where(row.recipient_id == cast.priya.id, row.channel == Channel.WEBSOCKET)
        with app.app_context():
            return db.session.scalar(mine)

    refused: list[Route] = []

    def refuse_the_first(route: Route) -> None:
        if refused:
            return route.continue_()
        refused.append(route)
        return route.fulfill(status=503)

    priya = browse(site.url(1))
    priya.route_web_socket(re.compile("/live"), lambda socket: socket.close(code=1011))
    priya.route("**/live/receipts", refuse_the_first)
    enter(priya, "priya")
    compose_emergency(browse(site.url(), "margaret"), cast)

    expect(priya.get_by_role("alertdialog")).to_be_visible(timeout=60_000)
    with priya.expect_response(lambda answer: "/live/receipts" in answer.url and answer.ok, timeout=60_000):
        pass
    priya.wait_for_timeout(1_500)
    assert refused
    assert fate() is Fate.DELIVERED


def test_after_a_gap_typed_words_stay_and_news_still_comes(
    site: Site, cast: Cast, browse: Browse, forget_history: Callable[[], None]
) -> None:
    margaret = browse(site.url(), "margaret")
    margaret.goto("/notifications/new")
    margaret.locator("[name=body]").fill("Everyone is safe.")
    state = margaret.locator("#live-state")
    expect(state).to_have_attribute("data-state", "live")
    forget_history()
    expect(state).to_have_attribute("data-state", "still", timeout=60_000)

    browse(site.url(1), "margaret")
    expect(margaret.locator("#signed-out")).to_be_visible(timeout=60_000)
    expect(margaret.locator("[name=body]")).to_have_value("Everyone is safe.")

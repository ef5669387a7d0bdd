"""What is taken back leaves the pages that are open, and is said on those of its readers."""

from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import UUID

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from app.catalogue.kinds import Category
from app.kernel.unit_of_work import unit_of_work
from app.notifications.models import Notification
from app.notifications.withdraw import withdraw
from app.settings import Settings
from tests.inbox.conftest import Arrive, Publish
from tests.inbox.open_pages import PATIENCE, is_live
from tests.live.webs import Webs, running_webs
from tests.notifications.people import at_work
from tests.support.axe import findings
from tests.support.cast import Cast
from tests.support.fixtures_site import PHONE

# The page cannot see which database it is.
pytestmark = [pytest.mark.browser, pytest.mark.parametrize("backend", ["sqlite"], indirect=True)]


@pytest.fixture
def web(settings: Settings, cast: Cast, tmp_path: Path) -> Iterator[Webs]:
    with running_webs(settings, tmp_path / "web") as running:
        yield running


@pytest.fixture
def take_back(app: Flask, cast: Cast) -> Callable[..., None]:
    """``take_back(trip, news)``: Margaret withdraws them, with a reason."""

    def taken_back(*ids: UUID) -> None:
        for id_ in ids:
            with app.app_context(), unit_of_work() as session:
                withdraw(session.get_one(Notification, id_), at_work(cast, cast.margaret), "It is <b>wrong</b>.")

    return taken_back


def test_bar_27_on_open_pages_the_unread_goes_and_the_read_says_so(
    web: Webs, browse: Callable[..., Page], arrive: Arrive, publish: Publish, take_back: Callable[..., None]
) -> None:
    kept, trip = arrive("Lunch menu", "priya"), arrive("Trip", "priya")
    page = browse(web.url(), "priya", PHONE)
    page.reload()
    is_live(page)
    news = publish("News", "priya")
    expect(page.locator("#newer a")).to_have_text("1 new", timeout=PATIENCE)
    fire = publish("Fire", "priya", category=Category.EMERGENCY)
    expect(page.locator(f"#alert-{fire}")).to_be_visible(timeout=PATIENCE)

    take_back(trip, news, fire)
    expect(page.locator(f"#alert-{fire}")).to_have_count(0, timeout=PATIENCE)
    expect(page.locator("#strips")).to_contain_text("The emergency was withdrawn.")
    expect(page.locator(f"#n-{trip}")).to_have_count(0, timeout=PATIENCE)
    expect(page.locator("#newer a")).to_be_hidden(timeout=PATIENCE)
    expect(page.locator("#inbox-badge")).to_have_text("1", timeout=PATIENCE)
    expect(page.locator(f"#n-{kept}")).to_be_visible()

    page.goto(f"/inbox/{kept}")
    is_live(page)
    expect(page.locator("#inbox-badge")).to_be_hidden(timeout=PATIENCE)
    take_back(kept)
    said = page.locator(f"#withdrawn-{kept}")
    expect(said).to_contain_text("Northfield Primary withdrew this on", timeout=PATIENCE)
    expect(said).to_contain_text("It is <b>wrong</b>.")
    assert findings(page) == []

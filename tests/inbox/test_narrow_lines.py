"""Open pages behind bad lines: no socket, or a hole in what they were told. And what people write stays words there."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Dialog, Page, expect
from sqlalchemy import update

from app.catalogue.kinds import Category
from app.identity.models import Account
from app.kernel.ids import new_id
from app.kernel.unit_of_work import unit_of_work
from app.realtime.models import LiveCounter
from app.settings import Settings
from tests.inbox.conftest import Arrive, Publish
from tests.inbox.open_pages import PATIENCE, is_live
from tests.live.webs import Webs, running_webs
from tests.support.cast import Cast
from tests.support.narrow import Narrow, narrow_way
from tests.support.ports import free_port

# The page cannot see which database it is.
pytestmark = [
    pytest.mark.browser,
    pytest.mark.alone,
    pytest.mark.parametrize("backend", ["sqlite"], indirect=True),
]
Browse = Callable[..., Page]
HALF_A_MINUTE = 30_000
IMAGE = "<img src=/attack onerror=alert(1)>"
LOADS = "<b hx-get='/attack' hx-trigger='load'>x</b>"
SCRIPT = "<script>fetch('/attack')</script>"


@pytest.fixture
def ways(settings: Settings, cast: Cast, tmp_path: Path) -> Iterator[tuple[Webs, Narrow, str]]:
    """A web process, and a proxy before it by which it is known."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    with running_webs(settings, tmp_path / "web", 1, PUBLIC_URL=url) as web, narrow_way(port, web.port) as proxy:
        yield web, proxy, url


def watch(page: Page) -> list[str]:
    """What the page does from now on that words could have made it do."""
    done: list[str] = []
    page.on("request", lambda request: done.append(request.url) if "attack" in request.url else None)

    def heard(dialog: Dialog) -> None:
        done.append(dialog.message)
        dialog.dismiss()

    page.on("dialog", heard)
    return done


def inert(page: Page) -> None:
    assert page.locator("#alerts img, #main img, #strips img, #toasts img, #latest img").count() == 0
    assert page.locator("[hx-get*=attack], script:not([src])").count() == 0


def test_bar_47_and_50_without_sockets_it_comes_in_half_a_minute_and_words_stay_words_by_every_door(
    ways: tuple[Webs, Narrow, str], browse: Browse, app: Flask, cast: Cast, publish: Publish
) -> None:
    _web, proxy, url = ways
    with app.app_context(), unit_of_work() as session:
        for someone, name in ((cast.margaret, LOADS), (cast.mina, IMAGE)):
            session.execute(update(Account).where(Account.id == someone.id).values(name=name))
    room = new_id()
    audience = {"include": [f"class:{room}"], "exclude": [], "names": {f"class:{room}": f"4B{SCRIPT}"}}
    words = {"about": ("mina",), "audience": audience, "body": f"{IMAGE}\n\n{LOADS} {SCRIPT}"}

    asking = browse(url, "priya")
    done = watch(asking)
    expect(asking.locator("#live-state")).to_have_attribute("data-state", "polling", timeout=HALF_A_MINUTE)
    assert proxy.refused
    publish(f"Calm {IMAGE}", "priya", **words)
    expect(asking.locator("#list .line")).to_contain_text(f"Calm {IMAGE}", timeout=HALF_A_MINUTE)
    asking.goto("/account/sessions")
    publish(f"Fire {LOADS} {SCRIPT}", "priya", category=Category.EMERGENCY, **words)
    publish(f"Again {SCRIPT}", "priya", **words)
    alert = asking.get_by_role("alertdialog")
    expect(alert).to_contain_text(f"Fire {LOADS} {SCRIPT}", timeout=HALF_A_MINUTE)
    for said in (IMAGE, LOADS, f"4B{SCRIPT}", "<img"):
        expect(alert).to_contain_text(said)
    inert(asking)
    alert.get_by_role("button", name="I have read this").click()
    expect(asking.locator("#strips .strip")).to_contain_text(f"Fire {LOADS}", timeout=PATIENCE)
    asking.locator("#bell summary").click()
    expect(asking.locator("#latest li")).to_have_count(3, timeout=PATIENCE)
    inert(asking)
    asking.goto("/inbox")
    expect(asking.locator("#list .line")).to_have_count(3)
    inert(asking)
    asking.locator("#list .line a").first.click()
    expect(asking.locator("h1")).to_contain_text("Again")
    inert(asking)
    assert done == []


def test_bar_50_what_people_write_arrives_inert_over_the_socket(
    ways: tuple[Webs, Narrow, str], browse: Browse, app: Flask, cast: Cast, publish: Publish
) -> None:
    web = ways[0]
    with app.app_context(), unit_of_work() as session:
        session.execute(update(Account).where(Account.id == cast.margaret.id).values(name=LOADS))
    page = is_live(browse(web.url(), "priya"))
    done = watch(page)
    page.goto("/account/sessions")
    is_live(page)
    publish(f"Calm {IMAGE} {LOADS}", "priya", body=f"{IMAGE} {SCRIPT}")
    expect(page.locator("#toasts")).to_contain_text(f"Calm {IMAGE} {LOADS}", timeout=PATIENCE)
    publish(f"Fire {SCRIPT}", "priya", category=Category.EMERGENCY, body=f"{IMAGE}\n\n{LOADS}")
    alert = page.get_by_role("alertdialog")
    expect(alert).to_contain_text(f"Fire {SCRIPT}", timeout=PATIENCE)
    for said in (IMAGE, LOADS):
        expect(alert).to_contain_text(said)
    page.wait_for_timeout(500)
    inert(page)
    assert done == []


def test_after_a_gap_an_emergency_of_meanwhile_appears_and_typed_words_stay(
    ways: tuple[Webs, Narrow, str], browse: Browse, app: Flask, arrive: Arrive
) -> None:
    page = browse(ways[0].url(), "margaret")
    page.goto("/notifications/new")
    is_live(page).locator("[name=title]").first.fill("Half a sentence")
    arrive("Fire", "margaret", category=Category.EMERGENCY)
    with app.app_context(), unit_of_work() as session:
        session.execute(update(LiveCounter).values(epoch=new_id()))
    alert = page.get_by_role("alertdialog")
    expect(alert).to_contain_text("Fire", timeout=PATIENCE)
    expect(page.locator("#live-state")).to_have_attribute("data-state", "still")
    alert.get_by_role("button", name="I have read this").click()
    expect(page.locator("#strips .strip")).to_have_count(1, timeout=PATIENCE)
    expect(page.locator("[name=title]").first).to_have_value("Half a sentence")

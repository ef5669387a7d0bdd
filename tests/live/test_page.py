"""The page's side of the line, in a real browser."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from app.settings import Settings
from tests.live.notices import ALERT
from tests.live.webs import Webs, running_webs
from tests.support.cast import Cast, sign_in_name
from tests.support.entering import sign_in
from tests.support.patience import eventually

# The page cannot see which database it is.
pytestmark = [pytest.mark.browser, pytest.mark.parametrize("backend", ["sqlite"], indirect=True)]

Browse = Callable[..., Page]
Happen = Callable[..., str]
PAGE = "/account/sessions"


def open_page(browse: Browse, web: Webs, who: str = "priya") -> Page:
    page = browse(web.url(), who)
    page.goto(PAGE)
    expect_state(page, "live")
    return page


def expect_state(page: Page, state: str, within: float = 25) -> None:
    expect(page.locator("#live-state")).to_have_attribute("data-state", state, timeout=within * 1000)


def expect_news(page: Page, words: str, within: float = 20) -> None:
    expect(page.locator("#toasts li", has_text=words)).to_have_count(1, timeout=within * 1000)


def test_what_happens_appears_by_itself(web: Webs, browse: Browse, happen: Happen) -> None:
    priya, olu = open_page(browse, web), open_page(browse, web, "olu")
    words = happen(to="priya")
    expect_news(priya, words)
    assert words not in olu.content()


def test_after_a_restart_the_page_is_back_and_has_missed_nothing(web: Webs, browse: Browse, happen: Happen) -> None:
    priya = open_page(browse, web)
    before = happen(to="priya")
    expect_news(priya, before)
    web.stop(0)
    meanwhile = happen(to="priya")
    expect(priya.locator("#live-state")).not_to_have_attribute("data-state", "live")
    web.start_again(0)
    expect_news(priya, meanwhile, within=20)
    expect_state(priya, "live", within=20)
    after = happen(to="priya")
    expect_news(priya, after)
    # Each was seen to come; a toast that has been read long enough may have gone by now.
    assert all(priya.content().count(words) <= 1 for words in (before, meanwhile, after))


def test_an_alert_takes_the_page_until_it_is_answered(web: Webs, browse: Browse, happen: Happen) -> None:
    page = open_page(browse, web)
    first, second = happen(to="priya", kind=ALERT), happen(to="priya", kind=ALERT)
    newest = page.get_by_role("alertdialog").filter(has_text=second)
    expect(newest).to_be_visible()
    for _ in range(3):
        page.keyboard.press("Escape")
    assert page.evaluate("[...document.querySelectorAll('#alerts dialog')].every(one => one.matches(':modal'))")
    assert second in page.evaluate("document.activeElement.closest('dialog').textContent")
    assert page.evaluate("document.querySelector('#main').inert")
    reported = [f"received {words.strip('[]')}" for words in (first, second)]
    eventually(lambda: set(reported) <= set(web.reported()), within=20, what=f"receipts {reported}")


@pytest.mark.alone
def test_a_page_that_is_signed_out_says_so_and_stays_away(web: Webs, browse: Browse) -> None:
    priya = open_page(browse, web)
    sockets: list[str] = []
    priya.on("websocket", lambda socket: sockets.append(socket.url))
    asked: list[str] = []
    priya.on("request", lambda request: asked.append(request.url))
    web.visitor("priya")
    expect(priya.locator("#signed-out")).to_be_visible(timeout=2000)
    assert priya.evaluate("document.querySelector('#signed-out').matches(':modal')")
    priya.evaluate("dispatchEvent(new Event('online'))")
    priya.wait_for_timeout(3000)
    assert (sockets, asked) == ([], [])


def test_bar_47_without_sockets_the_page_asks_and_reports_all_the_same(
    web: Webs, browse: Browse, happen: Happen
) -> None:
    page = browse(web.url())
    page.route_web_socket(re.compile("/live"), lambda socket: socket.close(code=1011))
    page.goto("/login")
    sign_in(page, sign_in_name("priya"))
    page.wait_for_url("**/inbox")
    page.goto(PAGE)
    expect_state(page, "polling")
    words = happen(to="priya", kind=ALERT)
    expect(page.get_by_role("alertdialog").filter(has_text=words)).to_be_visible(timeout=20_000)
    eventually(lambda: f"received {words.strip('[]')}" in web.reported(), within=20)
    web.visitor("priya")
    expect(page.locator("#signed-out")).to_be_visible(timeout=20_000)


def test_a_page_whose_history_is_gone_loads_itself_anew(
    web: Webs, browse: Browse, forget_history: Callable[[], None]
) -> None:
    page = open_page(browse, web)
    with page.expect_navigation(timeout=20_000):
        forget_history()
    expect_state(page, "live")


def test_but_not_while_somebody_has_typed_something(
    web: Webs, browse: Browse, forget_history: Callable[[], None]
) -> None:
    page = browse(web.url(), "margaret")
    page.goto("/notifications/new")
    expect_state(page, "live")
    page.locator("[name=title]").fill("Half a sentence")
    forget_history()
    expect_state(page, "still")
    page.wait_for_timeout(500)
    expect(page.locator("[name=title]")).to_have_value("Half a sentence")


def test_a_silent_line_is_opened_anew(web: Webs, browse: Browse, happen: Happen) -> None:
    page = browse(web.url(), "priya")
    page.clock.install()
    page.goto(PAGE)
    expect_state(page, "live")
    sockets: list[str] = []
    page.on("websocket", lambda socket: sockets.append(socket.url))
    page.clock.fast_forward(61_000)
    page.clock.run_for(2_000)
    expect_news(page, happen(to="priya"))
    assert len(sockets) == 1


def test_a_server_that_refuses_is_not_stormed(settings: Settings, cast: Cast, tmp_path: Path, browse: Browse) -> None:
    with running_webs(settings, tmp_path / "webs", 1) as webs:
        page = browse(webs.url(), "priya")
        page.clock.install()
        page.goto(PAGE)
        expect_state(page, "live")
        tries: list[float] = []
        page.on("websocket", lambda _socket: tries.append(page.evaluate("performance.now()")))
        webs.stop(0)
        began = page.evaluate("Date.now()")
        for _ in range(60):
            page.clock.run_for(1000)
            page.wait_for_timeout(20)
        assert page.evaluate("Date.now()") - began >= 60_000
        late = len(tries)
        for _ in range(60):
            page.clock.run_for(1000)
            page.wait_for_timeout(20)
        assert 5 <= len(tries) - late <= 12

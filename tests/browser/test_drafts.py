"""What somebody types outlives the tab, the network and a sign-in elsewhere, in real browsers, and is theirs alone."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.live.webs import Webs
from tests.support.cast import sign_in_name
from tests.support.entering import sign_in
from tests.support.fixtures_site import DESKTOP, PHONE
from tests.support.patience import eventually

# The page cannot see which database it is.
pytestmark = [pytest.mark.browser, pytest.mark.parametrize("backend", ["sqlite"], indirect=True)]

Browse = Callable[..., Page]
NEW, DRAFTS = "/notifications/new", "/notifications/drafts"
SIZES = pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["390", "1440"])
HELD = "Object.keys(sessionStorage).filter(key => key.startsWith('draft')).length"


def write(page: Page, name: str, words: str) -> None:
    field = page.locator(f"#composer [name={name}]")
    field.press("Control+End")
    field.press_sequentially(words)


def expect_saved(page: Page) -> None:
    expect(page.locator("#draft-state[data-state=saved]")).to_be_visible()


def expect_written(page: Page, title: str, body: str) -> None:
    expect(page.locator("#composer [name=title]")).to_have_value(title)
    expect(page.locator("#composer [name=body]")).to_have_value(body)


def expect_held(page: Page, count: int) -> None:
    """How many forms' words are in the tab and not known to have arrived."""
    eventually(lambda: page.evaluate(HELD) == count, what=f"{count} in the tab")


def begin(page: Page, title: str) -> None:
    page.goto(NEW)
    write(page, "title", title)
    page.locator("#composer [name=include][value='role:parent']").first.check()
    expect_saved(page)


def keep_from_the_server(page: Page) -> None:
    """What is typed from now on reaches the tab alone, as in the seconds before a save; nor is it previewed."""
    page.route(re.compile(f"{DRAFTS}$|/preview/"), lambda route: route.abort())


def come_back(page: Page, who: str) -> None:
    sign_in(page, sign_in_name(who))
    page.wait_for_url(re.compile("^(?!.*/login)"))


def lead_back(page: Page) -> None:
    """From the notice over the page to the sign-in form."""
    notice = page.locator("#signed-out")
    expect(notice).to_be_visible(timeout=20_000)
    expect(notice).to_contain_text("Your draft is safe.")
    page.unroute_all()
    notice.get_by_role("link", name="Sign in").click()
    page.wait_for_url("**/login?next=*")


def test_bar_60_signed_out_in_the_middle_of_a_sentence_all_is_there_again_on_either_device(
    web: Webs, browse: Browse
) -> None:
    desk = browse(web.url(), "margaret", DESKTOP)
    begin(desk, "Sports day")
    write(desk, "body", "Please bring a hat")
    expect(desk).to_have_url(re.compile(r"draft="))
    expect_saved(desk)
    expect_held(desk, 0)
    keep_from_the_server(desk)
    write(desk, "body", " and plenty of wa")

    phone = browse(web.url(), "margaret", PHONE)
    lead_back(desk)
    phone.goto(DRAFTS)
    phone.get_by_role("link", name="Sports day").click()
    expect_written(phone, "Sports day", "Please bring a hat")

    come_back(desk, "margaret")
    expect(desk.locator("[data-draft-restored=saved]")).to_be_visible()
    expect_written(desk, "Sports day", "Please bring a hat and plenty of wa")
    expect(desk.locator("#tokens")).to_contain_text("Guardians")
    expect(desk.locator("#composer [name=include][value='role:parent']")).to_be_checked()
    expect_held(desk, 0)

    expect(phone.locator("#signed-out")).to_be_visible(timeout=20_000)
    phone.locator("#signed-out").get_by_role("link", name="Sign in").click()
    come_back(phone, "margaret")
    expect_written(phone, "Sports day", "Please bring a hat and plenty of wa")


def test_bar_60_with_the_socket_blocked_too_and_whoever_else_signs_in_there_finds_nothing(
    web: Webs, browse: Browse
) -> None:
    tab = browse(web.url(), None, PHONE)
    tab.clock.install()
    tab.route_web_socket(re.compile("/live"), lambda socket: socket.close(code=1011))
    for who in ("hugo", "margaret"):
        tab.goto("/login")
        come_back(tab, "margaret")
        tab.goto(NEW)
        keep_from_the_server(tab)
        write(tab, "title", "Only Margaret may see this")
        browse(web.url(), "margaret")
        tab.clock.fast_forward("00:16")  # to the next of its requests
        lead_back(tab)
        expect_held(tab, 1)
        come_back(tab, who)
        if who == "hugo":
            tab.goto(NEW)
            expect_held(tab, 0)
            assert "Only Margaret" not in tab.evaluate("JSON.stringify({...sessionStorage})")
            expect_written(tab, "", "")
            tab.goto(DRAFTS)
            expect(tab.locator("main")).to_contain_text("No drafts")
            tab.goto("/account/sessions")
            tab.get_by_role("button", name="Sign out").click()
            tab.wait_for_url("**/login")
    expect(tab.locator("[data-draft-restored=saved]")).to_be_visible()
    expect_written(tab, "Only Margaret may see this", "")


@SIZES
def test_a_draft_outlives_its_tab_the_network_and_another_tab(web: Webs, browse: Browse, size: tuple[int, int]) -> None:
    page = browse(web.url(), "margaret", size)
    begin(page, "Bake sale")
    write(page, "body", "Bring ca")
    page.close()  # nothing is asked, and it is no second since the last key
    page = page.context.new_page()
    page.goto("/notifications")
    page.get_by_role("link", name="Drafts").click()
    page.get_by_role("link", name="Bake sale").click()
    expect_written(page, "Bake sale", "Bring ca")

    page.context.set_offline(True)
    write(page, "body", "kes")
    expect(page.locator("#draft-state")).to_contain_text("No connection.")
    page.context.set_offline(False)
    expect_saved(page)

    other = page.context.new_page()
    other.goto(page.url)
    expect_written(other, "Bake sale", "Bring cakes")
    write(other, "body", " on Monday")
    expect_saved(other)
    expect_held(other, 0)
    write(page, "body", " on Tuesday")
    expect(page.locator("#draft-state")).to_contain_text("kept as a second draft")
    page.goto(DRAFTS)
    for words in ("Bring cakes on Monday", "Bring cakes on Tuesday"):
        expect(page.locator(".drafts")).to_contain_text(words)

    page.get_by_role("button", name="Delete").first.click()
    expect(page.locator(".drafts li")).to_have_count(1)
    page.get_by_role("button", name="Undo").click()
    expect(page.locator(".drafts li")).to_have_count(2)


def test_words_found_in_the_tab_wait_for_the_network_and_nothing_is_typed_over_them(web: Webs, browse: Browse) -> None:
    page = browse(web.url(), "margaret")
    begin(page, "Bake sale")
    keep_from_the_server(page)
    write(page, "body", "Bring cakes on Tuesday")
    page.reload()
    expect(page.locator("#draft-state")).to_contain_text("No connection.")
    expect(page.locator("#composer")).to_have_js_property("inert", True)
    page.get_by_role("button", name=re.compile("Check")).last.click()
    expect(page).to_have_url(re.compile("draft="))  # it did not go without them
    page.unroute_all()
    expect(page.locator("[data-draft-restored=saved]")).to_be_visible()
    expect_written(page, "Bake sale", "Bring cakes on Tuesday")
    expect_held(page, 0)


def test_what_was_sent_leaves_no_draft_and_nothing_in_the_tab(web: Webs, browse: Browse) -> None:
    page = browse(web.url(), "margaret")
    begin(page, "Lost key")
    keep_from_the_server(page)
    write(page, "body", "A blue one")
    page.get_by_role("button", name=re.compile("Check")).last.click()
    page.get_by_role("button", name="Back to the draft").click()
    expect_written(page, "Lost key", "A blue one")
    expect_held(page, 0)
    page.unroute_all()
    page.get_by_role("button", name=re.compile("Check")).last.click()
    page.get_by_role("button", name=re.compile("^Send to")).click()
    page.wait_for_url(re.compile(r"/notifications/[0-9a-f-]{36}"))
    page.goto(NEW)
    expect_written(page, "", "")
    page.goto(DRAFTS)
    expect(page.locator("main")).to_contain_text("No drafts")


def test_signing_out_saves_the_last_words_first_and_empties_the_tab(web: Webs, browse: Browse) -> None:
    page = browse(web.url(), "margaret")
    begin(page, "Bus plan")
    page.evaluate(
        """() => {
          const form = document.createElement("form");
          Object.assign(form, { method: "post", action: "/logout", id: "leaving" });
          form.append(document.querySelector("#composer [name=csrf_token]").cloneNode());
          document.body.append(form);
        }"""
    )  # as a menu on this very page would have it
    write(page, "body", "Line 7 leaves from the ga")
    page.evaluate("document.getElementById('leaving').requestSubmit()")
    page.wait_for_url("**/login")
    expect_held(page, 0)
    come_back(page, "margaret")
    page.goto(DRAFTS)
    expect(page.locator(".drafts")).to_contain_text("Line 7 leaves from the ga")


def test_back_from_the_page_that_asks_nothing_is_taken_for_lost(web: Webs, browse: Browse) -> None:
    """However quick somebody is: here before the scripts of that page could clear the tab."""
    page = browse(web.url(), "margaret")
    page.route(f"**{DRAFTS}", lambda route: route.abort())
    page.goto(NEW)
    page.locator("[name=include][value='role:teacher']").check()
    page.locator("#title").fill("Snow")
    page.locator("#body").fill("No school today.")
    page.route("**/js/tab.js*", lambda route: route.abort())
    page.locator("#title").press("Enter")
    page.get_by_role("button", name=re.compile("^Send to")).wait_for()
    expect_held(page, 1)
    page.unroute_all()
    saved: list[str] = []
    page.on("request", lambda request: saved.append(request.url) if request.url.endswith(DRAFTS) else None)
    page.get_by_role("button", name="Back to the draft").click()
    expect(page.locator("#body")).to_have_value("No school today.")
    page.wait_for_load_state("networkidle")
    assert saved == []

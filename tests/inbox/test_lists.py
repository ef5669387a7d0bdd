"""The list: its parts with their counts, and what narrows it."""

from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

from flask import Flask

from app.catalogue.kinds import Category, Priority, Role
from app.identity.models import Account
from app.kernel.clock import now
from app.kernel.unit_of_work import unit_of_work
from app.roster.models import Guardianship, School
from tests.inbox.arrivals import copy_of
from tests.inbox.conftest import Arrive
from tests.inbox.test_deeds import shown
from tests.support import factories
from tests.support.cast import Cast
from tests.support.pages import Client, Page
from tests.support.statements import overheard

Browser = Callable[..., Client]


def test_each_part_holds_what_its_name_says_and_the_counts_agree(
    browser_of: Browser, app: Flask, cast: Cast, arrive: Arrive
) -> None:
    read, new, put_away, asked, done = (
        str(arrive(title, "priya", requires_acknowledgement=title in {"Asked", "Done"}))
        for title in ("Read", "New", "Put away", "Asked", "Done")
    )
    over = str(arrive("Over", "priya", requires_acknowledgement=True, expires_at=now() - timedelta(seconds=1)))
    priya = browser_of("priya")
    token = {"csrf_token": priya.csrf()}
    for item, deed in ((read, "reading"), (put_away, "archiving"), (done, "acknowledgement")):
        assert priya.post(f"/inbox/{item}/{deed}", data=token).status_code == 303
    assert set(shown(priya, "/inbox")) == {read, new, asked, done, over}
    assert (priya.page.text_of("count-unread"), priya.page.text_of("count-to-confirm")) == ("3", "1")
    assert set(shown(priya, "/inbox?show=unread")) == {new, asked, over}
    assert shown(priya, "/inbox?show=to-confirm") == [asked]
    assert shown(priya, "/inbox?show=archived") == [put_away]


def test_nothing_is_counted_beyond_what_anybody_would_count(browser_of: Browser, cast: Cast, arrive: Arrive) -> None:
    for number in range(105):
        arrive(f"Number {number}", "priya")
    priya = browser_of("priya")
    priya.get("/inbox")
    assert priya.page.text_of("inbox-badge") == priya.page.text_of("count-unread") == "99+"


def test_filters_work_together_with_parts_and_keep_one_another(browser_of: Browser, cast: Cast, arrive: Arrive) -> None:
    of_mina = str(arrive("About Mina", "priya", about=("mina",)))
    arrive("About Noor", "priya", about=("noor",))
    reminder = str(arrive("Mina's kit", "priya", category=Category.REMINDER, about=("mina",)))
    priya = browser_of("priya")
    assert set(shown(priya, link(priya, "/inbox", "Mina"))) == {of_mina, reminder}
    assert shown(priya, link(priya, None, "Reminders")) == [reminder]
    token = {"csrf_token": priya.csrf()}
    priya.post(f"/inbox/{reminder}/reading", data=token)
    shown(priya, f"/inbox?child={cast.mina.id}&category=reminder")
    assert shown(priya, link(priya, None, "Unread")) == []
    assert "Nothing here is of this kind" in priya.page.text
    assert shown(priya, link(priya, None, "Mina")) == []


def test_no_filter_is_offered_that_has_one_value(browser_of: Browser, app: Flask, cast: Cast, arrive: Arrive) -> None:
    arrive("Trip", "priya", "grace", "tom")
    for who, children in (("priya", {"Mina", "Noor", "Yusuf"}), ("grace", set()), ("tom", set())):
        browser = browser_of(who)
        browser.get("/inbox")
        assert {word for word in ("Mina", "Noor", "Yusuf", "Lily") if word in picks(browser.page)} == children
        assert "School" not in picks(browser.page)
    assert picks(open_page(browser_of("olu"), "/inbox")) == ""


def test_a_school_can_be_chosen_by_whoever_has_several(
    browser_of: Browser, app: Flask, cast: Cast, arrive: Arrive
) -> None:
    here = str(arrive("Here", "priya"))
    with app.app_context(), unit_of_work() as session:
        hillside, priya = session.get_one(School, cast.hillside.id), session.get_one(Account, cast.priya.id)
        factories.membership(priya, Role.TEACHER, hillside)
        there = factories.notification(hillside, None, "There")
        factories.copy(there, priya)
        there_id = str(there.id)
    browser = browser_of("priya")
    assert set(shown(browser, "/inbox")) == {here, there_id}
    assert shown(browser, link(browser, None, "Hillside Secondary")) == [there_id]
    assert shown(browser, f"/inbox?school={cast.northfield.id}") == [here]
    assert shown(browser, f"/inbox?school={uuid4()}") == []


def test_nobody_finds_out_by_a_filter_about_a_child_they_may_have_no_contact_with(
    browser_of: Browser, app: Flask, cast: Cast, arrive: Arrive
) -> None:
    trip = arrive("Trip", "priya", about=("mina", "noor"))
    priya = browser_of("priya")
    assert shown(priya, f"/inbox?child={cast.mina.id}") == [str(trip)]
    with app.app_context(), unit_of_work() as session:
        tie = session.query(Guardianship).filter_by(guardian_id=cast.priya.id, student_id=cast.mina.id).one()
        tie.no_contact = True
    assert shown(priya, f"/inbox?child={cast.mina.id}") == []
    assert "Mina" not in priya.page.text


def test_what_is_no_filter_of_ours_is_none(browser_of: Browser, cast: Cast, arrive: Arrive) -> None:
    trip = str(arrive("Trip", "priya"))
    priya = browser_of("priya")
    for query in ("show=everything", "category=gossip", "school=x", "child=%27--", "q=%20", "q=!!!", "after=x&show=x"):
        assert shown(priya, f"/inbox?{query}") == [trip], query


def test_read_all_reads_what_is_looked_at_and_no_more(
    browser_of: Browser, app: Flask, cast: Cast, arrive: Arrive
) -> None:
    other, reminder = arrive("Other", "priya"), arrive("Reminder", "priya", category=Category.REMINDER)
    priya = browser_of("priya")
    priya.get("/inbox?category=reminder")
    assert "Mark these read" in str(priya.page.all_with("aria-label"))
    came_from = {"Referer": f"{priya.base_url}/inbox?category=reminder"}
    answer = priya.press("/inbox/readings", headers=came_from)
    assert "category=reminder" in answer.location
    with app.app_context():
        assert copy_of(cast.priya.id, reminder).read_at
        assert copy_of(cast.priya.id, other).read_at is None


def test_each_empty_list_says_why_it_is_and_what_to_do(browser_of: Browser, cast: Cast, arrive: Arrive) -> None:
    olu = browser_of("olu")
    empty = {
        "/inbox": "Nothing has arrived yet",
        "/inbox?show=unread": "You have read everything",
        "/inbox?show=to-confirm": "Nothing is waiting for you",
        "/inbox?show=archived": "Nothing is archived",
        "/inbox?category=reminder": "Nothing here is of this kind",
        "/inbox?q=bus": "Nothing was found for “bus”",
    }
    for url, words in empty.items():
        assert words in open_page(olu, url).text
    put_away = arrive("Trip", "priya")
    priya = browser_of("priya")
    priya.post(f"/inbox/{put_away}/archiving", data={"csrf_token": priya.csrf()})
    assert "Your inbox is empty" in open_page(priya, "/inbox").text
    assert "about Tayo" in open_page(olu, "/inbox").text
    assert "about" not in open_page(browser_of("tom"), "/inbox").text.partition("Nothing has arrived yet")[2]


def test_a_list_takes_news_where_it_can_tell_whether_it_would_show_it(
    browser_of: Browser, cast: Cast, arrive: Arrive
) -> None:
    arrive("Trip", "priya")
    priya = browser_of("priya")
    takes = {"": True, "?show=unread": True, "?category=reminder": True, "?q=trip": False, "?after=x": True}
    takes |= {f"?child={cast.mina.id}": False, f"?school={cast.northfield.id}": False}
    for query, is_so in takes.items():
        list_ = open_page(priya, f"/inbox{query}").find("list")
        assert list_ is not None
        assert ("data-takes-news" in list_.attrib) is is_so, query


def test_days_have_names(browser_of: Browser, cast: Cast, arrive: Arrive) -> None:
    priya = browser_of("priya")
    while True:
        moment = now()
        for days, title in ((0, "New"), (1, "Before"), (400, "Long ago")):
            arrive(title, "priya", created_at=moment - timedelta(days=days))
        page = open_page(priya, "/inbox")
        if now().date() == moment.date():
            break  # else midnight came between
    headings = [h2.text for h2 in page.root.iter("h2") if h2.get("class") == "day"]
    assert headings[:2] == ["Today", "Yesterday"]
    assert str((moment - timedelta(days=400)).year) in str(headings[2])


def test_a_page_costs_at_most_six_queries_for_anybody(
    browser_of: Browser, app: Flask, cast: Cast, arrive: Arrive
) -> None:
    """With pins, children, filters, a search, and emergencies that stand over it and beside it."""
    for number in range(30):
        arrive(f"Number {number}", "priya", about=("mina", "yusuf", "noor"), priority=Priority.HIGH)
    confirmed = arrive("Flood", "priya", category=Category.EMERGENCY, about=("mina",))
    arrive("Fire", "priya", category=Category.EMERGENCY, about=("noor",))
    priya = browser_of("priya")
    token = {"csrf_token": priya.csrf()}
    priya.post(f"/inbox/{confirmed}/acknowledgement", data=token)
    for item in shown(priya, "/inbox")[3:6]:
        priya.post(f"/inbox/{item}/pinning", data=token)
    for query in ("", "?show=unread", f"?child={cast.mina.id}&category=announcement", "?q=number", "?show=archived"):
        with app.app_context(), overheard() as asked:
            priya.get(f"/inbox{query}")
        assert len(asked) <= 6, "\n\n".join(statement for statement, _ in asked)
        assert priya.page.find(f"strip-{confirmed}") is not None


def picks(page: Page) -> str:
    """What the filters say."""
    found = page.root.find(".//*[@class='picks']")
    return "" if found is None else " ".join("".join(found.itertext()).split())


def link(browser: Client, url: str | None, words: str) -> str:
    """Where the link of a page leads that begins with these words."""
    if url:
        browser.get(url)
    for anchor in browser.page.root.iter("a"):
        if "".join(anchor.itertext()).strip().startswith(words) and "/inbox" in anchor.attrib["href"]:
            return anchor.attrib["href"]
    raise LookupError(f"no link {words!r} on: {browser.page.text[:300]}")


def open_page(browser: Client, url: str) -> Page:
    assert browser.get(url).status_code == 200
    return browser.page

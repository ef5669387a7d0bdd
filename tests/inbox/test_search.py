"""Looking for words: in one's own copies alone, in whatever form, and whatever is typed."""

from collections.abc import Callable

import pytest
from flask import Flask
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import text, update
from sqlalchemy.orm import Session

from app.extensions import db
from app.inbox import queries
from app.inbox.kinds import Filter, Show
from app.kernel.paging import from_token
from app.kernel.phrases import phrases_of
from app.kernel.unit_of_work import unit_of_work
from app.notifications.models import Notification
from app.roster.models import School
from tests.inbox.conftest import Arrive
from tests.inbox.test_deeds import shown
from tests.support.cast import Cast
from tests.support.pages import Client

Browser = Callable[..., Client]
Find = Callable[..., list[str]]


@pytest.fixture
def find(session: Session, cast: Cast) -> Find:
    """``find("bus", "priya")``: the titles of what she finds, the newest first."""

    def found(words: str, who: str = "priya", show: Show = Show.ALL) -> list[str]:
        wanted = Filter(show, text=words)
        return [item.title for item in queries.opening(cast.people[who].id, wanted, locales=["en"]).lines]

    return found


def test_words_are_found_in_title_and_text_in_other_forms_too(find: Find, arrive: Arrive) -> None:
    arrive("Swimming starts on Monday", "priya", body="Bring **towels** and a packed lunch.")
    arrive("The buses are late", "priya", body="Because of snow.")
    for words in ("swimming", "SWIM", "towel", "swimming towels", "monday bring", "lunches", "pack"):
        assert find(words) == ["Swimming starts on Monday"], words
    for words in ("bus", "buses", "late sno", "late buses"):
        assert find(words) == ["The buses are late"], words
    assert find("swimming bus") == []
    assert find("coat") == []


def test_the_last_word_may_be_begun_only(find: Find, arrive: Arrive) -> None:
    arrive("Trip to Kirkstall Abbey", "priya", body="A packed lunch.")
    assert find("kirk") == find("abbey kirks") == ["Trip to Kirkstall Abbey"]
    assert find("kirk abbey") == []


def test_words_in_quotes_stand_together(find: Find, arrive: Arrive) -> None:
    arrive("Sports day", "priya", body="On the field.")
    arrive("A day of sports", "priya", body="In the hall.")
    assert find('"sports day"') == ["Sports day"]
    assert find("“sports day” field") == ["Sports day"]
    assert sorted(find("sports day")) == ["A day of sports", "Sports day"]


def test_accents_and_case_do_not_matter(find: Find, arrive: Arrive) -> None:
    arrive("Señora Nguyễn and the CAFÉ", "priya", body="José brings Äpfel.")
    for words in ("senora", "señora", "nguyen", "NGUYỄN", "cafe", "jose apfel"):
        assert find(words) == ["Señora Nguyễn and the CAFÉ"], words


def test_what_is_not_english_is_found_as_it_stands(find: Find, arrive: Arrive) -> None:
    arrive("اجتماع أولياء الأمور", "priya", body="يوم الثلاثاء في القاعة")
    arrive("Собрание родителей", "priya", body="Во вторник")
    assert find("الثلاثاء") == find("اجتما") == ["اجتماع أولياء الأمور"]
    assert find("родит") == ["Собрание родителей"]


@pytest.mark.parametrize("backend", ["postgresql"], indirect=True)
def test_the_schools_language_decides_what_forms_a_word_has(session: Session, cast: Cast, arrive: Arrive) -> None:
    with unit_of_work() as writing:
        writing.get_one(School, cast.northfield.id).locale = "es-MX"
    arrive("Reuniones de las familias", "priya", body="Vengan todos.")
    for locales, count in ((["es"], 1), (["es-MX", "en"], 1), ([], 0), (["xx"], 0)):
        page = queries.opening(cast.priya.id, Filter(text="familiar vengan"), locales=locales)
        assert len(page.lines) == count, locales


def test_nobody_finds_what_is_not_theirs(browser_of: Browser, cast: Cast, arrive: Arrive) -> None:
    arrive("CANARY of the staff", "asha")
    arrive("For Priya", "priya", body="No canary here: a CANARY2.")
    for who in ("priya", "olu", "margaret", "dana", "hugo"):
        browser = browser_of(who)
        for words in ("canary", "staff", "CANARY of the staff"):
            browser.get(f"/inbox?q={words}")
            assert "CANARY of the staff" not in browser.page.text.replace(f"“{words}”", "")


def test_the_archive_is_searched_too_and_says_so(browser_of: Browser, cast: Cast, arrive: Arrive) -> None:
    kept, put_away = str(arrive("Bus one", "priya")), str(arrive("Bus two", "priya"))
    priya = browser_of("priya")
    priya.post(f"/inbox/{put_away}/archiving", data={"csrf_token": priya.csrf()})
    assert shown(priya, "/inbox?q=bus") == [put_away, kept]
    line = priya.page.find(f"n-{put_away}")
    assert line is not None
    assert "Archived" in "".join(line.itertext())
    assert shown(priya, "/inbox?q=bus&show=unread") == [kept]
    assert shown(priya, "/inbox?q=bus&show=archived") == [put_away]


def test_pages_of_what_was_found_hold_everything_once(find: Find, session: Session, cast: Cast, arrive: Arrive) -> None:
    sent = {arrive(f"Bus {number}", "priya") for number in range(7)}
    with unit_of_work() as writing:
        writing.execute(text("UPDATE notification_recipients SET archived_at = created_at WHERE read_at IS NULL"))
    sent |= {arrive(f"Bus again {number}", "priya") for number in range(6)}
    seen, after = [], None
    for _ in range(9):
        page = queries.opening(cast.priya.id, Filter(text="bus"), after, size=3)
        seen += [item.id for item in page.lines]
        if page.next is None:
            break
        after = from_token(page.next)
    assert len(seen) == len(set(seen)) == 13
    assert set(seen) == sent


def test_what_was_looked_for_is_marked_and_nothing_becomes_markup(
    browser_of: Browser, cast: Cast, arrive: Arrive
) -> None:
    body = "Words before. " * 30 + "The <b>buses</b> leave <script>alert(1)</script> at nine."
    arrive("Bus & <i>coach</i>", "priya", body=body)
    html = browser_of("priya").get("/inbox?q=bus+%3Cscript%3E").text
    assert "<mark>Bus</mark> &amp; &lt;i&gt;coach" in html
    assert "<mark>buses</mark>" in html
    assert "<script>alert" not in html
    assert "<mark>script</mark>" in html


def test_what_is_rewritten_or_erased_is_found_by_its_new_words_alone(
    find: Find, session: Session, cast: Cast, arrive: Arrive
) -> None:
    trip = arrive("Trip", "priya", body="To the abbey.")
    for title, body in (("Journey", "To the castle."), ("", "")):
        with unit_of_work() as writing:
            writing.execute(update(Notification).where(Notification.id == trip).values(title=title, body=body))
        assert find("trip") == find("abbey") == []
        assert find("castle") == ([title] if title else [])


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
def test_the_index_agrees_with_the_rows(session: Session, cast: Cast, arrive: Arrive) -> None:
    trip = arrive("Trip", "priya")
    arrive("Menu", "priya")
    with unit_of_work() as writing:
        writing.execute(update(Notification).where(Notification.id == trip).values(body="Other words"))
        writing.execute(text("INSERT INTO notification_words (notification_words, rank) VALUES ('integrity-check', 1)"))


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(words=st.text(max_size=60))
@example(words='"')
@example(words="' OR 1=1 --")
@example(words="NEAR(a b) AND OR NOT * ^a:b {c} -d")
@example(words="title:bus | & ! <-> (")
@example(words="\x00\ud7ff\u200f%_\\'\"")
@example(words="a" * 300)
@example(words="the of and")
@example(words="\u0301\u064b x\u0301")
def test_nothing_that_is_typed_breaks_a_search(app: Flask, browser_of: Browser, cast: Cast, words: str) -> None:
    with app.app_context():
        for show in Show:
            queries.opening(cast.priya.id, Filter(show, text=words) if phrases_of(words) else Filter(show))
        db.session.remove()


def test_no_address_of_a_search_breaks_the_page(browser_of: Browser, cast: Cast, arrive: Arrive) -> None:
    arrive("Trip", "priya")
    priya = browser_of("priya")
    for words in ("%00", "%FF%FE", "%22", "%27%27", "%E2%80%9C", "+", "%F0%9F%98%80", "a" * 3000, "%0d%0aX", "%5C"):
        assert priya.get(f"/inbox?q={words}").status_code == 200, words

"""Withdrawing as an admin does it, with and without scripts, and what readers then find."""

from collections.abc import Callable
from uuid import UUID

import pytest
from flask import Flask

from app.catalogue.kinds import Category
from app.kernel.clock import now
from app.mailer.jobs import drain_mail
from app.notifications import withdrawing
from tests.notifications.people import draft, ring
from tests.reports.fates import touched
from tests.support.cast import Cast
from tests.support.pages import Client

Browser = Callable[..., Client]
REASON = 'The date was <b>wrong</b>.\r\nBcc: "you"'


@pytest.fixture
def news(app: Flask, cast: Cast) -> UUID:
    """To all guardians, mailed. Priya has read it."""
    with app.app_context():
        id_ = ring(cast, draft("role:parent", title="Sports day", requires_acknowledgement=True))
        drain_mail()
        touched(id_, cast.priya, read_at=now())
    return id_


def test_bar_27_it_asks_first_and_then_unread_copies_are_gone_and_read_ones_say_so(
    app: Flask, cast: Cast, browser_of: Browser, news: UUID
) -> None:
    office, url = browser_of("margaret"), f"/notifications/{news}/withdrawal"
    office.get(f"/notifications/{news}")
    assert url in office.page.links()
    office.get(url)
    assert "1 person has read it" in office.page.text
    assert "4 mails are out already" in office.page.text
    assert office.press(url, reason=REASON).location == f"/notifications/{news}"
    with app.app_context():
        withdrawing.work()
    office.get(f"/notifications/{news}")
    said = office.page.text_of("report-taken-back")
    for words in (
        cast.margaret.name,
        'The date was <b>wrong</b>. Bcc: "you"',
        "1 person had read it",
        "4 mails were out",
    ):
        assert words in said
    assert "Withdrawn" in office.page.text_of("report-state")
    assert url not in office.page.links()
    assert office.get(url).location == f"/notifications/{news}"
    office.get("/notifications")
    assert "Withdrawn" in office.page.text_of(f"state-{news}")

    asha, priya = browser_of("asha"), browser_of("priya")
    asha.get("/inbox")
    assert "Sports day" not in asha.page.text
    assert asha.get(f"/inbox/{news}").status_code == 404
    priya.get("/inbox")
    assert "Withdrawn" in priya.page.text_of(f"n-{news}")
    priya.get(f"/inbox/{news}")
    assert "Northfield Primary withdrew this on" in priya.page.text
    assert "The date was <b>wrong</b>." in priya.page.text_of(f"withdrawn-{news}")
    assert "You are asked to confirm" not in priya.page.text


def test_a_reason_that_is_too_long_comes_back_as_it_was_typed_and_nothing_is_withdrawn(
    browser_of: Browser, news: UUID
) -> None:
    office, url = browser_of("margaret"), f"/notifications/{news}/withdrawal"
    answer = office.post_form(url, reason="x" * 501)
    assert answer.status_code == 422
    assert "The reason is too long: at most 500 letters." in office.page.text
    assert "x" * 501 in office.page.text
    office.get(f"/notifications/{news}")
    assert url in office.page.links()


def test_a_second_press_and_a_second_tab_find_it_done(browser_of: Browser, news: UUID) -> None:
    office, url = browser_of("margaret"), f"/notifications/{news}/withdrawal"
    token = office.csrf()
    for reason in ("first", "second"):
        assert office.post(url, data={"csrf_token": token, "reason": reason}).status_code == 303
    office.get(f"/notifications/{news}")
    assert "first" in office.page.text_of("report-taken-back")


def test_what_is_none_of_theirs_is_not_there(cast: Cast, browser_of: Browser, news: UUID) -> None:
    for who, status in (("hugo", 404), ("tom", 403), ("priya", 403)):
        other = browser_of(who)
        token = other.csrf()
        for method in ("GET", "POST"):
            answer = other.open(f"/notifications/{news}/withdrawal", method=method, data={"csrf_token": token})
            assert answer.status_code == status
    office = browser_of("margaret")
    assert office.get("/notifications/x%00/withdrawal").status_code == 404


def test_an_emergency_that_was_withdrawn_stands_over_no_page(app: Flask, cast: Cast, browser_of: Browser) -> None:
    with app.app_context():
        alarm = ring(cast, draft("role:parent", category=Category.EMERGENCY, title="Gas leak"))
    priya, office = browser_of("priya"), browser_of("margaret")
    priya.get("/account")
    assert "Gas leak" in priya.page.text
    office.post_form(f"/notifications/{alarm}/withdrawal")
    priya.get("/account")
    assert "Gas leak" not in priya.page.text

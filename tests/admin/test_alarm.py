"""The red line over an admin's pages: there within a minute, gone when all is well, and nobody else's."""

from collections.abc import Callable
from contextlib import ExitStack
from datetime import timedelta
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.admin.alarm import WELLNESS_CHANGED, Lookout
from app.admin.live import Alarms
from app.kernel.clock import now
from app.kernel.duties import expected_heartbeats, heartbeat_of
from app.kernel.heartbeats import Heartbeat, beat
from app.kernel.jobs import Lane
from app.kernel.unit_of_work import unit_of_work
from app.mailer.models import Letter
from app.realtime.kinds import Happening
from app.realtime.models import LiveEvent
from tests.notifications.people import draft, ring
from tests.reports.test_live import viewer
from tests.support.cast import Cast
from tests.support.pages import Client
from tests.support.statements import overheard

Browser = Callable[..., Client]
LATE = "Mail has been waiting for 3 minutes."
SILENT = "The worker that sends all other mail has not been heard of since"


@pytest.fixture
def heard(app: Flask, cast: Cast) -> None:
    """Everybody who works was heard of just now."""
    with app.app_context():
        for name in expected_heartbeats(app.extensions["belfry.duties"]):
            beat(name)


def mail_stands_still() -> None:
    """Three minutes ago the worker was heard of for the last time, and what was due then is due."""
    before = now() - timedelta(minutes=3, seconds=5)
    with unit_of_work() as session:
        session.execute(update(Letter).values(next_attempt_at=before))
        session.execute(update(Heartbeat).where(Heartbeat.name == heartbeat_of(Lane.MAIL)).values(beat_at=before))


def told() -> list[UUID]:
    """The districts whose pages were told."""
    with unit_of_work() as session:
        happened = select(LiveEvent.district_id).where(LiveEvent.kind == WELLNESS_CHANGED)
        return list(session.scalars(happened.order_by(LiveEvent.position)))


@pytest.mark.usefixtures("heard")
def test_bar_133_every_page_of_an_admin_says_what_waits_and_who_is_silent_and_where_to_look(
    app: Flask, cast: Cast, browser_of: Browser
) -> None:
    office, district, parent = browser_of("margaret"), browser_of("dana"), browser_of("priya")
    with app.app_context():
        ring(cast, draft("role:parent"))
    office.get("/inbox")
    assert office.page.text_of("trouble") == ""
    with app.app_context():
        mail_stands_still()
    for page in ("/inbox", "/admin", "/notifications", "/notifications/new", "/account/sessions"):
        office.get(page)
        said = office.page.text_of("trouble")
        assert LATE in said, page
        assert SILENT in said, page
        assert "/admin#well-title" in office.page.links(), page
    district.get("/inbox")
    assert LATE in district.page.text_of("trouble")
    parent.get("/inbox")
    assert parent.page.find("trouble") is None
    assert LATE not in parent.page.text


@pytest.mark.usefixtures("heard")
def test_it_costs_an_admin_one_question_and_nobody_else_any(app: Flask, cast: Cast, browser_of: Browser) -> None:
    counts = {}
    for who in ("margaret", "tom"):
        browser = browser_of(who)
        with ExitStack() as hearing:
            with app.app_context():
                asked = hearing.enter_context(overheard())
            browser.get("/inbox")
        counts[who] = [statement for statement, _values in asked]
    assert sum("heartbeats" in statement for statement in counts["margaret"]) == 1
    assert not any("heartbeats" in statement for statement in counts["tom"])
    assert len(counts["margaret"]) == len(counts["tom"]) + 1


def test_where_nobody_has_ever_worked_nothing_has_broken(app: Flask, cast: Cast, browser_of: Browser) -> None:
    """Between the first start and the first sign of life of its workers, and where only pages are tried out."""
    office = browser_of("margaret")
    office.get("/inbox")
    assert office.page.text_of("trouble") == ""


@pytest.mark.usefixtures("heard")
def test_a_worker_that_fell_silent_is_told_before_anything_waits(app: Flask, cast: Cast, browser_of: Browser) -> None:
    """An emergency must not be the first to find out."""
    with app.app_context(), unit_of_work() as session:
        is_it = Heartbeat.name == heartbeat_of(Lane.ALERTS)
        session.execute(update(Heartbeat).where(is_it).values(beat_at=now() - timedelta(seconds=70)))
    office = browser_of("margaret")
    office.get("/inbox")
    assert "The worker that sends out emergencies has not been heard of since" in office.page.text_of("trouble")


@pytest.mark.usefixtures("heard")
def test_bar_133_open_pages_of_admins_are_told_when_it_begins_each_minute_and_when_it_is_over(
    session: Session, cast: Cast
) -> None:
    lookout = Lookout()
    lookout.look()
    assert told() == []
    ring(cast, draft("role:parent"))
    mail_stands_still()
    lookout.look()
    lookout.look()
    assert told() == [cast.district_id], "once, while nothing changes"
    with unit_of_work():
        session.execute(update(Letter).values(next_attempt_at=now() - timedelta(minutes=2, seconds=5)))
    lookout.look()
    with unit_of_work():
        session.execute(update(Letter).values(next_attempt_at=now()))
        session.execute(update(Heartbeat).values(beat_at=now()))
    lookout.look()
    lookout.look()
    assert len(told()) == 3, "its minutes, and that it is over"


@pytest.mark.usefixtures("heard")
def test_bar_133_what_open_pages_are_told_is_what_stands_on_a_new_one(
    app: Flask, cast: Cast, browser_of: Browser
) -> None:
    browsers = {who: browser_of(who) for who in ("margaret", "hugo", "priya")}
    happening = Happening(9, WELLNESS_CHANGED, cast.district_id, None, cast.district_id, None)
    with app.app_context():
        ring(cast, draft("role:parent"))
        mail_stands_still()
        viewers = {who: viewer(cast, who) for who in browsers}
        frames = Alarms().frames([happening], list(viewers.values()))
        assert Alarms().frames([happening], [viewers["priya"]]) == {}
    assert set(frames) == {viewers["margaret"].session_id, viewers["hugo"].session_id}
    (frame,) = frames[viewers["hugo"].session_id]
    assert (frame.position, frame.topic) == (9, None)
    assert 'hx-swap-oob="true"' in frame.html
    browsers["hugo"].get("/inbox")
    for words in (LATE, SILENT):
        assert words in frame.html
        assert words in browsers["hugo"].page.text_of("trouble")

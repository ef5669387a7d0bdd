"""The office's home page: what it counts is what SQL counts, of one's own schools and of no other."""

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import delete, update

from app.admin import queries, unreachable, watch
from app.admin.live import SENDING, Sends
from app.admin.pages import failure_views
from app.catalogue.kinds import Category, Channel
from app.identity.models import ContactAddress, UserSession
from app.kernel.clock import now
from app.kernel.duties import expected_heartbeats, heartbeat_of
from app.kernel.heartbeats import Heartbeat, beat
from app.kernel.jobs import Lane
from app.kernel.unit_of_work import unit_of_work
from app.mailer.models import Letter
from app.notifications import compose
from app.notifications.kinds import Fate, Scope
from app.notifications.models import Notification
from app.notifications.telling import REPORT_CHANGED
from app.realtime.kinds import Happening
from tests.notifications.people import at_work, draft, fan_out, office_of, publish, ring
from tests.reports.fates import ended, touched
from tests.reports.test_live import viewer
from tests.support.cast import Cast, Someone
from tests.support.pages import Client, Page

Browser = Callable[..., Client]
CANARY = "CANARY"


@pytest.fixture
def office(cast: Cast, browser_of: Browser) -> Client:
    """Margaret's browser."""
    return browser_of("margaret")


def scopes(cast: Cast) -> tuple[Scope, Scope, Scope]:
    """Of Northfield's office, of Hillside's, of the district's."""
    here = cast.district_id
    return Scope(here, cast.northfield.id), Scope(here, cast.hillside.id), Scope(here, None)


def without_address(who: Someone) -> None:
    with unit_of_work() as session:
        session.execute(delete(ContactAddress).where(ContactAddress.account_id == who.id))


def everybody_beats(app: Flask) -> None:
    for name in expected_heartbeats(app.extensions["belfry.duties"]):
        beat(name)


def test_an_empty_school_is_calm_and_says_what_will_come(app: Flask, office: Client) -> None:
    with app.app_context():
        everybody_beats(app)
    office.get("/admin")
    for words in (
        "Nothing is being sent right now.",
        "What you send will stand here",
        "Every guardian and member of staff can be reached by mail.",
        "No mail failed.",
        "Everything that works in the background is at work.",
        "Nothing waits that should have left.",
        "Margaret Flynn",
    ):
        assert words in office.page.text
    assert "Margaret" in office.page.text


def test_the_week_is_counted(app: Flask, cast: Cast) -> None:
    with app.app_context():
        alarm = ring(cast, draft("role:parent", category=Category.EMERGENCY))
        notice = ring(cast, draft("role:teacher"))
        old = ring(cast, draft("role:parent"))
        with unit_of_work():
            compose.test(draft("role:parent"), at_work(cast, cast.margaret), office_of(cast))
        fan_out()
        touched(alarm, cast.priya, read_at=now(), acknowledged_at=now())
        touched(notice, cast.tom, read_at=now())
        with unit_of_work() as session:
            before = now() - timedelta(days=8)
            session.execute(update(Notification).where(Notification.id == old).values(created_at=before))
        here, there, district = scopes(cast)
        week = queries.week(here, now() - timedelta(days=7))
        assert (week.notifications, week.copies, week.read, week.to_confirm, week.asking) == (2, 6, 2, 3, 1)
        assert queries.week(district, now() - timedelta(days=7)) == week
        assert queries.week(there, now() - timedelta(days=7)).notifications == 0


def test_who_cannot_be_reached_is_counted_and_named_once(app: Flask, cast: Cast) -> None:
    with app.app_context():
        here, there, district = scopes(cast)
        assert unreachable.reachable(here).missing == 0
        without_address(cast.grace)
        without_address(cast.asha)  # a teacher, and a mother
        notice = ring(cast, draft("role:parent", "role:teacher"))
        ended(notice, cast.priya, Channel.EMAIL, Fate.BOUNCED, "552 5.2.2 full")
        ended(notice, cast.tom, Channel.EMAIL, Fate.SENT)

        found = unreachable.reachable(here)
        assert (found.total, found.without_address, found.failing) == (6, 2, 1)
        people = {one.name: one for one in unreachable.page(here, None).items}
        assert set(people) == {cast.grace.name, cast.asha.name, cast.priya.name}
        assert (people[cast.priya.name].reason, people[cast.grace.name].reason) == ("552 5.2.2 full", None)
        assert unreachable.page(there, None).items == []
        assert len(unreachable.page(district, None).items) == 3

        later = ring(cast, draft("role:parent"))
        ended(later, cast.priya, Channel.EMAIL, Fate.SENT)
        ended(later, cast.peter, Channel.EMAIL, Fate.FAILED, "550 no")
        assert [one.name for one in unreachable.page(here, None).items if one.failed_at] == [cast.peter.name], (
            "mail has got to Priya since, whoever else failed later"
        )


def test_the_unreachable_are_on_pages_each_once(app: Flask, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unreachable, "A_PAGE", 2)
    with app.app_context():
        for who in (cast.grace, cast.peter, cast.priya, cast.tom, cast.asha):
            without_address(who)
        here, *_ = scopes(cast)
        seen: list[str] = []
        token = None
        while not seen or token:
            page = unreachable.page(here, token)
            seen += [one.name for one in page.items]
            token = page.next
    assert len(seen) == len(set(seen)) == 5


def test_failures_are_told_by_what_they_mean(app: Flask, cast: Cast, office: Client) -> None:
    with app.app_context():
        notice = ring(cast, draft("role:parent", title="The first"))
        other = ring(cast, draft("role:parent", title="The other"))
        ended(notice, cast.priya, Channel.EMAIL, Fate.FAILED, "550 5.1.1 <priya@x.example>: unknown")
        ended(notice, cast.asha, Channel.EMAIL, Fate.FAILED, "550 5.1.1 <asha@y.example>: no such user")
        ended(other, cast.priya, Channel.EMAIL, Fate.BOUNCED, "552 5.2.2 full")
        alarm = ring(cast, draft("role:parent", category=Category.EMERGENCY))
        ended(alarm, cast.grace, Channel.WEBSOCKET, Fate.FAILED, "offline")
        here, there, _ = scopes(cast)
        week_ago = now() - timedelta(days=7)
        found = failure_views(queries.failures(here, week_ago))
        assert [(view.words, view.count) for view in found] == [("no such mailbox", 2), ("the mailbox is full", 1)]
        assert found[0].shown == [(notice, "The first", 2)]
        assert queries.failures(there, week_ago) == []
    office.get("/admin")
    assert f"/notifications/{notice}?show=failed#people" in office.page.links()


def test_the_latest_sign_ins_are_those_of_ones_own_people(app: Flask, cast: Cast, browser_of: Browser) -> None:
    for who in ("priya", "olu", "dana", "margaret"):
        browser_of(who)
    with app.app_context():
        here, there, district = scopes(cast)
        assert [one.name for one in queries.sign_ins(here, now(), 5)] == [cast.margaret.name, cast.priya.name]
        assert [one.name for one in queries.sign_ins(there, now(), 5)] == [cast.olu.name]
        assert len(queries.sign_ins(district, now(), 5)) == 4
        with unit_of_work() as session:
            session.execute(update(UserSession).values(created_at=now() - timedelta(days=40)))
        assert queries.sign_ins(district, now(), 5) == []


def test_who_is_silent_and_what_waits_is_said_with_what_to_do(app: Flask, cast: Cast, office: Client) -> None:
    with app.app_context():
        everybody_beats(app)
        ring(cast, draft("role:parent"))
        late = now() - timedelta(minutes=5)
        with unit_of_work() as session:
            session.execute(update(Heartbeat).where(Heartbeat.name == heartbeat_of(Lane.MAIL)).values(beat_at=late))
            session.execute(update(Letter).values(next_attempt_at=late))
        found = watch.wellness()
        assert list(found.silent) == [heartbeat_of(Lane.MAIL)]
        assert list(found.due_since) == [Lane.MAIL]
    office.get("/admin")
    for words in (
        "The worker that sends all other mail",
        "last heard of 5 minutes ago",
        "Mail has been waiting",
        "python -m app.processes.worker mail",
    ):
        assert words in office.page.text
    assert "Everything that works in the background" not in office.page.text


def test_nothing_of_another_school_stands_on_the_home_page(app: Flask, cast: Cast, browser_of: Browser) -> None:
    """Hugo is the admin of Hillside. Everything that Northfield has there bears a mark."""
    with app.app_context():
        notice = ring(cast, draft("role:parent", title=CANARY))
        publish(cast, draft("role:parent", title=CANARY))
        ended(notice, cast.priya, Channel.EMAIL, Fate.FAILED, f"550 5.1.1 {CANARY}")
        without_address(cast.grace)
    browser_of("priya")
    hugo, dana = browser_of("hugo"), browser_of("dana")
    for path in ("/admin", "/admin/unreachable", "/notifications"):
        hugo.get(path)
        for mark in (CANARY, "Priya", "Grace", "Margaret", "Northfield"):
            assert mark not in hugo.page.text, f"{mark} on {path}"
    dana.get("/admin")
    assert CANARY in dana.page.text
    assert "Priya" in dana.page.text


@pytest.mark.parametrize("who", ["priya", "tom", "mina"])
def test_nobody_else_has_this_home(cast: Cast, browser_of: Browser, who: str) -> None:
    browser = browser_of(who)
    assert browser.get("/admin").status_code == 403
    browser.get("/inbox")
    assert "/admin" not in browser.page.links()


def happening(cast: Cast, subject_id: UUID, school_id: UUID | None, position: int = 9) -> Happening:
    return Happening(position, REPORT_CHANGED, subject_id, None, cast.district_id, school_id)


def test_open_home_pages_learn_of_their_own_schools_only(app: Flask, cast: Cast, browser_of: Browser) -> None:
    for who in ("margaret", "hugo", "dana", "priya"):
        browser_of(who)
    with app.app_context():
        notice = publish(cast, draft("role:parent", title=CANARY))
        viewers = {who: viewer(cast, who, SENDING) for who in ("margaret", "hugo", "dana", "priya")}
        others = [viewer(cast, "margaret")]
        told = Sends().frames([happening(cast, notice, cast.northfield.id)], [*viewers.values(), *others])
        assert {who for who, one in viewers.items() if one.session_id in told} == {"margaret", "dana"}
        (frame,) = told[viewers["margaret"].session_id]
        assert (frame.topic, frame.position) == (SENDING, 9)
        assert CANARY in frame.html
        assert Sends().frames([happening(cast, notice, cast.northfield.id)], others) == {}
        district_wide = Sends().frames([happening(cast, notice, None)], list(viewers.values()))
        assert set(district_wide) == {viewers["dana"].session_id}


def test_what_open_home_pages_are_told_is_what_stands_there(app: Flask, cast: Cast, office: Client) -> None:
    with app.app_context():
        ring(cast, draft("role:parent", title="On its way"))
        done = ring(cast, draft("role:teacher", title="Is done", category=Category.REMINDER))
    office.get("/admin")
    page: Page = office.page
    assert "On its way" in page.text_of("going")
    assert "Is done" in page.text_of("lately")
    with app.app_context():
        seen = viewer(cast, "margaret", SENDING)
        html = Sends().frames([happening(cast, done, cast.northfield.id)], [seen])[seen.session_id][0].html
        fan_out()
    for part in ("going", "lately"):
        assert f'id="{part}"' in html
        assert "hx-swap-oob" in html

"""Who is told that a report changed: pages that show it, of people who may see it."""

from collections.abc import Callable
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select, update

from app.catalogue.kinds import Category
from app.extensions import db
from app.identity.models import UserSession
from app.kernel.clock import now
from app.kernel.ids import new_id
from app.kernel.unit_of_work import unit_of_work
from app.notifications import telling
from app.notifications.telling import REPORT_CHANGED
from app.realtime.kinds import Cursor, Frame, Happening, Viewer
from app.realtime.queries import current_cursor
from app.reports.live import LIST, Lines, Reports, topic_of
from app.roster.models import Membership
from tests.notifications.people import draft, ring
from tests.reports.fates import touched
from tests.support import nagging
from tests.support.cast import Cast
from tests.support.pages import Client, Page
from tests.support.statements import overheard

Browser = Callable[..., Client]


@pytest.fixture
def alarm(app: Flask, cast: Cast) -> UUID:
    with app.app_context():
        return ring(cast, draft("role:parent", category=Category.EMERGENCY, title="CANARY"))


@pytest.fixture
def signed_in(cast: Cast, browser_of: Browser) -> Callable[..., Client]:
    """``signed_in("margaret")``; the client is kept, so that the session lives."""
    return browser_of


def viewer(cast: Cast, who: str, *topics: str, locale: str = "en") -> Viewer:
    """Somebody who is signed in, with a page open that shows ``topics``."""
    mine = select(UserSession.id).where(UserSession.user_id == cast.people[who].id, UserSession.is_active)
    session_id = db.session.scalar(mine) or new_id()
    return Viewer(
        cast.people[who].id, session_id, cast.district_id, locale, "Europe/London", "token", frozenset(topics)
    )


def look_at_list(cast: Cast, alarm: UUID, *viewers: Viewer) -> dict[UUID, list[Frame]]:
    return Lines().frames([Happening(7, REPORT_CHANGED, alarm, None, cast.district_id, cast.northfield.id)], viewers)


def look(cast: Cast, alarm: UUID, *viewers: Viewer, positions: tuple[int, ...] = (7,)) -> dict[UUID, list[Frame]]:
    happenings = [Happening(at, REPORT_CHANGED, alarm, None, cast.district_id, cast.northfield.id) for at in positions]
    return Reports().frames(happenings, list(viewers))


def test_only_who_may_see_it_and_shows_it_is_told(app: Flask, cast: Cast, alarm: UUID, signed_in: Browser) -> None:
    people = ("margaret", "dana", "hugo", "tom", "priya")
    for who in people:
        signed_in(who)
    with app.app_context():
        viewers = {who: viewer(cast, who, topic_of(alarm)) for who in people}
        idle = viewer(cast, "margaret")
        told = look(cast, alarm, *viewers.values())
        assert {who for who in people if viewers[who].session_id in told} == {"margaret", "dana"}
        assert look(cast, alarm, idle) == {}
        assert look(cast, alarm, viewer(cast, "margaret", "report:nonsense", "x" * 200)) == {}
        assert look(cast, new_id(), viewers["margaret"]) == {}, "another one changed"


def test_a_line_of_the_list_is_told_to_who_may_see_it(app: Flask, cast: Cast, alarm: UUID, signed_in: Browser) -> None:
    people = ("margaret", "dana", "hugo", "tom", "priya")
    clients = {who: signed_in(who) for who in people}
    with app.app_context():
        viewers = {who: viewer(cast, who, LIST) for who in people}
        told = look_at_list(cast, alarm, *viewers.values())
        assert {who for who in people if told.get(viewers[who].session_id)} == {"margaret", "dana"}
        assert look_at_list(cast, alarm, viewer(cast, "margaret")) == {}
        with overheard() as asked:
            (frame,) = look_at_list(cast, alarm, viewers["margaret"])[viewers["margaret"].session_id]
        assert len(asked) <= 6
    assert (frame.position, frame.topic) == (7, LIST)
    root, faults = nagging.parse_fragment(frame.html)
    assert not [*faults, *nagging.faults_of_fragment(root)]
    margaret = clients["margaret"]
    margaret.get("/notifications")
    for part in (element for element in root.iter() if element.get("hx-swap-oob")):
        there = margaret.page.find(part.get("id", ""))
        assert there is not None
        assert " ".join("".join(there.itertext()).split()) == " ".join("".join(part.itertext()).split())


def test_a_right_that_is_lost_ends_it_at_once(app: Flask, cast: Cast, alarm: UUID, signed_in: Browser) -> None:
    signed_in("margaret")
    with app.app_context():
        margaret = viewer(cast, "margaret", topic_of(alarm))
        assert look(cast, alarm, margaret)
        with unit_of_work() as session:
            session.execute(update(Membership).where(Membership.account_id == cast.margaret.id).values(ended_at=now()))
        assert look(cast, alarm, margaret) == {}


def test_a_session_that_is_over_is_told_nothing(app: Flask, cast: Cast, alarm: UUID, signed_in: Browser) -> None:
    margaret = signed_in("margaret")
    with app.app_context():
        seen = viewer(cast, "margaret", topic_of(alarm))
    margaret.post("/logout", data={"csrf_token": margaret.csrf()})
    with app.app_context():
        assert look(cast, alarm, seen) == {}


def test_however_often_it_changed_it_is_counted_once(app: Flask, cast: Cast, alarm: UUID, signed_in: Browser) -> None:
    for who in ("margaret", "dana"):
        signed_in(who)
    with app.app_context():
        both = [viewer(cast, who, topic_of(alarm)) for who in ("margaret", "dana")]
        with overheard() as one:
            look(cast, alarm, both[0])
        with overheard() as many:
            told = look(cast, alarm, both[0], positions=tuple(range(7, 60)))
        assert len(many) == len(one)
        (frame,) = told[both[0].session_id]
        assert (frame.position, frame.topic) == (59, topic_of(alarm))
        with overheard() as two:
            assert len(look(cast, alarm, *both)) == 2
        assert len(two) == len(one) + 1, "another scope has to find it, too"
        assert sum(engine.pool.checkedout() for engine in db.engines.values()) == 0  # type: ignore[attr-defined]


def test_what_is_told_is_what_the_page_shows(app: Flask, cast: Cast, alarm: UUID, signed_in: Browser) -> None:
    """The same parts by another door, each of them standing on the page already."""
    margaret = signed_in("margaret")
    margaret.get(f"/notifications/{alarm}")
    page = margaret.page
    with app.app_context():
        seen = viewer(cast, "margaret", topic_of(alarm))
        html = look(cast, alarm, seen)[seen.session_id][0].html
    root, faults = nagging.parse_fragment(html)
    assert not [*faults, *nagging.faults_of_fragment(root)]
    parts = [element for element in root.iter() if element.get("hx-swap-oob")]
    assert len(parts) >= 12
    for part in parts:
        id_ = part.attrib["id"]
        assert Page(root).text_of(id_) == page.text_of(id_), id_


def test_words_come_in_each_viewers_language(app: Flask, cast: Cast, alarm: UUID, signed_in: Browser) -> None:
    signed_in("margaret")
    with app.app_context():
        seen = [viewer(cast, "margaret", topic_of(alarm), locale=locale) for locale in ("en", "es")]
        english, spanish = (look(cast, alarm, one)[one.session_id][0].html for one in seen)
    assert english != spanish


def test_the_poll_brings_it_only_to_the_page_that_shows_it(
    app: Flask, cast: Cast, alarm: UUID, signed_in: Browser
) -> None:
    margaret, hugo = signed_in("margaret"), signed_in("hugo")
    with app.app_context():
        cursor: Cursor = current_cursor()
        touched(alarm, cast.priya, read_at=now())
        with unit_of_work():
            telling.changed([alarm])
        telling.tell()
    address = f"/live/since?cursor={cursor.to_text()}"
    asked = {"HX-Request": "true"}
    shown = margaret.get(f"{address}&topic={topic_of(alarm)}", headers=asked)
    assert shown.status_code == 200
    assert 'id="report-funnel"' in shown.text
    assert margaret.get(address, headers=asked).status_code == 204, "another page of hers has no place for it"
    answer = hugo.get(f"{address}&topic={topic_of(alarm)}", headers=asked)
    assert answer.status_code == 204
    assert "CANARY" not in answer.text

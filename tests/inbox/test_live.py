"""What open pages are told: each person's own, and nobody else's."""

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import update
from sqlalchemy.orm import Session

from app.catalogue.kinds import Category
from app.extensions import db
from app.inbox.changes import INBOX_CHANGED, LIST
from app.inbox.live import Inbox, standing
from app.kernel.clock import now
from app.kernel.ids import new_id
from app.kernel.unit_of_work import unit_of_work
from app.notifications.deliver import CHANGED
from app.notifications.fan_out import PUBLISHED
from app.notifications.kinds import Status
from app.notifications.models import Notification
from app.realtime.kinds import Frame, Happening, Viewer
from tests.inbox.arrivals import copy_of, mark_read
from tests.inbox.conftest import Arrive
from tests.support.cast import Cast, Someone
from tests.support.statements import overheard

Look = Callable[..., dict[str, list[Frame]]]


@pytest.fixture
def look(session: Session, cast: Cast) -> Look:
    """``look(happening, "priya", "olu")``: what each of them is told, by name."""

    def looked(happening: Happening, *who: str, topics: frozenset[str] = frozenset()) -> dict[str, list[Frame]]:
        viewers = {name: viewer(cast.people[name], cast.district_id, topics) for name in who}
        told = Inbox().frames([happening], list(viewers.values()))
        return {name: told.get(viewer.session_id, []) for name, viewer in viewers.items()}

    return looked


def test_a_new_item_reaches_whoever_has_a_copy_and_no_stranger(look: Look, cast: Cast, arrive: Arrive) -> None:
    trip = arrive("Trip to the abbey", "priya", "asha", about=("mina", "noor"))
    told = look(published(cast, trip), "priya", "asha", "olu", "ned")
    assert told["olu"] == told["ned"] == []
    [hers], [ashas] = told["priya"], told["asha"]
    assert "Trip to the abbey" in hers.html
    assert "Mina" in hers.html
    assert "Noor" in hers.html
    assert "Mina" not in ashas.html
    assert hers.alert_id is None


def test_an_emergency_comes_as_an_alert_before_its_line(look: Look, cast: Cast, arrive: Arrive) -> None:
    fire = arrive("Fire", "priya", category=Category.EMERGENCY)
    alert, line = look(published(cast, fire), "priya")["priya"]
    assert alert.alert_id == fire
    assert f'id="alert-{fire}"' in alert.html
    assert line.alert_id is None
    assert f'data-notification="{fire}"' in line.html


def test_what_was_confirmed_meanwhile_is_a_strip_and_no_alert(look: Look, cast: Cast, arrive: Arrive) -> None:
    fire = arrive("Fire", "priya", category=Category.EMERGENCY)
    with unit_of_work():
        copy_of(cast.priya.id, fire).acknowledged_at = now()
    strip, line = look(published(cast, fire), "priya")["priya"]
    assert f'id="strip-{fire}"' in strip.html
    assert f'data-notification="{fire}"' in line.html
    assert strip.alert_id is line.alert_id is None


def test_the_badge_comes_with_each_persons_own_count(look: Look, cast: Cast, arrive: Arrive) -> None:
    arrive("Earlier", "priya")
    trip = arrive("Trip", "priya", "asha")
    told = look(published(cast, trip), "priya", "asha")
    assert badge(told["priya"][0]) == "2"
    assert badge(told["asha"][0]) == "1"


def test_reading_elsewhere_moves_the_badge_of_that_person_only(look: Look, cast: Cast, arrive: Arrive) -> None:
    trip = arrive("Trip", "priya", "asha")
    mark_read(cast.priya.id, trip)
    told = look(happening(cast, INBOX_CHANGED, trip, account_id=cast.priya.id), "priya", "asha")
    line, new_badge = told["priya"]
    assert f'id="n-{trip}" data-notification="{trip}" hx-swap-oob="true"' in line.html
    assert "data-unread" not in line.html
    assert badge(new_badge) == "0"
    assert told["asha"] == []


def test_a_page_with_a_list_hears_how_many_there_are_of_each_part(look: Look, cast: Cast, arrive: Arrive) -> None:
    trip = arrive("Trip", "priya", requires_acknowledgement=True)
    arrive("Menu", "priya")
    *_, counts = look(published(cast, trip), "priya", topics=frozenset({LIST}))["priya"]
    assert counts.topic == LIST
    assert '<span id="count-unread" hx-swap-oob="true">2</span>' in counts.html
    assert '<span id="count-to-confirm" hx-swap-oob="true">1</span>' in counts.html


def test_when_many_were_read_at_once_pages_with_a_list_ask_for_their_lines_and_no_others(
    look: Look, cast: Cast, arrive: Arrive
) -> None:
    mark_read(cast.priya.id, arrive("Trip", "priya"))
    many = happening(cast, INBOX_CHANGED, cast.priya.id, account_id=cast.priya.id)
    [new_badge] = look(many, "priya")["priya"]
    assert badge(new_badge) == "0"
    new_badge, _counts, changed = look(many, "priya", topics=frozenset({LIST}))["priya"]
    assert new_badge.topic is None
    assert changed.topic == LIST
    assert 'hx-get="/inbox/lines"' in changed.html


def test_an_alert_confirmed_elsewhere_becomes_a_strip_here(look: Look, cast: Cast, arrive: Arrive) -> None:
    fire = arrive("Fire", "priya", "asha", category=Category.EMERGENCY)
    with unit_of_work():
        copy_of(cast.priya.id, fire).acknowledged_at = now()
    strip, line, _badge = look(happening(cast, INBOX_CHANGED, fire, account_id=cast.priya.id), "priya")["priya"]
    assert f"delete:#alerts > [data-notification='{fire}']" in strip.html
    assert f'id="strip-{fire}"' in strip.html
    assert "Confirmed" in line.html


def test_what_was_put_away_unwanted_rings_nowhere(look: Look, cast: Cast, arrive: Arrive) -> None:
    calm = arrive("Calm", "priya")
    with unit_of_work():
        copy_of(cast.priya.id, calm).archived_at = now()
    assert look(published(cast, calm), "priya")["priya"] == []


def test_an_alert_that_is_over_leaves_everybodys_pages_but_the_strangers(
    look: Look, cast: Cast, arrive: Arrive
) -> None:
    fire = arrive("Fire", "priya", "asha", category=Category.EMERGENCY, expires_at=now() - timedelta(seconds=1))
    with unit_of_work():
        for account_id in (cast.priya.id, cast.asha.id):
            copy_of(account_id, fire).alert_until = None
    told = look(happening(cast, CHANGED, fire), "priya", "asha", "olu")
    assert told["olu"] == []
    for name in ("priya", "asha"):
        assert "delete:#alerts" in told[name][0].html
        assert f'data-over="{fire}"' in told[name][0].html


def test_an_alert_that_still_stands_is_not_taken_away(look: Look, cast: Cast, arrive: Arrive) -> None:
    fire = arrive("Fire", "priya", category=Category.EMERGENCY)
    assert all("#alerts" not in frame.html for frame in look(happening(cast, CHANGED, fire), "priya")["priya"])


def test_how_things_stand_is_each_persons_own(app: Flask, cast: Cast, arrive: Arrive) -> None:
    over = arrive("Over", "priya", category=Category.EMERGENCY, expires_at=now() - timedelta(seconds=1))
    fire, flood = (arrive(title, "priya", "asha", category=Category.EMERGENCY) for title in ("Fire", "Flood"))
    viewers = {name: viewer(cast.people[name], cast.district_id) for name in ("priya", "asha", "olu")}
    with app.app_context():
        with unit_of_work():
            copy_of(cast.priya.id, fire).acknowledged_at = now()
            copy_of(cast.priya.id, over).alert_until = now() - timedelta(seconds=1)
        told = standing(list(viewers.values()))
    priya, asha, olu = (told[viewers[name].session_id] for name in viewers)
    assert [frame.alert_id for frame in priya] == [None, None, flood]
    assert [frame.alert_id for frame in asha] == [None, fire, flood]
    assert len(olu) == 1
    assert f'id="strip-{fire}"' in priya[1].html
    assert f":not([data-notification='{flood}']):not([data-notification='{fire}'])" in priya[0].html
    assert str(over) not in "".join(frame.html for frame in priya)


def test_bar_50_what_people_write_arrives_inert(look: Look, cast: Cast, arrive: Arrive) -> None:
    attack = "<script>alert(1)</script><img src=x onerror=alert(1)>"
    fire = arrive(attack, "priya", category=Category.EMERGENCY, body=f"{attack} <div hx-get='/logout'>")
    for frame in look(published(cast, fire), "priya")["priya"]:
        assert "<script" not in frame.html
        assert "<img" not in frame.html
        assert "<div hx-get" not in frame.html
        assert "&lt;script&gt;" in frame.html


def test_bar_50_names_of_classes_and_children_are_words_too(look: Look, cast: Cast, arrive: Arrive) -> None:
    room, attack = new_id(), "4B<b hx-get='/logout'>"
    audience = {"include": [f"class:{room}"], "exclude": [], "names": {f"class:{room}": attack}}
    fire = arrive("Fire", "priya", category=Category.EMERGENCY, audience=audience)
    alert, _line = look(published(cast, fire), "priya")["priya"]
    assert attack not in alert.html
    assert "class 4B&lt;b hx-get" in alert.html


def test_many_viewers_cost_as_many_queries_as_one_and_hold_no_connection(
    app: Flask, session: Session, look: Look, cast: Cast, arrive: Arrive
) -> None:
    everybody = ("priya", "asha", "tom", "grace", "peter", "margaret", "olu")
    fire = arrive("Fire", *everybody[:-1], category=Category.EMERGENCY, about=("mina",))
    with overheard() as asked:
        look(published(cast, fire), "priya")
        alone = len(asked)
        look(published(cast, fire), *everybody)
    assert len(asked) == 2 * alone
    assert alone <= 5
    assert db.engine.pool.checkedout() == 0  # type: ignore[attr-defined]


def viewer(someone: Someone, district_id: UUID, topics: frozenset[str] = frozenset()) -> Viewer:
    return Viewer(someone.id, new_id(), district_id, "en", "Europe/London", "a-token", topics)


def published(cast: Cast, notification_id: UUID) -> Happening:
    return happening(cast, PUBLISHED, notification_id)


def happening(cast: Cast, kind: str, subject_id: UUID, account_id: UUID | None = None) -> Happening:
    return Happening(7, kind, subject_id, account_id, cast.district_id, cast.northfield.id)


def badge(frame: Frame) -> str:
    """The number in the badge of a fragment."""
    _before, _, rest = frame.html.partition('id="inbox-badge"')
    return rest.partition(">")[2].partition("<")[0]


def withdrawn(cast: Cast, notification_id: UUID) -> Happening:
    with unit_of_work() as session:
        values = {"status": Status.WITHDRAWN, "withdrawn_at": now()}
        session.execute(update(Notification).where(Notification.id == notification_id).values(**values))
    return happening(cast, CHANGED, notification_id)


def test_what_was_taken_back_leaves_the_pages_of_those_who_had_not_read_it(
    look: Look, cast: Cast, arrive: Arrive
) -> None:
    trip = arrive("Trip", "priya", "asha")
    mark_read(cast.priya.id, trip)
    told = look(withdrawn(cast, trip), "priya", "asha", "olu")
    gone, new_badge = told["asha"]
    assert f'id="n-{trip}" hx-swap-oob="delete"' in gone.html
    assert f'data-gone="{trip}"' in gone.html
    assert badge(new_badge) == "0"
    line, notice, _badge = told["priya"]
    assert "Withdrawn" in line.html
    assert f'id="withdrawn-{trip}" hx-swap-oob="true"' in notice.html
    assert told["olu"] == []


def test_an_emergency_that_was_taken_back_goes_from_every_page(look: Look, cast: Cast, arrive: Arrive) -> None:
    fire = arrive("Fire", "priya", category=Category.EMERGENCY)
    over, gone, _badge = look(withdrawn(cast, fire), "priya")["priya"]
    assert f"delete:#alerts > [data-notification='{fire}']" in over.html
    assert "The emergency was withdrawn." in over.html
    assert f'id="n-{fire}"' in gone.html

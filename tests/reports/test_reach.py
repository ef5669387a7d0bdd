"""Whom it reached: the count, the list and plain reason agree, for each way in which deliveries can end."""

from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from app.catalogue.kinds import Category, Channel
from app.kernel.clock import now
from app.notifications.kinds import Fate
from app.notifications.models import Notification
from app.reports import reach, recipients
from app.reports.kinds import Filter, People, Show
from tests.notifications.people import draft, ledger, ring
from tests.reports.fates import ended, touched
from tests.support.cast import Cast, Someone

GUARDIANS = ("priya", "asha", "grace", "peter")
MAIL = st.sampled_from(list(Fate))
ALERTS = st.sampled_from([Fate.PENDING, Fate.SENT, Fate.DELIVERED, Fate.FAILED])
EACH = st.tuples(MAIL, ALERTS, st.booleans())


def names(cast: Cast, notification: Notification, show: Show) -> set[str]:
    by_id = {someone.id: name for name, someone in cast.people.items()}
    return {by_id[id_] for id_ in recipients.page(notification, Filter(show), None).items}


def is_reached(mail: Fate, alert: Fate, is_read: bool) -> bool:
    return is_read or mail in {Fate.SENT, Fate.DELIVERED} or alert is Fate.DELIVERED


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(EACH, min_size=4, max_size=4))
def test_reached_waiting_and_missed_are_everybody_and_nobody_twice(
    session: Session, cast: Cast, fates: list[tuple[Fate, Fate, bool]]
) -> None:
    alarm = ring(cast, draft("role:parent", category=Category.EMERGENCY))
    expected: dict[str, set[str]] = {"reached": set(), "waiting": set(), "missed": set()}
    for name, (mail, alert, is_read) in zip(GUARDIANS, fates, strict=True):
        ended(alarm, cast.people[name], Channel.EMAIL, mail)
        ended(alarm, cast.people[name], Channel.WEBSOCKET, alert)
        touched(alarm, cast.people[name], read_at=now() if is_read else None)
        is_waiting = mail in {Fate.PENDING, Fate.SENDING}
        how = "reached" if is_reached(mail, alert, is_read) else "waiting" if is_waiting else "missed"
        expected[how].add(name)

    counted = reach.people(alarm, Category.EMERGENCY)
    assert (counted.total, counted.reached, counted.waiting) == (4, len(expected["reached"]), len(expected["waiting"]))
    assert counted.missed == len(expected["missed"])
    notification = session.get_one(Notification, alarm)
    assert names(cast, notification, Show.MISSED) == expected["missed"]
    assert names(cast, notification, Show.WAITING) == expected["waiting"]


def test_lying_in_an_inbox_reaches_nobody_whom_mail_was_promised(session: Session, cast: Cast) -> None:
    notice = ring(cast, draft("role:student"))
    assert reach.people(notice, Category.ANNOUNCEMENT) == People(total=5, reached=0)
    touched(notice, cast.mina, read_at=now())
    assert reach.people(notice, Category.ANNOUNCEMENT) == People(total=5, reached=1, read=1)


def test_a_reminder_promises_the_inbox_and_nothing_else(session: Session, cast: Cast) -> None:
    reminder = ring(cast, draft("role:student", category=Category.REMINDER))
    assert reach.people(reminder, Category.REMINDER) == People(total=5, reached=5)


def test_with_nobody_there_is_nothing_to_count(session: Session, cast: Cast) -> None:
    assert reach.people(UUID(int=7), Category.EMERGENCY) == People()


@pytest.fixture
def alarm(session: Session, cast: Cast) -> Notification:
    """An emergency to guardians: Asha and Priya have read it, and Priya has confirmed it; Grace's mail failed."""
    id_ = ring(cast, draft("role:parent", category=Category.EMERGENCY))
    for who in (cast.priya, cast.asha):
        ended(id_, who, Channel.EMAIL, Fate.SENT)
        touched(id_, who, read_at=now())
    touched(id_, cast.priya, acknowledged_at=now())
    ended(id_, cast.grace, Channel.EMAIL, Fate.FAILED, "550 5.1.1 no")
    ended(id_, cast.peter, Channel.EMAIL, Fate.BOUNCED, "552 5.2.2 full")
    ended(id_, cast.peter, Channel.WEBSOCKET, Fate.DELIVERED)
    return session.get_one(Notification, id_)


def test_bar_29_the_list_of_who_has_not_confirmed_is_exact(cast: Cast, alarm: Notification) -> None:
    assert names(cast, alarm, Show.UNCONFIRMED) == {"asha", "grace", "peter"}
    assert names(cast, alarm, Show.UNREAD) == {"grace", "peter"}
    assert names(cast, alarm, Show.FAILED) == {"grace", "peter"}
    assert names(cast, alarm, Show.MISSED) == {"grace"}
    assert names(cast, alarm, Show.ALL) == set(GUARDIANS)
    assert recipients.count_failed(alarm.id) == 2


def test_people_are_found_by_part_of_their_name_by_role_and_by_failed_channel(cast: Cast, alarm: Notification) -> None:
    def found(**filter_: object) -> set[object]:
        return set(recipients.page(alarm, Filter(**filter_), None).items)  # type: ignore[arg-type]

    assert found(name="RAHM") == {cast.priya.id}
    assert found(name="%") == found(name="_") == set(), "they stand for themselves"
    assert found(role="parent", name="n") == {cast.priya.id, cast.asha.id}
    assert found(role="teacher") == set()
    assert found(show=Show.FAILED, channel=Channel.WEBSOCKET) == set()
    assert found(show=Show.FAILED, channel=Channel.EMAIL) == {cast.grace.id, cast.peter.id}


def everybody(cast: Cast, notification: Notification) -> list[Someone]:
    return [who for who in cast.people.values() if ledger(notification.id, who)]


def test_each_person_is_on_one_page(cast: Cast, alarm: Notification, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recipients, "A_PAGE", 3)
    seen: list[UUID] = []
    token, pages = None, 0
    while pages == 0 or token:
        page = recipients.page(alarm, Filter(), token)
        seen += page.items
        token, pages = page.next, pages + 1
    assert pages == 2
    assert sorted(seen) == sorted(who.id for who in everybody(cast, alarm))

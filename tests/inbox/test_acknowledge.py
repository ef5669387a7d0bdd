"""Confirming by very many at once: each counts once, and the report knows exactly who has not."""

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.catalogue.kinds import Category
from app.extensions import db
from app.identity.kinds import Person
from app.inbox import acknowledge
from app.inbox.changes import INBOX_CHANGED
from app.kernel.ids import new_id
from app.kernel.unit_of_work import unit_of_work
from app.notifications.models import Notification
from app.realtime.models import LiveEvent
from app.reports import recipients
from app.reports.counts import readings
from app.reports.kinds import Filter, Show
from app.roster.models import School
from tests.support import factories
from tests.support.cast import Cast

AT_ONCE = 16
Crowd = Callable[[int], tuple[UUID, list[Person]]]


@pytest.fixture
def crowd(app: Flask, cast: Cast) -> Crowd:
    """``crowd(60)``: an emergency, and so many people who have it."""

    def gathered(count: int) -> tuple[UUID, list[Person]]:
        with app.app_context(), unit_of_work() as session:
            emergency = factories.notification(
                session.get_one(School, cast.northfield.id), title="Fire", category=Category.EMERGENCY
            )
            people = [
                factories.account(cast.district_id, f"Person {number}", f"person.{number}") for number in range(count)
            ]
            for one in people:
                factories.copy(emergency, one)
            return emergency.id, [person(one.id, cast.district_id) for one in people]

    return gathered


def person(account_id: UUID, district_id: UUID) -> Person:
    return Person(account_id, new_id(), district_id, "Somebody", None, None, None)


def confirm_at_once(app: Flask, emergency: UUID, people: Sequence[Person]) -> None:
    """Each of them twice, from many threads that begin together."""
    start = threading.Barrier(AT_ONCE)

    def confirm(mine: Sequence[Person]) -> None:
        start.wait()
        for one in mine:
            with app.app_context(), unit_of_work():
                acknowledge.confirm(one, emergency)

    presses = [*people, *reversed(people)]
    with ThreadPoolExecutor(AT_ONCE) as threads:
        for done in [threads.submit(confirm, presses[number::AT_ONCE]) for number in range(AT_ONCE)]:
            done.result()


def check(app: Flask, crowd: Crowd, count: int, silent: int) -> None:
    emergency, people = crowd(count + silent)
    confirm_at_once(app, emergency, people[:count])
    with app.app_context():
        counted = readings([emergency])[emergency]
        assert (counted.total, counted.read, counted.acknowledged) == (count + silent, count, count)
        notification, token, unconfirmed = db.session.get_one(Notification, emergency), None, set()
        while True:
            page = recipients.page(notification, Filter(show=Show.UNCONFIRMED), token)
            unconfirmed |= set(page.items)
            if not (token := page.next):
                break
        assert unconfirmed == {one.account_id for one in people[count:]}
        told = select(func.count()).select_from(LiveEvent).where(LiveEvent.kind == INBOX_CHANGED)
        assert db.session.scalar(told) == count


def test_bar_29_many_who_confirm_at_once_are_counted_once_and_the_silent_are_known(app: Flask, crowd: Crowd) -> None:
    check(app, crowd, count=60, silent=7)


@pytest.mark.slow
def test_bar_29_in_full(app: Flask, crowd: Crowd) -> None:
    check(app, crowd, count=1_000, silent=77)

"""A large audience costs whoever sends no more than a small one, and the worker no memory."""

import tracemalloc
from uuid import UUID

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from app.catalogue.kinds import Role
from app.extensions import db
from app.identity.models import Account
from app.kernel.clock import now
from app.kernel.ids import new_id
from app.kernel.unit_of_work import unit_of_work
from app.notifications import compose, fan_out, jobs
from app.notifications.models import FanOut, NotificationRecipient
from app.roster.kinds import Hat
from app.roster.models import District, Membership
from tests.notifications.people import at_work, draft
from tests.support import factories
from tests.support.cast import Cast
from tests.support.statements import overheard

SMALL, LARGE = 20, 2_000
A_LITTLE = 300_000
"""Bytes: less than as many ids would be, if they passed through the process."""


def a_school_of(count: int, cast: Cast) -> Hat:
    """With so many teachers."""
    common = {"district_id": cast.district_id, "created_at": now()}
    people = [{**common, "id": new_id(), "name": "Somebody", "sign_in_name": new_id().hex} for _ in range(count)]
    with unit_of_work() as session:
        school = factories.school(session.get_one(District, cast.district_id), f"School of {count}")
        session.execute(insert(Account), people)
        here = {"district_id": cast.district_id, "school_id": school.id, "role": Role.TEACHER, "started_at": now()}
        session.execute(insert(Membership), [{**here, "id": new_id(), "account_id": one["id"]} for one in people])
        return Hat(new_id(), Role.ADMIN, cast.district_id, school.id, school.name, "Europe/London")


def publish(hat: Hat, cast: Cast) -> tuple[UUID, int]:
    """The notification, and how many statements it took to accept it."""
    with overheard() as statements, unit_of_work():
        id_ = compose.publish(draft("role:teacher"), at_work(cast, cast.margaret), hat, None)
    return id_, len(statements)


def copies(notification_id: UUID) -> int:
    count = select(func.count()).select_from(NotificationRecipient)
    return db.session.scalar(count.where(NotificationRecipient.notification_id == notification_id)) or 0


def least_peak(hat: Hat, cast: Cast) -> int:
    """Of three fan-outs to the same people: what is made once and kept, in whichever of them, is not theirs."""
    return min(_peak(hat, cast) for _ in range(3))


def _peak(hat: Hat, cast: Cast) -> int:
    publish(hat, cast)
    tracemalloc.start()
    try:
        while jobs.drain_bulk():
            pass
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_bar_120_sending_to_thousands_asks_and_remembers_no_more_than_sending_to_twenty(
    session: Session, cast: Cast
) -> None:
    assert min(fan_out.AT_ONCE.values()) > LARGE, "both are written in one piece"
    few, many = a_school_of(SMALL, cast), a_school_of(LARGE, cast)
    _small, asked_for_few = publish(few, cast)
    large, asked_for_many = publish(many, cast)
    assert asked_for_many == asked_for_few
    assert copies(large) == 0, "it is accepted before anybody is written down"
    assert session.get_one(FanOut, large).finished_at is None
    assert least_peak(many, cast) - least_peak(few, cast) < A_LITTLE
    assert copies(large) == LARGE

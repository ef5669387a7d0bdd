"""Things that have arrived."""

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest
from flask import Flask

from app.catalogue.kinds import Category
from app.extensions import db
from app.identity.models import Account
from app.kernel.clock import now
from app.kernel.ids import new_id
from app.kernel.unit_of_work import unit_of_work
from app.notifications.fan_out import PUBLISHED
from app.notifications.models import NotificationSubject
from app.realtime.record import record
from app.roster.models import School
from tests.support import factories
from tests.support.cast import Cast

Arrive = Callable[..., UUID]
Publish = Arrive


@pytest.fixture
def arrive(app: Flask, cast: Cast) -> Arrive:
    """``arrive("Trip", "priya", "asha")`` gives both a copy; keywords set columns, ``about`` names Priya's children."""

    def arrived(
        title: str,
        *who: str,
        category: Category = Category.ANNOUNCEMENT,
        about: tuple[str, ...] = (),
        **columns: object,
    ) -> UUID:
        with app.app_context(), unit_of_work() as session:
            notification = factories.notification(
                session.get_one(School, cast.northfield.id),
                session.get_one(Account, cast.margaret.id),
                title,
                category,
            )
            for name, value in columns.items():
                setattr(notification, name, value)
            for name in who:
                copy = factories.copy(notification, session.get_one(Account, cast.people[name].id))
                copy.created_at = notification.created_at
                copy.alert_until = now() + timedelta(hours=1) if category is Category.EMERGENCY else None
            db.session.flush()
            for child in about:
                session.add(
                    NotificationSubject(
                        id=new_id(),
                        district_id=cast.district_id,
                        school_id=cast.northfield.id,
                        notification_id=notification.id,
                        recipient_id=cast.priya.id,
                        child_id=cast.people[child].id,
                    )
                )
            return notification.id

    return arrived


@pytest.fixture
def publish(app: Flask, cast: Cast, arrive: Arrive) -> Publish:
    """``arrive``, and open pages are told."""

    def published(title: str, *who: str, **columns: object) -> UUID:
        id_ = arrive(title, *who, **columns)
        with app.app_context(), unit_of_work():
            record(PUBLISHED, id_, district_id=cast.district_id, school_id=cast.northfield.id)
        return id_

    return published

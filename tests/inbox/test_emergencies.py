"""Emergencies that last, as values: over somebody's pages, and above them once they are confirmed."""

from datetime import timedelta

from sqlalchemy.orm import Session

from app.catalogue.kinds import Category
from app.inbox import emergencies
from app.kernel.clock import now
from app.kernel.unit_of_work import unit_of_work
from app.notifications import deliver
from tests.inbox.arrivals import copy_of
from tests.inbox.conftest import Arrive
from tests.support.cast import Cast


def test_an_emergency_lasts_until_it_is_over_or_withdrawn_confirmed_or_not(
    session: Session, cast: Cast, arrive: Arrive
) -> None:
    confirmed = arrive("Fire", "priya", category=Category.EMERGENCY)
    over = arrive("Flood", "priya", category=Category.EMERGENCY)
    arrive("Withdrawn", "priya", category=Category.EMERGENCY, withdrawn_at=now())
    stands = arrive("Gas", "priya", category=Category.EMERGENCY)
    arrive("Calm", "priya")
    with unit_of_work():
        copy_of(cast.priya.id, confirmed).acknowledged_at = now()
        copy_of(cast.priya.id, over).alert_until = now() - timedelta(seconds=1)
    assert [(item.id, item.is_live) for item in emergencies.lasting(cast.priya.id)] == [
        (stands, True),
        (confirmed, False),
    ]
    assert emergencies.glance(cast.priya.id)[1] is True
    assert emergencies.glance(cast.olu.id) == (0, False)
    assert emergencies.lasting(cast.olu.id) == []


def test_one_that_everybody_confirmed_ends_all_the_same(session: Session, cast: Cast, arrive: Arrive) -> None:
    fire = arrive("Fire", "priya", "asha", category=Category.EMERGENCY)
    with unit_of_work():
        for account_id in (cast.priya.id, cast.asha.id):
            copy_of(account_id, fire).acknowledged_at = now()
            copy_of(account_id, fire).alert_until = now() - timedelta(seconds=1)
    deliver.expire()
    assert copy_of(cast.priya.id, fire).alert_until is None
    assert copy_of(cast.asha.id, fire).alert_until is None

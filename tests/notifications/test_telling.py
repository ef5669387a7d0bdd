"""A report that changed is told about once a second, whatever happens to it, and never a change too few."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.catalogue.kinds import Category
from app.extensions import db
from app.inbox import acknowledge, reading
from app.kernel.clock import now
from app.kernel.unit_of_work import unit_of_work
from app.mailer.jobs import drain_mail
from app.notifications import deliver, telling
from app.notifications.jobs import drain_bulk
from app.notifications.models import Notification
from app.notifications.telling import APART, Telling
from app.realtime.models import LiveEvent
from tests.notifications.people import at_work, draft, fan_out, publish, ring
from tests.support.cast import Cast
from tests.support.smtp import Sink


def told() -> list[UUID]:
    """Of which reports it was told, in order."""
    asked = select(LiveEvent.subject_id).where(LiveEvent.kind == telling.REPORT_CHANGED)
    return list(db.session.scalars(asked.order_by(LiveEvent.position)))


def tell() -> int:
    """A second later the clock looks; gives how often it told."""
    before = len(told())
    with unit_of_work() as session:
        session.execute(update(Telling).values(told_at=now() - 2 * APART))
    telling.tell()
    return len(told()) - before


def tell_all() -> int:
    """Until nothing is left to tell."""
    times = 0
    while tell():
        times += 1
    return times


def test_a_change_is_told_twice_and_then_no_more(session: Session, cast: Cast) -> None:
    notice = ring(cast, draft("role:parent"))
    tell_all()
    with unit_of_work():
        telling.changed([notice])
    assert tell_all() == 2, "whoever found it noted may have committed after the first time"
    assert set(told()) == {notice}


def test_a_thousand_mails_are_not_a_thousand_happenings(session: Session, cast: Cast, sink: Sink) -> None:
    notice = ring(cast, draft(f"school:{cast.northfield.id}"))
    tell_all()
    before = len(told())
    while drain_mail():
        pass
    assert len(told()) == before, "the mail itself tells nobody"
    assert tell_all() == 2
    assert told()[-1] == notice


def test_while_no_clock_runs_a_worker_tells_what_is_late(session: Session, cast: Cast) -> None:
    notice = ring(cast, draft("role:parent"))
    drain_bulk()
    assert told() == [], "a clock may still do it"
    late = now() - telling.CLOCK_IS_LATE
    with unit_of_work() as changing:
        changing.execute(update(Notification).values(created_at=late))
    drain_bulk()
    drain_bulk()
    assert told() == [notice]
    with unit_of_work() as changing:
        changing.execute(update(Telling).values(told_at=late))
    drain_bulk()
    assert told() == [notice, notice]


def test_between_two_tellings_there_is_time(session: Session, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(telling, "APART", timedelta(hours=1))
    ring(cast, draft("role:parent"))
    tell()
    before = len(told())
    for _ in range(5):
        telling.tell()
    assert len(told()) == before


def changes(cast: Cast, alarm: UUID) -> dict[str, Callable[[], object]]:
    """Everything that moves a number of a report."""
    priya = at_work(cast, cast.priya)

    def in_unit(act: Callable[[], object]) -> None:
        with unit_of_work():
            act()

    return {
        "shown": lambda: deliver.shown([(cast.asha.id, alarm)]),
        "received": lambda: deliver.received([(cast.asha.id, alarm)]),
        "read": lambda: in_unit(lambda: reading.read(priya, alarm)),
        "unread": lambda: in_unit(lambda: reading.unread(priya, alarm)),
        "all read": lambda: in_unit(lambda: reading.read_all(priya)),
        "confirmed": lambda: in_unit(lambda: acknowledge.confirm(priya, alarm)),
        "settled": deliver.settle,
    }


def test_whatever_changes_a_number_is_told(session: Session, cast: Cast, sink: Sink) -> None:
    notice = publish(cast, draft("role:parent"))
    assert tell_all() == 2, "that it is there"
    fan_out()
    assert tell_all() == 2, "to whom it goes"
    while drain_mail():
        pass
    assert tell_all() == 2, "its mail"
    deliver.settle()
    assert tell_all() == 2, "that it is done"

    alarm = ring(cast, draft("role:parent", category=Category.EMERGENCY))
    tell_all()
    for what, act in changes(cast, alarm).items():
        if what == "settled":
            continue
        before = len(told())
        act()
        tell_all()
        assert alarm in told()[before:], what
    assert notice in told()


def test_two_clocks_tell_each_change_once(app: Flask, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(telling, "APART", timedelta(hours=1))
    with app.app_context():
        sent = [ring(cast, draft("role:parent", title=str(number))) for number in range(8)]

    def clock(_number: int) -> None:
        with app.app_context():
            telling.tell()

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(clock, range(4)))
    with app.app_context():
        assert sorted(told()) == sorted(sent)


@pytest.mark.parametrize("backend", ["postgresql"], indirect=True)
def test_while_it_is_noted_nobody_waits_for_anybody(app: Flask, cast: Cast) -> None:
    """The second mail of a second does not wait for the transaction of the first."""
    with app.app_context():
        notice = ring(cast, draft("role:parent"))  # noted when it was published
        with unit_of_work() as session:
            telling.changed([notice])
            session.flush()

            def other() -> str:
                with app.app_context():
                    with unit_of_work():
                        telling.changed([notice])
                    return "done"

            with ThreadPoolExecutor(1) as threads:
                assert threads.submit(other).result(timeout=10) == "done"


def test_a_receipt_that_changes_nothing_is_not_told(session: Session, cast: Cast) -> None:
    alarm = publish(cast, draft("role:parent", category=Category.EMERGENCY))
    fan_out()
    deliver.received([(cast.asha.id, alarm)])
    tell_all()
    before = len(told())
    deliver.received([(cast.asha.id, alarm), (cast.margaret.id, alarm)])
    tell_all()
    assert len(told()) == before

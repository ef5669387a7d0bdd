"""Fan-out: everybody once, whoever dies meanwhile."""

import time
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from app.catalogue.kinds import Category, Channel, Role
from app.kernel.clock import now
from app.kernel.ids import new_id
from app.kernel.jobs import Lane, bells
from app.kernel.turns import turns_of
from app.kernel.unit_of_work import unit_of_work
from app.mailer.models import Letter
from app.notifications import compose, copies, fan_out, jobs, sweep
from app.notifications.errors import LeaseLostError
from app.notifications.kinds import Fate, Status
from app.notifications.models import (
    FanOut,
    Notification,
    NotificationLog,
    NotificationRecipient,
    NotificationSubject,
)
from app.notifications.writing import Writing
from app.realtime.models import LiveEvent
from app.roster.kinds import Hat
from app.roster.models import Membership
from tests.notifications.people import at_work, draft, fates, in_an_hour, ledger, publish, recipients, ring
from tests.notifications.people import fan_out as drain
from tests.support.cast import SHARED_ADDRESS, Cast

EVERYBODY = {"margaret", "tom", "asha", "priya", "grace", "peter", "mina", "yusuf", "noor", "ravi", "lily"}
WRITTEN = (NotificationRecipient, NotificationSubject, NotificationLog, Letter)


@pytest.fixture
def by_threes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pieces so small that a school needs several."""
    for constant in ("AT_ONCE", "ALERTED_AT_ONCE"):
        monkeypatch.setattr(fan_out, constant, {True: 3, False: 3})


def counts(session: Session) -> list[int]:
    session.rollback()
    return [session.scalar(select(func.count()).select_from(rows)) or 0 for rows in WRITTEN]


def whole_school(cast: Cast, **more: Any) -> Any:
    return draft(f"school:{cast.northfield.id}", **more)


def test_each_category_earns_its_channels(session: Session, cast: Cast) -> None:
    expected = {
        Category.EMERGENCY: {
            Channel.IN_APP: Fate.DELIVERED, Channel.WEBSOCKET: Fate.PENDING, Channel.EMAIL: Fate.PENDING
        },
        Category.ANNOUNCEMENT: {Channel.IN_APP: Fate.DELIVERED, Channel.EMAIL: Fate.PENDING},
        Category.REMINDER: {Channel.IN_APP: Fate.DELIVERED},
        Category.SYSTEM: {Channel.IN_APP: Fate.DELIVERED},
    }  # fmt: skip
    for category, channels in expected.items():
        assert fates(ring(cast, draft("role:parent", category=category)), cast.priya) == channels


def test_whoever_has_no_address_has_a_row_that_says_so(session: Session, cast: Cast) -> None:
    sent = ring(cast, draft("role:student", category=Category.EMERGENCY))
    email = ledger(sent, cast.mina)[Channel.EMAIL]
    assert (email.status, email.reason, email.letter_id) == (Fate.SUPPRESSED, "no_address", None)


def test_two_people_with_one_address_get_a_letter_each(session: Session, cast: Cast) -> None:
    sent = ring(cast, draft(f"guardians-of:person:{cast.lily.id}"))
    letters = session.scalars(select(Letter)).all()

    assert [letter.address for letter in letters] == [SHARED_ADDRESS, SHARED_ADDRESS]
    assert {letter.recipient_id for letter in letters} == {cast.grace.id, cast.peter.id}
    for who in (cast.grace, cast.peter):
        letter = session.get_one(Letter, ledger(sent, who)[Channel.EMAIL].letter_id)
        assert letter.recipient_id == who.id


def test_a_letter_says_for_whom_about_what_and_until_when(session: Session, cast: Cast) -> None:
    until = in_an_hour()
    sent = ring(cast, draft("role:teacher", category=Category.EMERGENCY, expires_at=until))
    letter = session.scalars(select(Letter).where(Letter.recipient_id == cast.tom.id)).one()

    assert (letter.lane, letter.purpose, letter.template) == (Lane.URGENT_MAIL, "notification", "notification")
    assert letter.arguments == {"notification_id": str(sent)}
    assert (letter.address, letter.locale, letter.expires_at) == (cast.tom.email, "en", until)
    assert (letter.district_id, letter.school_id) == (cast.district_id, cast.northfield.id)
    assert bells().queue(Lane.URGENT_MAIL).count > 0


def test_an_alert_stands_until_it_expires(session: Session, cast: Cast) -> None:
    until = in_an_hour()
    sent = ring(cast, draft("role:teacher", category=Category.EMERGENCY, expires_at=until))
    calm = ring(cast, draft("role:teacher", expires_at=until))
    stands = dict(
        session.execute(select(NotificationRecipient.notification_id, NotificationRecipient.alert_until)).all()
    )
    assert stands == {sent: until, calm: None}


def test_what_is_done_at_once_is_sent_at_once_and_the_rest_is_on_its_way(session: Session, cast: Cast) -> None:
    reminder = session.get_one(Notification, ring(cast, draft("role:parent", category=Category.REMINDER)))
    announcement = session.get_one(Notification, ring(cast, draft("role:parent")))
    assert (reminder.status, announcement.status) == (Status.SENT, Status.SENDING)
    assert reminder.sent_at is not None
    assert announcement.sent_at is None


def test_an_audience_that_has_left_meanwhile_is_nobody_and_that_is_sent_at_once(session: Session, cast: Cast) -> None:
    sent = publish(cast, draft(f"person:{cast.tom.id}"))
    with unit_of_work():
        session.execute(update(Membership).where(Membership.account_id == cast.tom.id).values(ended_at=now()))
    drain()
    assert session.get_one(Notification, sent).status is Status.SENT
    assert recipients(sent) == {}


def test_it_is_seen_once_all_is_written(session: Session, cast: Cast, by_threes: None) -> None:
    sent = publish(cast, whole_school(cast))
    claim = fan_out.claim(Lane.BULK)
    assert claim is not None
    fan_out.work(claim, until=time.monotonic() - 1)
    assert len(recipients(sent)) == 3
    assert session.scalars(select(LiveEvent)).all() == []

    drain()
    event = session.scalars(select(LiveEvent)).one()
    assert (event.kind, event.subject_id, event.school_id) == ("notification.published", sent, cast.northfield.id)
    assert event.account_id is None


def test_pieces_make_the_same_whole(session: Session, cast: Cast, by_threes: None) -> None:
    sent = ring(cast, whole_school(cast, category=Category.EMERGENCY))
    assert set(recipients(sent)) == EVERYBODY
    assert counts(session) == [11, 6, 33, 6]
    assert session.get_one(FanOut, sent).finished_at is not None


@pytest.mark.parametrize("dies_in", ["_write_recipients", "_write_subjects", "write_letters", "_write_fates"])
def test_resumed_after_a_death_in_any_piece_and_nothing_is_twice(
    session: Session, cast: Cast, by_threes: None, monkeypatch: pytest.MonkeyPatch, dies_in: str
) -> None:
    sent = publish(cast, whole_school(cast, category=Category.EMERGENCY))
    whole, calls = getattr(copies, dies_in), iter(range(100))

    def dying(*args: Any) -> Any:
        if next(calls) == 2:
            raise KeyboardInterrupt  # goes past every "except Exception", as a kill would
        return whole(*args)

    monkeypatch.setattr(copies, dies_in, dying)
    with pytest.raises(KeyboardInterrupt):
        jobs.drain_alerts()
    monkeypatch.undo()
    assert 0 <= counts(session)[0] < 11
    assert session.get_one(FanOut, sent).finished_at is None

    drain()
    assert session.get_one(FanOut, sent).finished_at is None, "the dead one's lease still holds"
    pass_over_the_lease()
    drain()
    assert set(recipients(sent)) == EVERYBODY
    assert counts(session) == [11, 6, 33, 6]


def pass_over_the_lease() -> None:
    with unit_of_work() as session:
        session.execute(
            update(FanOut).where(FanOut.lease.is_not(None)).values(lease_until=now() - timedelta(seconds=1))
        )


def test_whoever_lost_the_lease_writes_nothing_more(session: Session, cast: Cast, by_threes: None) -> None:
    sent = publish(cast, whole_school(cast))
    frozen = fan_out.claim(Lane.BULK)
    assert frozen is not None
    assert fan_out.claim(Lane.BULK) is None
    pass_over_the_lease()
    drain()

    before = counts(session)
    with pytest.raises(LeaseLostError):
        fan_out.work(frozen, until=time.monotonic() + 10)
    assert counts(session) == before
    assert set(recipients(sent)) == EVERYBODY
    assert len(session.scalars(select(LiveEvent)).all()) == 1


def test_one_that_fails_does_not_hold_up_its_lane(
    session: Session, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    poisoned, fine = publish(cast, draft("role:parent", title="Poison")), publish(cast, draft("role:parent"))
    whole = copies.write

    def failing(writing: Writing, at_most: int) -> copies.Piece:
        if writing.notification.title == "Poison":
            raise ZeroDivisionError
        return whole(writing, at_most)

    monkeypatch.setattr(copies, "write", failing)
    assert jobs.drain_bulk() is False
    assert (len(recipients(poisoned)), len(recipients(fine))) == (0, 4)

    monkeypatch.undo()
    work = session.get_one(FanOut, poisoned)
    assert work.lease is None
    assert now() < work.next_attempt_at <= now() + timedelta(seconds=2)


def test_one_that_keeps_failing_is_set_aside_and_one_whose_worker_keeps_dying_as_well(
    session: Session, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    poisoned, deadly = (publish(cast, draft("role:parent", title=title)) for title in ("Poison", "Deadly"))
    monkeypatch.setattr(copies, "write", lambda *_: 1 / 0)
    with unit_of_work():
        session.execute(update(FanOut).values(attempts=7))
        session.execute(update(FanOut).where(FanOut.notification_id == deadly).values(attempts=8))
    assert jobs.drain_bulk() is False
    session.rollback()
    reasons = [session.get_one(FanOut, id_, populate_existing=True).error_message for id_ in (poisoned, deadly)]
    assert reasons == ["ZeroDivisionError", jobs.WORKERS_DIED]
    monkeypatch.undo()
    assert fan_out.claim(Lane.BULK) is None


def test_a_database_that_goes_away_sets_nothing_aside(
    session: Session, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent = publish(cast, draft("role:parent"))
    monkeypatch.setattr(copies, "write", away)
    with unit_of_work():
        session.execute(update(FanOut).values(attempts=7))
    jobs.drain_bulk()
    session.rollback()
    work = session.get_one(FanOut, sent, populate_existing=True)
    assert (work.set_aside_at, work.lease) == (None, None)


def away(*_: object) -> copies.Piece:
    raise OperationalError("SELECT 1", {}, Exception("the database is starting up"))


def test_pieces_that_were_written_are_tries_that_succeeded(session: Session, cast: Cast, by_threes: None) -> None:
    sent = publish(cast, whole_school(cast))
    for _ in range(3):
        claim = fan_out.claim(Lane.BULK)
        assert claim
        assert claim.attempt == 1
        fan_out.work(claim, until=time.monotonic() - 1)
    assert len(recipients(sent)) == 9


def test_bar_119_fan_outs_of_one_school_do_not_wait_behind_all_of_another(
    session: Session, cast: Cast, by_threes: None
) -> None:
    """One that is so large that it must yield goes behind another school's, not behind the rest of its own."""
    noisy = [publish(cast, whole_school(cast, title=f"Northfield {number}")) for number in range(3)]
    hill = Hat(new_id(), Role.ADMIN, cast.district_id, cast.hillside.id, cast.hillside.name, "Europe/London")
    with unit_of_work():
        quiet = compose.publish(draft("role:parent"), at_work(cast, cast.margaret), hat=hill, idempotency_key=None)
    order = []
    while claim := fan_out.claim(Lane.BULK):
        order.append(claim.notification_id)
        fan_out.work(claim, until=time.monotonic() - 1)
    assert quiet in order[:2]
    assert set(noisy) < set(order)


def test_an_all_clear_is_written_before_an_emergency_that_is_still_being_written(
    session: Session, cast: Cast, by_threes: None
) -> None:
    alarm = publish(cast, whole_school(cast, category=Category.EMERGENCY))
    write_a_piece(Lane.ALERTS)
    all_clear = publish(cast, draft("role:teacher", category=Category.EMERGENCY))
    turns_of(Lane.ALERTS).list([], 0.0)
    assert write_a_piece(Lane.ALERTS) == all_clear
    assert write_a_piece(Lane.ALERTS) == alarm


def write_a_piece(lane: Lane) -> UUID:
    claim = fan_out.claim(lane)
    assert claim
    fan_out.work(claim, until=time.monotonic() - 1)
    return claim.notification_id


def test_the_audience_is_asked_anew_when_it_leaves(session: Session, cast: Cast) -> None:
    sent = publish(cast, draft("role:teacher"))
    with unit_of_work():
        session.execute(update(Membership).where(Membership.account_id == cast.tom.id).values(ended_at=now()))
    drain()
    assert recipients(sent) == {"asha": Role.TEACHER}


def test_the_sweep_rings_for_what_nobody_rang_for(session: Session, cast: Cast) -> None:
    publish(cast, draft("role:parent"))
    bells().connection.flushdb()
    sweep.sweep()
    assert (bells().queue(Lane.BULK).count, bells().queue(Lane.ALERTS).count) == (1, 0)

    drain()
    bells().connection.flushdb()
    sweep.sweep()
    assert bells().queue(Lane.BULK).count == 0


def test_an_emergency_waits_behind_no_announcement(session: Session, cast: Cast) -> None:
    calm, loud = publish(cast, draft("role:parent")), publish(cast, draft("role:parent", category=Category.EMERGENCY))
    jobs.drain_alerts()
    assert (len(recipients(loud)), len(recipients(calm))) == (4, 0)

"""Sending again to those whom nothing reached: once, to nobody else, and nothing twice."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from app.audit.models import AuditLine
from app.catalogue.kinds import Category, Channel
from app.extensions import db
from app.identity.models import Account, ContactAddress
from app.kernel.clock import now
from app.kernel.ids import new_id
from app.kernel.unit_of_work import unit_of_work
from app.mailer.jobs import drain_mail, drain_urgent_mail
from app.mailer.models import DeliveryAttempt, Letter
from app.notifications import deliver
from app.notifications.kinds import Fate, Status
from app.notifications.models import Notification, NotificationRecipient
from app.notifications.withdraw import withdraw
from app.preferences.choose import choose
from app.preferences.kinds import How
from app.reports import again
from app.reports.reconcile import unreconciled
from app.reports.resend import resend
from app.roster.models import Membership
from tests.notifications.people import at_work, draft, fates, ledger, ring
from tests.reports.fates import touched
from tests.support.cast import Cast, Someone
from tests.support.pages import Client
from tests.support.smtp import Sink

Browser = Callable[..., Client]
REFUSED = "552 5.2.2 mailbox full"
UNKNOWN = "550 5.1.1 no such user"


def row(notification_id: UUID) -> Notification:
    db.session.rollback()
    return db.session.get_one(Notification, notification_id, populate_existing=True)


def send_again(cast: Cast, notification_id: UUID, number: int = 1) -> int:
    with unit_of_work() as session:
        return resend(session.get_one(Notification, notification_id), at_work(cast, cast.margaret), number)


def move(who: Someone, address: str) -> None:
    with unit_of_work() as session:
        session.execute(update(ContactAddress).where(ContactAddress.account_id == who.id).values(address=address))


@pytest.fixture
def alarm(session: Session, cast: Cast, sink: Sink) -> UUID:
    """Priya and Asha cannot be mailed; Grace and Peter can."""
    for who in (cast.priya, cast.asha):
        sink.refuse(str(who.email), REFUSED)
    id_ = ring(cast, draft("role:parent", category=Category.EMERGENCY, title="Gas leak"))
    drain_urgent_mail()
    deliver.settle()
    assert {fates(id_, who)[Channel.EMAIL] for who in (cast.priya, cast.asha)} == {Fate.FAILED}
    sink.clear()
    return id_


def test_whom_nothing_reached_gets_the_mail_and_nobody_else(cast: Cast, sink: Sink, alarm: UUID) -> None:
    first_sent_at = row(alarm).sent_at
    assert first_sent_at
    move(cast.priya, "priya@new.example")
    assert send_again(cast, alarm) == 2
    assert row(alarm).status is Status.SENDING
    drain_urgent_mail()
    deliver.settle()
    assert sorted(mail.recipients for mail in sink.received) == [("asha@belfry.example",), ("priya@new.example",)]
    mail = ledger(alarm, cast.priya)[Channel.EMAIL]
    assert (mail.status, mail.reason, mail.failed_at) == (Fate.SENT, None, None)
    tries = db.session.scalars(
        select(DeliveryAttempt.number)
        .where(DeliveryAttempt.letter_id == mail.letter_id)
        .order_by(DeliveryAttempt.number)
    )
    assert list(tries) == [1, 2], "what was tried before stays on record"
    assert (row(alarm).status, row(alarm).sent_at) == (Status.SENT, first_sent_at)
    copies = select(func.count()).select_from(NotificationRecipient)
    assert db.session.scalar(copies.where(NotificationRecipient.notification_id == alarm)) == 4
    assert db.session.execute(unreconciled()).all() == []
    [line] = db.session.scalars(select(AuditLine).where(AuditLine.action == "notification.resent"))
    assert line.details == {"count": 2}


def test_pressed_twice_it_is_sent_once_and_the_next_time_is_another(cast: Cast, sink: Sink, alarm: UUID) -> None:
    assert [send_again(cast, alarm), send_again(cast, alarm)] == [2, 0]
    for who in (cast.priya, cast.asha):
        sink.refuse(str(who.email), REFUSED)
    drain_urgent_mail()
    assert [send_again(cast, alarm), send_again(cast, alarm, 3)] == [0, 0], (
        "not of this time, nor of one after the next"
    )
    sink.clear()
    assert send_again(cast, alarm, 2) == 2
    drain_urgent_mail()
    assert len(sink.received) == 2


def test_pressed_by_many_at_once_it_is_sent_once(app: Flask, cast: Cast, sink: Sink, alarm: UUID) -> None:
    def press(_number: int) -> int:
        with app.app_context():
            return send_again(cast, alarm)

    with ThreadPoolExecutor(4) as threads:
        assert sorted(threads.map(press, range(4))) == [0, 0, 0, 2]
    db.session.rollback()  # ends what this thread was reading before
    drain_urgent_mail()
    assert len(sink.received) == 2


def test_eight_tries_are_allowed_anew(cast: Cast, sink: Sink, alarm: UUID) -> None:
    with unit_of_work() as session:
        session.execute(update(Letter).where(Letter.recipient_id == cast.priya.id).values(attempts=8))
    send_again(cast, alarm)
    sink.refuse("*", "451 later")
    drain_urgent_mail()
    assert fates(alarm, cast.priya)[Channel.EMAIL] is Fate.PENDING


def test_whoever_read_it_left_or_wants_no_mail_is_left_out(session: Session, cast: Cast, sink: Sink) -> None:
    everybody = (cast.priya, cast.asha, cast.grace, cast.peter)
    sink.refuse("*", REFUSED)
    sent = ring(cast, draft("role:parent"))
    drain_mail()
    sink.clear()
    assert again.count(row(sent), now()) == len(everybody)
    touched(sent, cast.priya, read_at=now())
    with unit_of_work() as unit:
        unit.execute(update(Membership).where(Membership.account_id == cast.asha.id).values(ended_at=now()))
        unit.execute(update(Account).where(Account.id == cast.grace.id).values(disabled_at=now()))
    assert again.count(row(sent), now()) == 1
    with unit_of_work():
        choose(cast.peter.id, {(Category.ANNOUNCEMENT, Channel.EMAIL): False}, How.PERSON)
    assert send_again(cast, sent) == 0
    drain_mail()
    assert sink.received == []


def test_whoever_had_no_address_gets_it_at_the_one_they_have_now(session: Session, cast: Cast, sink: Sink) -> None:
    with unit_of_work() as unit:
        unit.execute(delete(ContactAddress).where(ContactAddress.account_id == cast.priya.id))
    sent = ring(cast, draft(f"person:{cast.priya.id}"))
    assert ledger(sent, cast.priya)[Channel.EMAIL].reason == "no_address"
    assert again.count(row(sent), now()) == 0
    with unit_of_work() as unit:
        where = {"district_id": cast.district_id, "account_id": cast.priya.id}
        unit.add(ContactAddress(id=new_id(), **where, address="priya@new.example", kind="email", position=0))
    assert send_again(cast, sent) == 1
    drain_mail()
    assert [mail.recipients for mail in sink.received] == [("priya@new.example",)]
    assert fates(sent, cast.priya)[Channel.EMAIL] is Fate.SENT


def test_a_dead_address_is_not_tried_again_until_it_is_another(session: Session, cast: Cast, sink: Sink) -> None:
    sink.refuse(str(cast.priya.email), UNKNOWN)
    sent = ring(cast, draft(f"person:{cast.priya.id}"))
    drain_mail()
    assert again.count(row(sent), now()) == 0
    move(cast.priya, "priya@new.example")
    assert again.count(row(sent), now()) == 1


@pytest.mark.parametrize("how", ["withdrawn", "over"])
def test_what_was_taken_back_or_is_over_is_not_sent_again(cast: Cast, sink: Sink, alarm: UUID, how: str) -> None:
    with unit_of_work() as session:
        if how == "withdrawn":
            withdraw(session.get_one(Notification, alarm), at_work(cast, cast.margaret))
        else:
            past = now() - timedelta(seconds=1)
            session.execute(update(Notification).where(Notification.id == alarm).values(expires_at=past))
    assert send_again(cast, alarm) == 0
    drain_urgent_mail()
    assert sink.received == []


def test_it_is_a_button_of_the_report(app: Flask, cast: Cast, sink: Sink, browser_of: Browser) -> None:
    sink.refuse(str(cast.priya.email), REFUSED)
    with app.app_context():
        sent = ring(cast, draft("role:parent"))
        drain_mail()
        deliver.settle()
    sink.clear()
    office, url = browser_of("margaret"), f"/notifications/{sent}/resendings"
    hugo = browser_of("hugo")
    assert hugo.post(url, data={"csrf_token": hugo.csrf(), "number": "1"}).status_code == 404
    office.get(f"/notifications/{sent}")
    assert "Send the mail again to 1 person" in office.page.text_of("report-missed")
    assert office.press(url).location == f"/notifications/{sent}"
    for number in ("1", "x", "-1", "", "99999999999999999999"):
        assert office.post(url, data={"csrf_token": office.csrf(), "number": number}).status_code == 303
    with app.app_context():
        drain_mail()
    assert len(sink.received) == 1
    office.get(f"/notifications/{sent}")
    said = office.page.text_of("report-sent-again")
    assert f"{cast.margaret.name} had the mail sent again to 1 person on" in said
    assert "Send the mail again" not in office.page.text

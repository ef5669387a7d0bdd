"""Taking back what has been sent: what waits does not leave, nothing is lost from the ledger, and readers are told."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.audit.models import AuditLine
from app.catalogue.kinds import Category, Channel
from app.extensions import db
from app.kernel.jobs import Lane
from app.kernel.unit_of_work import unit_of_work
from app.mailer.claim import claim_next
from app.mailer.conclude import conclude
from app.mailer.deliver import attempt, deliver_next
from app.mailer.jobs import drain_mail, drain_urgent_mail
from app.mailer.line import Line
from app.mailer.models import Letter
from app.notifications import deliver, fan_out, withdrawing
from app.notifications.errors import LeaseLostError
from app.notifications.jobs import drain_bulk
from app.notifications.kinds import Fate, Status
from app.notifications.models import FanOut, Notification, NotificationLog, Withdrawal
from app.notifications.withdraw import withdraw
from app.preferences.choose import choose
from app.preferences.kinds import How
from app.reports.reconcile import unreconciled
from tests.notifications.people import at_work, draft, fates, ledger, publish, recipients, ring
from tests.reports.fates import touched
from tests.support.cast import Cast
from tests.support.smtp import Sink
from tests.support.statements import overheard

REASON = "The date was wrong."


def take_back(cast: Cast, notification_id: UUID, reason: str | None = None) -> bool:
    """Margaret withdraws it; what follows is left to the clock."""
    with unit_of_work() as session:
        notification = session.get_one(Notification, notification_id)
        return withdraw(notification, at_work(cast, cast.margaret), reason)


def row(notification_id: UUID) -> Notification:
    db.session.rollback()
    return db.session.get_one(Notification, notification_id, populate_existing=True)


def test_what_waits_is_not_sent_and_the_ledger_still_adds_up(session: Session, cast: Cast, sink: Sink) -> None:
    sent = ring(cast, draft("role:parent", title="Sports day"))
    assert take_back(cast, sent, REASON)
    withdrawing.work()
    drain_mail()
    assert sink.received == []
    assert (row(sent).status, row(sent).title) == (Status.WITHDRAWN, "Sports day")
    mail = ledger(sent, cast.priya)[Channel.EMAIL]
    assert (mail.status, mail.reason, mail.next_attempt_at) == (Fate.SUPPRESSED, "withdrawn", None)
    assert fates(sent, cast.priya)[Channel.IN_APP] is Fate.DELIVERED
    assert db.session.execute(unreconciled()).all() == []
    assert db.session.get_one(Withdrawal, sent).finished_at
    deliver.settle()
    assert row(sent).status is Status.WITHDRAWN


def test_taking_it_back_twice_changes_nothing_and_is_noted_once(session: Session, cast: Cast) -> None:
    sent = ring(cast, draft("role:parent"))
    assert take_back(cast, sent, REASON)
    first = row(sent).withdrawn_at
    assert not take_back(cast, sent, "Another reason")
    assert row(sent).withdrawn_at == first
    assert db.session.get_one(Withdrawal, sent).reason == REASON
    lines = session.scalars(select(AuditLine).where(AuditLine.action == "notification.withdrawn")).all()
    assert [(line.subject_id, line.actor_id, line.details) for line in lines] == [(sent, cast.margaret.id, {})]


def test_bar_27_a_fan_out_under_way_stops_and_whoever_was_written_gets_no_mail(
    session: Session, cast: Cast, sink: Sink, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its worker holds it, and learns at its next piece that it is over."""
    monkeypatch.setattr(fan_out, "AT_ONCE", {True: 1, False: 1})
    sent = publish(cast, draft("role:parent"))
    claim = fan_out.claim(Lane.BULK)
    assert claim
    fan_out.work(claim, until=0)
    assert len(recipients(sent)) == 1
    claim = fan_out.claim(Lane.BULK)
    assert claim
    take_back(cast, sent)
    with pytest.raises(LeaseLostError):
        fan_out.work(claim, until=0)
    assert not drain_bulk()
    withdrawing.work()
    drain_mail()
    assert len(recipients(sent)) == 1
    assert db.session.get_one(FanOut, sent).finished_at
    assert sink.received == []
    assert db.session.execute(unreconciled()).all() == []


def test_bar_27_taken_back_in_the_middle_of_it_nothing_is_left_behind(
    app: Flask, cast: Cast, sink: Sink, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A worker writes one person after the other, another mails them, and the office withdraws it meanwhile."""
    monkeypatch.setattr(fan_out, "AT_ONCE", {True: 1, False: 1})
    with app.app_context():
        sent = publish(cast, draft("role:parent", "role:teacher", "role:student"))

    def run(act: Callable[[], object]) -> None:
        with app.app_context():
            act()

    with ThreadPoolExecutor(3) as threads:
        list(threads.map(run, [drain_bulk, lambda: take_back(cast, sent), drain_mail]))
    with app.app_context():
        drain_bulk()
        withdrawing.work()
        drain_mail()
        waiting = select(func.count()).select_from(Letter).where(Letter.status.in_(["pending", "sending"]))
        assert db.session.scalar(waiting) == 0
        assert db.session.execute(unreconciled()).all() == []
        assert row(sent).status is Status.WITHDRAWN
        assert db.session.get_one(Withdrawal, sent).finished_at
        states = select(NotificationLog.status).where(
            NotificationLog.notification_id == sent, NotificationLog.channel == Channel.EMAIL
        )
        out = sum(state is Fate.SENT for state in db.session.scalars(states))
    assert len(sink.received) == 2 * out, "each that was out, and a word about each"


def test_bar_27_whoever_has_the_mail_is_told_by_one_that_belongs_to_it(
    session: Session, cast: Cast, sink: Sink
) -> None:
    sent = ring(cast, draft("role:parent", title="Sports day"))
    with Line.from_settings() as line:
        assert deliver_next(Lane.MAIL, line)
    [first] = sink.received
    take_back(cast, sent, REASON)
    for _ in range(2):  # a second clock, or the same one again
        withdrawing.work()
    drain_mail()
    assert len(sink.received) == 2
    told = sink.received[1]
    assert told.recipients == first.recipients
    assert told.subject == "Withdrawn: Sports day"
    assert REASON in told.text()
    assert REASON in told.text("html")
    assert told.message["In-Reply-To"] == told.message["References"] == first.message_id
    assert "List-Unsubscribe" in told.message
    states = db.session.execute(
        select(NotificationLog.status, func.count())
        .where(NotificationLog.notification_id == sent, NotificationLog.channel == Channel.EMAIL)
        .group_by(NotificationLog.status)
    )
    assert {Fate.SENT: 1, Fate.SUPPRESSED: 3}.items() <= dict(iter(states)).items()


def test_a_mail_in_a_workers_hand_is_not_sent_or_its_reader_is_told(session: Session, cast: Cast, sink: Sink) -> None:
    """The worker asks when it writes the mail. If it had asked before, the mail leaves, and is told of afterwards."""
    sent = ring(cast, draft(f"person:{cast.priya.id}"))
    claim = claim_next(Lane.MAIL)
    assert claim
    take_back(cast, sent)
    withdrawing.work()
    assert db.session.get_one(Withdrawal, sent).finished_at is None, "a mail is in a worker's hand"
    with Line.from_settings() as line:
        answer = attempt(claim, line)
    assert answer.text == "withdrawn"
    conclude(claim, answer)
    withdrawing.work()
    mail = ledger(sent, cast.priya)[Channel.EMAIL]
    assert (mail.status, mail.reason) == (Fate.SUPPRESSED, "withdrawn")
    assert sink.received == []

    other = ring(cast, draft(f"person:{cast.priya.id}"))
    claim = claim_next(Lane.MAIL)
    assert claim
    with Line.from_settings() as line:
        answer = attempt(claim, line)  # it is out, and nobody has written so yet
    take_back(cast, other)
    withdrawing.work()
    conclude(claim, answer)
    withdrawing.work()
    drain_mail()
    assert [mail.subject for mail in sink.received] == ["The hall is closed", "Withdrawn: The hall is closed"]
    assert db.session.get_one(Withdrawal, other).finished_at


def test_whoever_switched_such_mail_off_meanwhile_is_not_told_but_of_an_emergency(
    session: Session, cast: Cast, sink: Sink
) -> None:
    calm = ring(cast, draft(f"person:{cast.priya.id}", f"person:{cast.asha.id}"))
    alarm = ring(cast, draft(f"person:{cast.priya.id}", category=Category.EMERGENCY))
    drain_mail()
    drain_urgent_mail()
    sink.clear()
    for id_ in (calm, alarm):
        take_back(cast, id_)
    off = {(Category.ANNOUNCEMENT, Channel.EMAIL): False}
    with unit_of_work():
        choose(cast.priya.id, off, How.PERSON)
    withdrawing.work()
    with unit_of_work():
        choose(cast.asha.id, off, How.UNSUBSCRIBE)  # between the clock and the worker
    drain_mail()
    drain_urgent_mail()
    assert [mail.recipients for mail in sink.received] == [("priya@belfry.example",)]
    assert sink.received[0].message["Importance"] == "high"


def test_an_alert_that_no_page_was_shown_is_not_called_failed(session: Session, cast: Cast) -> None:
    alarm = ring(cast, draft("role:parent", category=Category.EMERGENCY))
    deliver.received([(cast.priya.id, alarm)])
    take_back(cast, alarm)
    withdrawing.work()
    assert fates(alarm, cast.priya)[Channel.WEBSOCKET] is Fate.DELIVERED
    unseen = ledger(alarm, cast.asha)[Channel.WEBSOCKET]
    assert (unseen.status, unseen.reason) == (Fate.SUPPRESSED, "withdrawn")
    deliver.received([(cast.asha.id, alarm)])
    assert ledger(alarm, cast.asha)[Channel.WEBSOCKET].status is Fate.SUPPRESSED
    assert db.session.execute(unreconciled()).all() == []


def test_many_are_let_go_piece_by_piece(session: Session, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(withdrawing, "AT_ONCE", 2)
    sent = ring(cast, draft("role:parent", "role:teacher"))
    take_back(cast, sent)
    withdrawing.work()
    waiting = select(func.count()).select_from(Letter).where(Letter.status == "pending")
    assert session.scalar(waiting) == 0
    assert db.session.get_one(Withdrawal, sent).finished_at


def test_without_anything_to_do_the_clock_only_looks(session: Session, cast: Cast) -> None:
    sent = ring(cast, draft("role:parent"))
    take_back(cast, sent)
    withdrawing.work()
    with overheard() as statements:
        withdrawing.work()
    assert [statement for statement, *_ in statements if not statement.startswith("SELECT")] == []


def test_the_words_of_the_original_stay(session: Session, cast: Cast) -> None:
    sent = ring(cast, draft("role:parent", title="Sports day", body="On Friday."))
    touched(sent, cast.priya, read_at=row(sent).created_at)
    take_back(cast, sent)
    assert (row(sent).title, row(sent).body) == ("Sports day", "On Friday.")

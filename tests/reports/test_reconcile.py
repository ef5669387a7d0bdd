"""That every report adds up: by SQL alone, and against what the relay saw."""

from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app.catalogue.kinds import Category, Channel
from app.extensions import db
from app.kernel.clock import now
from app.kernel.unit_of_work import unit_of_work
from app.mailer.events import LetterClaimed, LetterConcluded
from app.mailer.jobs import drain_mail
from app.mailer.kinds import LetterStatus
from app.mailer.models import Letter
from app.notifications import deliver
from app.notifications.kinds import Fate
from app.notifications.models import NotificationLog
from app.reports.counts import deliveries
from app.reports.reconcile import unreconciled
from tests.notifications.people import draft, ledger, publish, ring
from tests.support.cast import Cast
from tests.support.smtp import Sink

ENDS = (LetterStatus.SENT, LetterStatus.DELIVERED, LetterStatus.FAILED, LetterStatus.BOUNCED, LetterStatus.EXPIRED)


def everybody(cast: Cast, category: Category = Category.ANNOUNCEMENT) -> UUID:
    return ring(cast, draft(f"school:{cast.northfield.id}", category=category))


def test_bar_22_for_each_channel_the_fates_add_up_to_the_recipients(session: Session, cast: Cast) -> None:
    sent = [everybody(cast, category) for category in Category]
    deliver.shown([(cast.asha.id, sent[0])])
    deliver.received([(cast.grace.id, sent[0])])
    for number, letter_id in enumerate(session.scalars(select(Letter.id)).all()):
        with unit_of_work():
            deliver.mail_claimed(LetterClaimed(letter_id))
            if number % 6 < 5:
                deliver.mail_concluded(LetterConcluded(letter_id, ENDS[number % 6], 1, None, 250, "queued", now()))

    found = [(category, deliveries([id_])[id_]) for category, id_ in zip(Category, sent, strict=True)]
    for category, funnel in found:
        assert {sum(counts.values()) for counts in funnel.values()} == {11}, category
    assert set(found[0][1][Channel.EMAIL]) == {*map(Fate, ENDS), Fate.SENDING, Fate.SUPPRESSED}
    assert session.execute(unreconciled()).all() == []


def test_bar_22_and_10_what_the_ledger_says_of_mail_is_what_the_relay_saw(
    session: Session, cast: Cast, sink: Sink
) -> None:
    sink.refuse("tom@belfry.example", "550 5.1.1 no such user")
    sink.refuse("priya@belfry.example", "451 4.3.0 later")
    sent = everybody(cast)
    while drain_mail():
        pass
    email = deliveries([sent])[sent][Channel.EMAIL]
    assert email == {Fate.SENT: 4, Fate.FAILED: 1, Fate.PENDING: 1, Fate.SUPPRESSED: 5}
    assert sum(sink.copies().values()) == len(sink.copies()) == 4
    assert db.session.execute(unreconciled()).all() == []

    failed, waiting = (ledger(sent, who)[Channel.EMAIL] for who in (cast.tom, cast.priya))
    assert "no such user" in (failed.reason or "")
    assert waiting.next_attempt_at is not None
    assert waiting.next_attempt_at > now()


def test_bar_22_a_row_that_is_missing_is_found(session: Session, cast: Cast) -> None:
    sent = ring(cast, draft("role:parent"))
    email = (NotificationLog.notification_id == sent, NotificationLog.channel == Channel.EMAIL)
    with unit_of_work():
        session.execute(delete(NotificationLog).where(*email, NotificationLog.recipient_id == cast.priya.id))
    assert session.execute(unreconciled()).all() == [(sent, "email", 4, 3)]

    with unit_of_work():
        session.execute(delete(NotificationLog).where(*email))
    assert session.execute(unreconciled()).all() == [(sent, "email", 4, 0)]


def test_what_is_being_fanned_out_need_not_add_up_yet(session: Session, cast: Cast) -> None:
    publish(cast, draft("role:parent"))
    assert session.execute(unreconciled()).all() == []

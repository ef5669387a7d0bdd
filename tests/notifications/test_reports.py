"""The report: what became of each delivery, and that it adds up."""

from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from app.catalogue.kinds import Category, Channel
from app.extensions import db
from app.kernel.clock import now
from app.kernel.unit_of_work import unit_of_work
from app.mailer.events import LetterClaimed, LetterConcluded
from app.mailer.jobs import drain_mail
from app.mailer.kinds import LetterStatus
from app.mailer.models import Letter
from app.notifications import deliver, queries, reports
from app.notifications.kinds import Fate
from app.notifications.models import Notification, NotificationLog, NotificationRecipient
from tests.notifications.people import district, draft, ledger, northfield, publish, ring
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

    found = [(category, reports.funnel(id_)) for category, id_ in zip(Category, sent, strict=True)]
    for category, funnel in found:
        assert {sum(counts.values()) for counts in funnel.values()} == {11}, category
    assert set(found[0][1][Channel.EMAIL]) == {*map(Fate, ENDS), Fate.SENDING, Fate.SUPPRESSED}
    assert session.execute(reports.unreconciled()).all() == []


def test_bar_22_and_10_what_the_ledger_says_of_mail_is_what_the_relay_saw(
    session: Session, cast: Cast, sink: Sink
) -> None:
    sink.refuse("tom@belfry.example", "550 5.1.1 no such user")
    sink.refuse("priya@belfry.example", "451 4.3.0 later")
    sent = everybody(cast)
    while drain_mail():
        pass
    email = reports.funnel(sent)[Channel.EMAIL]
    assert email == {Fate.SENT: 4, Fate.FAILED: 1, Fate.PENDING: 1, Fate.SUPPRESSED: 5}
    assert sum(sink.copies().values()) == len(sink.copies()) == 4
    assert db.session.execute(reports.unreconciled()).all() == []

    failed, waiting = (ledger(sent, who)[Channel.EMAIL] for who in (cast.tom, cast.priya))
    assert "no such user" in (failed.reason or "")
    assert waiting.next_attempt_at is not None
    assert waiting.next_attempt_at > now()


def test_bar_22_a_row_that_is_missing_is_found(session: Session, cast: Cast) -> None:
    sent = ring(cast, draft("role:parent"))
    email = (NotificationLog.notification_id == sent, NotificationLog.channel == Channel.EMAIL)
    with unit_of_work():
        session.execute(delete(NotificationLog).where(*email, NotificationLog.recipient_id == cast.priya.id))
    assert session.execute(reports.unreconciled()).all() == [(sent, "email", 4, 3)]

    with unit_of_work():
        session.execute(delete(NotificationLog).where(*email))
    assert session.execute(reports.unreconciled()).all() == [(sent, "email", 4, 0)]


def test_what_is_being_fanned_out_need_not_add_up_yet(session: Session, cast: Cast) -> None:
    publish(cast, draft("role:parent"))
    assert session.execute(reports.unreconciled()).all() == []


def test_only_ones_own_school_has_reports(session: Session, cast: Cast) -> None:
    sent = ring(cast, draft("role:parent"))
    hillside = queries.scope_of(cast.district_id, cast.hillside.id, now())
    for scope, is_there in ((northfield(cast), True), (district(cast), True), (hillside, False)):
        found = reports.find(sent, scope)
        assert (found is not None) is is_there
        assert len(reports.sent(scope, None).items) == is_there


def test_the_report_counts_reading_and_confirming(session: Session, cast: Cast) -> None:
    sent = ring(cast, draft("role:parent", category=Category.EMERGENCY))
    mine = (NotificationRecipient.notification_id == sent, NotificationRecipient.recipient_id == cast.priya.id)
    with unit_of_work():
        session.execute(update(NotificationRecipient).where(*mine).values(read_at=now(), acknowledged_at=now()))
    assert tuple(reports.figures(sent)) == (4, 1, 1)


@pytest.fixture
def small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reports, "PEOPLE_A_PAGE", 4)
    monkeypatch.setattr(reports, "SENT_A_PAGE", 2)


def test_each_person_is_on_one_page_of_the_report(session: Session, cast: Cast, small_pages: None) -> None:
    sent = session.get_one(Notification, everybody(cast))
    seen: list[UUID] = []
    token, pages = None, 0
    while pages == 0 or token:
        page = reports.fates(sent, token)
        seen += [row.NotificationLog.recipient_id for row in reports.fates_of(sent.id, page.items)]
        token, pages = page.next, pages + 1
    assert pages == 3
    assert len(seen) == 22
    assert {seen.count(who) for who in seen} == {2}


def test_what_was_sent_comes_newest_first_each_once(session: Session, cast: Cast, small_pages: None) -> None:
    sent = [ring(cast, draft("role:parent", title=str(number))) for number in range(5)]
    with unit_of_work():
        moment = now() - timedelta(hours=1)
        session.execute(update(Notification).where(Notification.id.in_(sent[:3])).values(created_at=moment))
    seen: list[tuple[UUID, int]] = []
    token = None
    while not seen or token:
        page = reports.sent(northfield(cast), token)
        seen += [(row.Notification.id, row.total) for row in page.items]
        token = page.next
    assert seen == [(id_, 4) for id_ in reversed(sent)]

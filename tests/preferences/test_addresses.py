"""An address that died: who says so everywhere alike, what still goes there, and how it is let live again."""

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

from flask import Flask
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from app.admin import unreachable
from app.audit.models import AuditLine
from app.catalogue.kinds import Category, Channel
from app.extensions import db
from app.identity.models import ContactAddress
from app.kernel.clock import now
from app.kernel.unit_of_work import unit_of_work
from app.mailer import feedback, jobs
from app.mailer.kinds import Report, Reported, Source
from app.mailer.models import Letter, Suppression
from app.notifications.kinds import Audience, Fate, Scope, Term
from app.notifications.preview import preview
from app.preferences import addresses
from app.preferences.kinds import Reason
from app.preferences.queries import is_switched_off
from tests.notifications.people import draft, ledger, ring
from tests.support import factories
from tests.support.cast import Cast, Someone
from tests.support.pages import Client
from tests.support.smtp import Sink

Browser = Callable[..., Client]
PRIYA = "priya@belfry.example"
WORDS = "the address is dead: mail to it came back"


def send() -> None:
    while jobs.drain_mail() or jobs.drain_urgent_mail():
        pass


def report(who: Someone, fate: Reported, notification_id: UUID) -> None:
    """As a carrier tells it of somebody's mail."""
    with unit_of_work() as session:
        letter = session.get_one(Letter, ledger(notification_id, who)[Channel.EMAIL].letter_id)
        told = Report(Source.SENDGRID, fate, letter.address, "5.1.1 <b>gone</b>", now(), letter.id, None, True)
        assert feedback.take_in(told)


def bounced(cast: Cast) -> UUID:
    """An announcement to parents whose mail to Priya came back."""
    first = ring(cast, draft("role:parent"))
    send()
    report(cast.priya, Reported.BOUNCED, first)
    return first


def by_mail(notification_id: UUID, who: Someone) -> tuple[Fate, str | None]:
    row = ledger(notification_id, who)[Channel.EMAIL]
    return row.status, row.reason


def seen(cast: Cast, category: Category = Category.ANNOUNCEMENT) -> list[tuple[str, str]]:
    parsed = Term.parse("role:parent")
    assert parsed
    scope = Scope(cast.district_id, cast.northfield.id)
    found = preview(Audience((parsed,)), scope, category)
    return [(one.name, one.reason_words) for one in found.unreachable]


def test_bar_112_after_a_bounce_only_emergencies_are_sent_there_and_preview_ledger_and_report_say_why(
    session: Session, cast: Cast, sink: Sink
) -> None:
    first = bounced(cast)
    assert by_mail(first, cast.priya) == (Fate.BOUNCED, "5.1.1 <b>gone</b>")
    db.session.rollback()
    assert seen(cast) == [(cast.priya.name, WORDS)]
    assert seen(cast, Category.EMERGENCY) == []
    db.session.rollback()

    second = ring(cast, draft("role:parent"))
    assert by_mail(second, cast.priya) == (Fate.SUPPRESSED, "address_dead")
    assert by_mail(second, cast.asha)[0] is Fate.PENDING
    alarm = ring(cast, draft("role:parent", category=Category.EMERGENCY))
    send()
    assert by_mail(alarm, cast.priya)[0] is Fate.SENT
    assert len(sink.to(PRIYA)) == 2


def test_bar_112_what_was_written_down_before_the_bounce_is_not_written_out_after_it(
    session: Session, cast: Cast, sink: Sink
) -> None:
    first = ring(cast, draft("role:parent"))
    send()
    second = ring(cast, draft("role:parent"))
    report(cast.priya, Reported.BOUNCED, first)
    send()
    assert by_mail(second, cast.priya) == (Fate.SUPPRESSED, "address_dead")
    assert len(sink.to(PRIYA)) == 1


def test_bar_112_a_complaint_ends_the_category_as_well(session: Session, cast: Cast, sink: Sink) -> None:
    first = ring(cast, draft("role:parent"))
    send()
    report(cast.priya, Reported.COMPLAINED, first)
    report(cast.priya, Reported.COMPLAINED, first)
    assert by_mail(first, cast.priya)[0] is Fate.DELIVERED
    db.session.rollback()
    assert is_switched_off(cast.priya.id, Category.ANNOUNCEMENT, Channel.EMAIL)
    assert not is_switched_off(cast.asha.id, Category.ANNOUNCEMENT, Channel.EMAIL)
    db.session.rollback()
    lines = db.session.scalars(select(AuditLine.action).where(AuditLine.subject_id == cast.priya.id)).all()
    assert list(lines) == ["preference.changed"]
    db.session.rollback()
    assert db.session.scalar(select(Suppression.grounds)) == "complaint"


def test_bar_112_another_districts_people_at_the_same_address_are_none_the_wiser(
    session: Session, cast: Cast, sink: Sink
) -> None:
    bounced(cast)
    with unit_of_work():
        elsewhere = factories.district()
        namesake = factories.account(elsewhere.id, "Priya Elsewhere", "priya.elsewhere", PRIYA).id
    assert addresses.find_missing(cast.priya.id) is Reason.ADDRESS_DEAD
    assert addresses.find_missing(namesake) is None
    assert addresses.find_reason(elsewhere.id, PRIYA, Category.ANNOUNCEMENT) is None
    (line,) = db.session.execute(addresses.broken()).all()
    assert line.account_id == cast.priya.id


def test_a_new_address_is_a_new_address(session: Session, cast: Cast, sink: Sink) -> None:
    bounced(cast)
    with unit_of_work():
        mine = ContactAddress.account_id == cast.priya.id
        db.session.execute(update(ContactAddress).where(mine).values(address="priya@elsewhere.example"))
    assert seen(cast) == []
    again = ring(cast, draft("role:parent"))
    assert by_mail(again, cast.priya)[0] is Fate.PENDING


def test_bar_112_the_office_sees_whose_address_is_dead_and_lets_it_live_again_once(
    app: Flask, cast: Cast, sink: Sink, browser_of: Browser
) -> None:
    with app.app_context():
        first = bounced(cast)
    path = f"/admin/unreachable/{cast.priya.id}/release"
    office, elsewhere, parent = browser_of("margaret"), browser_of("hugo"), browser_of("priya")
    office.get("/admin/unreachable")
    for words in (cast.priya.name, PRIYA, "Emergencies only", "Mail to this address came back", "5.1.1 <b>gone</b>"):
        assert words in office.page.text
    elsewhere.get("/admin/unreachable")
    assert cast.priya.name not in elsewhere.page.text
    parent.get("/account")
    assert "Mail to this address came back" in parent.page.text
    parent.get("/account/preferences")
    assert WORDS in parent.page.text

    assert elsewhere.post(path, data={"csrf_token": elsewhere.csrf("/inbox")}).status_code == 404
    for _time in range(2):
        answer = office.post(path, data={"csrf_token": office.csrf("/inbox")})
        assert (answer.status_code, answer.location) == (303, "/admin/unreachable?released=1")
    office.get("/admin/unreachable?released=1")
    assert "Mail is sent there again" in office.page.text
    assert PRIYA not in office.page.text
    with app.app_context():
        with unit_of_work() as session:
            lines = session.scalars(select(AuditLine).where(AuditLine.action == "address.released")).all()
            assert [(line.actor_id, line.subject_id) for line in lines] == [(cast.margaret.id, cast.priya.id)]
            assert PRIYA not in str([line.details for line in lines])
        assert seen(cast) == []
        report(cast.priya, Reported.BOUNCED, first)
        assert seen(cast) == [], "news of a mail that is older than the word of the office count for nothing"
        third = ring(cast, draft("role:parent"))
        send()
        report(cast.priya, Reported.BOUNCED, third)
        assert seen(cast) == [(cast.priya.name, WORDS)]


def test_who_shares_an_address_shares_its_fate_and_each_is_counted_once(
    session: Session, cast: Cast, sink: Sink
) -> None:
    with unit_of_work():
        shared = ContactAddress.account_id.in_([cast.priya.id, cast.asha.id])
        db.session.execute(update(ContactAddress).where(shared).values(address="Family@Belfry.example"))
    first = ring(cast, draft("role:parent"))
    send()
    report(cast.asha, Reported.BOUNCED, first)
    report(cast.priya, Reported.BOUNCED, first)
    here = Scope(cast.district_id, cast.northfield.id)
    assert {name for name, _ in seen(cast)} == {cast.priya.name, cast.asha.name}
    assert unreachable.reachable(here).failing == 2
    assert db.session.scalar(select(func.count()).select_from(Suppression)) == 1
    db.session.rollback()
    with unit_of_work():
        long_ago = now() - timedelta(days=1)
        db.session.execute(update(Suppression).values(released_at=long_ago + timedelta(hours=1)))
    assert seen(cast) == []

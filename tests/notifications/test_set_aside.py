"""What nobody could do waits for the office, which has it tried again or lets it go; nobody else's is touched."""

from collections.abc import Callable
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select, update

from app.admin import set_aside as office
from app.audit.models import AuditLine
from app.catalogue.kinds import Channel
from app.extensions import db
from app.kernel.clock import now
from app.kernel.ids import new_id
from app.kernel.unit_of_work import unit_of_work
from app.mailer import jobs as mail
from app.mailer.models import DeliveryAttempt, Letter
from app.mailer.post import post
from app.notifications import copies, jobs
from app.notifications.kinds import Fate, Scope
from app.notifications.models import Digest, DigestLine, FanOut
from tests.notifications.people import draft, ledger, publish, recipients, ring
from tests.support.cast import Cast
from tests.support.pages import Client
from tests.support.smtp import Sink

Browser = Callable[..., Client]
Fates = Callable[[UUID], list[Fate]]
Mend = Callable[[], None]


@pytest.fixture
def broken_template(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Mend:
    """Mails cannot be written until it is called."""
    writers = app.extensions["belfry.letter_writers"]
    monkeypatch.setitem(app.extensions, "belfry.letter_writers", {**writers, "notification": lambda _claim: 1 / 0})
    return lambda: monkeypatch.setitem(app.extensions, "belfry.letter_writers", writers)


def set_mail_aside() -> None:
    """Three tries, each as if the wait before it were over."""
    for _ in range(3):
        with unit_of_work() as session:
            session.execute(update(Letter).values(next_attempt_at=now()))
        mail.drain_mail()


def act(client: Client, subject_id: UUID, what: str) -> int:
    data = {"csrf_token": client.csrf("/inbox")}
    return client.post(f"/admin/set-aside/{subject_id}/{what}", data=data).status_code


@pytest.fixture
def mail_fates(app: Flask, cast: Cast) -> Fates:
    """What the ledger says of two parents' mails now."""

    def looked_up(sent: UUID) -> list[Fate]:
        with app.app_context():
            return [ledger(sent, who)[Channel.EMAIL].status for who in (cast.priya, cast.grace)]

    return looked_up


def test_bar_16_mails_that_could_not_be_written_are_listed_and_sent_once_they_can_be(
    app: Flask, cast: Cast, *, browser_of: Browser, sink: Sink, broken_template: Mend, mail_fates: Fates
) -> None:
    with app.app_context():
        sent = ring(cast, draft("role:parent", title="Trip <b>"))
        set_mail_aside()
    assert mail_fates(sent) == [Fate.FAILED, Fate.FAILED]
    margaret = browser_of("margaret")
    assert "4 deliveries could not be made and were set aside" in margaret.get("/admin").text
    page = margaret.get("/admin/set-aside").text
    assert "Trip &lt;b&gt;" in page
    assert "4 mails could not be written" in page
    assert "the mail could not be written (ZeroDivisionError)" in page

    broken_template()
    assert act(margaret, sent, "return") == 303
    assert mail_fates(sent) == [Fate.PENDING, Fate.PENDING]
    assert "It is being tried again." in margaret.get("/admin/set-aside?done=again").text
    with app.app_context():
        mail.drain_mail()
        tries = select(DeliveryAttempt.number).join(Letter, Letter.id == DeliveryAttempt.letter_id)
        hers = tries.where(Letter.recipient_id == cast.priya.id).order_by(DeliveryAttempt.number)
        assert db.session.scalars(hers).all() == [1, 2, 3, 4], "what was tried before stays on record"
    assert mail_fates(sent) == [Fate.SENT, Fate.SENT]
    assert len(sink.received) == 4
    assert "Nothing is set aside" in margaret.get("/admin/set-aside").text
    assert "set aside" not in margaret.get("/admin").text


def test_bar_16_tries_are_fresh_ones_and_it_is_set_aside_again_where_nothing_was_mended(
    app: Flask, cast: Cast, browser_of: Browser, broken_template: Mend, mail_fates: Fates
) -> None:
    with app.app_context():
        sent = ring(cast, draft("role:parent"))
        set_mail_aside()
    act(browser_of("margaret"), sent, "return")
    with app.app_context():
        mail.drain_mail()
    assert mail_fates(sent) == [Fate.PENDING, Fate.PENDING]
    with app.app_context():
        set_mail_aside()
        assert set(db.session.scalars(select(Letter.attempts))) == {6}
    assert mail_fates(sent) == [Fate.FAILED, Fate.FAILED]


def test_bar_16_what_is_discarded_stays_failed_and_a_second_press_does_nothing_more(
    app: Flask, cast: Cast, browser_of: Browser, broken_template: Mend, mail_fates: Fates
) -> None:
    with app.app_context():
        sent = ring(cast, draft("role:parent"))
        set_mail_aside()
    margaret = browser_of("margaret")
    assert [act(margaret, sent, what) for what in ("removal", "removal", "return")] == [303, 303, 303]
    assert mail_fates(sent) == [Fate.FAILED, Fate.FAILED]
    with app.app_context():
        assert office.count(Scope(cast.district_id, None)) == 0
        lines = db.session.scalars(select(AuditLine).where(AuditLine.action.startswith("set_aside.")))
        noted = [(line.action, line.subject_id, line.details) for line in lines]
    assert noted == [("set_aside.discarded", sent, {"count": 4})]


def test_bar_16_a_notification_that_could_not_be_fanned_out_is_listed_and_goes_on(
    app: Flask, cast: Cast, browser_of: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    with app.app_context(), monkeypatch.context() as broken:
        broken.setattr(copies, "write", lambda *_: 1 / 0)
        sent = publish(cast, draft("role:parent", title="Trip"))
        with unit_of_work() as session:
            session.execute(update(FanOut).values(attempts=7))
        jobs.drain_bulk()
    margaret = browser_of("margaret")
    page = margaret.get("/admin/set-aside").text
    assert "It could not be sent out to everybody" in page
    assert "ZeroDivisionError" in page
    assert act(margaret, sent, "return") == 303
    with app.app_context():
        jobs.drain_bulk()
        assert len(recipients(sent)) == 4


def test_another_schools_is_not_there_and_the_district_sees_all(
    app: Flask, cast: Cast, browser_of: Browser, broken_template: Mend, mail_fates: Fates
) -> None:
    with app.app_context():
        sent = ring(cast, draft("role:parent", title="Trip"))
        with unit_of_work():
            alone = post(address="a@b.example", purpose="unknown", template="none", district_id=cast.district_id)
        set_mail_aside()
    hugo, dana = browser_of("hugo"), browser_of("dana")
    assert "Trip" not in hugo.get("/admin/set-aside").text
    for what in ("return", "removal"):
        assert [act(hugo, id_, what) for id_ in (sent, alone, new_id())] == [404, 404, 404]
    assert mail_fates(sent) == [Fate.FAILED, Fate.FAILED]
    page = dana.get("/admin/set-aside").text
    assert "Northfield" in page
    assert "A mail that belongs to no notification" in page
    assert [act(dana, id_, "return") for id_ in (sent, alone)] == [303, 303]
    assert mail_fates(sent) == [Fate.PENDING, Fate.PENDING]
    with app.app_context():
        assert office.count(Scope(cast.district_id, None)) == 0


def test_the_rows_that_a_digest_speaks_for_are_on_their_way_again_with_it(
    app: Flask, cast: Cast, *, browser_of: Browser, sink: Sink, mail_fates: Fates
) -> None:
    with app.app_context():
        sent = ring(cast, draft("role:parent"))
        with unit_of_work() as session:
            digest = post(address="a@b.example", purpose="unknown", template="none", district_id=cast.district_id)
            session.flush()
            session.add(Digest(letter_id=digest, district_id=cast.district_id, account_id=cast.priya.id))
            row = ledger(sent, cast.priya)[Channel.EMAIL]
            row.letter_id = None
            session.flush()
            session.add(DigestLine(log_id=row.id, letter_id=digest))
        set_mail_aside()
    assert mail_fates(sent) == [Fate.FAILED, Fate.SENT]
    assert act(browser_of("dana"), digest, "return") == 303
    assert mail_fates(sent) == [Fate.PENDING, Fate.SENT]

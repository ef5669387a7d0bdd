"""One mail a person and day for all that waits for it: nothing twice, nothing lost, nothing empty."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
import time_machine
from flask import Flask
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from app.catalogue.kinds import Category, Channel, Role
from app.extensions import db
from app.identity.models import Account
from app.inbox import reading
from app.kernel.ids import new_id
from app.kernel.unit_of_work import unit_of_work
from app.mailer import jobs
from app.mailer.events import LetterReported
from app.mailer.kinds import LetterStatus, Reported
from app.notifications import compose, deliver, digests, reported, set_aside
from app.notifications.kinds import Fate, Scope, Status, Timing
from app.notifications.models import Digest, DigestLine, Notification, NotificationLog
from app.notifications.preview import preview
from app.preferences.choose import choose
from app.preferences.choose_times import choose_times
from app.preferences.kinds import How, Times
from app.preferences.queries import find_wish
from app.reports.reconcile import discrepancies, unreconciled
from app.roster.kinds import Hat
from app.roster.models import School
from tests.notifications.people import at_work, draft, fan_out, ledger, northfield, ring
from tests.support import factories
from tests.support.cast import Cast, Someone
from tests.support.smtp import Received, Sink

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
SIX = datetime(2026, 11, 20, 18, 0, tzinfo=UTC)
A_DAY = timedelta(days=1)
AT_SIX = Times("Europe/London", digest_at=18 * 60)
NEVER = Times("Europe/London")
MAIL = (Category.ANNOUNCEMENT, Channel.EMAIL)


@pytest.fixture
def clock(session: Session, cast: Cast) -> Iterator[Any]:
    """It is noon in London, and time goes where a test moves it. Priya wants one mail a day, at six."""
    with time_machine.travel(NOON, tick=False) as traveller:
        say(cast, cast.priya, AT_SIX)
        yield traveller


def say(cast: Cast, who: Someone, times: Times) -> None:
    with unit_of_work():
        choose_times(at_work(cast, who), times)


def mail_of(notification_id: UUID, who: Someone) -> NotificationLog:
    db.session.rollback()
    return ledger(notification_id, who)[Channel.EMAIL]


def fate(notification_id: UUID, who: Someone) -> tuple[str, str | None]:
    row = mail_of(notification_id, who)
    return row.status.value, row.reason


def mails_to(sink: Sink, who: Someone) -> list[Received]:
    """What has come for somebody since it was asked last, when clock and mail worker have looked."""
    digests.make()
    jobs.drain_mail()
    mails = [mail for mail in sink.received if who.email in mail.recipients]
    sink.received.clear()
    return mails


def post_round(sink: Sink, who: Someone) -> list[str]:
    """The subjects of these mails."""
    return [mail.subject for mail in mails_to(sink, who)]


def test_bar_116_all_that_waits_comes_in_one_mail_at_the_chosen_time_and_each_row_says_so(
    cast: Cast, clock: Any, sink: Sink
) -> None:
    first = ring(cast, draft("role:parent", title="The pool is closed"))
    second = ring(cast, draft(f"guardians-of:class:{cast.northfield.classes['4B']}", title="Trip to the museum"))
    for sent in (first, second):
        row = mail_of(sent, cast.priya)
        assert (row.status, row.reason, row.letter_id, row.next_attempt_at) == (Fate.PENDING, "digest", None, SIX)
        assert ledger(sent, cast.priya)[Channel.IN_APP].status is Fate.DELIVERED
    assert post_round(sink, cast.priya) == []
    assert mail_of(first, cast.asha).status is Fate.SENT

    clock.move_to(SIX)
    digests.make()
    [mail] = mails_to(sink, cast.priya)
    assert (mail.recipients, mail.subject) == ((cast.priya.email,), "2 announcements from Northfield Primary")
    for kind in ("plain", "html"):
        text = mail.text(kind)
        assert text.index("The pool is closed") < text.index("Trip to the museum")
        assert text.count(f"/inbox/{first}") == text.count(f"/inbox/{second}") == 1
        assert "For Mina Rahman, Noor Rahman and Yusuf Rahman" in text
        assert "For Yusuf Rahman" in text
    assert mail.message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert mail.message["Auto-Submitted"] == "auto-generated"
    assert fate(first, cast.priya) == fate(second, cast.priya) == ("sent", None)
    deliver.settle()
    db.session.rollback()
    assert db.session.get_one(Notification, first).status is Status.SENT
    assert db.session.execute(unreconciled()).all() == []

    clock.move_to(SIX + A_DAY)
    assert post_round(sink, cast.priya) == [], "there is nothing new"
    assert db.session.scalars(select(Digest.day)).all() == [date(2026, 11, 20)]


def test_bar_116_an_emergency_waits_for_no_digest(cast: Cast, clock: Any, sink: Sink) -> None:
    alarm = ring(cast, draft("role:parent", category=Category.EMERGENCY))
    jobs.drain_urgent_mail()
    assert fate(alarm, cast.priya) == ("sent", None)


def test_what_was_read_withdrawn_or_is_over_stands_in_none_and_says_why(cast: Cast, clock: Any, sink: Sink) -> None:
    read, gone, over, left = (
        ring(cast, draft("role:parent", title=title, expires_at=until))
        for title, until in (("Read", None), ("Gone", None), ("Over", NOON + timedelta(hours=1)), ("Left", None))
    )
    with unit_of_work():
        reading.read(at_work(cast, cast.priya), read)
        db.session.execute(update(Notification).where(Notification.id == gone).values(status=Status.WITHDRAWN))
    clock.move_to(SIX)
    [mail] = mails_to(sink, cast.priya)
    assert mail.subject == "1 announcement from Northfield Primary"
    assert {"Read", "Gone", "Over", "Left"} & set(mail.text().splitlines()) == {"Left"}
    unwanted = "no longer wanted when its turn came"
    assert fate(read, cast.priya) == ("suppressed", "read")
    assert fate(gone, cast.priya) == ("suppressed", "withdrawn")
    assert fate(over, cast.priya) == ("expired", unwanted)
    assert fate(left, cast.priya) == ("sent", None)
    assert db.session.execute(unreconciled()).all() == []


def test_an_empty_digest_is_not_sent_however_late_it_became_empty(cast: Cast, clock: Any, sink: Sink) -> None:
    before, between = ring(cast, draft("role:parent")), ring(cast, draft("role:parent"))
    with unit_of_work():
        reading.read(at_work(cast, cast.priya), before)
    clock.move_to(SIX)
    digests.make()
    with unit_of_work():
        reading.read(at_work(cast, cast.priya), between)
    assert post_round(sink, cast.priya) == []
    assert fate(before, cast.priya) == fate(between, cast.priya) == ("suppressed", "read")
    assert db.session.execute(unreconciled()).all() == []


def test_whoever_wants_no_mail_by_then_gets_none(cast: Cast, clock: Any, sink: Sink) -> None:
    early, late = ring(cast, draft("role:parent")), ring(cast, draft("role:teacher", f"person:{cast.priya.id}"))
    clock.move_to(SIX)
    digests.make()
    with unit_of_work():
        choose(cast.priya.id, {MAIL: False}, How.UNSUBSCRIBE)
    assert post_round(sink, cast.priya) == []
    assert fate(early, cast.priya) == fate(late, cast.priya) == ("suppressed", "unsubscribed")


def test_what_fails_fails_for_all_its_lines_and_is_tried_again_for_all(cast: Cast, clock: Any, sink: Sink) -> None:
    both = [ring(cast, draft("role:parent")) for _ in range(2)]
    clock.move_to(SIX)
    sink.answers[cast.priya.email or ""] = "450 4.2.1 later"
    digests.make()
    jobs.drain_mail()
    rows = [mail_of(sent, cast.priya) for sent in both]
    assert {(row.status, row.reason) for row in rows} == {(Fate.PENDING, "450 4.2.1 later")}
    assert len({row.next_attempt_at for row in rows}) == 1
    sink.answers[cast.priya.email or ""] = "550 5.1.1 unknown"
    clock.move_to(SIX + timedelta(hours=1))
    jobs.drain_mail()
    assert {fate(sent, cast.priya) for sent in both} == {("failed", "550 5.1.1 unknown")}


def test_of_two_schools_in_one_mail_each_with_its_own(cast: Cast, clock: Any, sink: Sink) -> None:
    """Priya has a child at the other school as well."""
    with unit_of_work():
        hillside = db.session.get_one(School, cast.hillside.id)
        priya, tayo = (db.session.get_one(Account, who.id) for who in (cast.priya, cast.tayo))
        factories.membership(priya, Role.PARENT, hillside)
        factories.guardianship(priya, tayo, hillside)
    ring(cast, draft("role:parent", title="From Northfield"))
    hat = Hat(new_id(), Role.ADMIN, cast.district_id, cast.hillside.id, cast.hillside.name, "Europe/London")
    with unit_of_work():
        compose.publish(draft("role:parent", title="From Hillside"), at_work(cast, cast.hugo), hat, None)
    fan_out()
    clock.move_to(SIX)
    [mail] = mails_to(sink, cast.priya)
    assert mail.subject == "2 announcements from your schools"
    text = mail.text()
    places = [
        text.index(words) for words in ("Hillside Secondary", "From Hillside", "Northfield Primary", "From North")
    ]
    assert places == sorted(places)
    assert "For Tayo Adebayo" in text


def test_another_time_holds_for_what_waits_and_switched_off_it_comes_once(cast: Cast, clock: Any, sink: Sink) -> None:
    sent = ring(cast, draft("role:parent"))
    say(cast, cast.priya, Times("Europe/London", digest_at=14 * 60))
    assert mail_of(sent, cast.priya).next_attempt_at == NOON + timedelta(hours=2)
    say(cast, cast.priya, NEVER)
    now_single = ring(cast, draft("role:parent", title="By itself"))
    assert post_round(sink, cast.priya) == ["By itself"]
    clock.move_to(NOON + timedelta(hours=2))
    assert post_round(sink, cast.priya) == ["1 announcement from Northfield Primary"]
    assert fate(sent, cast.priya) == fate(now_single, cast.priya) == ("sent", None)
    assert db.session.scalars(select(Digest.day)).all() == [None]


def test_there_is_one_a_day_whatever_somebody_chooses(cast: Cast, clock: Any, sink: Sink) -> None:
    ring(cast, draft("role:parent"))
    clock.move_to(SIX)
    assert len(post_round(sink, cast.priya)) == 1
    sent = ring(cast, draft("role:parent"))
    say(cast, cast.priya, Times("Europe/London", digest_at=20 * 60))
    clock.move_to(SIX + timedelta(hours=2))
    assert post_round(sink, cast.priya) == []
    assert mail_of(sent, cast.priya).next_attempt_at == SIX + timedelta(hours=26)
    clock.move_to(SIX + timedelta(hours=26))
    assert len(post_round(sink, cast.priya)) == 1


def test_on_a_day_without_half_past_one_it_comes_once(cast: Cast, clock: Any, sink: Sink) -> None:
    clock.move_to(datetime(2026, 3, 28, 12, 0, tzinfo=UTC))
    say(cast, cast.priya, Times("Europe/London", digest_at=90))
    mails = 0
    for hour in range(0, 60, 1):
        clock.move_to(datetime(2026, 3, 28, 12, 0, tzinfo=UTC) + timedelta(hours=hour))
        if hour % 12 == 0:
            ring(cast, draft("role:parent"))
        mails += len(post_round(sink, cast.priya))
    assert mails == 2, "in the night of the jump, and in the next"
    assert set(db.session.scalars(select(Digest.day))) == {date(2026, 3, 29), date(2026, 3, 30)}


def test_the_preview_counts_who_gets_the_mail_later_as_the_fan_out_writes_it(cast: Cast, clock: Any) -> None:
    clock.move_to(datetime(2026, 11, 20, 22, 30, tzinfo=UTC))
    say(cast, cast.asha, Times("Europe/London", 22 * 60, 7 * 60))
    say(cast, cast.grace, Times("Asia/Tokyo", 22 * 60, 7 * 60))
    say(cast, cast.mina, AT_SIX)  # who has no address
    what = draft(f"school:{cast.northfield.id}")
    seen = preview(what.audience, northfield(cast), Category.ANNOUNCEMENT)
    sent = ring(cast, what)
    mails = select(NotificationLog.reason, func.count()).where(
        NotificationLog.notification_id == sent,
        NotificationLog.channel == Channel.EMAIL,
        NotificationLog.status == Fate.PENDING,
    )
    written = dict(iter(db.session.execute(mails.group_by(NotificationLog.reason))))
    assert (seen.mail.after_quiet_hours, seen.mail.in_digests) == (1, 1)
    assert written == {"quiet_hours": 1, "digest": 1, None: seen.ways["email"] - 2}
    in_the_morning = datetime(2026, 11, 21, 8, 0, tzinfo=UTC)
    in_time = Timing(in_the_morning, "Europe/London", in_the_morning.replace(tzinfo=None))
    later = preview(what.audience, northfield(cast), Category.ANNOUNCEMENT, in_time)
    assert (later.mail.after_quiet_hours, later.mail.in_digests) == (0, 1)
    alarm = preview(what.audience, northfield(cast), Category.EMERGENCY)
    assert (alarm.mail.after_quiet_hours, alarm.mail.in_digests) == (0, 0)


def test_many_clocks_make_one(app: Flask, cast: Cast, clock: Any, sink: Sink) -> None:
    """Each in a thread of its own, all at the same moment, with three people to make digests for."""
    for who in (cast.asha, cast.grace):
        say(cast, who, AT_SIX)
    ring(cast, draft("role:parent"))
    clock.move_to(SIX)
    db.session.remove()

    def tick(_number: int) -> None:
        with app.app_context():
            digests.make()

    with ThreadPoolExecutor(6) as threads:
        list(threads.map(tick, range(12)))
    assert db.session.scalar(select(func.count()).select_from(Digest)) == 3
    assert db.session.scalar(select(func.count()).select_from(DigestLine)) == 3
    assert len(post_round(sink, cast.priya)) == 1


def test_a_digest_that_nobody_could_write_is_tried_again_with_all_its_lines(
    app: Flask, cast: Cast, clock: Any, sink: Sink, monkeypatch: pytest.MonkeyPatch
) -> None:
    both = [ring(cast, draft("role:parent")) for _ in range(2)]
    writers = app.extensions["belfry.letter_writers"]
    monkeypatch.setitem(app.extensions, "belfry.letter_writers", {**writers, "digest": lambda _claim: 1 / 0})
    for hours in range(4):
        clock.move_to(SIX + timedelta(hours=hours))
        assert post_round(sink, cast.priya) == []
    assert {mail_of(sent, cast.priya).status for sent in both} == {Fate.FAILED}
    letter_id = db.session.scalars(select(Digest.letter_id)).one()
    monkeypatch.setitem(app.extensions, "belfry.letter_writers", writers)
    with unit_of_work():
        assert set_aside.try_again(letter_id, Scope(cast.district_id, None), at_work(cast, cast.dana))
    assert {mail_of(sent, cast.priya).status for sent in both} == {Fate.PENDING}
    assert post_round(sink, cast.priya) == ["2 announcements from Northfield Primary"]
    assert {fate(sent, cast.priya) for sent in both} == {("sent", None)}
    assert list(discrepancies()) == []


def test_what_comes_back_or_is_complained_of_later_is_written_at_each_line(cast: Cast, clock: Any, sink: Sink) -> None:
    both = [ring(cast, draft("role:parent")) for _ in range(2)]
    clock.move_to(SIX)
    assert len(post_round(sink, cast.priya)) == 1
    letter_id = db.session.scalars(select(Digest.letter_id)).one()
    came_back = LetterReported(letter_id, Reported.BOUNCED, LetterStatus.BOUNCED, "550 5.1.1 unknown", SIX)
    unwanted = LetterReported(letter_id, Reported.COMPLAINED, None, "", SIX)
    with unit_of_work():
        reported.mail_reported(came_back)
        reported.mail_complained_of(unwanted)
    assert {fate(sent, cast.priya) for sent in both} == {("bounced", "550 5.1.1 unknown")}
    assert find_wish(cast.priya.id, *MAIL) == "unsubscribed"

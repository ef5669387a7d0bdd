"""What Prometheus is told, read as Prometheus reads it, and held against the rows."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from app.admin import measures
from app.identity.errors import SignInRefusedError
from app.identity.kinds import EndReason
from app.identity.live import signed_out
from app.identity.sessions import end_all
from app.identity.sign_in import sign_in
from app.kernel.clock import now
from app.kernel.duties import heartbeat_of
from app.kernel.heartbeats import Heartbeat, beat
from app.kernel.ids import first_id_at, new_id
from app.kernel.jobs import Lane
from app.kernel.tally import Counted, Standing, Tally, Told, current_tally
from app.kernel.unit_of_work import unit_of_work
from app.mailer import claim
from app.mailer.jobs import drain_mail
from app.mailer.models import Letter
from app.notifications.kinds import Status
from app.notifications.models import Notification
from app.realtime.connection import Connection
from app.realtime.kinds import CloseCode, Cursor
from tests.identity.people import LAPTOP
from tests.notifications.people import draft, publish, ring
from tests.reports.test_live import viewer
from tests.support.cast import Cast
from tests.support.pages import Client
from tests.support.smtp import Sink

TOKEN = "let the watchman in, he has the key"
Told_ = dict[tuple[str, str], float]


@pytest.fixture
def asked(app: Flask, client: Client) -> Callable[[], Told_]:
    """Every sample of a scrape, by its name and its label's value."""

    def scrape() -> Told_:
        with app.app_context():
            current_tally().hand_on()
        answer = client.get("/metrics")
        assert answer.status_code == 200
        assert answer.content_type.startswith("text/plain; version=0.0.4")
        families = list(text_string_to_metric_families(answer.text))
        assert all(family.documentation and family.type != "unknown" for family in families)
        return {
            (sample.name, ",".join(sample.labels.values())): sample.value
            for family in families
            for sample in family.samples
        }

    return scrape


def test_bar_134_the_age_and_number_of_what_is_due_are_told_by_lane(
    app: Flask, cast: Cast, asked: Callable[[], Told_]
) -> None:
    with app.app_context():
        ring(cast, draft("role:parent"))
        publish(cast, draft("role:teacher"))
        late = now() - timedelta(minutes=5)
        with unit_of_work() as session:
            session.execute(update(Letter).values(next_attempt_at=late))
            waits = session.scalars(select(Letter.id).limit(1)).one()
            session.execute(update(Letter).where(Letter.id == waits).values(next_attempt_at=now() + timedelta(hours=1)))
        assert claim.claim_next(Lane.MAIL)
    told = asked()
    assert 300 <= told["belfry_oldest_due_seconds", "mail"] < 400
    assert told["belfry_oldest_due_seconds", "urgent_mail"] == 0
    assert (told["belfry_due", "mail"], told["belfry_in_hand", "mail"]) == (2, 1), (
        "one of four waits, one is being sent"
    )
    assert (told["belfry_due", "bulk"], told["belfry_in_hand", "bulk"]) == (1, 0)
    assert (told["belfry_recent_letters", "pending"], told["belfry_recent_letters", "sending"]) == (3, 1)
    assert told["belfry_database_up", ""] == 1


def test_bar_134_tries_refused_sign_ins_slow_pages_and_revocations_are_counted_over_all_processes(
    app: Flask, cast: Cast, sink: Sink, asked: Callable[[], Told_], browser_of: Callable[..., Client]
) -> None:
    browser_of("priya")
    with app.app_context():
        before = asked()
        sink.refuse("priya@belfry.example", "550 5.1.1 unknown")
        ring(cast, draft("role:parent"))
        while drain_mail():
            pass
        with pytest.raises(SignInRefusedError):
            sign_in("margaret@belfry.example", "a guess", LAPTOP)
        page = viewer(cast, "priya")
        with unit_of_work():
            end_all(cast.priya.id, EndReason.ADMIN, now() - timedelta(seconds=3))
        assert signed_out({page.session_id: page})
        elsewhere = Tally(app)  # as another process
        elsewhere.count(Counted.SLOW_PAGES)
        elsewhere.watch(Standing.OPEN_SOCKETS, lambda: 7.0)
        elsewhere.hand_on()
        elsewhere.hand_on()
    told = asked()
    grown = {name: value - before.get(name, 0) for name, value in told.items()}
    assert grown["belfry_mail_attempts_total", "sent"] == 3
    assert grown["belfry_mail_attempts_total", "failed"] == 1
    assert grown["belfry_sign_in_failures_total", ""] == 1
    assert grown["belfry_slow_client_drops_total", ""] == 1, "counted once, however often it is handed on"
    assert grown["belfry_revocation_seconds_count", ""] == 1
    assert (grown["belfry_revocation_seconds_bucket", "2.0"], grown["belfry_revocation_seconds_bucket", "5.0"]) == (
        0,
        1,
    )
    assert 3 <= grown["belfry_revocation_seconds_sum", ""] < 5


def test_bar_134_how_processes_stand_is_added_up_while_heard_of(session: Session, asked: Callable[[], Told_]) -> None:
    rows = [
        {"name": Standing.OPEN_SOCKETS, "label": "", "process": name, "value": 20, "told_at": now() - ago}
        for name, ago in (("a:1", timedelta()), ("b:1", timedelta(seconds=10)), ("dead:1", timedelta(minutes=2)))
    ]
    with unit_of_work() as writing:
        writing.execute(insert(Told), rows)
    assert asked()["belfry_open_sockets", ""] == 40
    with unit_of_work() as writing:
        writing.execute(update(Told).where(Told.process == "dead:1").values(told_at=now() - timedelta(hours=2)))
    asked()
    assert session.get(Told, (Standing.OPEN_SOCKETS, "", "dead:1")) is None, "rows of the dead do not pile up"


def test_counts_that_could_not_be_written_are_kept(
    app: Flask, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    tally = Tally(app)
    tally.count(Counted.SLOW_PAGES)

    def breaks() -> float:
        raise OSError("gone")

    tally.watch(Standing.OPEN_SOCKETS, breaks)
    with pytest.raises(OSError, match="gone"):
        tally.hand_on()
    tally.watch(Standing.OPEN_SOCKETS, lambda: 0.0)
    tally.count(Counted.SLOW_PAGES)
    tally.hand_on()
    assert session.scalar(select(Told.value).where(Told.name == Counted.SLOW_PAGES)) == 2


def test_the_silence_of_workers_and_missed_schedules_are_told(
    app: Flask, cast: Cast, asked: Callable[[], Told_]
) -> None:
    with app.app_context():
        beat(heartbeat_of(Lane.MAIL))
        for ago in (timedelta(hours=1), timedelta(days=2)):
            missed = publish(cast, draft("role:parent"))
            changes = {"status": Status.MISSED, "scheduled_for": now() - ago, "scheduled_zone": "Europe/London"}
            with unit_of_work() as session:
                session.execute(update(Notification).where(Notification.id == missed).values(**changes))
                session.execute(update(Heartbeat).values(beat_at=now() - timedelta(minutes=3)))
    told = asked()
    assert 180 <= told["belfry_heartbeat_age_seconds", "worker:mail"] < 300
    assert told["belfry_heartbeat_age_seconds", "worker:alerts"] == float("inf")
    assert told["belfry_recent_missed_schedules", ""] == 1


def test_bar_134_a_page_that_takes_too_little_is_known_as_such(
    cast: Cast, session: Session, browser_of: Callable[..., Client]
) -> None:
    browser_of("priya")
    page = Connection(viewer(cast, "priya"), Cursor(new_id(), 0), lambda: None)
    assert not page.was_too_slow
    page.close(CloseCode.TOO_SLOW)
    assert page.was_too_slow


def test_only_this_machine_or_who_has_the_token_is_told(
    make_app: Callable[..., Flask], browser_of: Callable[..., Client]
) -> None:
    browser = browser_of(at=make_app(metrics_token=TOKEN))
    far = {"environ_overrides": {"REMOTE_ADDR": "198.51.100.7"}}
    assert browser.get("/metrics", **far).status_code == 404
    assert browser.get("/metrics", headers={"Authorization": "Bearer guess"}, **far).status_code == 404
    assert browser.get("/metrics", headers={"X-Forwarded-For": "198.51.100.7"}).status_code == 404
    assert browser.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"}, **far).status_code == 200


def test_nobody_is_counted_beyond_a_bound(app: Flask, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(measures, "MOST_COUNTED", 2)
    with app.app_context():
        ring(cast, draft("role:parent"))
        assert measures.due_now(now())[Lane.MAIL] == 2
        assert sum(measures.letters_lately(now()).values()) == 2
        assert sum(measures.letters_lately(now() + timedelta(days=2)).values()) == 0


def test_ids_made_since_a_moment_are_those_behind_its_first(app: Flask) -> None:
    moment = now()
    assert first_id_at(moment - timedelta(seconds=1)) < new_id() < first_id_at(moment + timedelta(seconds=5))

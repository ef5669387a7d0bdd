"""Whether the process lives, and whether the whole can work."""

from collections.abc import Callable
from datetime import datetime, timedelta

from flask import Flask
from sqlalchemy import update

from app.admin.health import NO_DATABASE
from app.kernel.clock import now
from app.kernel.duties import expected_heartbeats
from app.kernel.heartbeats import Heartbeat, beat
from app.kernel.unit_of_work import unit_of_work
from app.mailer.models import Letter
from tests.notifications.people import draft, ring
from tests.support.cast import Cast
from tests.support.pages import Client
from tests.support.ports import free_port

TOKEN = "let the watchman in, he has the key"


def all_are_heard(app: Flask) -> list[str]:
    with app.app_context():
        names = list(expected_heartbeats(app.extensions["belfry.duties"]))
        for name in names:
            beat(name)
    return names


def test_a_process_that_lives_says_so(client: Client) -> None:
    assert client.get("/healthz").json == {"status": "ok"}


def test_ready_when_everybody_was_heard_of(app: Flask, client: Client) -> None:
    assert client.get("/readyz").status_code == 503, "nobody was ever started"
    all_are_heard(app)
    assert client.get("/readyz").json == {"status": "ok", "silent": [], "late": {}}


def test_not_ready_when_one_is_silent_and_says_who(app: Flask, client: Client) -> None:
    name = all_are_heard(app)[0]
    with app.app_context(), unit_of_work() as session:
        session.delete(session.get_one(Heartbeat, name))
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json) == (503, {"status": "silent", "silent": [name], "late": {}})


def test_bar_133_only_this_machine_or_who_has_the_token_may_ask(
    make_app: Callable[..., Flask], browser_of: Callable[..., Client]
) -> None:
    app = make_app(metrics_token=TOKEN)
    all_are_heard(app)
    far = {"environ_overrides": {"REMOTE_ADDR": "198.51.100.7"}}
    client = browser_of(at=app)
    assert client.get("/readyz", **far).status_code == 404
    assert client.get("/readyz", headers={"Authorization": "Bearer guess"}, **far).status_code == 404
    assert client.get("/readyz", headers={"Authorization": f"Bearer {TOKEN}"}, **far).status_code == 200
    assert client.get("/readyz", headers={"X-Forwarded-For": "198.51.100.7"}).status_code == 404
    behind = browser_of(at=make_app(metrics_token=TOKEN, trusted_proxies=1))
    through = {"X-Forwarded-For": "198.51.100.7"}
    assert behind.get("/readyz", headers=through).status_code == 404, "the proxy stands here, its peer does not"
    assert behind.get("/readyz", headers=through | {"Authorization": f"Bearer {TOKEN}"}).status_code == 200


def test_bar_133_not_ready_when_something_is_due_for_more_than_a_minute_and_says_in_which_lane_and_how_long(
    app: Flask, cast: Cast, client: Client
) -> None:
    all_are_heard(app)
    with app.app_context():
        ring(cast, draft("role:parent"))
        waits_until(now() - timedelta(seconds=50))
    assert client.get("/readyz").status_code == 200, "that is not long"
    with app.app_context():
        waits_until(now() - timedelta(seconds=90))
    answer = client.get("/readyz")
    said = answer.get_json()
    assert (answer.status_code, said["status"], said["silent"]) == (503, "late", [])
    assert list(said["late"]) == ["mail"]
    assert 90 <= said["late"]["mail"] < 120


def test_bar_133_what_waits_for_its_hour_or_its_next_try_is_not_late(app: Flask, cast: Cast, client: Client) -> None:
    """A letter may have been written days ago: what counts is when it could leave."""
    all_are_heard(app)
    with app.app_context():
        ring(cast, draft("role:parent"))
        waits_until(now() + timedelta(minutes=5), created_at=now() - timedelta(days=3))
    assert client.get("/readyz").get_json()["late"] == {}


def test_bar_133_a_database_that_is_away_is_said_and_nothing_is_raised(
    make_app: Callable[..., Flask], browser_of: Callable[..., Client]
) -> None:
    port = free_port()
    browser = browser_of(at=make_app(database_url=f"postgresql+psycopg://nobody@127.0.0.1:{port}/nowhere"))
    answer = browser.get("/readyz")
    assert (answer.status_code, answer.json) == (503, {"status": NO_DATABASE, "silent": [], "late": {}})
    told = browser.get("/metrics")
    assert told.status_code == 200
    assert "belfry_database_up 0.0" in told.text


def waits_until(moment: datetime, **changes: datetime) -> None:
    with unit_of_work() as session:
        session.execute(update(Letter).values(next_attempt_at=moment, **changes))

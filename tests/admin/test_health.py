"""Whether the process lives, and whether the whole can work."""

from collections.abc import Callable

from flask import Flask

from app.kernel.duties import expected_heartbeats
from app.kernel.heartbeats import Heartbeat, beat
from app.kernel.unit_of_work import unit_of_work
from tests.support.pages import Client

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
    assert client.get("/readyz").json == {"status": "ok", "silent": []}


def test_not_ready_when_one_is_silent_and_says_who(app: Flask, client: Client) -> None:
    name = all_are_heard(app)[0]
    with app.app_context(), unit_of_work() as session:
        session.delete(session.get_one(Heartbeat, name))
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json) == (503, {"status": "silent", "silent": [name]})


def test_only_this_machine_or_who_has_the_token_may_ask(
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

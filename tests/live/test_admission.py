"""Who is let onto ``/live``: decided before the upgrade, so that there is a status to say it with."""

from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.exc import OperationalError
from websockets.sync.client import connect
from websockets.typing import Origin

from app.extensions import db
from app.identity.models import UserSession
from app.live import page
from app.live.hub import current_hub
from app.realtime.hub import MOST_A_SESSION
from app.realtime.kinds import Cursor
from app.settings import Settings
from tests.live.webs import Webs, running_webs
from tests.support.cast import Cast
from tests.support.pages import Client
from tests.support.screens import RefusedError, Screen

Join = Callable[..., Screen]


def refusal(join: Join, *args: object, **kwargs: object) -> int:
    with pytest.raises(RefusedError) as refused:
        join(*args, **kwargs)
    return refused.value.status


def test_bar_31_only_pages_of_this_origin_are_let_in(web: Webs, join: Join) -> None:
    priya = web.visitor("priya")
    port = web.port
    strangers = [
        None,
        "null",
        "https://evil.example",
        f"http://127.0.0.1.evil.example:{port}",
        f"http://evil.127.0.0.1:{port}",
        f"http://127.0.0.1:{port}.evil.example",
        f"http://127.0.0.1:{port + 2}",
        f"https://127.0.0.1:{port}",
        f"http://127.0.0.1:{port}/",
        "http://127.0.0.1",
    ]
    assert {origin: refusal(join, priya, origin=origin) for origin in strangers} == dict.fromkeys(strangers, 403)
    assert join(priya, origin=f"http://127.0.0.1:{port}").is_open
    assert join(priya, origin=f"http://localhost:{port}").is_open


def test_bar_32_without_a_live_session_there_is_no_socket(web: Webs, join: Join) -> None:
    old = web.visitor("priya")
    assert join(old).is_open
    name, _, token = old.cookie_header().partition("=")
    assert refusal(join, old, cookie="") == 401
    assert refusal(join, old, cookie=f"{name}={token[:-4]}AAAA") == 401
    web.visitor("priya")
    assert refusal(join, old) == 401


def test_bar_32_a_session_that_ran_out_of_time_gets_no_socket(
    web: Webs, join: Join, make_expired: Callable[[str], None]
) -> None:
    priya = web.visitor("priya")
    make_expired("priya")
    assert refusal(join, priya) == 401


def test_an_upgrade_that_is_none_is_refused_and_leaves_its_seat(web: Webs) -> None:
    priya = web.visitor("priya")
    headers = {"Origin": web.url(), "Connection": "Upgrade", "Upgrade": "websocket"}
    answers = {priya.get("/live", headers=headers).status_code for _ in range(30)}
    assert answers == {400}


def test_bar_42_when_all_seats_are_taken_pages_are_still_answered(
    settings: Settings, cast: Cast, tmp_path: Path, join: Join
) -> None:
    with running_webs(settings, tmp_path / "webs", 1, WEB_THREADS="6", SOCKETS_LIMIT="3") as webs:
        priya, olu = webs.visitor("priya"), webs.visitor("olu")
        screens = [join(priya), join(olu), join(priya)]
        assert refusal(join, olu) == 503
        assert priya.get("/healthz").status_code == 200
        screens[0].close()
        assert join(olu).is_open


def test_one_session_takes_ten_seats_at_most(web: Webs, join: Join) -> None:
    priya = web.visitor("priya")
    for _ in range(10):
        join(priya)
    assert refusal(join, priya) == 503
    assert join(web.visitor("olu")).is_open


def test_a_database_that_fails_at_the_door_costs_no_seat(
    app: Flask, cast: Cast, browser_of: Callable[..., Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail() -> Cursor:
        raise OperationalError("", {}, Exception("away"))

    priya, origin = browser_of("priya"), min(app.extensions["belfry.settings"].origins)
    headers = {"Origin": origin, "Connection": "Upgrade", "Upgrade": "websocket"}
    monkeypatch.setattr(page, "current_cursor", fail)
    assert {priya.get("/live", headers=headers).status_code for _ in range(MOST_A_SESSION + 1)} == {503}
    with app.app_context():
        session_id = db.session.scalars(select(UserSession.id).where(UserSession.user_id == cast.priya.id)).one()
        hub = current_hub()
    taken = [hub.take_seat(session_id) for _ in range(MOST_A_SESSION)]
    for _ in filter(None, taken):
        hub.give_seat_back(session_id)
    assert all(taken)


def test_bar_48_compression_is_not_agreed_to(web: Webs) -> None:
    priya = web.visitor("priya")
    url, headers = web.url().replace("http", "ws") + "/live", {"Cookie": priya.cookie_header()}
    with connect(url, origin=Origin(web.url()), additional_headers=headers, proxy=None) as offered:
        assert offered.protocol.extensions == []

"""When something is away: an honest answer, and no stack trace."""

from collections.abc import Callable
from contextlib import ExitStack

import pytest
from flask import Flask

from app.extensions import db
from tests.support.cast import Cast
from tests.support.pages import Client


def test_when_no_connection_is_left_a_page_says_503_and_asks_for_none(
    app: Flask, cast: Cast, browser_of: Callable[..., Client]
) -> None:
    priya = browser_of("priya")
    with app.app_context(), ExitStack() as held:
        for _ in range(15):
            held.enter_context(db.engine.connect())
        answer = priya.get("/inbox", may_break=True)
    assert answer.status_code == 503
    assert "cannot reach its data" in answer.text
    assert "Traceback" not in answer.text
    assert priya.get("/inbox").status_code == 200


def test_an_error_is_logged_without_what_people_typed(app: Flask) -> None:
    with app.app_context(), pytest.raises(Exception, match=r"no such|does not exist") as caught:
        db.session.execute(db.text("SELECT :name FROM nowhere"), {"name": "Mina Rahman"})
    assert "Mina" not in str(caught.value)


@pytest.mark.parametrize("host", ["a" * 64, "a..b", "."])
def test_a_host_that_is_none_is_a_plain_400(client: Client, host: str) -> None:
    answer = client.get("/healthz", headers={"Host": host}, may_break=True)
    assert answer.status_code == 400


def test_a_wrong_method_is_told_the_right_ones(client: Client) -> None:
    assert "POST" in client.get("/logout").headers["Allow"]


def test_the_address_that_make_run_prints_leads_to_the_inbox(client: Client) -> None:
    assert client.get("/").location == "/inbox"


def test_a_preview_that_is_refused_leaves_its_frame_as_it_is(cast: Cast, browser_of: Callable[..., Client]) -> None:
    """No page of ours may stand in a frame; what else asks is refused as ever."""
    frame = {"Sec-Fetch-Dest": "iframe", "Sec-Fetch-Site": "same-origin", "Sec-Fetch-Mode": "navigate"}
    margaret, url = browser_of("margaret"), "/notifications/preview/inbox"
    token = margaret.csrf()
    browser_of("margaret")
    assert margaret.post(url, data={"csrf_token": token}, headers=frame).status_code == 204
    assert margaret.post(url, data={"csrf_token": token}).status_code == 401
    elsewhere = {**frame, "Sec-Fetch-Site": "cross-site"}
    assert margaret.post(url, data={"csrf_token": token}, headers=elsewhere).status_code == 403

"""Nobody posts in another's name."""

import pytest
from flask import Flask

from tests.identity.people import PASSWORD, somebody
from tests.identity.test_views import enter, new_browser
from tests.support.pages import Client


@pytest.fixture
def browser(app: Flask) -> Client:
    with app.app_context():
        somebody()
        somebody("kim@example.org")
    client = new_browser(app)
    enter(client)
    return client


def test_bar_102_without_a_token_nothing_is_done(browser: Client) -> None:
    assert browser.post("/logout").status_code == 403
    assert browser.get("/account/sessions").status_code == 200


def test_bar_102_the_token_of_another_session_is_refused(app: Flask, browser: Client) -> None:
    other = new_browser(app)
    other.post_form("/login", email="kim@example.org", password=PASSWORD)
    assert browser.post("/logout", data={"csrf_token": other.csrf("/account/sessions")}).status_code == 403
    assert browser.post("/logout", headers={"X-CSRFToken": browser.csrf("/account/sessions")}).status_code == 303


def test_bar_102_sign_in_itself_needs_the_token_of_this_browser(app: Flask) -> None:
    with app.app_context():
        somebody()
    attacker, victim = new_browser(app), new_browser(app)
    attacker.get("/login")
    token = attacker.page.form("/login").findall(".//input[@name='csrf_token']")[0].attrib["value"]
    fields = {"email": "sam@example.org", "password": PASSWORD, "csrf_token": token}
    assert victim.post("/login", data=fields).status_code == 403


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site", "Origin": "http://127.0.0.1:8000"},
    ],
)
def test_bar_102_a_right_token_does_not_help_another_site(browser: Client, headers: dict[str, str]) -> None:
    token = browser.csrf("/account/sessions")
    assert browser.post("/logout", data={"csrf_token": token}, headers=headers).status_code == 403
    assert browser.get("/account/sessions").status_code == 200


def test_a_page_of_an_old_sign_in_is_told_to_reload(browser: Client) -> None:
    answer = browser.post("/logout", data={"csrf_token": "stale"})
    assert answer.status_code == 403
    assert "reload" in browser.page.text

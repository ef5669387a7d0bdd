"""The pages of identity, as a browser sees them."""

import re
from collections.abc import Callable
from datetime import timedelta
from html import unescape

import pytest
from flask import Flask
from sqlalchemy import select, update

from app.extensions import db
from app.identity.models import Account, UserSession
from app.kernel.clock import now
from app.kernel.unit_of_work import unit_of_work
from app.settings import Settings
from tests.identity.people import FIREFOX, PASSWORD, somebody
from tests.support.pages import HTMX, Client
from tests.support.valkey import Valkey

HOST = "127.0.0.1"


@pytest.fixture
def browser(app: Flask) -> Client:
    """A browser in front of a school where Sam can sign in."""
    with app.app_context():
        somebody()
    return new_browser(app)


def new_browser(app: Flask) -> Client:
    app.test_client_class = Client
    client = app.test_client()
    assert isinstance(client, Client)
    return client


def enter(client: Client, **fields: str) -> None:
    answer = client.post_form("/login", email="sam@example.org", password=PASSWORD, **fields)
    assert answer.status_code == 303, answer.text


def token_of(client: Client, name: str = "belfry") -> str:
    cookie = client.get_cookie(name, domain=HOST)
    assert cookie is not None
    return cookie.value


def test_signing_in_leads_to_the_page_that_was_asked_for(browser: Client) -> None:
    assert browser.get("/account/sessions").location == "/login?next=/account/sessions"
    answer = browser.post_form(
        "/login?next=/account/sessions", action="/login", email="sam@example.org", password=PASSWORD
    )
    assert answer.location == "/account/sessions"
    assert "My devices" in browser.get("/account/sessions").text


def test_a_refused_sign_in_keeps_the_name_and_tells_nothing_about_it(browser: Client) -> None:
    answers = [
        browser.post_form("/login", email=name, password="wrong wrong wrong")
        for name in ("sam@example.org", "who@example.org")
    ]
    assert [answer.status_code for answer in answers] == [422, 422]
    same = [answer.text.replace("sam@", "X@").replace("who@", "X@") for answer in answers]
    assert same[0] == same[1]
    assert 'value="who@example.org"' in answers[1].text


@pytest.mark.parametrize("field", ["email", "password"])
def test_an_empty_field_is_named(browser: Client, field: str) -> None:
    fields = {"email": "sam@example.org", "password": PASSWORD, field: ""}
    answer = browser.post_form("/login", **fields)
    assert answer.status_code == 422
    assert browser.page.text_of(f"{field}-error")


def test_bar_55_the_token_changes_at_sign_in_and_the_one_before_is_worthless(app: Flask, browser: Client) -> None:
    browser.set_cookie("belfry", domain=HOST, value="planted-by-somebody-else-before-sign-in-0000")
    enter(browser)
    first = token_of(browser)
    assert first != "planted-by-somebody-else-before-sign-in-0000"
    browser.post("/login", data={"email": "sam@example.org", "password": PASSWORD, "csrf_token": browser.csrf()})
    assert token_of(browser) != first
    thief = new_browser(app)
    thief.set_cookie("belfry", first, domain=HOST)
    assert thief.get("/account/sessions").status_code == 401


def test_bar_56_over_http_the_cookie_has_its_plain_name_and_is_kept_from_scripts(browser: Client) -> None:
    browser.get("/login")
    answer = browser.press("/login", email="sam@example.org", password=PASSWORD)
    cookie = next(line for line in answer.headers.getlist("Set-Cookie") if line.startswith("belfry="))
    assert {"HttpOnly", "Path=/", "SameSite=Lax"} <= set(cookie.split("; "))
    assert "Domain" not in cookie
    assert "Secure" not in cookie
    assert len(cookie) < 4096


def test_bar_56_over_https_the_cookie_is_bound_to_this_host(
    app: Flask, settings: Settings, make_app: Callable[..., Flask]
) -> None:
    https = make_app(public_url="https://bells.example")
    with https.app_context():
        somebody()
    client = new_browser(https)
    client.get("/login", base_url="https://bells.example")
    answer = client.press("/login", email="sam@example.org", password=PASSWORD)
    cookie = next(line for line in answer.headers.getlist("Set-Cookie") if line.startswith("__Host-belfry="))
    assert {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"} <= set(cookie.split("; "))
    assert "Domain" not in cookie


def test_signed_in_elsewhere_the_next_page_says_on_what_device_and_offers_the_way_back(
    app: Flask, browser: Client
) -> None:
    enter(browser)
    other = new_browser(app)
    other.get("/login", headers={"User-Agent": FIREFOX})
    other.press("/login", email="sam@example.org", password=PASSWORD, headers={"User-Agent": FIREFOX})
    answer = browser.get("/account/sessions")
    assert answer.status_code == 401
    assert "Firefox on Windows" in browser.page.text_of("signed-out")
    assert browser.page.form("/login")


def test_bar_65_an_ended_session_never_puts_a_sign_in_page_into_a_fragment(app: Flask, browser: Client) -> None:
    enter(browser)
    enter(new_browser(app))
    answer = browser.get(
        "/account/sessions", headers={**HTMX, "HX-Current-URL": "http://127.0.0.1:8000/account/sessions"}
    )
    assert answer.status_code == 401
    assert answer.headers["HX-Redirect"] == "/login?next=/account/sessions"
    assert answer.get_data() == b""


def test_an_ended_session_is_told_so_before_its_form_is_called_stale(app: Flask, browser: Client) -> None:
    enter(browser)
    enter(new_browser(app))
    answer = browser.post("/account/context", data={"membership_id": "x"})
    assert answer.status_code == 401
    assert "signed-out" in answer.text


def test_signing_out_ends_the_row_clears_the_browser_and_may_be_repeated(app: Flask, browser: Client) -> None:
    enter(browser)
    browser.get("/account/sessions")
    answer = browser.press("/logout")
    assert answer.headers["Clear-Site-Data"] == '"cache", "storage"'
    assert browser.get_cookie("belfry", domain=HOST) is None
    with app.app_context():
        assert db.session.scalars(select(UserSession.termination_reason)).one() == "logout"
    browser.get("/login")
    token = browser.page.form("/login").find(".//input[@name='csrf_token']")
    assert token is not None
    assert browser.post("/logout", data={"csrf_token": token.attrib["value"]}).status_code == 303


@pytest.mark.parametrize("change", [{"last_active": timedelta(hours=9)}, {"expires_at": timedelta(seconds=1)}])
def test_a_session_idle_or_old_for_too_long_is_over_by_the_servers_clock(
    app: Flask, browser: Client, change: dict[str, timedelta]
) -> None:
    enter(browser)
    with app.app_context(), unit_of_work() as session:
        session.execute(update(UserSession).values({column: now() - age for column, age in change.items()}))
    assert browser.get("/account/sessions").status_code == 401
    assert "while" in browser.page.text_of("signed-out")
    with app.app_context():
        assert db.session.scalars(select(UserSession.termination_reason)).one() == "timeout"


def test_activity_is_written_once_a_minute_and_not_by_every_click(app: Flask, browser: Client) -> None:
    enter(browser)
    with app.app_context(), unit_of_work() as session:
        session.execute(update(UserSession).values(last_active=now() - timedelta(seconds=50)))
    browser.get("/account/sessions")
    with app.app_context():
        before = db.session.scalars(select(UserSession.last_active)).one()
    assert now() - before > timedelta(seconds=45)
    with app.app_context(), unit_of_work() as session:
        session.execute(update(UserSession).values(last_active=now() - timedelta(seconds=70)))
    browser.get("/account/sessions")
    with app.app_context():
        assert now() - db.session.scalars(select(UserSession.last_active)).one() < timedelta(seconds=30)


def test_an_inbox_that_refreshes_itself_is_no_activity(app: Flask, browser: Client) -> None:
    enter(browser)
    with app.app_context(), unit_of_work() as session:
        session.execute(update(UserSession).values(last_active=now() - timedelta(hours=1)))

    def idle() -> timedelta:
        with app.app_context():
            return now() - db.session.scalars(select(UserSession.last_active)).one()

    again = re.search(r'content="60;url=([^"]+)"', browser.get("/inbox?show=unread&again=1").text)
    assert again is not None
    assert "show=unread" in again[1]
    assert browser.get(unescape(again[1])).status_code == 200
    assert idle() > timedelta(minutes=59)
    browser.get("/inbox")
    assert idle() < timedelta(minutes=1)


def test_too_many_tries_for_one_name_are_stopped_and_other_names_are_not(make_app: Callable[..., Flask]) -> None:
    app = make_app(login_limit_per_account="2 per minute")
    with app.app_context():
        somebody()
    client = new_browser(app)
    codes = [client.post_form("/login", email="Sam@example.org", password="wrong").status_code for _ in range(3)]
    assert codes == [422, 422, 429]
    assert client.post_form("/login", email="other@example.org", password="wrong").status_code == 422


def test_too_many_tries_from_one_address_are_stopped_whatever_the_name(make_app: Callable[..., Flask]) -> None:
    client = new_browser(make_app(login_limit_per_ip="2 per minute"))
    codes = [client.post_form("/login", email=f"p{n}@example.org", password="wrong").status_code for n in range(3)]
    assert codes == [422, 422, 429]


def test_a_body_larger_than_any_form_is_refused_before_it_is_read(browser: Client) -> None:
    token = browser.csrf("/login")
    answer = browser.post("/login", data={"csrf_token": token, "email": "x" * 3_000_000})
    assert answer.status_code == 413


def test_a_disabled_account_is_out_at_its_next_request_and_told_why(app: Flask, browser: Client) -> None:
    enter(browser)
    with app.app_context(), unit_of_work() as session:
        session.execute(update(Account).values(disabled_at=now()))
    assert browser.get("/account/sessions").status_code == 401
    assert "switched off" in browser.page.text_of("signed-out")
    with app.app_context():
        assert db.session.scalars(select(UserSession.termination_reason)).one() == "disabled"


def test_what_cannot_be_seen_in_a_name_is_left_out(browser: Client) -> None:
    answer = browser.post_form("/login", email="sa\x00m\u200b@example.org\r\n", password=PASSWORD)
    assert answer.status_code == 303
    browser.post("/logout", data={"csrf_token": browser.csrf("/account/sessions")})
    assert browser.post_form("/login", email="no\x00body", password=PASSWORD).status_code == 422


def test_a_forged_address_does_not_evade_the_limit(make_app: Callable[..., Flask]) -> None:
    client = new_browser(make_app(login_limit_per_ip="2 per minute"))
    codes = []
    for number in range(3):
        client.get("/login")
        forged = {"X-Forwarded-For": f"198.51.100.{number}"}
        codes.append(client.press("/login", email="a@example.org", password="wrong", headers=forged).status_code)
    assert codes == [422, 422, 429]


def test_behind_a_trusted_proxy_each_visitor_has_a_count_of_their_own(make_app: Callable[..., Flask]) -> None:
    client = new_browser(make_app(login_limit_per_ip="2 per minute", trusted_proxies=1))
    for number in range(4):
        client.get("/login")
        # What the visitor wrote stands first; the proxy adds whom it really talks to.
        theirs = {"X-Forwarded-For": f"203.0.113.9, 198.51.100.{number}"}
        assert client.press("/login", email=f"{number}", password="wrong", headers=theirs).status_code == 422


def test_counts_in_redis_tell_nobodys_name(browser: Client, valkey: Valkey) -> None:
    browser.post_form("/login", email="sam@example.org", password="wrong")
    keys = [str(key) for key in valkey.client().keys("*")]
    assert [key for key in keys if "LIMIT" in key.upper()]
    assert not [key for key in keys if "sam" in key or "example" in key]


def test_strangers_who_guess_do_not_keep_the_owner_of_a_known_device_out(make_app: Callable[..., Flask]) -> None:
    app = make_app(login_limit_per_account="2 per minute")
    with app.app_context():
        somebody()
    owner, stranger = new_browser(app), new_browser(app)
    enter(owner)
    guess = {"email": "sam@example.org", "password": "wrong"}
    assert [stranger.post_form("/login", **guess).status_code for _ in range(3)] == [422, 422, 429]
    assert new_browser(app).post_form("/login", **guess).status_code == 429, "another stranger is no owner"
    owner.get("/account/sessions")
    owner.press("/logout")
    enter(owner)


def test_who_gets_in_uses_up_no_tries(make_app: Callable[..., Flask]) -> None:
    app = make_app(login_limit_per_account="2 per minute")
    with app.app_context():
        somebody()
    for _ in range(4):
        enter(new_browser(app))

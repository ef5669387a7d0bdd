"""In which language somebody reads, and how it is chosen before anybody has signed in."""

import pytest
from flask import Flask

from app.extensions import db
from app.identity.models import Account
from app.kernel.unit_of_work import unit_of_work
from app.web.localisation import LANGUAGES
from tests.support.cast import Cast
from tests.support.pages import Client

pytestmark = pytest.mark.parametrize("backend", ["sqlite"], indirect=True)


def spoken(client: Client, url: str = "/login") -> tuple[str | None, str | None]:
    """The language and direction of a page."""
    client.get(url)
    return client.page.root.get("lang"), client.page.root.get("dir")


def choose(client: Client, language: str, url: str = "/login") -> str | None:
    client.get(url)
    return client.press("/language", language=language).location


@pytest.mark.parametrize(
    ("asked", "lang", "direction"),
    [
        ("es-MX,es;q=0.9,en;q=0.8", "es", "ltr"),
        ("ar", "ar", "rtl"),
        ("ar-EG,en;q=0.5", "ar", "rtl"),
        ("xx,de;q=0.8", "en", "ltr"),
        ("ar;q=0,es;q=0.1", "es", "ltr"),
        ("", "en", "ltr"),
        ("*", "en", "ltr"),
        (";;q=,\x7f", "en", "ltr"),
    ],
)
def test_a_stranger_reads_what_their_browser_asks_for(client: Client, asked: str, lang: str, direction: str) -> None:
    client.environ_base["HTTP_ACCEPT_LANGUAGE"] = asked
    assert spoken(client) == (lang, direction)


def test_the_choice_on_the_sign_in_page_outlives_it_and_keeps_where_one_was_going(client: Client, cast: Cast) -> None:
    client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "es"
    assert choose(client, "ar", "/login?next=/account/sessions") == "/login?next=/account/sessions"
    assert spoken(client, "/login?next=/account/sessions") == ("ar", "rtl")
    chosen = [button for button in client.page.root.iter("button") if button.get("aria-current")]
    assert [(button.get("value"), button.text) for button in chosen] == [("ar", "العربية")]
    client.sign_in("priya")
    assert spoken(client, "/inbox") == ("ar", "rtl")


def test_ones_own_language_goes_before_that_of_the_browser(app: Flask, client: Client, cast: Cast) -> None:
    with app.app_context(), unit_of_work():
        db.session.get_one(Account, cast.priya.id).locale = "es-MX"
    choose(client, "ar")
    client.sign_in("priya")
    assert spoken(client, "/inbox") == ("es", "ltr")


@pytest.mark.parametrize("language", ["", "xx", "../../etc", "en\r\nSet-Cookie: x=y", "a" * 5000])
def test_a_language_that_we_do_not_have_is_refused(client: Client, language: str) -> None:
    client.get("/login")
    answer = client.press("/language", language=language)
    assert (answer.status_code, answer.headers.getlist("Set-Cookie")) == (400, [])


@pytest.mark.parametrize("target", ["//evil.example", "https://evil.example", "\\\\evil.example"])
def test_choosing_a_language_leads_to_no_other_site(client: Client, target: str) -> None:
    client.get("/login")
    assert client.press("/language", language="ar", next=target).location == "/login?next=/inbox"


def test_a_cookie_that_somebody_wrote_themselves_is_no_language(client: Client) -> None:
    client.set_cookie("belfry-language", "../../etc/passwd")
    assert spoken(client) == ("en", "ltr")


def test_each_language_is_offered_in_its_own_words(client: Client) -> None:
    client.get("/login")
    offered = {button.get("lang"): button.text for button in client.page.form("/language").iter("button")}
    assert offered == LANGUAGES

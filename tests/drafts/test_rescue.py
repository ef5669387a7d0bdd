"""Signed out in the middle of a sentence, without any script: what was typed is there again, for that person only."""

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from app.drafts import rescue
from app.drafts.models import SavedDraft
from app.extensions import db
from app.identity.models import UserSession
from app.kernel import sealing
from app.notifications import views
from app.notifications.models import Notification
from tests.support.cast import PASSWORD, Cast, sign_in_name
from tests.support.pages import Client, values_of

NEW, DRAFTS, LOGIN = "/notifications/new", "/notifications/drafts", "/login"
TEMPLATE = "/notifications/templates/new"
TYPED = {"title": "Canary on the roof", "body": "Nobody is hurt, but", "include": ["role:parent"], "link": "htt"}


@pytest.fixture
def office(cast: Cast, browser_of: Callable[..., Client]) -> Client:
    """Margaret's browser, with the composer open and something typed into it."""
    client = browser_of("margaret")
    client.get(NEW)
    return client


def typed(client: Client, **changes: Any) -> dict[str, Any]:
    return {**values_of(client.page.form(NEW)), **TYPED, **changes}


def drafts(app: Flask) -> Sequence[SavedDraft]:
    with app.app_context():
        return db.session.scalars(select(SavedDraft)).all()


def sign_in_again(client: Client, who: str = "margaret", password: str = PASSWORD) -> Any:
    return client.press(LOGIN, email=sign_in_name(who), password=password)


def test_bar_60_what_was_posted_after_the_session_ended_stands_there_again(
    app: Flask, office: Client, browser_of: Callable[..., Client]
) -> None:
    words = typed(office)
    browser_of("margaret")  # elsewhere
    answer = office.post(NEW, data=words)
    assert answer.status_code == 401
    assert "What you wrote is safe." in office.page.text
    assert "anary" not in answer.text, "whoever stands before the screen cannot read it"
    assert drafts(app) == [], "a session that has ended writes nothing"

    assert sign_in_again(office, password="not hers").status_code == 422
    answer = sign_in_again(office)
    office.get(answer.location)
    standing = values_of(office.page.form(NEW))
    assert {name: standing[name] for name in TYPED} == {
        name: value if isinstance(value, list) else [value] for name, value in TYPED.items()
    }
    assert "Everything is back." in office.page.text
    assert standing["draft"] == words["draft"], "it is the same draft, not a second one"
    with app.app_context():
        assert db.session.scalars(select(Notification)).all() == []


def test_whoever_chooses_a_language_on_the_refused_page_keeps_their_words_and_their_name(
    app: Flask, office: Client, browser_of: Callable[..., Client]
) -> None:
    words = typed(office)
    browser_of("margaret")
    assert office.post(NEW, data=words).status_code == 401
    office.press("/language", language="es")
    assert office.page.root.get("lang") == "es"
    assert sign_in_again(office, password="not hers").status_code == 422
    office.press("/language", language="ar")
    kept = values_of(office.page.form(LOGIN))
    assert (office.page.root.get("lang"), kept["email"]) == ("ar", [sign_in_name("margaret")])
    assert "not hers" not in office.page.text
    office.get(sign_in_again(office).location)
    assert values_of(office.page.form(NEW))["body"] == [TYPED["body"]]


def test_bar_60_the_button_that_sends_after_the_session_ended_loses_nothing_and_sends_nothing(
    app: Flask, office: Client, browser_of: Callable[..., Client]
) -> None:
    office.post(NEW, data=typed(office, link=""))
    sending = values_of(office.page.form(NEW)) | {"confirmed": "1"}
    browser_of("margaret")
    assert office.post(NEW, data=sending).status_code == 401
    office.get(sign_in_again(office).location)
    assert values_of(office.page.form(NEW))["body"] == [TYPED["body"]]
    assert len(drafts(app)) == 1
    with app.app_context():
        assert db.session.scalars(select(Notification)).all() == []


@pytest.mark.parametrize("who", ["hugo", "dana", "priya"])
def test_bar_60_nobody_else_who_signs_in_there_gets_anything(
    app: Flask, office: Client, browser_of: Callable[..., Client], who: str
) -> None:
    words = typed(office)
    browser_of("margaret")
    office.post(NEW, data=words)
    sealed = values_of(office.page.form(LOGIN))["kept"][0]
    answer = sign_in_again(office, who)
    assert answer.location == "/inbox"
    assert drafts(app) == []
    office.post(f"{DRAFTS}/kept", data={"csrf_token": office.csrf(), "kept": sealed})
    assert drafts(app) == []


def test_bar_60_a_page_of_an_earlier_sign_in_gives_the_words_back(app: Flask, cast: Cast, office: Client) -> None:
    """Signed out, and in again, in another tab of the same browser: the page's token is not that of the session."""
    words = typed(office)
    office.post("/logout", data={"csrf_token": words["csrf_token"]})
    office.sign_in("margaret")
    answer = office.post(NEW, data=words)
    assert answer.status_code == 403
    assert "What you wrote is safe." in office.page.text
    assert drafts(app) == [], "a request with a token that does not hold changes nothing"
    answer = office.press(f"{DRAFTS}/kept")
    office.get(answer.location)
    assert values_of(office.page.form(NEW))["title"] == [TYPED["title"]]


def test_bar_60_signed_out_in_another_tab_the_page_leads_through_sign_in_and_back(app: Flask, office: Client) -> None:
    words = typed(office)
    office.post("/logout", data={"csrf_token": words["csrf_token"]})
    answer = office.post(NEW, data=words)
    assert answer.status_code == 401
    office.get(sign_in_again(office).location)
    assert values_of(office.page.form(NEW))["body"] == [TYPED["body"]]


def test_a_page_of_somebody_else_gives_nothing_to_who_is_signed_in_now(app: Flask, office: Client) -> None:
    words = typed(office)
    office.post("/logout", data={"csrf_token": words["csrf_token"]})
    office.get(LOGIN)
    office.sign_in("hugo")
    answer = office.post(NEW, data=words)
    assert answer.status_code == 403
    assert "kept" not in {field.get("name") for field in office.page.root.iter("input")}
    assert drafts(app) == []


def test_when_the_database_is_away_the_words_are_given_back_too(
    app: Flask, office: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: Any, **__: Any) -> None:
        raise OperationalError("SELECT", {}, Exception("gone"))

    words = typed(office)
    with monkeypatch.context() as patched:
        patched.setattr(views, "current_scope", away)
        answer = office.post(NEW, data=words)
        assert answer.status_code == 503
    assert "What you wrote is safe." in office.page.text
    office.get(office.press(f"{DRAFTS}/kept").location)
    assert values_of(office.page.form(NEW))["title"] == [TYPED["title"]]


def test_bar_60_the_words_hold_for_a_day_and_no_longer_and_cannot_be_made_by_hand(
    app: Flask, office: Client, browser_of: Callable[..., Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert timedelta(hours=24) == rescue.WITHIN
    words = typed(office)
    browser_of("margaret")
    office.post(NEW, data=words)
    sealed = values_of(office.page.form(LOGIN))["kept"][0]
    office.sign_in("margaret")
    with app.app_context():
        other_purpose = sealing.seal({"account": "x"}, "something else")
    for forged in ("", "x", "☃", sealed[:-8] + "AAAAAAA=", sealed[: len(sealed) // 2], other_purpose):
        office.post(f"{DRAFTS}/kept", data={"csrf_token": office.csrf(), "kept": forged})
        assert drafts(app) == []
    monkeypatch.setattr(rescue, "WITHIN", timedelta(seconds=-1))
    office.post(f"{DRAFTS}/kept", data={"csrf_token": office.csrf(), "kept": sealed})
    assert drafts(app) == []


def test_words_that_are_taken_up_twice_are_one_draft(
    app: Flask, office: Client, browser_of: Callable[..., Client]
) -> None:
    words = typed(office)
    browser_of("margaret")
    office.post(NEW, data=words)
    sealed = values_of(office.page.form(LOGIN))["kept"][0]
    office.sign_in("margaret")
    for _ in range(3):
        office.post(f"{DRAFTS}/kept", data={"csrf_token": office.csrf(), "kept": sealed})
    assert len(drafts(app)) == 1


def test_another_site_cannot_plant_words(app: Flask, office: Client, browser_of: Callable[..., Client]) -> None:
    words = typed(office)
    browser_of("margaret")
    for headers in ({"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example"}):
        answer = office.post(NEW, data=words, headers=headers)
        assert 'name="kept"' not in answer.text
    answer = office.post(NEW, data=words | {"csrf_token": "made up"})
    assert answer.status_code == 401
    assert "What you wrote is safe" not in answer.text


def test_what_is_too_large_to_be_kept_is_not_promised(
    app: Flask, office: Client, browser_of: Callable[..., Client]
) -> None:
    words = typed(office, body="x" * 120_000)
    browser_of("margaret")
    answer = office.post(NEW, data=words)
    assert answer.status_code == 401
    assert "is safe" not in answer.text
    with app.app_context():
        assert db.session.scalars(select(UserSession)).all()


def test_the_words_of_a_template_are_not_lost_either(office: Client, browser_of: Callable[..., Client]) -> None:
    office.get(TEMPLATE)
    words = {**values_of(office.page.form(TEMPLATE)), "name": "Pool", "title": TYPED["title"], "body": TYPED["body"]}
    browser_of("margaret")  # elsewhere
    assert office.post(TEMPLATE, data=words).status_code == 401
    office.get(sign_in_again(office).location)
    form = values_of(office.page.form(NEW))
    assert (form["title"], form["body"]) == ([TYPED["title"]], [TYPED["body"]])
    assert "Save as template" in office.page.text

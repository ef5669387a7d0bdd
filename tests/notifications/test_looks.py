"""How a draft would look: what is shown is what the inbox and the mail would really show."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from markupsafe import Markup, escape
from sqlalchemy import select

from app.extensions import db
from app.kernel.unit_of_work import unit_of_work
from app.mailer.jobs import drain_mail, drain_urgent_mail
from app.notifications.models import Notification
from app.preferences import links
from tests.notifications.people import fan_out
from tests.support.cast import Cast
from tests.support.content import content_of
from tests.support.pages import Client
from tests.support.smtp import Sink

NEW, PREVIEW = "/notifications/new", "/notifications/preview"
SAID = {"title": "Snow {{7*7}}", "body": "No **school** <b>today</b> {% raw %} [site](/inbox)", "link": "/inbox"}


@pytest.fixture
def office(cast: Cast, browser_of: Callable[..., Client]) -> Client:
    """Margaret's browser, with the composer open."""
    office = browser_of("margaret")
    office.get(NEW)
    return office


def look(office: Client, place: str, **fields: Any) -> str:
    """What the frame gets."""
    token = office.csrf(NEW)
    answer = office.post(f"{PREVIEW}/{place}", data={"csrf_token": token, "category": "announcement", **SAID, **fields})
    assert answer.status_code == 200
    return answer.text


def without_time_and_ids(html: str) -> str:
    html = re.sub(r"/unsubscribe/[\w.-]+", "/unsubscribe/TOKEN", html)
    html = re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}", "ID", html)
    html = re.sub(r"<time.*?</time>|<form.*?</form>", "", html, flags=re.DOTALL)
    return " ".join(html.split())


def line_in(html: str) -> str:
    found = re.search(r'<li class="line".*?</li>', html, re.DOTALL)
    assert found
    return without_time_and_ids(found[0])


def test_the_line_and_the_page_are_those_of_the_inbox(
    app: Flask, cast: Cast, office: Client, browser_of: Callable[..., Client]
) -> None:
    guardians = {"include": f"guardians-of:person:{cast.mina.id}", "priority": "high", "requires_acknowledgement": "y"}
    guardians |= {"title": "Snow", "body": "No **school** <b>today</b>, [see](/inbox)"}
    line, page = look(office, "inbox", **guardians), look(office, "page", **guardians)
    office.get(NEW)
    office.press(NEW, **{**SAID, **guardians}, confirmed="1")
    with app.app_context():
        fan_out()
        id_ = db.session.scalars(select(Notification.id)).one()

    priya = browser_of("priya")
    assert line_in(line) == line_in(priya.get("/inbox").text)
    real = priya.get(f"/inbox/{id_}").text
    article = re.compile(r"<article.*?</article>", re.DOTALL)
    shown, read = (without_time_and_ids(article.findall(html)[0]) for html in (page, real))
    assert shown == read
    assert "&lt;b&gt;today&lt;/b&gt;" in shown


@pytest.mark.parametrize("kind", ["announcement", "emergency"])
def test_bar_94_the_mail_is_the_one_that_leaves_and_braces_stay_braces(
    app: Flask, cast: Cast, office: Client, sink: Sink, kind: str
) -> None:
    fields = {"include": f"guardians-of:person:{cast.mina.id}", "category": kind}
    shown = look(office, "mail", **fields)
    office.get(NEW)
    office.press(NEW, **SAID, **fields, confirmed="1", school_name=cast.northfield.name)
    with app.app_context():
        fan_out()
        while drain_mail() or drain_urgent_mail():
            pass
    mail = sink.wait_for(1, to="priya@belfry.example")[0]
    html, text = (mail.message.get_body([form]) for form in ("html", "plain"))
    assert html is not None
    assert text is not None
    head, rest = re.sub(r"<base[^>]*>", "", shown).split('<div style="padding:12px', 1)
    assert without_time_and_ids(head + rest.partition("</details>\n</div>")[2]) == without_time_and_ids(
        html.get_content()
    )
    assert str(Markup("Subject:</b> {}").format(mail.subject)) in rest
    assert str(escape("priya@belfry.example")) in rest
    first_lines = text.get_content().strip().splitlines()[:5]
    assert all(str(escape(line)) in rest for line in first_lines)
    assert "Snow {{7*7}}" in shown
    assert "{% raw %}" in shown


def test_the_link_of_a_mail_that_is_only_shown_unsubscribes_nobody(app: Flask, cast: Cast, office: Client) -> None:
    shown = look(office, "mail", include=f"guardians-of:person:{cast.mina.id}")
    (token,) = set(re.findall(r"/unsubscribe/([\w.-]+)", shown))
    with app.app_context():
        subscription = links.find(token)
    assert subscription is not None
    assert subscription.account_id not in {someone.id for someone in cast.people.values()}


def test_a_reminder_shows_no_mail_and_says_why(office: Client) -> None:
    shown = look(office, "mail", category="reminder")
    assert "No mail goes out." in shown
    assert SAID["title"] not in shown


def test_the_alert_is_shown_for_an_emergency_only(office: Client) -> None:
    assert 'role="alertdialog"' in look(office, "alert", category="emergency")
    assert 'role="alertdialog"' not in look(office, "alert", category="announcement")


def test_what_is_shown_in_a_frame_can_do_nothing(cast: Cast, office: Client) -> None:
    for place in ("inbox", "page", "mail", "alert"):
        token = office.csrf(NEW)
        answer = office.post(f"{PREVIEW}/{place}", data={"csrf_token": token, **SAID, "category": "emergency"})
        rules = dict(part.split(" ", 1) for part in answer.headers["Content-Security-Policy"].split("; "))
        assert rules["default-src"] == "'none'"
        assert rules["sandbox"] == "allow-same-origin"
        assert rules["form-action"] == rules["base-uri"] == "'none'"
        assert not {"script-src", "script-src-elem", "connect-src"} & rules.keys()
        assert '<base target="_blank">' in answer.text
        assert "<script" not in answer.text


def test_half_a_draft_and_nonsense_are_shown_as_far_as_they_go(cast: Cast, office: Client) -> None:
    assert "No title yet" in look(office, "inbox", title="", body="")
    odd = {"category": "gossip", "priority": "huge", "include": "class:4B", "expires_at": "soon", "link": "ftp://x"}
    for place in ("inbox", "page", "mail", "alert"):
        assert "Snow {{7*7}}" in look(office, place, **odd) or place == "alert"
    assert len(look(office, "page", title="t" * 100_000, body="b" * 1_000_000)) < 100_000


def test_nobody_of_another_school_is_shown(cast: Cast, office: Client) -> None:
    for term in (f"person:{cast.olu.id}", f"guardians-of:class:{cast.hillside.classes['8C']}"):
        for place in ("inbox", "page", "mail"):
            shown = look(office, place, include=term)
            assert "Olu" not in shown
            assert "Tayo" not in shown


def test_looking_changes_nothing(app: Flask, cast: Cast, office: Client) -> None:
    token = office.csrf(NEW)
    before = content_of(app.extensions["belfry.settings"])
    for place in ("", "/inbox", "/page", "/mail", "/alert"):
        data = {"csrf_token": token, **SAID, "include": "role:parent", "category": "emergency"}
        office.post(f"{PREVIEW}{place}", data=data, headers={} if place else {"HX-Request": "true"})
    with app.app_context(), unit_of_work():
        pass
    assert content_of(app.extensions["belfry.settings"]) == before

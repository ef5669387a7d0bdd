"""Out of a mail by one press: from the header that the relay saw to the letter that is not written any more."""

import base64
import re
from collections.abc import Callable
from urllib.parse import urlsplit

import pytest
from flask import Flask
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.audit.models import AuditLine
from app.catalogue.kinds import Category, Channel
from app.extensions import db
from app.identity.models import Account
from app.kernel.sealing import seal_link
from app.kernel.unit_of_work import unit_of_work
from app.mailer import jobs
from app.mailer.models import Letter
from app.notifications.kinds import Fate
from app.preferences import links
from app.preferences.choose import choose
from app.preferences.kinds import How, Reason, Subscription
from app.preferences.queries import is_switched_off
from app.web import csrf
from app.web.signing import serializer
from tests.notifications.people import draft, ledger, ring
from tests.support.cast import SHARED_ADDRESS, Cast, Someone
from tests.support.content import content_of
from tests.support.pages import Client
from tests.support.smtp import Received, Sink

ONE_CLICK = {"List-Unsubscribe": "One-Click"}
MAIL = (Category.ANNOUNCEMENT, Channel.EMAIL)


def mails(sink: Sink) -> dict[str, list[Received]]:
    """Everything that is due leaves; what the relay got, by address."""
    while jobs.drain_mail() or jobs.drain_urgent_mail():
        pass
    found: dict[str, list[Received]] = {}
    for mail in sink.received:
        found.setdefault(mail.recipients[0], []).append(mail)
    return found


def link_in(mail: Received) -> str:
    """The path of the link in the header as the relay got it."""
    (found,) = re.findall(rb"^List-Unsubscribe: <(https?://[^>\s]+)>\r$", mail.raw, re.MULTILINE)
    return str(urlsplit(found.decode()).path)


def link_of(who: Someone) -> str:
    return f"/unsubscribe/{links.token_of(Subscription(who.id, *MAIL))}"


def is_off(who: Someone) -> bool:
    db.session.rollback()
    return is_switched_off(who.id, *MAIL)


def test_bar_113_a_mail_that_may_be_switched_off_says_how_and_its_link_works_once_and_again(
    session: Session, cast: Cast, sink: Sink, browser_of: Callable[..., Client]
) -> None:
    ring(cast, draft("role:parent"))
    mail = mails(sink)["priya@belfry.example"][0]
    assert b"\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n" in mail.raw
    path = link_in(mail)
    for rendition in ("plain", "html"):
        assert f"http://127.0.0.1:8000{path}" in mail.text(rendition)
    session.rollback()

    provider = browser_of()
    for _time in range(3):
        answer = provider.post(path, data=ONE_CLICK)
        assert answer.status_code == 200, "a redirect would not be followed"
        assert is_off(cast.priya)
    for other in (cast.asha, cast.grace, cast.peter):
        assert not is_off(other)
    lines = session.scalars(select(AuditLine).where(AuditLine.action == "preference.changed")).all()
    assert [line.details["how"] for line in lines] == ["unsubscribe"]
    session.rollback()

    row = ledger(ring(cast, draft("role:parent")), cast.priya)[Channel.EMAIL]
    assert (row.status, row.reason) == (Fate.SUPPRESSED, "unsubscribed")
    assert len(mails(sink)["priya@belfry.example"]) == 1
    assert len(mails(sink)["asha@belfry.example"]) == 2


def test_bar_113_a_multipart_post_works_as_well(app: Flask, cast: Cast, browser_of: Callable[..., Client]) -> None:
    with app.app_context():
        path = link_of(cast.priya)
        answer = browser_of().post(path, data=ONE_CLICK, content_type="multipart/form-data")
        assert answer.status_code == 200
        assert is_off(cast.priya)


def test_bar_113_looking_at_the_link_changes_nothing_and_its_button_does(
    app: Flask, cast: Cast, browser_of: Callable[..., Client]
) -> None:
    settings = app.extensions["belfry.settings"]
    with app.app_context():
        path = link_of(cast.priya)
        before, scanner = content_of(settings), browser_of()
        for method in ("GET", "HEAD", "OPTIONS"):
            assert scanner.open(path, method=method, data=ONE_CLICK).status_code == 200
            assert scanner.open(f"{path}/removal", method=method).status_code in {200, 405}
        assert content_of(settings) == before

        reader = browser_of()
        reader.get(path)
        assert "Stop announcements by email?" in reader.page.text
        assert "p•••@belfry.example" in reader.page.text
        for secret in ("priya@", "Priya", "Rahman", "Mina", "Northfield", str(cast.priya.id)):
            assert secret not in reader.page.text
        answer = reader.press(path)
        assert (answer.status_code, answer.location) == (303, path)
        assert is_off(cast.priya)

        reader.get(path)
        assert "You get no announcements by email any more" in reader.page.text
        assert reader.press(f"{path}/removal").status_code == 303
        assert not is_off(cast.priya)
        reader.get(path)
        assert "Stop announcements by email?" in reader.page.text


def test_bar_113_the_link_is_for_nothing_else(
    app: Flask, session: Session, cast: Cast, browser_of: Callable[..., Client]
) -> None:
    """One person and one category: it signs nobody in, and is no token anywhere else; nor is another one this."""
    token = links.token_of(Subscription(cast.priya.id, *MAIL))
    holder = browser_of()
    holder.get(f"/unsubscribe/{token}")
    assert holder.get("/inbox").status_code == 302
    holder.post(f"/unsubscribe/{token}", data=ONE_CLICK)
    assert holder.get("/inbox").status_code == 302
    holder.set_cookie("belfry", token)
    assert holder.get("/inbox").status_code == 302
    assert not csrf.is_valid(token, {str(cast.priya.id), cast.priya.id.hex})
    assert not is_switched_off(cast.priya.id, Category.REMINDER, Channel.IN_APP)

    said = f"{cast.asha.id.hex}.announcement.email"
    meant = cast.asha.id.bytes + b"announcement.email"
    for strange in (
        csrf.token_for(said),
        serializer(links.PURPOSE).dumps(said),
        said,
        seal_link(meant, "anything else"),
    ):
        assert links.find(str(strange)) is None
        assert holder.post(f"/unsubscribe/{strange}", data=ONE_CLICK).status_code == 404
    assert not is_off(cast.asha)


@pytest.mark.parametrize("category", [Category.EMERGENCY, Category.SYSTEM, Category.REMINDER])
def test_bar_113_what_always_comes_has_no_link_and_a_signed_one_opens_nothing(
    session: Session, cast: Cast, browser_of: Callable[..., Client], category: Category
) -> None:
    assert links.url_of(cast.priya.id, category) is None
    token = links.token_of(Subscription(cast.priya.id, category, Channel.EMAIL))
    assert links.find(token) is None
    assert browser_of().post(f"/unsubscribe/{token}", data=ONE_CLICK).status_code == 404


def test_bar_113_an_emergency_comes_to_who_unsubscribed_and_says_that_it_always_does(
    session: Session, cast: Cast, sink: Sink, browser_of: Callable[..., Client]
) -> None:
    browser_of().post(link_of(cast.priya), data=ONE_CLICK)
    ring(cast, draft("role:parent", category=Category.EMERGENCY))
    (mail,) = mails(sink)["priya@belfry.example"]
    assert not {"List-Unsubscribe", "List-Unsubscribe-Post"} & set(mail.message.keys())
    assert "unsubscribe" not in (mail.text("plain") + mail.text("html")).lower()
    for rendition in ("plain", "html"):
        assert "Emergency messages cannot be switched off." in mail.text(rendition)


def test_bar_113_a_link_that_was_changed_anywhere_opens_nothing(
    session: Session, cast: Cast, browser_of: Callable[..., Client]
) -> None:
    token, holder = links.token_of(Subscription(cast.priya.id, *MAIL)), browser_of()
    broken = [f"{token[:at]}{'B' if token[at] == 'A' else 'A'}{token[at + 1 :]}" for at in range(len(token))]
    broken += [token[:-1], token + "x", token[1:], token.upper(), token.swapcase()]
    broken += ["x", ".", "a.b", "x" * 5000, "%00", "é"]
    for each in broken:
        for method in ("GET", "POST"):
            answer = holder.open(f"/unsubscribe/{each}", method=method, data=ONE_CLICK if method == "POST" else None)
            assert answer.status_code == 404, each
    assert "Nothing was changed." in holder.page.text
    assert not is_off(cast.priya)


def test_a_link_to_nobody_is_not_there(cast: Cast, app: Flask, browser_of: Callable[..., Client]) -> None:
    with app.app_context():
        token = links.token_of(Subscription(cast.district_id, *MAIL))
    assert browser_of().get(f"/unsubscribe/{token}").status_code == 404
    assert browser_of().post(f"/unsubscribe/{token}", data=ONE_CLICK).status_code == 404


def test_of_two_at_one_address_only_the_one_whose_mail_it_was_is_unsubscribed(
    session: Session, cast: Cast, sink: Sink, browser_of: Callable[..., Client]
) -> None:
    ring(cast, draft(f"guardians-of:person:{cast.lily.id}"))
    paths = [link_in(mail) for mail in mails(sink)[SHARED_ADDRESS]]
    assert len(set(paths)) == 2
    session.rollback()
    browser_of().post(paths[0], data=ONE_CLICK)
    assert {is_off(cast.grace), is_off(cast.peter)} == {True, False}
    ring(cast, draft(f"guardians-of:person:{cast.lily.id}"))
    assert len(mails(sink)[SHARED_ADDRESS]) == 3


def test_a_letter_that_still_waits_is_not_sent_to_who_has_unsubscribed(
    session: Session, cast: Cast, sink: Sink, browser_of: Callable[..., Client]
) -> None:
    sent = ring(cast, draft("role:parent"))
    session.rollback()
    browser_of().post(link_of(cast.priya), data=ONE_CLICK)
    assert "priya@belfry.example" not in mails(sink)
    session.rollback()
    row = ledger(sent, cast.priya)[Channel.EMAIL]
    assert (row.status, row.reason, row.failed_at) == (Fate.SUPPRESSED, Reason.UNSUBSCRIBED, None)


def test_a_letter_that_still_waits_is_not_sent_to_who_has_switched_mail_off(
    session: Session, cast: Cast, sink: Sink
) -> None:
    sent = ring(cast, draft("role:parent"))
    with unit_of_work():
        choose(cast.priya.id, {MAIL: False}, How.PERSON)
    assert "priya@belfry.example" not in mails(sink)
    session.rollback()
    row = ledger(sent, cast.priya)[Channel.EMAIL]
    assert (row.status, row.reason) == (Fate.SUPPRESSED, Reason.SWITCHED_OFF)


def test_a_link_outlives_a_change_of_the_key(make_app: Callable[..., Flask], cast: Cast, app: Flask) -> None:
    with app.app_context():
        token = links.token_of(Subscription(cast.priya.id, *MAIL))
    old = app.extensions["belfry.settings"].secret_key
    new = make_app(secret_key="k" * 40, secret_key_fallbacks=(old,))
    with new.app_context():
        assert links.find(token) == Subscription(cast.priya.id, *MAIL)
    with make_app(secret_key="k" * 40).app_context():
        assert links.find(token) is None


def test_the_pages_of_a_link_speak_the_language_of_whom_the_mail_was_for(
    session: Session, cast: Cast, browser_of: Callable[..., Client]
) -> None:
    with unit_of_work():
        session.execute(update(Account).where(Account.id == cast.priya.id).values(locale="ar"))
    stranger = browser_of()
    stranger.get(link_of(cast.priya), headers={"Accept-Language": "es"})
    assert stranger.page.root.find(".").attrib["lang"] == "ar"  # type: ignore[union-attr]


def test_a_mail_speaks_the_language_that_was_chosen_after_it_was_written_down(
    session: Session, cast: Cast, sink: Sink
) -> None:
    ring(cast, draft("role:parent"))
    with unit_of_work():
        session.execute(update(Account).where(Account.id == cast.priya.id).values(locale="es"))
    found = mails(sink)
    assert found["priya@belfry.example"][0].message["Content-Language"] == "es"
    assert found["asha@belfry.example"][0].message["Content-Language"] == "en"
    assert set(db.session.scalars(select(Letter.locale))) == {"en"}


def test_a_school_full_of_one_click_posts_from_one_address_is_let_through(
    session: Session, cast: Cast, browser_of: Callable[..., Client]
) -> None:
    """A mail provider's machine speaks for all its readers; the same link again and again is held back."""
    provider = browser_of()
    everybody = [link_of(who) for who in cast.people.values()]
    answers = {provider.post(path, data=ONE_CLICK).status_code for path in everybody * 5}
    assert answers == {200}
    answers = {provider.post(everybody[0], data=ONE_CLICK).status_code for _ in range(70)}
    assert answers == {200, 429}
    assert provider.post(everybody[1], data=ONE_CLICK).status_code == 200


def test_bar_113_nobody_reads_in_a_link_whose_it_is_and_what_it_ends(session: Session, cast: Cast) -> None:
    """Neither as it is nor decoded; and no two people's links agree in any part but by chance."""
    url = links.url_of(cast.priya.id, Category.ANNOUNCEMENT) or ""
    token = url.removeprefix("http://127.0.0.1:8000/unsubscribe/")
    assert re.fullmatch(r"[A-Za-z0-9_-]{60,80}", token), "one word that fits in any mail"
    account = cast.priya.id
    secrets = (account.bytes, account.hex.encode(), str(account).encode(), b"announcement", b"email", b"priya")
    for begin in range(4):
        whole = token[begin : begin + (len(token) - begin) // 4 * 4]
        for known in (token.encode(), base64.urlsafe_b64decode(whole)):
            assert not [secret for secret in secrets if secret in known]
    other = links.token_of(Subscription(cast.asha.id, *MAIL))
    assert len(other) == len(token)
    assert sum(one == two for one, two in zip(token, other, strict=True)) < 16

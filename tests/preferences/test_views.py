"""The page on which people choose what reaches them, and the one that leads to it."""

from collections.abc import Callable
from itertools import product
from xml.etree.ElementTree import Element

import pytest
from flask import Flask
from sqlalchemy import select

from app.audit.models import AuditLine
from app.catalogue.kinds import Category, Channel
from app.extensions import db
from app.identity.models import Account
from app.kernel.unit_of_work import unit_of_work
from app.preferences.choose import choose
from app.preferences.kinds import How
from app.preferences.models import ChannelPreference
from app.settings import Settings
from tests.support.cast import Cast, Someone
from tests.support.content import content_of
from tests.support.pages import Client

HERE = "/account/preferences"
MAIL, BELL = "announcement.email", "reminder.in_app"


@pytest.fixture
def olu(cast: Cast, browser_of: Callable[..., Client]) -> Client:
    client = browser_of("olu")
    client.get(HERE)
    return client


def boxes(client: Client) -> dict[str, bool]:
    """The checkboxes of the page, and whether they are ticked."""
    inputs: list[Element] = client.page.root.findall(".//input[@type='checkbox']")
    return {box.attrib["value"]: box.get("checked") is not None for box in inputs}


def kept(app: Flask, who: Someone) -> dict[str, tuple[bool, How]]:
    with app.app_context():
        rows = db.session.scalars(select(ChannelPreference).where(ChannelPreference.account_id == who.id))
        return {f"{row.category}.{row.channel}": (row.is_wanted, row.how) for row in rows}


def reader(app: Flask, who: Someone) -> tuple[str | None, str | None]:
    with app.app_context():
        account = db.session.get_one(Account, who.id)
        return account.locale, account.time_zone


def test_only_what_may_be_switched_off_has_a_box_and_the_rest_says_always(olu: Client) -> None:
    assert boxes(olu) == {MAIL: True, BELL: True}
    assert "They always reach you on every channel and cannot be switched off." in olu.page.text
    assert olu.page.text.count("always") >= 5
    assert "olu@belfry.example" in olu.page.text
    assert "This holds for all your schools" in olu.page.text


def test_what_is_switched_off_is_kept_told_and_shown(app: Flask, cast: Cast, olu: Client) -> None:
    answer = olu.press(HERE, wanted=[BELL])
    assert answer.status_code == 303
    olu.get(answer.location)
    assert "Saved." in olu.page.text
    assert boxes(olu) == {MAIL: False, BELL: True}
    assert kept(app, cast.olu) == {MAIL: (False, How.PERSON)}
    assert kept(app, cast.tayo) == {}
    olu.press(HERE, wanted=[MAIL, BELL])
    assert kept(app, cast.olu) == {MAIL: (True, How.PERSON)}
    with app.app_context():
        lines = db.session.scalars(select(AuditLine).where(AuditLine.action == "preference.changed")).all()
        assert [(line.actor_id, line.details["is_wanted"]) for line in lines] == [
            (cast.olu.id, False),
            (cast.olu.id, True),
        ]
        assert all(line.session_id for line in lines)


def test_a_box_that_did_not_stand_on_the_page_is_not_switched_off(app: Flask, cast: Cast, olu: Client) -> None:
    """The page may be older than a channel that came meanwhile; and a post of nothing is no wish."""
    assert olu.press(HERE, offered=[MAIL], wanted=[MAIL]).status_code == 303
    olu.get(HERE)
    assert olu.press(HERE, offered=[], wanted=[]).status_code == 303
    assert kept(app, cast.olu) == {}


@pytest.mark.parametrize("category", [Category.EMERGENCY, Category.SYSTEM])
def test_nobody_can_switch_off_what_always_comes_whatever_they_post(
    settings: Settings, olu: Client, category: Category
) -> None:
    before = content_of(settings)
    for channel, field in product(Channel, ("offered", "wanted")):
        answer = olu.press(HERE, may_break=False, **{field: [f"{category}.{channel}"]})
        assert answer.status_code == 422
    assert content_of(settings) == before


@pytest.mark.parametrize("typed", ["Atlantis", "../../etc/passwd", "x" * 3000, "<script>alert(1)</script>", "a\x00b"])
def test_a_zone_that_is_none_is_said_and_nothing_is_lost_or_saved(
    app: Flask, cast: Cast, olu: Client, typed: str
) -> None:
    answer = olu.press(HERE, time_zone=typed, language="es", wanted=[BELL])
    assert answer.status_code == 422
    assert "There is no such time zone." in olu.page.text
    assert boxes(olu) == {MAIL: False, BELL: True}
    assert kept(app, cast.olu) == {}
    assert reader(app, cast.olu) == (None, None)
    chosen = olu.page.root.findall(".//select[@name='language']/option[@selected]")
    assert [option.get("value") for option in chosen] == ["es"]


def test_language_and_zone_hold_at_once(app: Flask, cast: Cast, olu: Client) -> None:
    answer = olu.press(HERE, time_zone="new york", language="es")
    assert reader(app, cast.olu) == ("es", "America/New_York")
    olu.get(answer.location)
    assert olu.page.root.attrib["lang"] == "es"
    assert "America/New_York" in olu.page.text
    zone = olu.page.root.find(".//input[@name='time_zone']")
    assert zone is not None
    assert zone.get("value") == "America/New_York"

    olu.press(HERE, time_zone="", language="")
    olu.get(HERE)
    assert reader(app, cast.olu) == (None, None)
    assert olu.page.root.attrib["lang"] == "en"
    assert "In Europe/London it is now" in olu.page.text


def test_a_language_that_we_do_not_have_is_refused(app: Flask, cast: Cast, olu: Client) -> None:
    assert olu.press(HERE, language="tlh").status_code == 422
    assert reader(app, cast.olu) == (None, None)


def test_whoever_has_no_address_is_told_that_mail_cannot_come(cast: Cast, browser_of: Callable[..., Client]) -> None:
    mina = browser_of("mina")
    for page in (HERE, "/account"):
        mina.get(page)
        assert "No address on file" in mina.page.text
        assert "Mail cannot reach you." in mina.page.text


def test_what_was_ended_by_a_link_says_so(app: Flask, cast: Cast, olu: Client) -> None:
    with app.app_context(), unit_of_work():
        choose(cast.olu.id, {(Category.ANNOUNCEMENT, Channel.EMAIL): False}, How.UNSUBSCRIBE)
    olu.get(HERE)
    assert boxes(olu)[MAIL] is False
    assert "Ended by the link in a mail" in olu.page.text
    olu.press(HERE)
    assert kept(app, cast.olu) == {MAIL: (False, How.UNSUBSCRIBE)}, "saving the page as it stands changes nothing"


def test_me_leads_to_everything_that_is_ones_own(cast: Cast, browser_of: Callable[..., Client]) -> None:
    asha = browser_of("asha")
    asha.get("/account")
    assert {HERE, "/account/sessions"} <= set(asha.page.links())
    assert asha.page.form("/logout") is not None
    for words in (cast.asha.name, "asha@belfry.example", "Teacher", "Parent of 1 child"):
        assert words in asha.page.text
    current = asha.page.root.findall(".//nav//a[@aria-current='page']")
    assert [link.get("href") for link in current] == ["/account"]

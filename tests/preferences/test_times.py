"""The part of the page on which people choose when they want mail."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from sqlalchemy import select

from app.audit.models import AuditLine
from app.catalogue.kinds import Role
from app.extensions import db
from app.kernel.ids import new_id
from app.kernel.unit_of_work import unit_of_work
from app.notifications import compose
from app.preferences.kinds import Times
from app.preferences.times import find_times
from app.roster.kinds import Hat
from tests.notifications.people import at_work, draft, fan_out
from tests.support.cast import Cast
from tests.support.pages import Client

HERE = "/account/preferences"
NIGHT = {"quiet_from": "22:00", "quiet_until": "07:00"}


@pytest.fixture
def olu(cast: Cast, browser_of: Callable[..., Client]) -> Client:
    client = browser_of("olu")
    client.get(HERE)
    return client


def kept(app: Flask, cast: Cast) -> Times | None:
    with app.app_context():
        return find_times(cast.olu.id)


def selected(client: Client, name: str) -> str | None:
    found = client.page.root.find(f".//select[@name='{name}']/option[@selected]")
    return None if found is None else found.get("value")


def test_what_is_chosen_is_kept_by_the_clock_of_the_school_or_of_ones_own(app: Flask, cast: Cast, olu: Client) -> None:
    answer = olu.press(HERE, **NIGHT, digest_at="18:30")
    assert answer.status_code == 303
    assert kept(app, cast) == Times("Europe/London", 22 * 60, 7 * 60, 18 * 60 + 30)
    olu.get(answer.location)
    assert [selected(olu, name) for name in (*NIGHT, "digest_at")] == ["22:00", "07:00", "18:30"]
    olu.press(HERE, time_zone="tokyo")
    assert kept(app, cast) == Times("Asia/Tokyo", 22 * 60, 7 * 60, 18 * 60 + 30)
    olu.get(HERE)
    olu.press(HERE, quiet_from="", quiet_until="", digest_at="")
    assert kept(app, cast) is None
    with app.app_context():
        lines = db.session.scalars(select(AuditLine).where(AuditLine.action == "preference.times_changed")).all()
        assert [line.details.get("digest_at") for line in lines] == [1110, 1110, None]


def test_a_field_that_did_not_stand_on_the_page_changes_nothing(app: Flask, cast: Cast, olu: Client) -> None:
    olu.press(HERE, **NIGHT)
    token = olu.csrf(HERE)
    assert olu.post(HERE, data={"csrf_token": token}).status_code == 303
    assert kept(app, cast) == Times("Europe/London", 22 * 60, 7 * 60)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"quiet_from": "22:00", "quiet_until": ""}, "Choose until when as well"),
        ({"quiet_from": "", "quiet_until": "07:00"}, "Choose from when as well"),
        ({"quiet_from": "07:00", "quiet_until": "07:00"}, "end at another time than they begin"),
        ({**NIGHT, "digest_at": "23:00"}, "This is within your quiet hours."),
        ({"digest_at": "18:07"}, "Choose one of these times."),
        ({"quiet_from": "<script>", "quiet_until": "9" * 500}, "Choose one of these times."),
    ],
)
def test_what_cannot_be_is_said_at_the_field_and_nothing_is_saved(
    app: Flask, cast: Cast, olu: Client, typed: dict[str, str], said: str
) -> None:
    assert olu.press(HERE, **typed).status_code == 422
    assert said in olu.page.text
    assert kept(app, cast) is None


def test_the_page_says_what_mail_waits_for_its_reader_and_for_nobody_else(
    app: Flask, cast: Cast, olu: Client, browser_of: Callable[..., Client]
) -> None:
    at_hillside = Hat(new_id(), Role.ADMIN, cast.district_id, cast.hillside.id, cast.hillside.name, "Europe/London")
    later = (datetime.now(UTC) + timedelta(hours=3)).replace(minute=0)
    olu.press(HERE, digest_at=f"{later.astimezone(ZoneInfo('Europe/London')):%H:00}")
    with app.app_context():
        for _ in range(2):
            with unit_of_work():
                compose.publish(draft("role:parent"), at_work(cast, cast.hugo), at_hillside, None)
        fan_out()
    olu.get(HERE)
    assert "2 announcements come in your next mail of the day" in olu.page.text
    tayo = browser_of("tayo")
    tayo.get(HERE)
    assert "Mail that waits for you" not in tayo.page.text

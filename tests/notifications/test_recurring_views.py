"""Something that recurs, as an admin begins, changes and ends it without a script, and as others cannot."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from app.extensions import db
from app.kernel.clock import now
from app.notifications.models import Notification
from app.notifications.recurring.models import Recurrence
from tests.support.cast import Cast
from tests.support.pages import Client, values_of

NEW, PLANNED = "/notifications/new", "/notifications/planned"
SAID = {"category": "reminder", "title": "Swimming kit", "body": "Please bring it.", "include": ["role:parent"]}
STARTS = now().date() + timedelta(days=10)
RULE = {
    "when": "again", "every": "week", "days": ["0", "3"], "at": "07:30", "starts_on": STARTS.isoformat(),
    "ends": "on", "until_on": (STARTS + timedelta(days=60)).isoformat(),
    "skip_from": [(STARTS + timedelta(days=14)).isoformat()], "skip_to": [(STARTS + timedelta(days=20)).isoformat()],
}  # fmt: skip


@pytest.fixture
def office(cast: Cast, browser_of: Callable[..., Client]) -> Client:
    return browser_of("margaret")


def only(app: Flask) -> Recurrence:
    with app.app_context():
        (row,) = db.session.scalars(select(Recurrence))
        db.session.expunge(row)
        return row


def begun(office: Client, **changes: Any) -> str:
    """Written, confirmed, and its page's address."""
    office.get(NEW)
    office.press(NEW, **SAID | RULE | changes)
    answer = office.press(NEW)
    assert answer.status_code == 303, office.page.text
    return str(answer.location)


def test_the_rule_is_told_in_words_with_its_next_times_before_it_begins(app: Flask, office: Client) -> None:
    office.get(NEW)
    assert office.press(NEW, **SAID, **RULE).status_code == 200
    for words in ("Every Monday and Thursday at 07:30, from", "until", "Not on", "The next times:", "07:30"):
        assert words in office.page.text, words
    assert "Send it again and again to 4 people" in office.page.text
    office.press(NEW, edit="1")
    kept = values_of(office.page.form(NEW))
    assert (kept["when"], kept["every"], kept["days"], kept["at"]) == (["again"], ["week"], ["0", "3"], ["07:30"])
    assert kept["skip_from"][0] == RULE["skip_from"][0]
    office.press(NEW)
    location = office.press(NEW).location

    row = only(app)
    assert location == f"/notifications/recurring/{row.id}"
    assert row.rule == f"FREQ=WEEKLY;BYDAY=MO,TH;UNTIL={STARTS + timedelta(days=60):%Y%m%d}T235959"
    office.get(location)
    for words in (
        "Swimming kit",
        "Every Monday and Thursday at 07:30",
        "The next times",
        "It would reach 4 people now",
    ):
        assert words in office.page.text, words
    office.get(PLANNED)
    assert location in office.page.links()
    with app.app_context():
        assert db.session.scalars(select(Notification)).all() == []


def test_sent_twice_it_begins_once(app: Flask, office: Client) -> None:
    office.get(NEW)
    office.press(NEW, **SAID, **RULE)
    fields = values_of(office.page.form(NEW))
    first, again = office.post(NEW, data=fields), office.post(NEW, data=fields)
    assert (first.status_code, again.location) == (303, first.location)
    assert only(app).title == "Swimming kit"


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"days": []}, "Choose at least one day."),
        ({"at": "half past seven"}, "Give a time, such as 07:30."),
        ({"starts_on": "2020-01-01"}, "This day is over already"),
        ({"starts_on": ""}, "Give a day, such as 2026-11-30."),
        ({"until_on": "2020-01-01"}, "This is before the first day"),
        ({"ends": "after", "times": "a few"}, "Give a number of times"),
        ({"ends": "after", "times": "9999"}, "Give a number from 1 to 500."),
        ({"skip_from": ["Christmas"], "skip_to": [""]}, "Give each day such as 2026-12-24"),
        ({"category": "emergency"}, "Only announcements and reminders can be sent again and again."),
        ({"expires_at": f"{date.max.year - 7000}-01-01T00:00"}, "Leave this empty: each time is sent anew."),
        ({"title": ""}, "Give it a title"),
        ({"skip_from": [STARTS.isoformat()], "skip_to": [(STARTS + timedelta(days=99)).isoformat()]}, "never be sent"),
    ],
)
def test_what_cannot_recur_is_said_at_its_field(
    app: Flask, office: Client, changes: dict[str, Any], words: str
) -> None:
    office.get(NEW)
    assert office.press(NEW, **SAID | RULE | changes).status_code == 422
    assert words in office.page.text
    with app.app_context():
        assert db.session.scalars(select(Recurrence)).all() == []


def test_it_is_changed_and_ended(app: Flask, office: Client) -> None:
    url = begun(office)
    office.get(f"{url}/edit")
    assert values_of(office.page.form(f"{url}/edit"))["days"] == ["0", "3"]
    office.press(f"{url}/edit", title="Swimming kit and towel", days=["4"])
    assert office.press(f"{url}/edit").location == url
    assert (only(app).title, only(app).rule[:19]) == ("Swimming kit and towel", "FREQ=WEEKLY;BYDAY=F")
    office.get(url)
    for _ in range(2):
        assert office.post(f"{url}/ending", data={"csrf_token": office.csrf(url)}).status_code == 303
    office.get(url)
    assert "It is not sent any more." in office.page.text
    assert office.get(f"{url}/edit").status_code == 409
    office.get(PLANNED)
    assert url not in office.page.links()


def test_two_who_change_it_at_once_do_not_write_over_each_other(
    app: Flask, office: Client, browser_of: Callable[..., Client]
) -> None:
    url, dana = begun(office), browser_of("dana")
    for who in (office, dana):
        who.get(f"{url}/edit")
    office.press(f"{url}/edit", title="Margaret's")
    office.press(f"{url}/edit")
    dana.press(f"{url}/edit", title="Dana's")
    assert dana.press(f"{url}/edit").status_code == 409
    assert only(app).title == "Margaret's"


def test_another_school_finds_nothing_of_it(office: Client, browser_of: Callable[..., Client]) -> None:
    url, hugo = begun(office), browser_of("hugo")
    token = hugo.csrf()
    for path in ("", "/edit"):
        assert hugo.get(f"{url}{path}").status_code == 404
    for path in ("/edit", "/ending"):
        assert hugo.post(f"{url}{path}", data={"csrf_token": token, **SAID, **RULE}).status_code == 404
    hugo.get(PLANNED)
    assert "Swimming kit" not in hugo.page.text


def test_what_is_scheduled_once_does_not_become_a_rule_and_a_rule_no_single_time(office: Client) -> None:
    url = begun(office)
    office.get(f"{url}/edit")
    assert office.press(f"{url}/edit", when="now").status_code == 422
    assert "This is sent again and again" in office.page.text

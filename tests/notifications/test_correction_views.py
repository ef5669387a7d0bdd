"""Correcting as an admin does it, and what readers find."""

from collections.abc import Callable
from dataclasses import replace
from uuid import UUID

import pytest
from flask import Flask

from app.catalogue.kinds import Category
from app.kernel.clock import now
from tests.notifications.people import draft, fan_out, ring
from tests.reports.fates import touched
from tests.support.cast import Cast
from tests.support.pages import Client, values_of

Browser = Callable[..., Client]
NEW = "/notifications/new"


@pytest.fixture
def news(app: Flask, cast: Cast) -> UUID:
    """To all guardians, with all that can be said. Priya has read it."""
    with app.app_context():
        what = draft("role:parent", title="Sports day is on Friday", link="/inbox", requires_acknowledgement=True)
        id_ = ring(cast, what)
        touched(id_, cast.priya, read_at=now())
    return id_


def corrected(app: Flask, office: Client, original: UUID, **changes: str) -> UUID:
    """Margaret corrects it on her pages; gives the id of the correction."""
    office.get(f"/notifications/{original}")
    url = f"{NEW}?corrects={original}"
    assert url in office.page.links()
    office.get(url)
    office.press(NEW, **changes)
    answer = office.press(NEW, confirmed="1")
    assert answer.status_code == 303, office.page.text
    with app.app_context():
        fan_out()
    return UUID(answer.location.rpartition("/")[2])


def test_bar_27_from_the_report_to_the_correction_and_back(
    app: Flask, cast: Cast, browser_of: Browser, news: UUID
) -> None:
    office = browser_of("margaret")
    office.get(f"{NEW}?corrects={news}")
    assert "Sports day is on Friday" in office.page.text_of("correcting")
    values = values_of(office.page.form(NEW))
    assert values["corrects"] == [str(news)]
    assert (values["title"], values["link"], values["include"]) == (
        ["Sports day is on Friday"], ["/inbox"], ["role:parent"]
    )  # fmt: skip
    assert "requires_acknowledgement" in values
    office.press(NEW, title="Sports day is on Monday")
    assert "Sports day is on Friday" in office.page.text_of("correcting"), "the page that asks says so, too"
    office.press(NEW, edit="1")
    assert values_of(office.page.form(NEW))["corrects"] == [str(news)]

    second = corrected(app, office, news, title="Sports day is on Monday")
    office.get(f"/notifications/{news}")
    said = office.page.text_of("report-taken-back")
    assert "corrected this on" in said
    assert "1 person had read it and is led to the correction." in said
    assert f"/notifications/{second}" in office.page.links()
    assert f"{NEW}?corrects={news}" not in office.page.links(), "the correction is what can be corrected now"
    office.get(f"/notifications/{second}")
    assert f"/notifications/{news}" in office.page.links()

    priya, asha = browser_of("priya"), browser_of("asha")
    priya.get(f"/inbox/{news}")
    assert "Northfield Primary corrected this on" in priya.page.text
    assert f"/inbox/{second}" in priya.page.links()
    priya.get(f"/inbox/{second}")
    assert "This corrects: Sports day is on Friday" in priya.page.text
    assert f"/inbox/{news}" in priya.page.links()
    assert asha.get(f"/inbox/{news}").status_code == 404
    asha.get(f"/inbox/{second}")
    assert "This corrects: Sports day is on Friday" in asha.page.text
    assert f"/inbox/{news}" not in asha.page.links(), "she had never opened it, and it is gone"


def test_a_second_correction_is_one_of_the_newest(app: Flask, cast: Cast, browser_of: Browser, news: UUID) -> None:
    office = browser_of("margaret")
    second = corrected(app, office, news, title="Sports day is on Monday")
    office.get(f"{NEW}?corrects={news}")
    assert values_of(office.page.form(NEW))["corrects"] == [str(second)]
    third = corrected(app, office, second, title="Sports day is on Tuesday")
    priya = browser_of("priya")
    priya.get(f"/inbox/{news}")
    assert f"/inbox/{third}" in priya.page.links(), "the one between was never hers to read"
    priya.get(f"/inbox/{third}")
    assert "This corrects: Sports day is on Monday" in priya.page.text
    assert f"/inbox/{second}" not in priya.page.links()


def test_whoever_comes_second_is_told_so_and_their_words_are_kept(
    app: Flask, cast: Cast, browser_of: Browser, news: UUID
) -> None:
    office = browser_of("margaret")
    office.get(f"{NEW}?corrects={news}")
    office.press(NEW, title="Mine")
    with app.app_context():
        quicker = draft("role:parent", title="Quicker")
        ring(cast, replace(quicker, audience=replace(quicker.audience, at_least=news)))
    answer = office.press(NEW, confirmed="1")
    assert answer.status_code == 422
    assert "Somebody has corrected it meanwhile. Nothing was sent." in office.page.text
    assert values_of(office.page.form(NEW))["title"] == ["Mine"]


def test_the_district_withdraws_what_a_school_said_and_leaves_correcting_it_to_the_school(
    browser_of: Browser, news: UUID
) -> None:
    """Under its hat the same audience would be the whole district's."""
    dana = browser_of("dana")
    dana.get(f"/notifications/{news}")
    assert f"/notifications/{news}/withdrawal" in dana.page.links()
    assert f"{NEW}?corrects={news}" not in dana.page.links()
    assert dana.get(f"{NEW}?corrects={news}").status_code == 404


def test_what_is_none_of_theirs_cannot_be_corrected(browser_of: Browser, news: UUID) -> None:
    hugo = browser_of("hugo")
    assert hugo.get(f"{NEW}?corrects={news}").status_code == 404
    assert hugo.get(f"{NEW}?corrects=nothing").status_code == 404
    for wrong in (str(news), "'; DROP", "\r\nx"):
        answer = hugo.post_form(
            NEW, title="x", body="x", category="announcement", include="role:parent", corrects=wrong
        )
        assert answer.status_code == 422
        assert "What you want to correct is not there any more." in hugo.page.text


def test_an_emergency_is_corrected_by_an_emergency(app: Flask, cast: Cast, browser_of: Browser) -> None:
    with app.app_context():
        alarm = ring(cast, draft("role:parent", category=Category.EMERGENCY, title="Gas leak"))
    office = browser_of("margaret")
    office.get(f"{NEW}?corrects={alarm}")
    answer = office.press(NEW, category="announcement", priority="normal")
    assert answer.status_code == 422
    assert "It corrects an emergency, so it is one." in office.page.text
    office.get(f"{NEW}?corrects={alarm}")
    office.press(NEW, title="No gas leak")
    answer = office.press(NEW, confirmed="1", school_name="Northfield Primary")
    assert answer.status_code == 303
    with app.app_context():
        fan_out()
    priya = browser_of("priya")
    priya.get("/account")
    assert "No gas leak" in priya.page.text_of("alerts")
    assert len([id_ for id_ in priya.page.all_with("data-notification") if id_ == str(alarm)]) == 0

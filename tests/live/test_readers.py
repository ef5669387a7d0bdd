"""Another language or zone holds at once: what is pushed to pages that are open speaks it, and they load anew."""

from collections.abc import Callable

from flask import Flask

from app.catalogue.kinds import Category
from app.identity.models import Account
from app.kernel.unit_of_work import unit_of_work
from app.live.page import CURSOR_HEADER
from app.notifications.fan_out import PUBLISHED
from app.realtime.record import record
from app.roster.models import School
from tests.live.webs import Webs
from tests.support import factories
from tests.support.cast import Cast
from tests.support.pages import HTMX, Client
from tests.support.screens import Screen

SETTINGS = "/account/preferences"
OF_THE_YEAR = " de 20"
"""As the exact time stands in a Spanish page: "21 de noviembre de 2026"."""


def tell(app: Flask, cast: Cast, title: str) -> None:
    """An alarm comes to Priya; when it was raised stands on it."""
    with app.app_context(), unit_of_work() as session:
        northfield = session.get_one(School, cast.northfield.id)
        sent = factories.notification(northfield, title=title, category=Category.EMERGENCY)
        factories.copy(sent, session.get_one(Account, cast.priya.id))
        record(PUBLISHED, sent.id, district_id=cast.district_id, school_id=cast.northfield.id)


def test_an_open_page_is_told_and_what_comes_to_it_speaks_the_new_language(
    app: Flask, web: Webs, cast: Cast, join: Callable[..., Screen]
) -> None:
    priya, asha = web.visitor("priya"), web.visitor("asha")
    hers, other = join(priya), join(asha)
    tell(app, cast, "Before")
    assert OF_THE_YEAR not in hers.wait_for("Before")

    priya.get(SETTINGS)
    assert priya.press(SETTINGS, language="es").status_code == 303
    hers.wait_for("data-reload")
    tell(app, cast, "Afterwards")
    assert OF_THE_YEAR in hers.wait_for("Afterwards")
    assert not any("data-reload" in text for text in other.texts)


def test_a_poll_is_told_to_load_the_page_anew_once(app: Flask, cast: Cast, browser_of: Callable[..., Client]) -> None:
    priya = browser_of("priya")
    cursor = priya.get("/live/since", headers=HTMX).headers[CURSOR_HEADER]
    priya.get(SETTINGS)
    priya.press(SETTINGS, time_zone="Asia/Tokyo")
    answer = priya.get(f"/live/since?cursor={cursor}", headers=HTMX)
    assert (answer.status_code, answer.headers["HX-Refresh"]) == (200, "true")
    assert "data-reload" in answer.text
    assert priya.get(f"/live/since?cursor={answer.headers[CURSOR_HEADER]}", headers=HTMX).status_code == 204


def test_saving_what_was_so_already_tells_nobody(app: Flask, cast: Cast, browser_of: Callable[..., Client]) -> None:
    priya = browser_of("priya")
    cursor = priya.get("/live/since", headers=HTMX).headers[CURSOR_HEADER]
    priya.get(SETTINGS)
    assert priya.press(SETTINGS).status_code == 303
    assert priya.get(f"/live/since?cursor={cursor}", headers=HTMX).status_code == 204

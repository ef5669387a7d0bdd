"""Hats: which one is worn, what it opens, and what it says of the time."""

from collections.abc import Callable

from flask import Flask
from sqlalchemy import select

from app.extensions import db
from app.kernel.unit_of_work import unit_of_work
from app.roster.models import District, Membership, School
from tests.support.cast import Cast
from tests.support.pages import Client


def hats_offered(client: Client) -> list[str]:
    client.get("/inbox")
    buttons = client.page.form("/account/context").findall(".//button[@name='membership_id']")
    return [button.attrib["value"] for button in buttons]


def test_a_teacher_who_is_a_guardian_changes_hats_and_keeps_one_inbox(
    cast: Cast, browser_of: Callable[..., Client]
) -> None:
    asha = browser_of("asha")
    teacher, parent = hats_offered(asha)
    assert "Teacher" in asha.page.text
    assert asha.press("/account/context", membership_id=parent).status_code == 303
    asha.get("/inbox")
    summary = asha.page.root.find(".//details[@class='menu context']/summary")
    assert summary is not None
    assert "Parent of 1 child" in " ".join(summary.itertext())
    assert teacher != parent


def test_somebody_elses_membership_cannot_be_worn(app: Flask, cast: Cast, browser_of: Callable[..., Client]) -> None:
    asha = browser_of("asha")
    ours = hats_offered(asha)
    token = asha.csrf("/account/sessions")
    with app.app_context():
        margarets = db.session.scalars(select(Membership.id).where(Membership.account_id == cast.margaret.id)).one()
    for stolen in ("01890000-0000-7000-8000-000000000000", "x", str(margarets)):
        answer = asha.post("/account/context", data={"membership_id": stolen, "csrf_token": token})
        assert answer.status_code == 404
    assert hats_offered(asha) == ours


def test_only_admins_may_compose(cast: Cast, browser_of: Callable[..., Client]) -> None:
    codes = {who: browser_of(who).get("/notifications/new").status_code for who in ("priya", "tom", "margaret", "dana")}
    assert codes == {"priya": 403, "tom": 403, "margaret": 200, "dana": 200}


def test_times_are_shown_in_the_zone_of_the_school(app: Flask, cast: Cast, browser_of: Callable[..., Client]) -> None:
    with app.app_context(), unit_of_work() as session:
        session.get_one(School, cast.northfield.id).time_zone = "Pacific/Kiritimati"
        session.get_one(District, cast.district_id).time_zone = "Pacific/Pago_Pago"
    shown = {}
    for who in ("priya", "dana"):
        client = browser_of(who)
        client.get("/account/sessions")
        time = client.page.root.find(".//main//time")
        assert time is not None
        shown[who] = time.attrib["title"]
    assert shown["priya"].split(",")[0] != shown["dana"].split(",")[0], "25 hours lie between the two"

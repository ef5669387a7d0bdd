"""Looking for somebody to address."""

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import update
from sqlalchemy.orm import Session

from app.catalogue.kinds import Role
from app.extensions import db
from app.identity.models import Account
from app.kernel.clock import now
from app.kernel.unit_of_work import unit_of_work
from app.notifications.finder import Found, find
from app.notifications.kinds import Scope
from app.notifications.models import Notification
from app.reports import recipients
from app.reports.kinds import Filter
from app.roster.models import Membership, School
from tests.notifications.people import district, draft, northfield, ring
from tests.support import factories
from tests.support.cast import Cast
from tests.support.pages import HTMX, Client, values_of

NEW, AUDIENCE = "/notifications/new", "/notifications/audience"


def labels(found: Found) -> list[str]:
    return [option.label for option in found.options]


@pytest.fixture
def asked(app: Flask, session: Session, cast: Cast) -> Callable[..., Found]:
    def ask(text: str, scope: Scope | None = None) -> Found:
        with app.test_request_context():
            return find(text, scope or northfield(cast))

    return ask


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("José Ñandú", "jose nandu"),
        ("Jose Nandu", "JOSÉ ÑANDÚ"),
        ("Éloïse Lefèvre", "éLOISE"),
        ("ZOË Ångström", "zoe ang"),
        ("Nguyễn Thị Lan", "nguyen THI"),
        ("Łukasz Žižek", "łUKASZ zizek"),
        ("ØYVIND Groß", "øyvind GROSS"),
        ("Ирина ЖУКОВА", "ирина жукова"),
        ("ΣΟΦΊΑ Παπάς", "σοφια παπασ"),
        ("أَحْمَد الخطيب", "احمد الخطيب"),
    ],
)
def test_somebody_is_found_however_their_name_is_typed(
    app: Flask, cast: Cast, asked: Callable[..., Found], name: str, typed: str
) -> None:
    """On both databases alike: neither knows of case beyond ASCII the same as the other."""
    with app.app_context():
        notice = ring(cast, draft("role:parent"))
        with unit_of_work() as session:
            session.execute(update(Account).where(Account.id == cast.priya.id).values(name=name))
        named = recipients.page(db.session.get_one(Notification, notice), Filter(name=typed), None)
        assert list(named.items) == [cast.priya.id]
    assert labels(asked(typed)) == [name]


def test_what_means_something_in_a_pattern_or_is_left_of_nothing_finds_nobody(asked: Callable[..., Found]) -> None:
    for typed in ("%%", "__", "\u0301\u0301\u0301", "'; --", "100%"):
        assert labels(asked(typed)) == []


def test_a_class_is_found_with_its_guardians_before_it(cast: Cast, asked: Callable[..., Found]) -> None:
    room = cast.northfield.classes["4B"]
    found = asked("4b")
    assert [option.value for option in found.options] == [f"guardians-of:class:{room}", f"class:{room}"]
    assert labels(found) == ["Guardians of class 4B", "Class 4B"]
    assert {option.detail for option in found.options} == {"Year 4"}


def test_all_words_count_and_those_said_of_a_group_do_too(asked: Callable[..., Found]) -> None:
    assert labels(asked("guardians 4b")) == ["Guardians of class 4B"]
    assert labels(asked("class 2A")) == ["Guardians of class 2A", "Class 2A"]
    assert "Pupils of Year 4" in labels(asked("year 4"))
    assert labels(asked("guardians of mina")) == ["Guardians of Mina Rahman"]
    assert labels(asked("mina 4b")) == []


def test_a_pupil_is_found_with_their_guardians_and_everybody_with_what_they_are(
    cast: Cast, asked: Callable[..., Found]
) -> None:
    found = {option.label: (option.value, option.detail) for option in asked("rahman").options}
    assert found["Guardians of Mina Rahman"] == (f"guardians-of:person:{cast.mina.id}", "Pupil, 2A")
    assert found["Mina Rahman"] == (f"person:{cast.mina.id}", "Pupil, 2A")
    assert found["Priya Rahman"] == (f"person:{cast.priya.id}", "Guardian of Mina, Noor and Yusuf")
    assert "Guardians of Priya Rahman" not in found
    assert labels(asked("nair")) == ["Asha Nair", "Guardians of Ravi Nair", "Ravi Nair"]
    assert asked("asha").options[0].detail == "Guardian of Ravi · Teacher"


def test_who_may_not_be_told_of_a_child_or_is_not_of_the_school_is_not_found(asked: Callable[..., Found]) -> None:
    for text in ("ned rahman", "olu", "tayo", "dana", "hillside", "8c", "year 8"):
        assert asked(text).options == [], text


def test_who_left_is_not_found_and_of_a_disabled_pupil_only_the_guardians(
    session: Session, cast: Cast, asked: Callable[..., Found]
) -> None:
    with unit_of_work():
        session.execute(update(Membership).where(Membership.account_id == cast.tom.id).values(ended_at=now()))
        disabled = [cast.lily.id, cast.grace.id]
        session.execute(update(Account).where(Account.id.in_(disabled)).values(disabled_at=now()))
    assert asked("tom").options == []
    school = ["Guardians at Northfield Primary", "Everybody at Northfield Primary"]
    assert labels(asked("field")) == [*school, "Guardians of Lily Field", "Peter Field"]


def test_a_district_admin_finds_all_schools_and_is_told_which(cast: Cast, asked: Callable[..., Found]) -> None:
    assert labels(asked("tayo", district(cast))) == ["Guardians of Tayo Adebayo", "Tayo Adebayo"]
    assert asked("8C", district(cast)).options[0].detail == "Hillside Secondary"
    assert asked("tayo", district(cast)).options[0].detail == "Pupil, 8C, Hillside Secondary"


def test_signs_of_a_pattern_are_letters_like_others_and_one_letter_is_not_looked_for(
    asked: Callable[..., Found],
) -> None:
    for text in ("%%", "__", "a", "", "   ", "\\\\", "x' OR 1=1 --", "m" * 5_000):
        assert asked(text).options in ([], ()), text


def test_no_more_than_twenty_or_so_are_shown_and_that_there_are_more_is_said(
    session: Session, cast: Cast, asked: Callable[..., Found]
) -> None:
    with unit_of_work():
        school = session.get_one(School, cast.northfield.id)
        for number in range(30):
            pupil = factories.account(cast.district_id, f"Zed {number:02}", f"zed{number}")
            factories.membership(pupil, Role.STUDENT, school)
    found = asked("zed")
    assert not found.is_all
    assert len(found.options) == 16


def test_the_answer_is_for_a_page_of_ours_and_of_the_hats_school(cast: Cast, browser_of: Callable[..., Client]) -> None:
    margaret, hugo = browser_of("margaret"), browser_of("hugo")
    assert margaret.get(f"{AUDIENCE}?q=mina", headers=HTMX).status_code == 200
    assert "Guardians of Mina Rahman" in margaret.page.text
    hugo.get(f"{AUDIENCE}?q=mina", headers=HTMX)
    assert cast.mina.name not in hugo.page.text
    assert margaret.get(f"{AUDIENCE}?q=mina", headers={"Sec-Fetch-Mode": "navigate"}).status_code == 404


def test_without_a_script_the_search_comes_back_with_all_that_was_typed(
    cast: Cast, browser_of: Callable[..., Client]
) -> None:
    margaret = browser_of("margaret")
    margaret.get(NEW)
    guardians = f"guardians-of:class:{cast.northfield.classes['4B']}"
    margaret.press(NEW, title="Trip", body="Bring *boots*.", include=[guardians], q="mina", edit="1")
    form = margaret.page.form(NEW)
    values = values_of(form)
    assert (values["title"], values["body"], values["include"]) == (["Trip"], ["Bring *boots*."], [guardians])
    mina = f"guardians-of:person:{cast.mina.id}"
    assert mina in [box.get("value") for box in form.iter("input") if box.get("name") == "exclude"]

    margaret.press(NEW, exclude=[mina], q="", enter="1")
    assert "Except: Guardians of Mina Rahman" in margaret.page.text
    assert "Send to 1 person now" in margaret.page.text


def test_enter_looks_for_what_is_typed_into_the_search(cast: Cast, browser_of: Callable[..., Client]) -> None:
    margaret = browser_of("margaret")
    margaret.get(NEW)
    assert margaret.press(NEW, title="Trip", include=["role:parent"], q="mina", enter="1").status_code == 200
    assert "found for “mina”" in margaret.page.text
    assert "Nothing is sent yet." not in margaret.page.text

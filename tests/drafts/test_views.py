"""Drafts as their author sees them, without a script, and as nobody else does."""

from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select, update

from app.catalogue.kinds import Role
from app.drafts import rules
from app.drafts.models import SavedDraft
from app.drafts.rules import NOT_WRITTEN
from app.extensions import db
from app.identity.models import Account
from app.kernel.ids import new_id
from app.kernel.unit_of_work import unit_of_work
from app.notifications.models import Notification
from app.roster.models import Membership, School
from tests.support import factories
from tests.support.cast import Cast
from tests.support.pages import HTMX, Client, values_of

NEW, DRAFTS = "/notifications/new", "/notifications/drafts"
HALF = {
    "title": "Sports d",
    "body": "Bring a hat and",
    "include": ["role:parent"],
    "expires_at": "someday",
    "link": "ht",
}


@pytest.fixture
def office(cast: Cast, browser_of: Callable[..., Client]) -> Client:
    """Margaret's browser."""
    return browser_of("margaret")


def drafts(app: Flask) -> Sequence[SavedDraft]:
    with app.app_context():
        return db.session.scalars(select(SavedDraft).order_by(SavedDraft.id)).all()


def only(app: Flask) -> SavedDraft:
    (draft,) = drafts(app)
    return draft


def standing(client: Client) -> dict[str, list[str]]:
    return values_of(client.page.form(NEW))


def begin(client: Client, **changes: Any) -> str:
    """Write something, press "Save draft", and give the address of the draft."""
    client.get(NEW)
    answer = client.press(NEW, **{**HALF, **changes}, save="1")
    assert answer.status_code == 303
    return str(answer.location)


def autosave(client: Client, **changes: Any) -> Any:
    """What the page's script sends; the composer was opened before."""
    return client.post(DRAFTS, data={**standing(client), **HALF, **changes}, headers=HTMX)


def test_without_a_script_a_button_saves_it_and_the_list_leads_back(app: Flask, office: Client) -> None:
    address = begin(office)
    office.get(address)
    assert {name: values for name, values in standing(office).items() if name in HALF} == {
        name: value if isinstance(value, list) else [value] for name, value in HALF.items()
    }
    assert "Draft saved" in office.page.text_of("draft-state")
    office.get("/notifications")
    assert DRAFTS in office.page.links()
    office.get(DRAFTS)
    assert "Sports d" in office.page.text
    assert address in office.page.links()
    office.get(address)
    office.press(NEW, title="Sports day", save="1")
    assert only(app).fields["title"] == ["Sports day"]


def test_the_script_saves_into_the_same_draft_and_is_told_where_it_stands(app: Flask, office: Client) -> None:
    office.get(NEW)
    marks = standing(office)
    for step in ("1", "2"):
        office.get(NEW)  # another page in between changes nothing for the first
        answer = office.post(DRAFTS, data={**marks, **HALF, "draft_step": step}, headers=HTMX)
        assert answer.status_code == 200
    draft = only(app)
    state = office.page.find("draft-state")
    assert state is not None
    assert (state.get("data-draft"), state.get("data-seen")) == (str(draft.id), draft.mark)
    assert state.get("data-address") == f"{NEW}?draft={draft.id}"
    assert set(draft.fields) > {*HALF, "category", "priority"}
    assert not NOT_WRITTEN & set(draft.fields), "only what was written is kept"


def test_an_empty_page_begins_no_draft(app: Flask, office: Client) -> None:
    office.get(NEW)
    assert office.press(NEW, save="1").location == NEW
    office.get(NEW)
    assert office.post(DRAFTS, data=standing(office) | {"title": " "}, headers=HTMX).status_code == 200
    assert drafts(app) == []


def test_all_the_way_to_what_is_sent_nothing_is_lost_and_then_the_draft_is_gone(app: Flask, office: Client) -> None:
    office.get(NEW)
    assert office.press(NEW, **HALF).status_code == 422
    assert only(app).fields["expires_at"] == ["someday"], "kept though it could not leave"
    assert office.press(NEW, expires_at="", link="").status_code == 200
    confirmation = values_of(office.page.form(NEW))
    assert only(app).fields["expires_at"] == [""]
    office.press(NEW, edit="1")
    assert standing(office)["draft"] == [str(only(app).id)]
    office.press(NEW, title="Sports day on Friday")
    assert only(app).fields["title"] == ["Sports day on Friday"]
    sending = values_of(office.page.form(NEW)) | {"confirmed": "1"}
    for _ in range(2):
        answer = office.post(NEW, data=sending)
        assert answer.status_code == 303
        assert answer.location.startswith("/notifications/")
        assert drafts(app) == [], "also when the same is sent again"
    assert confirmation["draft"] == sending["draft"]
    with app.app_context():
        assert len(db.session.scalars(select(Notification)).all()) == 1


def test_a_draft_open_twice_is_sent_once(app: Flask, office: Client) -> None:
    address = begin(office, expires_at="", link="")
    pages = []
    for _ in range(2):
        office.get(address)
        pages.append(standing(office))
    answers = [office.post(NEW, data=page | {"confirmed": "1"}) for page in pages]
    assert answers[0].location == answers[1].location
    with app.app_context():
        assert len(db.session.scalars(select(Notification)).all()) == 1


def test_a_publication_that_fails_leaves_the_draft(app: Flask, office: Client) -> None:
    office.get(begin(office, expires_at="", link="", include=[]))
    assert office.press(NEW, confirmed="1").status_code == 422
    assert only(app).fields["title"] == ["Sports d"]


def test_two_tabs_keep_both_and_say_so(app: Flask, office: Client) -> None:
    address = begin(office)
    office.get(address)
    one = standing(office)
    office.get(address)
    office.press(NEW, title="From the other tab", save="1")
    answer = office.post(DRAFTS, data=one | {"title": "From this tab", "draft_step": "1"}, headers=HTMX)
    assert answer.status_code == 200
    assert "second draft" in office.page.text
    assert {draft.fields["title"][0] for draft in drafts(app)} == {"From the other tab", "From this tab"}
    office.get(DRAFTS)
    assert "From the other tab" in office.page.text
    assert "From this tab" in office.page.text


def test_nobody_else_ever_sees_it(app: Flask, cast: Cast, office: Client, browser_of: Callable[..., Client]) -> None:
    address = begin(office, title="Nobody else")
    draft = only(app)
    for who in ("hugo", "dana", "tom", "priya"):
        other = browser_of(who)
        hidden = 404 if who in {"hugo", "dana"} else 403
        assert other.get(address).status_code == hidden
        assert "Nobody else" not in other.get(DRAFTS).text
        token = other.csrf()
        for act in ("removal", "return"):
            answer = other.post(f"{DRAFTS}/{draft.id}/{act}", data={"csrf_token": token})
            assert answer.status_code == hidden
        marks = {"draft": str(draft.id), "draft_page": str(new_id()), "draft_step": "1", "draft_seen": draft.mark}
        taken = other.post(DRAFTS, data={**marks, **HALF, "csrf_token": token}, headers=HTMX)
        assert taken.status_code in {200, hidden}, "what stands is not touched; theirs is a draft of their own"
        assert "Nobody else" not in taken.text
    with app.app_context():
        assert db.session.get_one(SavedDraft, draft.id).fields == draft.fields
    for strange in ("x", str(new_id()), f"{draft.id}'"):
        assert office.get(f"{NEW}?draft={strange}").status_code == 404


def test_thrown_away_by_mistake_it_comes_back(app: Flask, office: Client) -> None:
    address = begin(office)
    office.get(DRAFTS)
    removal = f"{DRAFTS}/{only(app).id}/removal"
    answer = office.press(removal)
    office.get(answer.location)
    assert "No drafts" in office.page.text
    assert office.get(address).status_code == 404
    office.get(answer.location)
    assert office.press(removal.replace("removal", "return")).location == DRAFTS
    office.get(DRAFTS)
    assert "Sports d" in office.page.text


def test_more_than_may_be_kept_is_said_and_the_words_stay_on_the_page(
    app: Flask, office: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    office.get(NEW)
    answer = office.press(NEW, **{**HALF, "body": "x" * 120_000}, save="1")
    assert answer.status_code == 422
    assert "longer than a draft may be" in office.page.text
    assert standing(office)["body"] == ["x" * 120_000]
    monkeypatch.setattr(rules, "MOST_DRAFTS", 1)
    begin(office)
    office.get(NEW)
    assert autosave(office, title="Another").status_code == 422
    assert "as many drafts as one may have" in office.page.text
    assert len(drafts(app)) == 1
    office.get(NEW)
    assert office.press(NEW, **{**HALF, "link": "", "expires_at": ""}).status_code == 200, "but it can be sent"


def wear(app: Flask, cast: Cast, school: UUID) -> None:
    """Margaret is an admin of Hillside, too."""
    with app.app_context(), unit_of_work() as session:
        factories.membership(session.get_one(Account, cast.margaret.id), Role.ADMIN, session.get_one(School, school))


def test_a_draft_for_another_of_ones_schools_is_opened_there(app: Flask, cast: Cast, office: Client) -> None:
    address = begin(office)
    wear(app, cast, cast.hillside.id)
    office.get("/inbox")
    hillside = next(
        button.attrib["value"]
        for button in office.page.form("/account/context").iter("button")
        if cast.hillside.name in "".join(button.itertext())
    )
    office.press("/account/context", membership_id=hillside)

    office.get(DRAFTS)
    assert f"for {cast.northfield.name}" in office.page.text
    office.get(address)
    assert f"This draft is for {cast.northfield.name}" in office.page.text
    assert "Bring a hat" not in office.page.text
    answer = office.post("/account/context", data=values_of(_switch(office)))
    assert answer.location == address
    office.get(address)
    assert standing(office)["title"] == ["Sports d"]


def _switch(office: Client) -> Any:
    """The form in the page, not the one in the frame."""
    main = office.page.find("main")
    assert main is not None
    return next(form for form in main.iter("form"))


def test_what_was_written_for_a_school_that_somebody_left_stays_closed(app: Flask, cast: Cast, office: Client) -> None:
    address = begin(office, title="Only for Northfield")
    wear(app, cast, cast.hillside.id)
    with app.app_context(), unit_of_work() as session:
        left = Membership.account_id == cast.margaret.id, Membership.school_id == cast.northfield.id
        session.execute(update(Membership).where(*left).values(ended_at=Membership.started_at))
    assert office.get(address).status_code == 404
    office.get(DRAFTS)
    assert "Only for Northfield" not in office.page.text
    assert cast.northfield.name not in office.page.text


@pytest.mark.parametrize(
    "changes",
    [
        {"draft": "x"},
        {"draft_page": ""},
        {"draft_step": "-1"},
        {"draft_step": "9" * 30},
        {"draft_step": "١"},
        {"draft_seen": "\r\nX: y" * 50},
        {"draft": ""},
    ],
)
def test_marks_that_no_page_of_ours_made_break_nothing(office: Client, changes: dict[str, str]) -> None:
    office.get(NEW)
    page = standing(office) | HALF
    assert office.post(DRAFTS, data=page | changes, headers=HTMX).status_code == 200
    assert office.post(NEW, data=page | {"expires_at": "", "link": ""} | changes).status_code == 200


def test_the_list_shows_the_words_and_not_their_marks(office: Client) -> None:
    begin(office, title="Trip", body="Bring **boots** and [a map](https://maps.example/)\n\n- hats\n- <b>")
    office.get(DRAFTS)
    assert "Bring boots and a map hats <b>" in office.page.text
    assert "**" not in office.page.text

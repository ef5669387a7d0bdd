"""Saving drafts: nothing typed is lost, nothing is doubled, and nobody else has a part in it."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.drafts import queries, rules
from app.drafts.errors import NotTheirsError, TooLargeError, TooManyError
from app.drafts.kinds import Author, Fields, Marks, Place, Saved
from app.drafts.models import SavedDraft
from app.drafts.save import fetch_back, forget, let_go, remove, save
from app.extensions import db
from app.kernel.clock import now
from app.kernel.ids import new_id
from app.kernel.unit_of_work import unit_of_work
from tests.support.cast import Cast

pytestmark = pytest.mark.usefixtures("session")


@pytest.fixture
def margaret(cast: Cast, session: Session) -> Iterator[Author]:
    yield Author(cast.margaret.id, cast.district_id, cast.northfield.id)
    db.session.rollback()


def page(draft: Marks | None = None, seen: str = "") -> Marks:
    """A page that was just rendered: of a new draft, or once more of one that stands."""
    return Marks(draft.draft if draft else new_id(), new_id(), 1, seen)


def next_step(marks: Marks, seen: str | None = None) -> Marks:
    return replace(marks, step=marks.step + 1, seen=marks.seen if seen is None else seen)


def words(text: str) -> Fields:
    return {"title": [text], "body": ["Half a sen"], "expires_at": ["not a moment"], "include": ["role:parent", "?"]}


def kept(by: Author, marks: Marks, text: str) -> Saved:
    with unit_of_work():
        return save(Place.NOTIFICATION, marks, words(text), by)


def titles(by: Author) -> list[str]:
    """Of all drafts, the latest first."""
    db.session.rollback()
    return [draft.fields["title"][0] for draft in queries.drafts_of(by.account_id)]


def test_it_is_kept_as_it_was_typed_half_and_wrong_as_it_is(margaret: Author) -> None:
    first = page()
    kept(margaret, first, "Snow \u0000 ☃ “}{”")
    found = queries.find(first.draft, margaret.account_id)
    assert found
    assert found.fields == words("Snow \u0000 ☃ “}{”")
    assert (found.district_id, found.school_id) == (margaret.district_id, margaret.school_id)


def test_a_first_saving_that_comes_twice_is_one_draft(margaret: Author) -> None:
    first = page()
    assert kept(margaret, first, "Snow").draft == kept(margaret, first, "Snow").draft == first.draft
    assert titles(margaret) == ["Snow"]


def test_twenty_first_savings_at_once_are_one_draft(app: Flask, margaret: Author) -> None:
    first = page()

    def at_once(step: int) -> Saved:
        with app.app_context():
            return kept(margaret, replace(first, step=step), f"Snow {step}")

    with ThreadPoolExecutor(8) as pool:
        drafts = {saved.draft for saved in pool.map(at_once, range(20))}
    assert drafts == {first.draft}
    assert titles(margaret) == ["Snow 19"], "the last of a page stands, in whatever order they come"


def test_a_page_follows_itself_though_it_heard_no_answer(margaret: Author) -> None:
    first = page()
    kept(margaret, first, "S")
    later = kept(margaret, next_step(next_step(first)), "Snow")
    late = kept(margaret, next_step(first), "Sno")
    assert not late.is_apart
    assert late.seen == later.seen
    assert titles(margaret) == ["Snow"]


def test_what_another_tab_saved_since_is_not_written_over_and_both_are_kept(margaret: Author) -> None:
    tab = page()
    saved = kept(margaret, tab, "Snow")
    other = page(tab, saved.seen)
    kept(margaret, other, "Snow today")

    apart = kept(margaret, next_step(tab, saved.seen), "Snow tomorrow")
    assert apart.is_apart
    assert apart.draft == tab.page
    again = kept(margaret, next_step(next_step(tab, saved.seen)), "Snow tomorrow!")
    assert again.draft == apart.draft, "whose answer was lost asks again, and gets no third draft"
    goes_on = Marks(apart.draft, tab.page, 9, apart.seen)
    assert not kept(margaret, goes_on, "Snow tomorrow!!").is_apart
    kept(margaret, next_step(other), "Snow today!")
    assert set(titles(margaret)) == {"Snow today!", "Snow tomorrow!!"}


def test_what_was_sent_elsewhere_does_not_come_back_under_its_own_name(margaret: Author) -> None:
    tab = page()
    saved = kept(margaret, tab, "Snow")
    with unit_of_work():
        let_go(tab.draft, margaret.account_id)
    assert titles(margaret) == []
    apart = kept(margaret, next_step(tab, saved.seen), "Snow, and more")
    assert apart.is_apart
    assert apart.draft != tab.draft
    assert titles(margaret) == ["Snow, and more"]


def test_somebody_elses_draft_is_not_there(cast: Cast, margaret: Author) -> None:
    first = page()
    kept(margaret, first, "Snow")
    dana = Author(cast.dana.id, cast.district_id, None)
    with pytest.raises(NotTheirsError):
        kept(dana, page(first), "Mine now")
    with unit_of_work():
        assert not remove(first.draft, dana)
        assert not fetch_back(first.draft, dana)
        let_go(first.draft, dana.account_id)
    assert queries.find(first.draft, dana.account_id) is None
    assert (titles(dana), titles(margaret)) == ([], ["Snow"])


def test_it_can_be_thrown_away_and_fetched_back_and_typing_on_fetches_it_back_too(margaret: Author) -> None:
    first = page()
    kept(margaret, first, "Snow")
    for have_again in (
        lambda: fetch_back(first.draft, margaret),
        lambda: save(Place.NOTIFICATION, next_step(first), words("Snow"), margaret),
    ):
        with unit_of_work():
            assert remove(first.draft, margaret)
            assert remove(first.draft, margaret), "pressed twice"
        assert titles(margaret) == []
        with unit_of_work():
            have_again()
        assert titles(margaret) == ["Snow"]


def test_it_has_a_size_and_a_number(margaret: Author, monkeypatch: pytest.MonkeyPatch) -> None:
    first = page()
    kept(margaret, first, "x" * 99_000)
    with pytest.raises(TooLargeError):
        kept(margaret, next_step(first), "x" * rules.MOST_BYTES)
    with pytest.raises(TooLargeError):
        kept(margaret, next_step(first), "☃" * 34_000)
    monkeypatch.setattr(rules, "MOST_DRAFTS", 3)
    others = [page(), page()]
    for other in others:
        kept(margaret, other, "Snow")
    with pytest.raises(TooManyError):
        kept(margaret, page(), "Snow")
    kept(margaret, next_step(others[0]), "one that stands is still saved")
    with unit_of_work():
        remove(others[1].draft, margaret)
    kept(margaret, page(), "and there is room again")


def test_what_nobody_touches_is_forgotten_in_its_time(margaret: Author) -> None:
    old, fresh, thrown, just_thrown = page(), page(), page(), page()
    for marks in (old, fresh, thrown, just_thrown):
        kept(margaret, marks, "Snow")
    moment, hour = now(), timedelta(hours=1)
    begun = {"created_at": moment - timedelta(days=40)}
    for marks, values in [
        (old, {"saved_at": moment - rules.KEPT_FOR - hour}),
        (fresh, {"saved_at": moment - rules.KEPT_FOR + hour}),
        (thrown, {"removed_at": moment - rules.REGRETTED_WITHIN - hour}),
        (just_thrown, {"removed_at": moment - rules.REGRETTED_WITHIN + hour}),
    ]:
        with unit_of_work() as session:
            session.execute(update(SavedDraft).where(SavedDraft.id == marks.draft).values(**begun, **values))
    with unit_of_work():
        forget(moment)
    assert set(db.session.scalars(select(SavedDraft.id))) == {fresh.draft, just_thrown.draft}
    assert timedelta(hours=24) <= rules.KEPT_FOR

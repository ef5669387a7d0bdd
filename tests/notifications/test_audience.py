"""Who is in an audience, and who is not."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.catalogue.kinds import Category, Role
from app.extensions import db
from app.identity.models import Account
from app.kernel.clock import now
from app.kernel.ids import new_id
from app.kernel.unit_of_work import unit_of_work
from app.notifications.audience import people, subjects
from app.notifications.groups import RANKS
from app.notifications.kinds import Scope, Term
from app.notifications.preview import preview
from app.roster.models import Enrolment, Guardianship, Membership, School
from app.roster.models import Term as SchoolTerm
from tests.notifications.people import audience, children_of, district, draft, first_name, northfield, recipients, ring
from tests.support import factories
from tests.support.cast import Cast

Texts = Callable[[Cast], tuple[list[str], list[str]]]

AUDIENCES: dict[str, tuple[Texts, set[str]]] = {
    "the whole school": (
        lambda cast: ([f"school:{cast.northfield.id}"], []),
        {"margaret", "tom", "asha", "priya", "grace", "peter", "mina", "yusuf", "noor", "ravi", "lily"},
    ),
    "its parents": (lambda _: (["role:parent"], []), {"priya", "asha", "grace", "peter"}),
    "its teachers": (lambda _: (["role:teacher"], []), {"tom", "asha"}),
    "its office": (lambda _: (["role:admin"], []), {"margaret"}),
    "its pupils": (lambda _: (["role:student"], []), {"mina", "yusuf", "noor", "ravi", "lily"}),
    "a grade": (lambda cast: ([f"grade:{cast.northfield.grades['Year 4']}"], []), {"yusuf", "ravi"}),
    "a class": (lambda cast: ([f"class:{cast.northfield.classes['4B']}"], []), {"tom", "yusuf", "ravi"}),
    "guardians of a class": (
        lambda cast: ([f"guardians-of:class:{cast.northfield.classes['4B']}"], []),
        {"priya", "asha"},
    ),
    "guardians of a grade": (
        lambda cast: ([f"guardians-of:grade:{cast.northfield.grades['Year 2']}"], []),
        {"priya", "grace", "peter"},
    ),
    "guardians of the school": (
        lambda cast: ([f"guardians-of:school:{cast.northfield.id}"], []),
        {"priya", "asha", "grace", "peter"},
    ),
    "guardians of a child": (lambda cast: ([f"guardians-of:person:{cast.mina.id}"], []), {"priya"}),
    "guardians of all pupils": (lambda _: (["guardians-of:role:student"], []), {"priya", "asha", "grace", "peter"}),
    "three grades, a child of hers in each": (
        lambda cast: ([f"guardians-of:grade:{id_}" for id_ in cast.northfield.grades.values()], []),
        {"priya", "asha", "grace", "peter"},
    ),
    "people by name": (lambda cast: ([f"person:{cast.tom.id}", f"person:{cast.priya.id}"], []), {"tom", "priya"}),
    "one who has no contact, by name": (lambda cast: ([f"person:{cast.ned.id}"], []), set()),
    "a stranger, by name": (lambda cast: ([f"person:{cast.olu.id}"], []), set()),
    "parents but one": (lambda cast: (["role:parent"], [f"person:{cast.grace.id}"]), {"priya", "asha", "peter"}),
    "parents but those of a class": (
        lambda cast: (["role:parent"], [f"guardians-of:class:{cast.northfield.classes['2A']}"]),
        {"asha"},
    ),
    "by name, but left out as a group": (lambda cast: ([f"person:{cast.priya.id}"], ["role:parent"]), set()),
    "another school's class": (lambda cast: ([f"guardians-of:class:{cast.hillside.classes['8C']}"], []), set()),
    "another school": (lambda cast: ([f"school:{cast.hillside.id}"], []), set()),
}


def names(cast: Cast, scope: Scope, include: list[str], exclude: list[str] | None = None) -> dict[str, Role]:
    rows = db.session.execute(people(audience(include, exclude or []), scope)).all()
    found = {row.account_id: RANKS[row.rank] for row in rows}
    assert len(rows) == len(found), "somebody is in it twice"
    return {first: found[someone.id] for first, someone in cast.people.items() if someone.id in found}


@pytest.mark.parametrize("case", AUDIENCES)
def test_bar_89_the_audience_the_preview_and_the_recipients_are_the_same_people(
    session: Session, cast: Cast, case: str
) -> None:
    texts, expected = AUDIENCES[case]
    include, exclude = texts(cast)
    counted = preview(audience(include, exclude), northfield(cast), Category.ANNOUNCEMENT)

    assert set(names(cast, northfield(cast), include, exclude)) == expected
    assert counted.total == len(expected) == sum(each.count for each in counted.by_role)
    if expected:  # what reaches nobody is refused
        assert set(recipients(ring(cast, draft(*include, exclude=exclude)))) == expected


def test_a_guardian_of_three_gets_one_copy_that_names_the_three(session: Session, cast: Cast) -> None:
    grades = cast.northfield.grades.values()
    sent = ring(cast, draft(*(f"guardians-of:grade:{id_}" for id_ in grades), *(f"grade:{id_}" for id_ in grades)))

    assert recipients(sent)["priya"] is Role.PARENT
    assert children_of(sent, cast.priya) == {"mina", "yusuf", "noor"}
    assert children_of(sent, cast.mina) == set()


def test_only_the_children_through_whom_a_guardian_is_meant_are_named(session: Session, cast: Cast) -> None:
    sent = ring(cast, draft(f"guardians-of:class:{cast.northfield.classes['4B']}"))
    assert children_of(sent, cast.priya) == {"yusuf"}


def test_whoever_is_named_is_named_for_no_child(session: Session, cast: Cast) -> None:
    assert children_of(ring(cast, draft(f"person:{cast.priya.id}")), cast.priya) == set()


def test_the_role_is_the_first_that_matched(session: Session, cast: Cast) -> None:
    scope = northfield(cast)
    guardians_of_4b = f"guardians-of:class:{cast.northfield.classes['4B']}"
    assert names(cast, scope, ["role:parent"])["asha"] is Role.PARENT
    assert names(cast, scope, [guardians_of_4b, "role:teacher"])["asha"] is Role.TEACHER
    assert names(cast, scope, [f"person:{cast.asha.id}"])["asha"] is Role.TEACHER


def test_a_no_contact_guardian_with_another_child_is_addressed_for_that_one_only(session: Session, cast: Cast) -> None:
    with unit_of_work():
        ned, lily = session.get_one(Account, cast.ned.id), session.get_one(Account, cast.lily.id)
        school = session.get_one(School, cast.northfield.id)
        factories.membership(ned, Role.PARENT, school)
        factories.guardianship(ned, lily, school)
    sent = ring(cast, draft("role:parent", f"person:{cast.ned.id}", f"guardians-of:person:{cast.mina.id}"))

    assert recipients(sent)["ned"] is Role.PARENT
    assert children_of(sent, cast.ned) == {"lily"}
    assert "ned" not in names(cast, northfield(cast), [f"guardians-of:person:{cast.mina.id}"])


def test_whoever_left_is_not_in_it(session: Session, cast: Cast) -> None:
    with unit_of_work():
        session.execute(update(Membership).where(Membership.account_id == cast.tom.id).values(ended_at=now()))
    assert "tom" not in names(cast, northfield(cast), ["role:teacher", f"class:{cast.northfield.classes['4B']}"])
    assert names(cast, northfield(cast), [f"person:{cast.tom.id}"]) == {}


def test_a_teacher_who_left_but_is_a_parent_is_no_longer_of_the_class(session: Session, cast: Cast) -> None:
    with unit_of_work():
        teaching = (Membership.account_id == cast.asha.id, Membership.role == Role.TEACHER)
        session.execute(update(Membership).where(*teaching).values(ended_at=now()))
    assert "asha" not in names(cast, northfield(cast), [f"class:{cast.northfield.classes['2A']}"])
    assert names(cast, northfield(cast), [f"school:{cast.northfield.id}"])["asha"] is Role.PARENT


def test_a_disabled_account_is_not_in_it(session: Session, cast: Cast) -> None:
    with unit_of_work():
        session.execute(update(Account).where(Account.id == cast.priya.id).values(disabled_at=now()))
    for text in ("role:parent", f"school:{cast.northfield.id}", f"person:{cast.priya.id}"):
        assert "priya" not in names(cast, northfield(cast), [text])


def test_guardians_of_a_pupil_whose_account_is_disabled_are_still_told(session: Session, cast: Cast) -> None:
    with unit_of_work():
        session.execute(update(Account).where(Account.id == cast.lily.id).values(disabled_at=now()))
    assert set(names(cast, northfield(cast), [f"class:{cast.northfield.classes['2A']}"])) == {"asha", "mina"}
    assert "grace" in names(cast, northfield(cast), [f"guardians-of:class:{cast.northfield.classes['2A']}"])


def test_guardians_of_a_pupil_who_left_are_not_in_it(session: Session, cast: Cast) -> None:
    with unit_of_work():
        session.execute(update(Membership).where(Membership.account_id == cast.lily.id).values(ended_at=now()))
    assert not {"grace", "peter"} & set(names(cast, northfield(cast), ["role:parent"]))


def test_a_guardianship_that_ended_counts_no_more(session: Session, cast: Cast) -> None:
    with unit_of_work():
        session.execute(update(Guardianship).where(Guardianship.guardian_id == cast.peter.id).values(ended_at=now()))
    assert "peter" not in names(cast, northfield(cast), ["role:parent", f"person:{cast.peter.id}"])


@pytest.mark.parametrize(("starts", "ends", "is_in"), [(-9, 9, True), (-9, -1, False), (1, 9, False), (0, 0, True)])
def test_a_term_counts_on_its_own_days(session: Session, cast: Cast, starts: int, ends: int, is_in: bool) -> None:
    today = dict(northfield(cast).days)["Europe/London"]
    in_term(session, cast, today + timedelta(starts), today + timedelta(ends))
    found = names(cast, northfield(cast), [f"class:{cast.northfield.classes['4B']}"])
    guardians = names(cast, northfield(cast), [f"guardians-of:class:{cast.northfield.classes['4B']}"])
    assert ("yusuf" in found) is is_in
    assert ("priya" in guardians) is is_in


def test_the_day_is_the_schools_own(session: Session, cast: Cast) -> None:
    scope = northfield(cast)
    in_term(session, cast, date(2026, 9, 1), date(2026, 11, 20))
    last_day = Scope(scope.district_id, scope.school_id, (("Europe/London", date(2026, 11, 20)),))
    day_after = Scope(scope.district_id, scope.school_id, (("Europe/London", date(2026, 11, 21)),))
    assert "yusuf" in names(cast, last_day, [f"class:{cast.northfield.classes['4B']}"])
    assert "yusuf" not in names(cast, day_after, [f"class:{cast.northfield.classes['4B']}"])


def in_term(session: Session, cast: Cast, starts_on: date, ends_on: date) -> None:
    """Yusuf's place in 4B is for a term."""
    with unit_of_work():
        where = {"district_id": cast.district_id, "school_id": cast.northfield.id}
        term = SchoolTerm(id=new_id(), name="Michaelmas", starts_on=starts_on, ends_on=ends_on, **where)
        session.add(term)
        session.flush()
        session.execute(update(Enrolment).where(Enrolment.account_id == cast.yusuf.id).values(term_id=term.id))


def test_a_district_admin_reaches_all_schools_and_a_parent_of_two_once(session: Session, cast: Cast) -> None:
    with unit_of_work():
        priya, tayo = session.get_one(Account, cast.priya.id), session.get_one(Account, cast.tayo.id)
        hillside = session.get_one(School, cast.hillside.id)
        factories.membership(priya, Role.PARENT, hillside)
        factories.guardianship(priya, tayo, hillside)
    everywhere = audience(["role:parent"])
    rows = db.session.execute(subjects(everywhere, district(cast))).all()

    assert set(names(cast, district(cast), ["role:parent"])) == {"priya", "asha", "grace", "peter", "olu"}
    assert {row.child_id for row in rows if row.account_id == cast.priya.id} == {
        cast.mina.id, cast.yusuf.id, cast.noor.id, cast.tayo.id
    }  # fmt: skip
    assert names(cast, district(cast), ["role:admin"]) == {
        "margaret": Role.ADMIN, "hugo": Role.ADMIN, "dana": Role.ADMIN
    }  # fmt: skip


def test_subjects_of_the_excluded_are_not_given(session: Session, cast: Cast) -> None:
    rows = db.session.execute(subjects(audience(["role:parent"], [f"person:{cast.priya.id}"]), northfield(cast))).all()
    assert cast.priya.id not in {row.account_id for row in rows}
    assert cast.asha.id in {row.account_id for row in rows}


def test_the_preview_names_those_whom_mail_cannot_reach(session: Session, cast: Cast) -> None:
    found = preview(audience([f"school:{cast.northfield.id}"]), northfield(cast), Category.EMERGENCY)
    pupils = {cast.people[name].name for name in ("mina", "yusuf", "noor", "ravi", "lily")}

    assert {each.name for each in found.unreachable} == pupils
    assert found.unreachable_total == 5
    assert {each.words: each.count for each in found.by_channel} == {"Inbox": 11, "Alert on open pages": 11, "Email": 6}
    assert {each.words: each.count for each in found.by_role} == {
        "School office": 1, "Teachers": 2, "Guardians": 3, "Pupils": 5
    }  # fmt: skip


@pytest.mark.parametrize(
    "text",
    ["", "role", "role:", "role:boss", "class:1", "class:", "team:7f0e8a52-93a2-4b4c-8a0e-3a2b8d7b9f10",
     "role:district_admin", "guardians-of:role:teacher", "guardians-of:guardians-of:role:student", "school:*",
     "person:x' OR 1=1"],
)  # fmt: skip
def test_a_text_that_is_no_term_is_none(text: str) -> None:
    assert Term.parse(text) is None


def test_a_term_is_written_as_it_was_read() -> None:
    id_ = new_id()
    for text in (
        f"class:{id_}",
        f"guardians-of:grade:{id_}",
        "role:parent",
        "guardians-of:role:student",
        f"person:{id_}",
    ):
        assert str(Term.parse(text)) == text


def test_everybody_in_the_cast_is_somebody(session: Session, cast: Cast) -> None:
    """The audiences above speak of first names: two people of one name would hide a mistake."""
    found = session.scalars(select(Account.name)).all()
    assert len({first_name(name) for name in found}) == len(found)

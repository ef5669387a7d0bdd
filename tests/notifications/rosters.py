"""Generated rosters: families with siblings, shared addresses, people kept away, people who left, people of many hats.

Beside the rows stands a model in plain Python of who is meant by a term: the queries are held against it.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from hypothesis import strategies as st
from sqlalchemy import insert

from app.catalogue.kinds import Category, Channel, Role
from app.extensions import db
from app.identity.kinds import AddressKind
from app.identity.models import Account, ContactAddress
from app.kernel.clock import now
from app.kernel.ids import new_id
from app.notifications.groups import RANKS
from app.preferences.kinds import How
from app.preferences.models import ChannelPreference
from app.roster.models import District, Enrolment, Guardianship, Membership, School
from tests.support import factories

PEOPLE, ROOMS = 8, 2
ROLES = (Role.ADMIN, Role.TEACHER, Role.STUDENT, Role.PARENT)
WISHES = (
    (Category.ANNOUNCEMENT, Channel.EMAIL, How.PERSON),
    (Category.ANNOUNCEMENT, Channel.EMAIL, How.UNSUBSCRIBE),
    (Category.REMINDER, Channel.IN_APP, How.PERSON),
)
Reached = dict[int, Role]
"""Who is reached, by their number, and as what: the first of RANKS that matched."""

numbers = st.integers(0, PEOPLE - 1)
pairs = st.tuples(numbers, numbers).filter(lambda pair: pair[0] != pair[1])
STANDING: dict[tuple[int, Role], bool] = {
    (0, Role.ADMIN): True, (1, Role.TEACHER): True, **{(number, Role.STUDENT): True for number in (2, 3, 4)},
    **{(number, Role.PARENT): True for number in (1, 5, 6, 7)},
}  # fmt: skip
TOLD = dict.fromkeys([(5, 2), (5, 3), (6, 2), (7, 4), (1, 3)], "told") | {(7, 2): "kept away", (6, 4): "ended"}
SEATED = dict.fromkeys([(2, 0, Role.STUDENT), (3, 1, Role.STUDENT), (4, 0, Role.STUDENT), (1, 0, Role.TEACHER)], True)
SEATED |= {(5, 0, Role.TEACHER): True, (0, 1, Role.TEACHER): True}
"""A small school which each drawn roster disturbs: siblings, two guardians of one, one of whom a child may not hear, a
teacher who is a guardian, a head who teaches, and a guardian whose name still stands on the list of a class.
"""

hats = st.dictionaries(st.tuples(numbers, st.sampled_from(ROLES)), st.booleans(), max_size=6)
families = st.dictionaries(pairs, st.sampled_from(["told", "kept away", "ended"]), max_size=5)
seats = st.dictionaries(
    st.tuples(numbers, st.integers(0, ROOMS - 1), st.sampled_from([Role.STUDENT, Role.TEACHER])),
    st.booleans(),
    max_size=4,
)
wishes = st.dictionaries(numbers, st.sets(st.sampled_from(WISHES), max_size=2), max_size=5)
OF_ALL = ("school", "guardians-of:school", "guardians-of:role:student", *(f"role:{role}" for role in ROLES))
OF_SOME = [(f"{of}{kind}", number) for of in ("", "guardians-of:") for kind in ("grade", "class") for number in (0, 1)]
OF_ONE = [(f"{of}person", number) for of in ("", "guardians-of:") for number in range(PEOPLE)]
groups = st.one_of(st.sampled_from(OF_ALL), st.sampled_from(OF_SOME), st.sampled_from(OF_ONE))


@dataclass(frozen=True)
class Roster:
    """What was drawn. A hat or a seat that is False has ended. Of room n are the pupils of grade n, mostly."""

    hats: dict[tuple[int, Role], bool]
    families: dict[tuple[int, int], str]
    seats: dict[tuple[int, int, Role], bool]
    wishes: dict[int, set[Any]]
    disabled: set[int]
    addresses: dict[int, str | None]
    elsewhere: set[int]

    def has(self, person: int, role: Role) -> bool:
        return self.hats.get((person, role), False)

    def guardians(self, pupils: set[int]) -> Iterator[tuple[int, Role]]:
        for (guardian, pupil), how in self.families.items():
            is_told = how == "told" and guardian not in self.disabled and self.has(guardian, Role.PARENT)
            if is_told and pupil in pupils and self.has(pupil, Role.STUDENT):
                yield guardian, Role.PARENT

    def pupils(self, group: str, number: int | None) -> set[int]:
        if group == "class":
            return {
                who
                for (who, room, role), stands in self.seats.items()
                if room == number and role is Role.STUDENT and stands
            }
        if group == "grade":
            return {who for who in range(PEOPLE) if who % ROOMS == number}
        return {number} if group == "person" and number is not None else set(range(PEOPLE))

    def members(self) -> Iterator[tuple[int, Role]]:
        for (who, role), stands in self.hats.items():
            if stands and role is not Role.PARENT and who not in self.disabled:
                yield who, role

    def meant(self, term: Any) -> Iterator[tuple[int, Role]]:
        """Everybody of a term, perhaps more than once."""
        text, number = term if isinstance(term, tuple) else (term, None)
        group = text.removeprefix("guardians-of:")
        if text.startswith("guardians-of:") or group in {"role:parent", "school"}:
            yield from self.guardians(self.pupils(group, number))
        if group == text:
            yield from self._themselves(group, number)

    def _themselves(self, group: str, number: int | None) -> Iterator[tuple[int, Role]]:
        if group == "class":
            for (who, room, role), stands in self.seats.items():
                still = self.has(who, role) or (role is Role.TEACHER and self.has(who, Role.ADMIN))
                if room == number and stands and still and who not in self.disabled:
                    yield who, role
        if group == "person":
            yield from (found for found in self.guardians(set(range(PEOPLE))) if found[0] == number)
        for who, role in self.members():
            is_of_grade = group == "grade" and role is Role.STUDENT and who % ROOMS == number
            if group in {"school", f"role:{role}"} or is_of_grade or (group == "person" and who == number):
                yield who, role

    def reached(self, include: list[Any], exclude: list[Any]) -> Reached:
        """In one of the first and in none of the second."""
        out = {who for term in exclude for who, _ in self.meant(term)}
        found: Reached = {}
        for who, role in (each for term in include for each in self.meant(term)):
            if who not in out:
                found[who] = min(found.get(who, role), role, key=RANKS.index)
        return found


STANDARD = Roster(STANDING, TOLD, SEATED, {}, {3}, {}, {6})
"""One pupil's account is disabled, and a guardian is somebody elsewhere as well."""

rosters = st.builds(
    Roster,
    hats=hats.map(lambda drawn: {**STANDING, **drawn}),
    families=families.map(lambda drawn: {**TOLD, **drawn}),
    seats=seats.map(lambda drawn: {**SEATED, **drawn}),
    wishes=wishes,
    disabled=st.sets(numbers, max_size=1),
    addresses=st.dictionaries(numbers, st.sampled_from(["shared@families.example", None])),
    elsewhere=st.sets(numbers, max_size=3),
)


@dataclass
class Place:
    """Where a roster was written."""

    district_id: UUID
    school_id: UUID
    people: list[UUID]
    rooms: list[UUID]
    grades: list[UUID]
    names: dict[UUID, str] = field(default_factory=dict)

    def text(self, term: Any) -> str:
        """A drawn term as a form has it."""
        group, number = term if isinstance(term, tuple) else (term, None)
        if number is None:
            return f"{group}:{self.school_id}" if group.endswith("school") else str(group)
        things = {"grade": self.grades, "class": self.rooms, "person": self.people}[group.removeprefix("guardians-of:")]
        return f"{group}:{things[number]}"


def write(roster: Roster) -> Place:
    """Into the open unit of work, in a district of its own; some of its people are somebody in another school too."""
    district = factories.district()
    school, other = factories.school(district), factories.school(district, "Hillside Secondary")
    grades = [factories.grade(school, f"Year {number}", number) for number in range(ROOMS)]
    rooms = [factories.school_class(grade, grade.name[-1]) for grade in grades]
    people = [new_id() for _ in range(PEOPLE)]
    place = Place(district.id, school.id, people, [room.id for room in rooms], [grade.id for grade in grades])
    place.names = {id_: f"Person {number}" for number, id_ in enumerate(people)}
    _accounts(roster, place, district)
    _hats(roster, place, other)
    _children_and_seats(roster, place)
    return place


def _insert(rows: Any, values: list[dict[str, Any]]) -> None:
    if values:
        db.session.execute(insert(rows), values)


def _accounts(roster: Roster, place: Place, district: District) -> None:
    where = {"district_id": district.id}
    _insert(
        Account,
        [
            {
                **where,
                "id": id_,
                "name": place.names[id_],
                "sign_in_name": f"{id_}",
                "disabled_at": now() if number in roster.disabled else None,
            }
            for number, id_ in enumerate(place.people)
        ],
    )
    reached_at = {number: roster.addresses.get(number, f"{number}@{district.id}.example") for number in range(PEOPLE)}
    _insert(
        ContactAddress,
        [
            {**where, "id": new_id(), "account_id": place.people[number], "kind": AddressKind.EMAIL, "address": address}
            for number, address in reached_at.items()
            if address
        ],
    )
    said = {(number, *wish[:2]): wish[2] for number, all_ in roster.wishes.items() for wish in sorted(all_)}
    _insert(
        ChannelPreference,
        [
            {
                **where,
                "account_id": place.people[number],
                "category": category,
                "channel": channel,
                "is_wanted": False,
                "how": how,
            }
            for (number, category, channel), how in said.items()
        ],
    )


def _hats(roster: Roster, place: Place, other: School) -> None:
    def hat(number: int, role: Role, school_id: UUID, stands: bool) -> dict[str, Any]:
        is_here = role is Role.STUDENT and school_id == place.school_id
        return {
            "id": new_id(),
            "district_id": place.district_id,
            "school_id": school_id,
            "account_id": place.people[number],
            "role": role,
            "grade_id": place.grades[number % ROOMS] if is_here else None,
            "ended_at": None if stands else now(),
        }

    rows = [hat(number, role, place.school_id, stands) for (number, role), stands in roster.hats.items()]
    strangers = [hat(number, role, other.id, True) for number in sorted(roster.elsewhere) for role in ROLES]
    _insert(Membership, rows + strangers)


def _children_and_seats(roster: Roster, place: Place) -> None:
    where = {"district_id": place.district_id, "school_id": place.school_id}
    _insert(
        Guardianship,
        [
            {
                **where, "id": new_id(), "guardian_id": place.people[guardian], "student_id": place.people[pupil],
                "no_contact": how == "kept away", "ended_at": now() if how == "ended" else None,
            }
            for (guardian, pupil), how in roster.families.items()
        ],
    )  # fmt: skip
    _insert(
        Enrolment,
        [
            {
                **where, "id": new_id(), "class_id": place.rooms[room], "account_id": place.people[number],
                "role": role, "ended_at": None if stands else now(),
            }
            for (number, room, role), stands in roster.seats.items()
        ],
    )  # fmt: skip

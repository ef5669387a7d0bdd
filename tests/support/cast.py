"""The people that tests speak of, in a district of two schools. In every audience of Northfield, Olu is the stranger.

Northfield Primary: Margaret is its admin; Tom teaches 4B; Asha teaches 2A and is the mother of Ravi in 4B. Priya is the
guardian of Mina (Year 2), Yusuf (Year 4) and Noor (Year 6). Ned is Mina's father and must have no contact. Grace and
Peter, parents of Lily in 2A, share one address. No pupil of the primary school has an email.
Hillside Secondary: Hugo is its admin, Olu the parent of Tayo in Year 8, who has an email. Dana is the district's admin.
"""

from dataclasses import dataclass
from uuid import UUID

from app.catalogue.kinds import Role
from app.identity.models import Account
from app.roster.models import Grade, School, SchoolClass
from tests.support import factories
from tests.support.factories import PASSWORD

__all__ = ["PASSWORD", "Cast", "Someone", "Somewhere", "sign_in_name", "take_the_stage"]

SHARED_ADDRESS = "the.fields@families.example"
WITHOUT_EMAIL = frozenset({"mina", "yusuf", "noor", "ravi", "lily"})
FAMILY_NAMES = {
    "margaret": "Flynn", "tom": "Kowalski", "asha": "Nair", "priya": "Rahman", "ned": "Rahman", "mina": "Rahman",
    "yusuf": "Rahman", "noor": "Rahman", "ravi": "Nair", "grace": "Field", "peter": "Field", "lily": "Field",
    "hugo": "Pritchard", "olu": "Adebayo", "tayo": "Adebayo", "dana": "Okafor",
}  # fmt: skip


@dataclass(frozen=True)
class Someone:
    """One of the cast. ``email`` is None for whoever has none."""

    id: UUID
    name: str
    sign_in_name: str
    email: str | None


@dataclass(frozen=True)
class Somewhere:
    """A school with its grades and classes, by name."""

    id: UUID
    name: str
    grades: dict[str, UUID]
    classes: dict[str, UUID]


@dataclass(frozen=True)
class Cast:
    """Values, not rows: they outlive every session. Beside those named here, all of FAMILY_NAMES are ``people``."""

    district_id: UUID
    northfield: Somewhere
    hillside: Somewhere
    people: dict[str, Someone]

    def __getattr__(self, first_name: str) -> Someone:
        try:
            return self.people[first_name]
        except KeyError as error:
            raise AttributeError(f"nobody in the cast is called {first_name}") from error


def sign_in_name(first_name: str) -> str:
    """What one of the cast types to sign in: their email, or a user name where there is none."""
    is_pupil_without = first_name in WITHOUT_EMAIL
    return f"{first_name}.{FAMILY_NAMES[first_name].lower()}" if is_pupil_without else f"{first_name}@belfry.example"


def email_of(first_name: str) -> str | None:
    if first_name in WITHOUT_EMAIL:
        return None
    return SHARED_ADDRESS if first_name in {"grace", "peter"} else sign_in_name(first_name)


def take_the_stage() -> Cast:
    """Write the whole cast into the open unit of work."""
    district = factories.district()
    stage = _Stage(district.id)
    northfield, hillside = factories.school(district), factories.school(district, "Hillside Secondary")
    years = {name: factories.grade(northfield, name, int(name[-1])) for name in ("Year 2", "Year 4", "Year 6")}
    rooms = {name: factories.school_class(years[f"Year {name[0]}"], name) for name in ("2A", "4B", "6A")}
    year_8 = factories.grade(hillside, "Year 8", 8)
    room_8 = factories.school_class(year_8, "8C")

    factories.membership(stage.enter("dana"), Role.DISTRICT_ADMIN)
    factories.membership(stage.enter("margaret"), Role.ADMIN, northfield)
    factories.membership(stage.enter("hugo"), Role.ADMIN, hillside)
    stage.teacher("tom", northfield, rooms["4B"])
    stage.teacher("asha", northfield, rooms["2A"])
    for name, room in {"mina": "2A", "lily": "2A", "yusuf": "4B", "ravi": "4B", "noor": "6A"}.items():
        stage.pupil(name, northfield, years[f"Year {room[0]}"], rooms[room])
    stage.pupil("tayo", hillside, year_8, room_8)
    stage.guardian("priya", northfield, "mina", "yusuf", "noor")
    stage.guardian("asha", northfield, "ravi")
    stage.guardian("grace", northfield, "lily")
    stage.guardian("peter", northfield, "lily")
    stage.guardian("olu", hillside, "tayo")
    stage.kept_away("ned", northfield, "mina")
    return Cast(
        district.id,
        _somewhere(northfield, years, rooms),
        _somewhere(hillside, {"Year 8": year_8}, {"8C": room_8}),
        {
            name: Someone(account.id, account.name, account.sign_in_name, email_of(name))
            for name, account in stage.accounts.items()
        },
    )


class _Stage:
    """Who has entered so far."""

    def __init__(self, district_id: UUID) -> None:
        self.district_id = district_id
        self.accounts: dict[str, Account] = {}

    def enter(self, name: str) -> Account:
        if name not in self.accounts:
            emails = [address] if (address := email_of(name)) else []
            full_name = f"{name.capitalize()} {FAMILY_NAMES[name]}"
            self.accounts[name] = factories.account(self.district_id, full_name, sign_in_name(name), *emails)
        return self.accounts[name]

    def teacher(self, name: str, school: School, room: SchoolClass) -> None:
        factories.membership(self.enter(name), Role.TEACHER, school)
        factories.enrolment(self.enter(name), room, Role.TEACHER)

    def pupil(self, name: str, school: School, year: Grade, room: SchoolClass) -> None:
        factories.membership(self.enter(name), Role.STUDENT, school, year)
        factories.enrolment(self.enter(name), room)

    def guardian(self, name: str, school: School, *children: str) -> None:
        factories.membership(self.enter(name), Role.PARENT, school)
        for child in children:
            factories.guardianship(self.enter(name), self.accounts[child], school)

    def kept_away(self, name: str, school: School, child: str) -> None:
        """No membership: ``parent`` means at least one guardianship with contact."""
        factories.guardianship(self.enter(name), self.accounts[child], school, no_contact=True)


def _somewhere(school: School, years: dict[str, Grade], rooms: dict[str, SchoolClass]) -> Somewhere:
    grades = {name: year.id for name, year in years.items()}
    return Somewhere(school.id, school.name, grades, {name: room.id for name, room in rooms.items()})

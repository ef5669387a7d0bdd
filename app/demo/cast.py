"""The few people of the demo who have a name to remember and a password: one of every kind there is."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from random import Random
from uuid import UUID

from app.catalogue.kinds import Role
from app.demo.families import Pupil
from app.demo.people import Tie, pupil, responsible
from app.demo.place import District, School
from app.demo.register import Register

# Without letters that are taken for one another: somebody will type this on a phone.
ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"


@dataclass(frozen=True)
class Adult:
    """``role`` and ``school`` are what the person is first of all; guardianships come on top."""

    name: str
    sign_in_name: str
    role: Role
    school: str
    address: str = ""
    teaches: str = ""


@dataclass(frozen=True)
class Child:
    """``guardians`` and ``kept_from`` (no contact) hold sign-in names; one without a sign-in name has no password."""

    name: str
    school: str
    grade: str
    guardians: tuple[str, ...]
    sign_in_name: str = ""
    kept_from: tuple[str, ...] = ()


NORTHFIELD, HILLSIDE = "Northfield Primary", "Hillside Secondary"
PRIYA, OLU, LAN = "priya@example.org", "olu@example.org", "lan@northfield.example"
AROHA, WIREMU, NGATA = "aroha.ngata", "wiremu.ngata", "ngata.family@example.org"
SOPHIE, DANIEL = "sophie@example.org", "daniel@example.org"

ADULTS = (
    Adult("Helen Okafor", "helen@aire-valley.example", Role.DISTRICT_ADMIN, ""),
    Adult("Margaret Flynn", "margaret@northfield.example", Role.ADMIN, NORTHFIELD),
    Adult("Gareth Pritchard", "gareth@hillside.example", Role.ADMIN, HILLSIDE),
    Adult("Tomasz Kowalski", "tomasz@northfield.example", Role.TEACHER, NORTHFIELD, teaches="Year 4"),
    Adult("Nguyễn Thị Lan", LAN, Role.TEACHER, NORTHFIELD, teaches="Reception"),
    Adult("Shanice Campbell", "shanice@hillside.example", Role.TEACHER, HILLSIDE, teaches="Year 8"),
    Adult("Priya Rahman", PRIYA, Role.PARENT, NORTHFIELD),
    Adult("Olu Adebayo", OLU, Role.PARENT, HILLSIDE),
    Adult("Aroha Ngata", AROHA, Role.PARENT, NORTHFIELD, address=NGATA),
    Adult("Wiremu Ngata", WIREMU, Role.PARENT, NORTHFIELD, address=NGATA),
    Adult("Sophie Marsh", SOPHIE, Role.PARENT, NORTHFIELD),
    Adult("Daniel Marsh", DANIEL, Role.PARENT, NORTHFIELD),
)
CHILDREN = (
    Child("Noor Rahman", NORTHFIELD, "Reception", (PRIYA,)),
    Child("Yusuf Rahman", NORTHFIELD, "Year 1", (PRIYA,)),
    Child("Mina Rahman", NORTHFIELD, "Year 4", (PRIYA,), "mina.rahman"),
    Child("Tobi Adebayo", HILLSIDE, "Year 8", (OLU,)),
    Child("Ife Adebayo", HILLSIDE, "Year 10", (OLU,), "ife.adebayo"),
    Child("Tama Ngata", NORTHFIELD, "Year 2", (AROHA, WIREMU)),
    Child("Kiri Ngata", HILLSIDE, "Year 8", (AROHA, WIREMU)),
    Child("Linh Nguyễn", HILLSIDE, "Year 7", (LAN,)),
    Child("Jack Marsh", NORTHFIELD, "Year 5", (SOPHIE, DANIEL)),
    Child("Ellie Marsh", NORTHFIELD, "Year 3", (SOPHIE,), kept_from=(DANIEL,)),
)


@dataclass(frozen=True)
class SignIn:
    """A line of ``demo-accounts.json``."""

    email: str
    password: str
    name: str
    role: Role
    school: str


def sign_ins() -> list[SignIn]:
    """Everybody of the cast with a new password."""
    adults = [SignIn(adult.sign_in_name, new_password(), adult.name, adult.role, adult.school) for adult in ADULTS]
    pupils = [
        SignIn(child.sign_in_name, new_password(), child.name, Role.STUDENT, child.school)
        for child in CHILDREN
        if child.sign_in_name
    ]
    return adults + pupils


def new_password() -> str:
    """Four groups of four: 79 bits, long enough for staff."""
    return "-".join("".join(secrets.choice(ALPHABET) for _ in range(4)) for _ in range(4))


def enter(register: Register, district: District, random: Random, hashes: Mapping[str, str]) -> None:
    """Enter the cast. ``hashes`` holds a password's hash by sign-in name."""
    schools = {school.name: school for school in district.schools}
    adults = {adult.sign_in_name: _adult(register, adult, schools.get(adult.school), hashes) for adult in ADULTS}
    ties: dict[str, list[Tie]] = {}
    for child in CHILDREN:
        school = schools[child.school]
        student_id = _child(register, random, child, school, hashes)
        for guardian in (*child.guardians, *child.kept_from):
            ties.setdefault(guardian, []).append(Tie(student_id, school, no_contact=guardian in child.kept_from))
    for guardian, theirs in ties.items():
        responsible(register, adults[guardian], "parent", theirs)


def _adult(register: Register, adult: Adult, school: School | None, hashes: Mapping[str, str]) -> UUID:
    register.handle(adult.name)
    account_id = register.person(
        adult.name,
        sign_in_name=adult.sign_in_name,
        addresses=[adult.address or adult.sign_in_name],
        password_hash=hashes[adult.sign_in_name],
    )
    if adult.role is not Role.PARENT:
        register.member(account_id, adult.role, school)
    if school and adult.teaches:
        register.enrol(account_id, Role.TEACHER, school, school.grade(adult.teaches).classes[-1])
    return account_id


def _child(register: Register, random: Random, child: Child, school: School, hashes: Mapping[str, str]) -> UUID:
    grade = school.grade(child.grade)
    return pupil(register, random, Pupil(child.name, school, grade, grade.classes[-1]), hashes.get(child.sign_in_name))

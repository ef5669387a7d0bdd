"""Families, drawn at random: who lives together, what they are called, where each child goes to school."""

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

from app.demo.names import Naming, naming
from app.demo.place import Class, District, Grade, School

LARGEST = 3
ALONE, SHARES_ADDRESS, MAY_NOT_CONTACT = 0.26, 0.05, 0.02
AT_HOME, GONE = "@example.com", "@gone.example"
MAILBOXES = {AT_HOME: 0.925, GONE: 0.015, "": 0.06}
NAMED_APART, NAMED_TOGETHER = 0.2, 0.1


@dataclass(frozen=True)
class Pupil:
    name: str
    school: School
    grade: Grade
    room: Class


@dataclass(frozen=True)
class Guardian:
    """``mailbox`` is the part of an own address behind the name; empty for who has none."""

    name: str
    relation: str
    mailbox: str
    no_contact: bool = False


@dataclass(frozen=True)
class Family:
    """``shares_address``: the guardians read the same mailbox, so neither can sign in with it."""

    guardians: tuple[Guardian, ...]
    pupils: tuple[Pupil, ...]
    shares_address: bool = False


def families(random: Random, district: District, students: int) -> Iterator[Family]:
    """Families until so many students are placed."""
    while students > 0:
        family = _family(random, district, min(students, random.choices((1, 2, LARGEST), (45, 42, 13))[0]))
        students -= len(family.pupils)
        yield family


def _family(random: Random, district: District, children: int) -> Family:
    names, surname = _names(random)
    rungs = sorted(random.sample(range(len(district.ladder)), children))
    pupils = tuple(
        _pupil(random, f"{child} {surname}", *district.ladder[rung])
        for child, rung in zip(random.sample(names.children, children), rungs, strict=True)
    )
    guardians = tuple(_guardians(random, names, surname))
    could_share = len(guardians) == 2 and not any(guardian.no_contact for guardian in guardians)
    return Family(guardians, pupils, shares_address=could_share and random.random() < SHARES_ADDRESS)


def _names(random: Random) -> tuple[Naming, str]:
    names = naming(random)
    surname = random.choice(names.surnames)
    if random.random() < NAMED_TOGETHER:
        surname = f"{surname}-{random.choice(naming(random).surnames)}"
    return names, surname


def _pupil(random: Random, name: str, school: School, grade: Grade) -> Pupil:
    return Pupil(name, school, grade, random.choice(grade.classes))


def _guardians(random: Random, names: Naming, surname: str) -> Iterator[Guardian]:
    first, second = random.sample(names.adults, 2)
    yield Guardian(f"{first} {surname}", "parent", _mailbox(random))
    if random.random() < ALONE:
        return
    if random.random() < NAMED_APART:
        other = naming(random)
        second, surname = random.choice(other.adults), random.choice(other.surnames)
    yield Guardian(
        f"{second} {surname}",
        random.choices(("parent", "grandparent", "foster carer"), (93, 5, 2))[0],
        _mailbox(random),
        no_contact=random.random() < MAY_NOT_CONTACT,
    )


def _mailbox(random: Random) -> str:
    return random.choices(list(MAILBOXES), list(MAILBOXES.values()))[0]

"""The district of the demo: two schools, their grades and classes, and terms around today."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import count
from uuid import UUID

from app.kernel.ids import new_id

LOCALE, TIME_ZONE = "en", "Europe/London"
CLASS_SIZE = 28
SEASONS = {1: "Spring", 4: "Summer", 9: "Autumn"}


@dataclass(frozen=True)
class Class:
    name: str
    id: UUID = field(default_factory=new_id)


@dataclass(frozen=True)
class Grade:
    name: str
    classes: tuple[Class, ...]
    id: UUID = field(default_factory=new_id)


@dataclass(frozen=True)
class Term:
    name: str
    starts_on: date
    ends_on: date
    id: UUID = field(default_factory=new_id)


@dataclass(frozen=True)
class School:
    name: str
    mail_domain: str
    grades: tuple[Grade, ...]
    terms: tuple[Term, ...]
    id: UUID = field(default_factory=new_id)

    def grade(self, name: str) -> Grade:
        return next(grade for grade in self.grades if grade.name == name)


@dataclass(frozen=True)
class District:
    northfield: School
    hillside: School
    name: str = "Aire Valley Schools"
    id: UUID = field(default_factory=new_id)

    @property
    def schools(self) -> tuple[School, School]:
        return self.northfield, self.hillside

    @property
    def ladder(self) -> tuple[tuple[School, Grade], ...]:
        """Every grade with its school, from the youngest to the oldest: siblings stand on different rungs."""
        return tuple((school, grade) for school in self.schools for grade in school.grades)


PRIMARY = ("Reception", *(f"Year {number}" for number in range(1, 7)))
SECONDARY = tuple(f"Year {number}" for number in range(7, 12))


def plan(students: int, today: date) -> District:
    """A district that has room for so many students."""
    sections = max(1, round(students / len(PRIMARY + SECONDARY) / CLASS_SIZE))
    return District(
        _school("Northfield Primary", "northfield.example", PRIMARY, sections, today),
        _school("Hillside Secondary", "hillside.example", SECONDARY, sections, today),
    )


def _school(name: str, domain: str, grades: tuple[str, ...], sections: int, today: date) -> School:
    return School(name, domain, tuple(_grade(grade, sections) for grade in grades), tuple(terms(today)))


def _grade(name: str, sections: int) -> Grade:
    number = "R" if name == "Reception" else name.removeprefix("Year ")
    return Grade(name, tuple(Class(f"{number}{letters(section)}") for section in range(sections)))


def letters(number: int) -> str:
    """A to Z, then AA to AZ, and so on, as big schools and spreadsheets count."""
    return (letters(number // 26 - 1) if number >= 26 else "") + chr(ord("A") + number % 26)


def terms(today: date) -> Iterator[Term]:
    """The term before today's, today's own, and two to come, without a gap: a demo left standing stays current."""
    starts = [date(today.year + years, month, 1) for years in (-1, 0, 1) for month in SEASONS]
    current = next(index for index in count() if index + 1 == len(starts) or starts[index + 1] > today)
    for start, following in zip(starts[current - 1 : current + 3], starts[current : current + 4], strict=False):
        yield Term(f"{SEASONS[start.month]} {start.year}", start, following - timedelta(days=1))

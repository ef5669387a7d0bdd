"""Words and values of the library."""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from app.catalogue.kinds import Category


class BuiltIn(StrEnum):
    """The ready texts that come with Belfry: the five actions of a school's emergency plan, and two of everyday."""

    LOCKDOWN = "lockdown"
    EVACUATION = "evacuation"
    SHELTER = "shelter"
    SECURE = "secure"
    HOLD = "hold"
    WEATHER = "weather_closure"
    LATE_BUS = "late_bus"


@dataclass(frozen=True)
class Shelf:
    """Whose texts: a school's or, without one, the district's."""

    district_id: UUID
    school_id: UUID | None


@dataclass(frozen=True)
class Words:
    """What a text says, with its placeholders."""

    name: str
    category: Category
    title: str
    body: str


@dataclass(frozen=True)
class Ready:
    """A text to start from. ``key`` is what addresses and forms call it by."""

    key: str
    words: Words

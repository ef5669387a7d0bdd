"""Values of the roster."""

from dataclasses import dataclass
from uuid import UUID

from app.catalogue.kinds import Role


@dataclass(frozen=True)
class Hat:
    """One of a person's memberships, worn: a teacher who is also a parent has two. No school for a district admin."""

    membership_id: UUID
    role: Role
    district_id: UUID
    school_id: UUID | None
    school_name: str
    school_time_zone: str
    school_locale: str = "en"
    children: int = 0

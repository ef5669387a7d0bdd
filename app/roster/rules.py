"""Decisions of the roster."""

from collections.abc import Iterable, Sequence
from uuid import UUID

from app.catalogue.kinds import Role
from app.identity.kinds import SessionPolicy
from app.roster.kinds import Hat

MINUTE, HOUR, DAY = 60, 3600, 24 * 3600
FAMILIES = SessionPolicy(14 * DAY, 30 * DAY)
POLICIES = {
    Role.DISTRICT_ADMIN: SessionPolicy(30 * MINUTE, 12 * HOUR),
    Role.ADMIN: SessionPolicy(30 * MINUTE, 12 * HOUR),
    Role.TEACHER: SessionPolicy(8 * HOUR, 24 * HOUR),
    Role.PARENT: FAMILIES,
    Role.STUDENT: FAMILIES,
}
ADMINS = frozenset({Role.ADMIN, Role.DISTRICT_ADMIN})
_ORDER = (Role.ADMIN, Role.DISTRICT_ADMIN, Role.TEACHER, Role.PARENT, Role.STUDENT)


def session_policy(roles: Iterable[Role]) -> SessionPolicy:
    """The strictest of a person's roles: whoever may ring the bell is signed out soonest (ASVS 7.3.1)."""
    policies = [POLICIES[role] for role in roles] or [FAMILIES]
    return SessionPolicy(min(p.idle_seconds for p in policies), min(p.absolute_seconds for p in policies))


def worn(hats: Sequence[Hat], membership_id: UUID | None) -> Hat | None:
    """The hat last put on, else the weightiest; None for somebody who left every school."""
    return next((hat for hat in hats if hat.membership_id == membership_id), hats[0] if hats else None)


def precedence(role: Role) -> int:
    """Which of several hats is put on first."""
    return _ORDER.index(role)

"""Decisions of the roster."""

from collections.abc import Iterable

from app.catalogue.kinds import Role
from app.identity.kinds import SessionPolicy

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


def precedence(role: Role) -> int:
    """Which of several hats is put on first."""
    return _ORDER.index(role)

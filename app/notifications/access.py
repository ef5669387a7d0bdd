"""Whose notifications somebody may send and look into: those of the hat that they wear."""

from app.kernel.clock import now
from app.notifications.kinds import Scope
from app.notifications.queries import scope_of
from app.roster.access import current_hat


def current_scope() -> Scope:
    """The schools of the hat that is worn; 403 for who has none."""
    hat = current_hat()
    return scope_of(hat.district_id, hat.school_id, now())

"""Whose notifications somebody may send and look into: those of the hat that they wear."""

from collections.abc import Collection
from uuid import UUID

from app.kernel.clock import now
from app.notifications.kinds import Scope
from app.notifications.queries import scope_of
from app.roster.access import current_hat
from app.roster.queries import hats_worn
from app.roster.rules import ADMINS


def current_scope() -> Scope:
    """The schools of the hat that is worn; 403 for who has none."""
    hat = current_hat()
    return scope_of(hat.district_id, hat.school_id, now())


def scopes_of(session_ids: Collection[UUID]) -> dict[UUID, Scope]:
    """The same for open pages, by session: whoever may not send by now, or is signed out, is not there."""
    hats = hats_worn(session_ids)
    return {id_: Scope(hat.district_id, hat.school_id) for id_, hat in hats.items() if hat.role in ADMINS}

"""What the roster says of somebody who signs in."""

from uuid import UUID

from app.identity.sessions import Welcome
from app.roster import queries
from app.roster.rules import session_policy


def welcome(account_id: UUID) -> Welcome:
    """How long the session may live, and the hat that is worn first."""
    hats = queries.hats_of(account_id)
    return Welcome(session_policy(hat.role for hat in hats), hats[0].membership_id if hats else None)

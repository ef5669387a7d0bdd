"""Which hat somebody wears, and what it opens."""

from typing import cast

from flask import abort, g

from app.identity.guard import find_person
from app.roster import queries
from app.roster.kinds import Hat
from app.roster.rules import ADMINS, worn
from app.web.access import requires


def current_hats() -> list[Hat]:
    """All hats of who is asking; none for a stranger. One question a request."""
    if "hats" not in g:
        person = find_person()
        g.hats = queries.hats_of(person.account_id) if person else []
    return cast("list[Hat]", g.hats)


def find_hat() -> Hat | None:
    """The hat that is worn; None for a stranger, and for somebody who left every school."""
    person = find_person()
    return worn(current_hats(), person.membership_id if person else None)


def current_hat() -> Hat:
    """The hat that is worn; 403 for who has none."""
    return find_hat() or abort(403)


def is_admin() -> bool:
    hat = find_hat()
    return hat is not None and hat.role in ADMINS


def zone() -> str | None:
    """The time zone of the school whose hat is worn; None for who has none."""
    hat = find_hat()
    return hat.school_time_zone if hat else None


for_admins = requires("admin of the school or district", is_admin)

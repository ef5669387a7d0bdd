"""Every request shows its token, before anything else is believed of it."""

from contextlib import suppress
from typing import cast

from flask import Flask, Response, abort, g, request
from sqlalchemy.exc import OperationalError

from app.extensions import login
from app.identity import queries, sessions
from app.identity.kinds import Ending, EndReason, Person
from app.identity.rules import is_touch_due, is_usable
from app.kernel.clock import now
from app.kernel.tokens import digest
from app.kernel.unit_of_work import unit_of_work
from app.web import cookies
from app.web.access import current_access

COOKIE = "belfry"
AGAIN = "again"
"""The argument by which a page without scripts marks that it loads itself anew."""


def find_person() -> Person | None:
    """Who is asking; None for a stranger."""
    return cast("Person | None", g.get("person"))


def current_person() -> Person:
    """Who is asking; a stranger is sent to sign in."""
    return find_person() or abort(401)


def find_ending() -> Ending | None:
    """Why the session that this browser still shows a token of is over; None when there is none."""
    return cast("Ending | None", g.get("ending"))


def look() -> None:
    """Find the session of the token in one query; an ended one is told so later, not "bad token"."""
    g.person = g.ending = None
    token = cookies.read(COOKIE)
    found = queries.find_by_token(digest(token), now()) if 20 <= len(token) <= 64 else None
    if found is None:
        return
    if is_usable(found, now()) and found.disabled_at is None:
        g.person, g.last_active = found.person(), found.last_active
        return
    if found.is_active:
        with unit_of_work():
            sessions.end(found.session_id, EndReason.DISABLED if found.disabled_at else EndReason.TIMEOUT)
    g.ending = queries.ending_of(queries.get_session(found.session_id))


def touch() -> None:
    """Keep the session alive, unless the page itself is calling (polls, sockets, a refresh that nobody asked for)."""
    access = current_access()
    is_by_itself = AGAIN in request.args or (access is not None and access.passive)
    if g.person and access and not is_by_itself and is_touch_due(g.last_active, now()):
        # Where the disk is full this cannot be noted; that an emergency can be read matters more.
        with suppress(OperationalError), unit_of_work():
            sessions.touch(g.person.session_id)


def give_token(response: Response, token: str, max_age: int) -> None:
    """Put the token into the browser's hands; it is kept nowhere else."""
    cookies.give(response, COOKIE, token, max_age)


def take_token(response: Response) -> None:
    cookies.take_back(response, COOKIE)


def init_app(app: Flask) -> None:
    app.before_request(look)
    login.init_app(app)
    login.request_loader(lambda _request: find_person())

"""No other site posts in a person's name: a token bound to the session, and what the browser says of the sender.

Flask-WTF keeps its token in a cookie session; fragments that are pushed over a socket have none, so the token is
signed here and bound to the session's id, which also survives a rotation of the session's own token.
"""

from flask import Flask, abort, current_app, g, request
from itsdangerous import BadSignature

from app.settings import Settings
from app.web.access import current_access
from app.web.signing import serializer

SAFE = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})
FIELD, HEADER = "csrf_token", "X-CSRFToken"
PURPOSE = "csrf"


def token_for(binding: str) -> str:
    """The token of a session (by its id) or, before sign-in, of a device (by its cookie)."""
    return str(serializer(PURPOSE).dumps(binding))


def is_valid(token: str, bindings: set[str]) -> bool:
    try:
        return serializer(PURPOSE).loads(token) in bindings
    except BadSignature:
        return False


def proven_binding() -> str | None:
    """What the page was bound to that this request comes from, be it over or not; None for a token that is not ours."""
    try:
        return str(serializer(PURPOSE).loads(_token()))
    except BadSignature:
        return None


def current_binding() -> str:
    """What this request's forms are bound to."""
    person = g.get("person")
    return str(person.session_id) if person else str(g.device_token)


def protect() -> None:
    """Refuse an unsafe request that another site may have caused (ASVS 3.5.1 to 3.5.3)."""
    access = current_access()
    if request.method in SAFE or (access is not None and access.by_link):
        return
    if not _is_from_here(current_app.extensions["belfry.settings"]):
        abort(403, "cross_site")
    bindings = {current_binding()}
    if access is not None and not access.needs_session:
        bindings.add(str(g.device_token))  # the sign-in page may be older than a sign-in in another tab
    if not is_valid(_token(), bindings):
        # The page of an ended session is told that it has ended, not that its token is wrong.
        abort(401) if g.get("ending") else abort(403, "csrf")


def _token() -> str:
    return request.headers.get(HEADER) or request.form.get(FIELD, "")


def _is_from_here(settings: Settings) -> bool:
    """By Fetch Metadata where the browser sends it, else by Origin; old browsers send neither and need the token."""
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site in {"same-origin", "none"}
    origin = request.headers.get("Origin")
    return origin is None or origin in settings.origins


def init_app(app: Flask) -> None:
    app.before_request(protect)

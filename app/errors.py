"""An error becomes a page, a fragment or a JSON problem, whichever was asked for; never a stack trace."""

from typing import Any
from urllib.parse import quote

import structlog
from flask import Flask, Response, g, jsonify, make_response, redirect, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from werkzeug.exceptions import (
    BadHost,
    HTTPException,
    InternalServerError,
    MethodNotAllowed,
    ServiceUnavailable,
    TooManyRequests,
)

from app.extensions import db
from app.identity.forms import SignInForm
from app.identity.guard import find_ending
from app.identity.views import sign_in_page
from app.kernel.away import is_database_away
from app.web.keeping import find_kept
from app.web.logs import request_id
from app.web.rendering import is_fragment_wanted, local_path, path_of, render

log = structlog.get_logger(__name__)
MAY_PASS = frozenset({429, 500, 503, 507})
"""What may go better later, so that it is worth to go on with what was written."""
CSRF = "csrf"
FULL = frozenset({"SQLITE_FULL", "53100"})  # SQLSTATE disk_full


def words_for(code: int, reason: str) -> dict[str, str]:
    """What happened, and what to do."""
    known = {
        400: (_("That could not be read"), _("Something in the request was not in the form we expect."), ""),
        403: (_("This is not open to you"), _("Your role does not include it."), ""),
        404: (_("There is nothing here"), _("It was moved, it has ended, or it is not yours to see."), ""),
        405: (_("That is not possible here"), _("This address cannot be used that way."), ""),
        409: (
            _("This was already sent, with other words"),
            _("The same form was sent before. What was sent first stands as it was."),
            _("Start a new notification to say something else."),
        ),
        413: (_("That is too large"), _("What you sent is larger than we take."), ""),
        429: (_("Too many tries"), _("There were too many tries in a short time."), _("Wait a minute and try again.")),
        503: (
            _("Belfry cannot reach its data"),
            _("Nothing you sent was lost half-way: it was either kept whole or not at all."),
            _("Try again in a moment."),
        ),
        507: (
            _("There is no room left"),
            _("Nothing was saved."),
            _("Tell whoever runs Belfry for you, then try again."),
        ),
    }
    if reason == CSRF:
        known[403] = (
            _("This page was open for too long"),
            _("It belongs to an earlier sign-in, so what it sent was refused."),
            _("Go back, reload the page and send it again."),
        )
    default = (
        _("Something went wrong on our side"),
        _("It was noted, with the number below."),
        _("Try again in a moment."),
    )
    title, happened, to_do = known.get(code, default)
    return {"title": title, "what_happened": happened, "what_to_do": to_do}


def answer(code: int, reason: str = "") -> ResponseReturnValue:
    """The error in the form in which it was asked for, with the words that somebody would have to type again."""
    words = words_for(code, reason)
    if request.path.startswith("/api/"):
        problem: dict[str, Any] = {"type": "about:blank", "status": code, "title": words["title"], "id": request_id()}
        response = jsonify(problem)  # RFC 9457
        response.status_code, response.mimetype = code, "application/problem+json"
        return response
    template = "errors/_fragment.html" if is_fragment_wanted() else "errors/page.html"
    body, _status = render(
        template, code, framed=False, code=code, request_id=request_id(), kept=_words_kept(code, reason), **words
    )
    response = make_response(body, code)
    if is_fragment_wanted():
        response.headers["HX-Retarget"], response.headers["HX-Reswap"] = "#toasts", "beforeend"
    return response


def _words_kept(code: int, reason: str) -> str:
    """What was typed, for a page that offers to go on with it; empty unless whoever typed it will see the page."""
    person = g.get("person")
    if person is None or not (code in MAY_PASS or reason == CSRF):
        return ""
    kept = find_kept()
    return kept.words if kept and kept.account_id == person.account_id else ""


def sign_in_first() -> ResponseReturnValue:
    """401. htmx is sent to the sign-in page; a page of an ended session becomes one that says why.

    What was typed on it goes along, sealed: it is there again once the same person has signed in.
    """
    if request.path.startswith("/api/"):
        return answer(401)
    if is_fragment_wanted():
        came_from = local_path(path_of(request.headers.get("HX-Current-URL", "")), "/inbox")
        return Response(status=401, headers={"HX-Redirect": f"/login?next={quote(came_from)}"})
    kept = find_kept()
    target = local_path(request.full_path.rstrip("?"), "/inbox") if request.method == "GET" else "/inbox"
    if find_ending() or kept:
        return sign_in_page(SignInForm(formdata=None, next=target, kept=kept.words if kept else ""), 401)
    return redirect(f"/login?next={quote(target)}")


def refused(error: HTTPException) -> ResponseReturnValue:
    if error.response is not None:
        return error.response
    if _is_for_own_frame():
        return Response(status=204)
    if error.code == 401 or (error.description == CSRF and g.get("person") is None and find_kept()):
        return sign_in_first()
    if isinstance(error, BadHost):  # without a host no address can be built, so there is no page to show
        return Response("Bad Request\n", 400, mimetype="text/plain")
    response = make_response(answer(error.code or 500, error.description or ""))
    if isinstance(error, MethodNotAllowed) and error.valid_methods:
        response.headers["Allow"] = ", ".join(sorted(error.valid_methods))
    if isinstance(error, TooManyRequests):
        response.headers["Retry-After"] = "60"
    return response


def _is_for_own_frame() -> bool:
    """A preview on a page of ours. No page may stand in a frame, so an error would only make a second one."""
    headers = request.headers
    return headers.get("Sec-Fetch-Dest") == "iframe" and headers.get("Sec-Fetch-Site") == "same-origin"


def database_away(error: Exception) -> ResponseReturnValue:
    """The database is gone, full or locked: an honest 503 or 507. Anything else of it is our own mistake."""
    db.session.rollback()
    code = _code_of(error)
    # The code and no more: the driver's own words quote what people typed.
    log.error("database error", error=type(error).__name__, code=code)
    if code in FULL:
        return answer(507)
    return answer(ServiceUnavailable.code if is_database_away(error) else InternalServerError.code)


def _code_of(error: Exception) -> str | None:
    """The database's own code of an error: an SQLSTATE, or SQLite's name of it."""
    cause = getattr(error, "orig", None)
    return getattr(cause, "sqlstate", None) or getattr(cause, "sqlite_errorname", None)


def unexpected(error: Exception) -> ResponseReturnValue:
    db.session.rollback()
    log.error("unhandled error", error=type(error).__name__, exc_info=error)
    return answer(500)


def init_app(app: Flask) -> None:
    app.register_error_handler(HTTPException, refused)
    app.register_error_handler(DBAPIError, database_away)
    app.register_error_handler(PoolTimeoutError, database_away)
    app.register_error_handler(Exception, unexpected)

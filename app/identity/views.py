"""Pages of identity: sign in, sign out, my devices."""

from collections.abc import Callable
from uuid import UUID

from flask import Blueprint, Response, abort, current_app, make_response, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import force_locale
from flask_babel import gettext as _

from app.extensions import limiter
from app.identity import guard, queries, sessions
from app.identity.devices import current_device
from app.identity.errors import SignInRefusedError
from app.identity.forms import HOME, SignInForm
from app.identity.kinds import EndReason
from app.identity.rules import normal_name
from app.identity.sign_in import sign_in as begin
from app.identity.words import ended_view, session_view
from app.kernel.clock import now
from app.kernel.tokens import digest
from app.kernel.unit_of_work import unit_of_work
from app.web import cookies, localisation
from app.web.access import public, signed_in
from app.web.limits import per_account, per_address
from app.web.rendering import local_path, render

bp = Blueprint("identity", __name__)
COOKIE_SECONDS = 30 * 24 * 3600
LANGUAGE_SECONDS = 365 * 24 * 3600


def _name_given() -> str:
    """What counts tries: a digest, because counts lie in Redis and anybody may type anything of any length."""
    name, device = normal_name(request.form.get("email", "")[:254]), current_device().id_hash
    # A device that they have used before counts by itself: strangers who guess cannot keep its owner out.
    return digest(f"{name} {device if queries.is_known_device(name, device) else ''}")


def _is_refused(response: Response) -> bool:
    return response.status_code == 422


@bp.get("/")
@public
def home() -> ResponseReturnValue:
    return redirect(HOME)


@bp.get("/login")
@public
def sign_in() -> ResponseReturnValue:
    target = local_path(request.args.get("next"), HOME)
    if guard.find_person():
        return redirect(target)
    return sign_in_page(SignInForm(formdata=None, next=target))


@bp.post("/login")
@limiter.limit(per_address)
@limiter.limit(per_account, key_func=_name_given, deduct_when=_is_refused)
@public
def signing_in() -> ResponseReturnValue:
    form = SignInForm()
    if not form.validate_on_submit():
        return sign_in_page(form, 422)
    try:
        token = begin(form.email.data or "", form.password.data or "", current_device())
    except SignInRefusedError:
        form.form_errors.append(_("That name and password do not belong together. Nothing was changed."))
        return sign_in_page(form, 422)
    response = redirect(_way_back(token, form), 303)
    guard.give_token(response, token, COOKIE_SECONDS)  # type: ignore[arg-type]
    return response


@bp.post("/logout")
@public
def sign_out() -> ResponseReturnValue:
    """Also for who is signed out already: the button must never answer with an error."""
    if person := guard.find_person():
        with unit_of_work():
            sessions.end(person.session_id, EndReason.LOGOUT)
    response = redirect("/login", 303)
    guard.take_token(response)  # type: ignore[arg-type]
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    return response


@bp.post("/language")
@public
def choose_language() -> ResponseReturnValue:
    """For this browser, before anybody has signed in: whoever cannot read the sign-in page cannot choose behind it.

    What stood in a form that was refused comes back in the answer itself: no address could carry it.
    """
    language, form = localisation.known(request.form.get("language")) or abort(400), SignInForm()
    response = redirect(url_for(".sign_in", next=form.next.data), 303)
    if (form.email.data or form.kept.data) and not guard.find_person():
        with force_locale(language):
            response = make_response(sign_in_page(form))
    cookies.give(response, localisation.COOKIE, language, LANGUAGE_SECONDS)  # type: ignore[arg-type]
    return response


@bp.get("/account/sessions")
@signed_in
def devices() -> ResponseReturnValue:
    person = guard.current_person()
    views = [(session.is_active, session_view(session)) for session in queries.sessions_of(person.account_id)]
    return render(
        "identity/sessions.html",
        current=[view for is_active, view in views if is_active],
        earlier=[view for is_active, view in views if not is_active],
    )


def _way_back(token: str, form: SignInForm) -> str:
    """Where somebody goes who has signed in: to what they were writing, or to the page they asked for.

    Whoever signs in where another's session has ended begins at the front door, not at the other's page.
    """
    guarded, ending = queries.find_by_token(digest(token), now()), guard.find_ending()
    if guarded is None or (ending and ending.account_id != guarded.account_id):
        return HOME
    come_home: Callable[[UUID, str], str | None] = current_app.extensions["belfry.homecoming"]
    return come_home(guarded.account_id, form.kept.data or "") or form.next.data or HOME


def sign_in_page(form: SignInForm, status: int = 200) -> tuple[str, int]:
    """The form, with the reason when a session of this browser has ended."""
    ending = guard.find_ending()
    return render("identity/sign_in.html", status, form=form, ended=ended_view(ending) if ending else None)

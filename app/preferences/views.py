"""Pages of preferences: what one wants to hear, and the link in a mail by which one says so."""

from typing import Any
from uuid import UUID

from flask import Blueprint, current_app, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import force_locale, get_locale, get_timezone

from app.extensions import limiter
from app.identity.accounts import localise
from app.identity.guard import current_person
from app.kernel.clock import now
from app.kernel.tokens import digest
from app.kernel.unit_of_work import unit_of_work
from app.preferences import addresses, links, pages, queries, zones
from app.preferences.choose import choose
from app.preferences.choose_times import choose_times
from app.preferences.forms import PreferencesForm
from app.preferences.kinds import How, Reason, Subscription
from app.preferences.rules import masked
from app.preferences.times import find_times
from app.preferences.times_form import shown
from app.roster.access import zone as zone_of_school
from app.web.access import by_link, signed_in
from app.web.limits import per_link
from app.web.localisation import known
from app.web.rendering import render

bp = Blueprint("preferences", __name__)


def _link() -> str:
    """Counted by a digest, because counts lie in Redis and the link itself is a right."""
    return digest(request.path)


@bp.get("/account")
@signed_in
def me() -> ResponseReturnValue:
    return render("preferences/me.html", **_address(current_person().account_id))


@bp.get("/account/preferences")
@signed_in
def index() -> ResponseReturnValue:
    person = current_person()
    kept = shown(find_times(person.account_id))
    form = PreferencesForm(formdata=None, language=known(person.locale) or "", time_zone=person.time_zone or "", **kept)
    return _preferences(form)


@bp.post("/account/preferences")
@signed_in
def save() -> ResponseReturnValue:
    form, person = PreferencesForm(), current_person()
    if not form.validate_on_submit():
        return _preferences(form, 422)
    with unit_of_work():
        choose(person.account_id, form.choices, How.PERSON, person.session_id)
        localise(person, form.locale(person), zone := form.zone(person))
        choose_times(person, form.times(find_times(person.account_id), zone or zone_of_school() or zones.UTC))
    return redirect(url_for(".index", saved=1), 303)


@bp.get("/unsubscribe/<token>")
@by_link
def subscription(token: str) -> ResponseReturnValue:
    """Changes nothing: what looks through mail opens every link in it."""
    return _page(links.find(token))


@bp.post("/unsubscribe/<token>")
@limiter.limit(per_link, key_func=_link)
@by_link
def unsubscribe(token: str) -> ResponseReturnValue:
    """By the button of a mail program or of the page; a program is answered at once, for it follows no redirect."""
    return _say(token, is_wanted=False)


@bp.post("/unsubscribe/<token>/removal")
@limiter.limit(per_link, key_func=_link)
@by_link
def subscribe_again(token: str) -> ResponseReturnValue:
    return _say(token, is_wanted=True)


def _say(token: str, *, is_wanted: bool) -> ResponseReturnValue:
    found = links.find(token)
    if found is None or queries.find_reader(found.account_id) is None:
        return _page(None)
    with unit_of_work():
        choose(found.account_id, {(found.category, found.channel): is_wanted}, How.UNSUBSCRIBE)
    if request.form.get("List-Unsubscribe") == "One-Click":
        return _page(found)
    return redirect(url_for(".subscription", token=token), 303)


def _preferences(form: PreferencesForm, status: int = 200) -> tuple[str, int]:
    account_id = current_person().account_id
    about = _address(account_id)
    chosen = form.wanted.data if form.is_submitted() else None
    return render(
        "preferences/index.html",
        status,
        form=form,
        lines=pages.grid(queries.said_by(account_id), chosen, about["missing"]),
        **about,
        zones=zones.offered(),
        zone=str(get_timezone()),
        moment=now(),
        saved="saved" in request.args,
        to_come=current_app.extensions["belfry.mail_to_come"](account_id),
    )


def _address(account_id: UUID) -> dict[str, Any]:
    """Where somebody's mail goes, and what is wrong with it."""
    address = queries.find_address(account_id)
    return {"address": address, "missing": addresses.find_missing(account_id) if address else Reason.NO_ADDRESS}


def _page(found: Subscription | None) -> tuple[str, int]:
    """How things stand, in the language of whom the mail was for; a calm 404 for a link that is none of ours."""
    reader = queries.find_reader(found.account_id) if found else None
    if found is None or reader is None:
        return render("preferences/unknown_link.html", 404, framed=False)
    address = masked(reader.address) if reader.address else None
    is_off = queries.is_switched_off(found.account_id, found.category, found.channel)
    with force_locale(known(reader.locale) or get_locale()):
        return render(
            "preferences/subscription.html", framed=False, token=links.token_of(found), is_off=is_off, address=address
        )

"""Drafts: saved while somebody types, listed, thrown away, fetched back."""

from uuid import UUID

from flask import Blueprint, abort, redirect, request, url_for
from flask.typing import ResponseReturnValue

from app.drafts import queries, rescue, writing
from app.drafts.access import current_author, offices
from app.drafts.kinds import Place
from app.drafts.save import fetch_back, remove
from app.drafts.words import views_of
from app.drafts.writing import State
from app.identity.guard import current_person
from app.kernel.ids import parse_id
from app.kernel.unit_of_work import unit_of_work
from app.roster.access import current_hat, for_admins
from app.web.access import fragment
from app.web.rendering import render

bp = Blueprint("drafts", __name__)


@bp.get("")
@for_admins
def index() -> ResponseReturnValue:
    drafts = queries.drafts_of(current_person().account_id)
    return render(
        "drafts/index.html",
        drafts=views_of(drafts, current_hat(), offices()),
        removed=parse_id(request.args.get("removed", "")),
    )


@bp.post("")
@fragment
@for_admins
def save() -> ResponseReturnValue:
    """For the page's script, while somebody types: that is work of theirs, so it keeps their session alive."""
    now = writing.keep(Place.NOTIFICATION, request.form, current_author())
    if now.state is State.LOST:
        abort(404)
    return render("drafts/_state.html", 200 if now.is_kept else 422, writing=now)


@bp.post("/kept")
@for_admins
def take_up() -> ResponseReturnValue:
    """Go on with words that were kept when a page of theirs was refused."""
    address = rescue.come_home(current_person().account_id, request.form.get("kept", ""))
    return redirect(address or url_for(".index"), 303)


@bp.post("/<uuid:draft_id>/removal")
@for_admins
def throw_away(draft_id: UUID) -> ResponseReturnValue:
    with unit_of_work():
        is_there = remove(draft_id, current_author())
    return redirect(url_for(".index", removed=draft_id), 303) if is_there else abort(404)


@bp.post("/<uuid:draft_id>/return")
@for_admins
def have_again(draft_id: UUID) -> ResponseReturnValue:
    with unit_of_work():
        is_there = fetch_back(draft_id, current_author())
    return redirect(url_for(".index"), 303) if is_there else abort(404)

"""Changing hats."""

from flask import Blueprint, abort, redirect, request
from flask.typing import ResponseReturnValue

from app.identity import sessions
from app.identity.guard import current_person
from app.kernel.ids import parse_id
from app.kernel.unit_of_work import unit_of_work
from app.roster.access import current_hats
from app.web.access import signed_in
from app.web.rendering import local_path

bp = Blueprint("roster", __name__)


@bp.post("/account/context")
@signed_in
def switch() -> ResponseReturnValue:
    """Wear another of one's own memberships; somebody else's is not there."""
    chosen = parse_id(request.form.get("membership_id", ""))
    if chosen is None or chosen not in {hat.membership_id for hat in current_hats()}:
        abort(404)
    with unit_of_work():
        sessions.switch(current_person().session_id, chosen)
    return redirect(local_path(request.form.get("next"), "/inbox"), 303)

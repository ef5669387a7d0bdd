"""Saying at the office that an address works again."""

from uuid import UUID

from flask import Blueprint, abort, redirect, request, url_for
from flask.typing import ResponseReturnValue

from app.admin import unreachable
from app.identity.guard import current_person
from app.kernel.unit_of_work import unit_of_work
from app.notifications.access import current_scope
from app.preferences.addresses import release
from app.roster.access import for_admins

bp = Blueprint("addresses", __name__)


@bp.post("/unreachable/<uuid:account_id>/release")
@for_admins
def release_address(account_id: UUID) -> ResponseReturnValue:
    """Write to them again. Said twice it changes nothing more; of other schools' people nothing is known."""
    scope, person = current_scope(), current_person()
    if not unreachable.is_one_of_theirs(scope, account_id):
        abort(404)
    with unit_of_work():
        release(
            account_id,
            scope.district_id,
            by=person.account_id,
            session_id=person.session_id,
            school_id=scope.school_id,
        )
    return redirect(url_for("admin.unreachable", after=request.args.get("after"), released=1), 303)

"""What is to become of what was set aside. The page that lists it is the office's (``admin``)."""

from collections.abc import Callable
from uuid import UUID

from flask import Blueprint, abort, redirect, url_for
from flask.typing import ResponseReturnValue

from app.identity.guard import current_person
from app.identity.kinds import Person
from app.kernel.unit_of_work import unit_of_work
from app.notifications import set_aside
from app.notifications.access import current_scope
from app.notifications.kinds import Scope
from app.roster.access import for_admins

bp = Blueprint("set_aside", __name__)
Decision = Callable[[UUID, Scope, Person], bool]


@bp.post("/<uuid:subject_id>/return")
@for_admins
def try_again(subject_id: UUID) -> ResponseReturnValue:
    return _decided(set_aside.try_again, subject_id, "again")


@bp.post("/<uuid:subject_id>/removal")
@for_admins
def discard(subject_id: UUID) -> ResponseReturnValue:
    return _decided(set_aside.discard, subject_id, "gone")


def _decided(decide: Decision, subject_id: UUID, done: str) -> ResponseReturnValue:
    """Back to the list, which says what was done; a second press finds nothing left to do, and says nothing."""
    scope = current_scope()
    if not set_aside.is_there(subject_id, scope):
        abort(404)
    with unit_of_work():
        is_done = decide(subject_id, scope, current_person())
    return redirect(url_for("office_set_aside.index", done=done if is_done else None), 303)

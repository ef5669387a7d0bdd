"""What a school's office may set for its school; the district's for each of its schools."""

from uuid import UUID

from flask import Blueprint, abort, redirect, request, url_for
from flask.typing import ResponseReturnValue

from app.admin.settings_form import SettingsForm, of_school, told_apart
from app.identity.guard import current_person
from app.kernel.unit_of_work import unit_of_work
from app.roster.access import current_hat, for_admins
from app.roster.mail_after import mail_after
from app.roster.models import School
from app.roster.queries import schools_of
from app.web.rendering import render

bp = Blueprint("school_settings", __name__)


@bp.get("")
@for_admins
def index() -> ResponseReturnValue:
    return _page()


@bp.post("/<uuid:school_id>")
@for_admins
def save(school_id: UUID) -> ResponseReturnValue:
    """One school's; another's is not there."""
    if school_id not in {school.id for school in _schools()}:
        abort(404)
    form = SettingsForm()
    if not form.validate_on_submit():
        return _page({school_id: form}, 422)
    with unit_of_work():
        mail_after(school_id, form.minutes, current_person())
    return redirect(url_for(".index", saved=school_id), 303)


def _schools() -> list[School]:
    hat = current_hat()
    return [school for school in schools_of(hat.district_id) if hat.school_id in {None, school.id}]


def _page(refused: dict[UUID, SettingsForm] | None = None, status: int = 200) -> tuple[str, int]:
    wrong = refused or {}
    forms = [(school, told_apart(wrong.get(school.id) or of_school(school), school)) for school in _schools()]
    return render("admin/settings.html", status, forms=forms, saved=request.args.get("saved", ""))

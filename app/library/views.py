"""The library: its texts listed, made, changed, taken away, and given to the composer."""

from uuid import UUID

from flask import Blueprint, abort, jsonify, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.drafts import writing
from app.drafts.access import current_author
from app.drafts.kinds import Place
from app.identity.guard import current_person
from app.kernel.unit_of_work import unit_of_work
from app.library import keep, queries
from app.library.access import current_shelf, find_ready
from app.library.errors import FullError, NameTakenError
from app.library.forms import TemplateForm
from app.library.models import MessageTemplate
from app.library.rules import BY_HAND, FILLED
from app.library.words import built_in
from app.roster.access import for_admins
from app.web.access import fragment, keeps_words
from app.web.rendering import render

bp = Blueprint("library", __name__)


@bp.get("")
@for_admins
def index() -> ResponseReturnValue:
    shelf = current_shelf()
    texts = queries.texts_for(shelf)
    return render(
        "library/index.html",
        own=[text for text in texts if text.school_id == shelf.school_id],
        districts=[text for text in texts if text.school_id != shelf.school_id],
        built_in=built_in(),
    )


@bp.get("/new")
@for_admins
def new() -> ResponseReturnValue:
    return _form(TemplateForm(formdata=None))


@bp.post("/new")
@keeps_words(Place.NOTIFICATION)
@for_admins
def make() -> ResponseReturnValue:
    """From its own form or, without a name yet, from the composer: then the draft there is kept meanwhile."""
    form = TemplateForm()
    if "name" not in request.form:
        form.draft.data = _draft_kept()
        return _form(form)
    if not form.validate():
        return _form(form, 422)
    try:
        with unit_of_work():
            keep.make(form.words, current_shelf(), current_person())
    except (NameTakenError, FullError) as refusal:
        return _refused(form, refusal)
    return redirect(_way_back(form), 303)


@bp.get("/<uuid:template_id>")
@for_admins
def show(template_id: UUID) -> ResponseReturnValue:
    text = _own(template_id)
    return _form(TemplateForm.of(text), text=text)


@bp.post("/<uuid:template_id>")
@keeps_words(Place.NOTIFICATION)
@for_admins
def change(template_id: UUID) -> ResponseReturnValue:
    form, text = TemplateForm(), _own(template_id)
    if not form.validate():
        return _form(form, 422, text)
    try:
        with unit_of_work():
            keep.change(_own(template_id), form.words, current_shelf(), current_person())
    except NameTakenError as refusal:
        return _refused(form, refusal, _own(template_id))
    return redirect(url_for(".index"), 303)


@bp.post("/<uuid:template_id>/removal")
@for_admins
def take_away(template_id: UUID) -> ResponseReturnValue:
    with unit_of_work():
        keep.take_away(_own(template_id), current_person())
    return redirect(url_for(".index"), 303)


@bp.get("/<template_key>/words")
@fragment
@for_admins
def words(template_key: str) -> ResponseReturnValue:
    """For the composer's script: the text as it would be put into the form now."""
    ready = find_ready(template_key) or abort(404)
    said = ready.words
    return jsonify(category=said.category.value, title=said.title, body=said.body)


def _own(template_id: UUID) -> MessageTemplate:
    return queries.find_own(template_id, current_shelf()) or abort(404)


def _form(form: TemplateForm, status: int = 200, text: MessageTemplate | None = None) -> tuple[str, int]:
    return render("library/form.html", status, form=form, text=text, filled=FILLED, by_hand=BY_HAND)


def _refused(form: TemplateForm, refusal: Exception, text: MessageTemplate | None = None) -> tuple[str, int]:
    if isinstance(refusal, NameTakenError):
        form.name.errors = [*form.name.errors, _("There is a template of this name already: choose another one.")]
    else:
        form.form_errors.append(_("There are as many templates as there may be: delete one that nobody uses."))
    return _form(form, 422, text)


def _draft_kept() -> str:
    """The composer's draft is kept, so that one can go back to it; empty when nothing was written there."""
    kept = writing.keep(Place.NOTIFICATION, request.form, current_author())
    return str(kept.draft) if kept.seen else ""


def _way_back(form: TemplateForm) -> str:
    return url_for("notifications.new", draft=form.draft.data) if form.draft.data else url_for(".index")

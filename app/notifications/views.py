"""Pages for those who ring the bell: compose and confirm. What became of it is the business of the reports."""

from uuid import UUID

from flask import Blueprint, abort, redirect, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from app.drafts.access import current_author, find_open, is_worn
from app.drafts.kinds import Place
from app.drafts.save import let_go
from app.drafts.words import view_of
from app.drafts.writing import Writing, form_of, keep, marks_of
from app.identity.guard import current_person
from app.kernel.ids import new_id, parse_id
from app.kernel.unit_of_work import unit_of_work
from app.library.access import find_ready
from app.library.kinds import Ready
from app.notifications import compose, composer, correcting, planned
from app.notifications.access import current_scope
from app.notifications.chain import find_newest
from app.notifications.errors import AudienceMovedError, DraftRefusedError, IdempotencyConflictError
from app.notifications.forms import ComposeForm
from app.notifications.kinds import Change, Draft, When
from app.notifications.recurring import views as recurring
from app.roster.access import current_hat, for_admins
from app.web.access import keeps_words
from app.web.rendering import is_fragment_wanted, render

bp = Blueprint("notifications", __name__)


@bp.get("/new")
@for_admins
def new() -> ResponseReturnValue:
    """A new one, or a draft of theirs where it was left; a draft for another school is opened in that school."""
    if "draft" not in request.args:
        writing = Writing.begin()
        form = ComposeForm(_again(), idempotency_key=str(writing.draft))
        if "template" in request.args:
            form.take_over(_ready(request.args["template"]), current_hat())
        if "corrects" in request.args:
            original = find_newest(request.args["corrects"], current_scope()) or abort(404)
            correcting.begin(form, original, current_hat().school_time_zone)
        return _composer(form, writing)
    draft, hat = find_open(request.args["draft"]) or abort(404)
    if not is_worn(hat):
        return render("drafts/elsewhere.html", draft=view_of(draft), there=hat)
    return _composer(
        ComposeForm(form_of(draft), idempotency_key=str(draft.id)), Writing.go_on(draft, rescued="kept" in request.args)
    )


@bp.post("/new")
@keeps_words(Place.NOTIFICATION)
@for_admins
def composed() -> ResponseReturnValue:
    """The draft once more, the page that says whom it reaches or, when confirmed, the report of what was sent."""
    form = _posted()
    if "save" in request.form:
        return _saved(form)
    if "edit" in request.form or ("enter" in request.form and form.q.data):
        return _composer(form, _kept())
    if key := request.form.get("replace") or request.form.get("template"):
        return _from_template(form, _ready(key))
    try:
        return _sent(form)
    except DraftRefusedError as refusal:
        form.add(refusal.problems)
        return _composer(form, _kept(), 422)
    except IdempotencyConflictError:
        abort(409)


@bp.post("/tests")
@keeps_words(Place.NOTIFICATION)
@for_admins
def test() -> ResponseReturnValue:
    """To whoever writes it alone; the page stays as it is, and says so."""
    form, hat, tested = _posted(), current_hat(), None
    try:
        draft = form.to_draft(hat.school_time_zone)
        with unit_of_work():
            tested = compose.test(draft, current_person(), hat)
    except DraftRefusedError as refusal:
        form.add(refusal.problems)
    status = 200 if tested else 422
    if is_fragment_wanted():
        return render("notifications/_tested.html", status, form=form, tested=tested)
    return _composer(form, _kept(), status, tested=tested)


def _sent(form: ComposeForm) -> ResponseReturnValue:
    """The report once it is sure; else the page that asks, once more when it would reach others than it showed."""
    hat = current_hat()
    if form.chosen_when is When.AGAIN:
        return recurring.begun(form, _kept())
    draft = form.to_draft(hat.school_time_zone)
    if not form.is_sure(draft, hat.school_name):
        return _confirmation(form, draft)
    try:
        with unit_of_work():
            id_ = compose.publish(draft, current_person(), hat, form.key, form.roll)
            if draft_marks := marks_of(request.form):
                let_go(draft_marks.draft, current_person().account_id)
    except AudienceMovedError as moved:
        return _confirmation(form, draft, moved.change)
    return redirect(url_for("reports.show", notification_id=id_), 303)


def _again() -> "MultiDict[str, str] | None":
    """The words of what has not left, to be used once more; at which moment is to be said anew."""
    if "again" not in request.args:
        return None
    id_ = parse_id(request.args["again"])
    before = (id_ and planned.find_any(id_, current_scope())) or abort(404)
    typed = composer.filled(before, current_hat())
    typed["when"], typed["scheduled_for"], typed["expires_at"] = "", "", ""
    return typed


def _posted() -> ComposeForm:
    form = ComposeForm()
    sent_key = request.headers.get("Idempotency-Key") or form.idempotency_key.data
    form.idempotency_key.data = sent_key or str(new_id())
    return form


def _kept() -> Writing:
    """What was typed is kept, whatever becomes of it next."""
    return keep(Place.NOTIFICATION, request.form, current_author())


def _saved(form: ComposeForm) -> ResponseReturnValue:
    """Somebody without scripts presses "Save draft"."""
    writing = _kept()
    if not writing.is_kept:
        return _composer(form, writing, 422)
    return redirect(url_for(".new", draft=writing.draft if writing.seen else None), 303)


def _ready(key: str) -> Ready:
    return find_ready(key) or abort(404)


def _from_template(form: ComposeForm, ready: Ready) -> tuple[str, int]:
    """Without scripts: what was written is overwritten only when that was asked for."""
    writing = _kept()
    if form.is_written and "replace" not in request.form:
        return _composer(form, writing, asked=ready)
    form.take_over(ready, current_hat())
    return _composer(form, writing)


def _composer(
    form: ComposeForm,
    writing: Writing,
    status: int = 200,
    *,
    asked: Ready | None = None,
    tested: UUID | None = None,
) -> tuple[str, int]:
    shown = composer.shown(form, current_hat(), current_scope())
    return render(
        "notifications/new.html", status, form=form, writing=writing, editing=None, asked=asked, tested=tested, **shown
    )


def _confirmation(form: ComposeForm, draft: Draft, change: Change | None = None) -> tuple[str, int]:
    """Whom it reaches, with all that was typed. Raises DraftRefusedError when it could not leave."""
    scope = current_scope()
    compose.check(draft, scope)
    return render(
        "notifications/confirm.html",
        409 if change else 422 if form.school_name.errors else 200,
        form=form,
        draft=draft,
        change=change,
        writing=_kept(),
        time_zone=current_hat().school_time_zone,
        **composer.asked(form, draft, scope),
    )

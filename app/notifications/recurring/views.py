"""Pages about what recurs: what the composer shows of a rule, its own page, changing it and ending it."""

from uuid import UUID

from flask import Blueprint, abort, redirect, request, url_for
from flask.typing import ResponseReturnValue

from app.drafts.kinds import Place
from app.drafts.save import let_go
from app.drafts.writing import Writing, marks_of
from app.identity.guard import current_person
from app.kernel.unit_of_work import unit_of_work
from app.notifications import composer
from app.notifications.access import current_scope
from app.notifications.editing import Editing
from app.notifications.errors import AlreadyDecidedError, ChangedMeanwhileError, DraftRefusedError
from app.notifications.forms import ComposeForm
from app.notifications.kinds import Draft, Problem, When
from app.notifications.recurring import keep, pages, queries
from app.notifications.recurring.kinds import Pattern
from app.notifications.recurring.models import Recurrence
from app.notifications.recurring.words import Again
from app.roster.access import current_hat, for_admins
from app.web.access import fragment, keeps_words
from app.web.rendering import render

bp = Blueprint("recurring", __name__)


@bp.post("/preview/rule")
@fragment
@for_admins
def rule() -> ResponseReturnValue:
    """The rule in words, and the next times that it comes to."""
    return render("notifications/_rule_words.html", again=pages.as_typed(ComposeForm(), current_hat()))


@bp.get("/recurring/<uuid:recurrence_id>")
@for_admins
def show(recurrence_id: UUID) -> ResponseReturnValue:
    return render("notifications/recurring.html", **pages.shown(_recurrence(recurrence_id), current_scope()))


@bp.get("/recurring/<uuid:recurrence_id>/edit")
@for_admins
def edit(recurrence_id: UUID) -> ResponseReturnValue:
    """The composer, filled with it."""
    recurrence = _recurrence(recurrence_id)
    if recurrence.ended_at:
        return _too_late(recurrence)
    return _composer(ComposeForm(pages.filled(recurrence)), _editing(recurrence, keep.version_in(recurrence)))


@bp.post("/recurring/<uuid:recurrence_id>/edit")
@keeps_words(Place.NOTIFICATION)
@for_admins
def edited(recurrence_id: UUID) -> ResponseReturnValue:
    """The composer once more, the page that asks or, when confirmed, the page of what it is now."""
    recurrence = _recurrence(recurrence_id)
    form, editing = ComposeForm(), _editing(recurrence, request.form.get("version", ""))
    if "edit" in request.form or ("enter" in request.form and form.q.data):
        return _composer(form, editing)
    try:
        return _revised(form, recurrence, editing)
    except DraftRefusedError as refusal:
        form.add(refusal.problems)
        return _composer(form, editing, 422)
    except ChangedMeanwhileError:
        return _composer(form, editing.outrun_by(keep.version_in(_recurrence(recurrence_id))), 409)
    except AlreadyDecidedError:
        return _too_late(recurrence)


@bp.post("/recurring/<uuid:recurrence_id>/ending")
@for_admins
def end(recurrence_id: UUID) -> ResponseReturnValue:
    with unit_of_work():
        keep.end(_recurrence(recurrence_id), current_person(), current_hat())
    return redirect(url_for(".show", recurrence_id=recurrence_id), 303)


def begun(form: ComposeForm, writing: Writing) -> ResponseReturnValue:
    """From the composer: the page that asks or, when confirmed, the page of what recurs. Raises DraftRefusedError."""
    draft, pattern = _said(form)
    if not form.confirmed.data:
        return _confirmation(form, draft, pattern, writing=writing)
    with unit_of_work():
        id_ = keep.begin(draft, pattern, current_person(), current_hat(), form.key)
        if draft_marks := marks_of(request.form):
            let_go(draft_marks.draft, current_person().account_id)
    return redirect(url_for("recurring.show", recurrence_id=id_), 303)


def _recurrence(recurrence_id: UUID) -> Recurrence:
    return queries.find(recurrence_id, current_scope()) or abort(404)


def _said(form: ComposeForm) -> tuple[Draft, Pattern]:
    """What is to be said, and when. Raises DraftRefusedError with all that cannot be read or will not do."""
    zone = current_hat().school_time_zone
    draft, unread = form.read(zone)
    pattern, unclear = form.to_pattern(form.zone(zone))
    if unread or unclear:
        raise DraftRefusedError([*unread, *unclear])
    keep.check_all(draft, pattern, current_scope())
    return draft, pattern


def _revised(form: ComposeForm, recurrence: Recurrence, editing: Editing) -> ResponseReturnValue:
    if form.chosen_when is not When.AGAIN:
        raise DraftRefusedError([Problem("when", "again")])
    said = _said(form)
    if not form.confirmed.data:
        return _confirmation(form, *said, editing=editing)
    with unit_of_work():
        keep.revise(recurrence, editing.version, said, current_person(), current_hat())
    return redirect(editing.page_url, 303)


def _editing(recurrence: Recurrence, version: str) -> Editing:
    url, page_url = (url_for(place, recurrence_id=recurrence.id) for place in (".edit", ".show"))
    return Editing(recurrence.title, url, page_url, version)


def _composer(form: ComposeForm, editing: Editing, status: int = 200) -> tuple[str, int]:
    shown = composer.shown(form, current_hat(), current_scope())
    return render("notifications/edit.html", status, form=form, editing=editing, asked=None, tested=None, **shown)


def _confirmation(form: ComposeForm, draft: Draft, pattern: Pattern, **more: Editing | Writing) -> tuple[str, int]:
    scope, zone = current_scope(), current_hat().school_time_zone
    asked = composer.asked(form, draft, scope) | {"again": Again(pattern), "time_zone": zone, **more}
    return render("notifications/confirm.html", 200, form=form, draft=draft, change=None, **asked)


def _too_late(recurrence: Recurrence) -> tuple[str, int]:
    url = url_for(".show", recurrence_id=recurrence.id)
    return render("notifications/too_late.html", 409, became="ended", page_url=url)

"""Pages about what has not left: the list of it, one of them, changing it and calling it off."""

from uuid import UUID

from flask import Blueprint, abort, redirect, request, url_for
from flask.typing import ResponseReturnValue

from app.drafts.kinds import Place
from app.identity.guard import current_person
from app.kernel.unit_of_work import unit_of_work
from app.notifications import compose, composer, planned, planned_pages, schedule
from app.notifications.access import current_scope
from app.notifications.editing import Editing
from app.notifications.errors import AlreadyDecidedError, AudienceMovedError, ChangedMeanwhileError, DraftRefusedError
from app.notifications.forms import ComposeForm
from app.notifications.kinds import Change, Draft, Problem, Status, When
from app.notifications.models import Notification
from app.notifications.recurring import pages as recurring_pages
from app.roster.access import current_hat, for_admins
from app.web.access import keeps_words
from app.web.rendering import render

bp = Blueprint("schedule", __name__)


@bp.get("/planned")
@for_admins
def index() -> ResponseReturnValue:
    scope = current_scope()
    once, again = planned_pages.listed(scope), recurring_pages.listed(scope)
    return render("notifications/planned_list.html", list=once, recurring=again)


@bp.get("/<uuid:notification_id>/edit")
@for_admins
def edit(notification_id: UUID) -> ResponseReturnValue:
    """The composer, filled with it."""
    notification = _planned(notification_id)
    if notification.status is not Status.SCHEDULED:
        return _too_late(notification.id, notification.status)
    form = ComposeForm(composer.filled(notification, current_hat()))
    return _composer(form, _editing(notification, schedule.version_of(notification)))


@bp.post("/<uuid:notification_id>/edit")
@keeps_words(Place.NOTIFICATION)
@for_admins
def edited(notification_id: UUID) -> ResponseReturnValue:
    """The composer once more, the page that asks or, when confirmed, the page of what it is now."""
    notification = _planned(notification_id)
    form, editing = ComposeForm(), _editing(notification, request.form.get("version", ""))
    if "edit" in request.form or ("enter" in request.form and form.q.data):
        return _composer(form, editing)
    try:
        return _revised(form, notification, editing)
    except DraftRefusedError as refusal:
        form.add(refusal.problems)
        return _composer(form, editing, 422)
    except ChangedMeanwhileError:
        return _composer(form, editing.outrun_by(schedule.version_of(_planned(notification_id))), 409)
    except AlreadyDecidedError as decided:
        return _too_late(notification_id, decided.status)


@bp.post("/<uuid:notification_id>/cancellation")
@for_admins
def cancel(notification_id: UUID) -> ResponseReturnValue:
    try:
        with unit_of_work():
            schedule.cancel(_planned(notification_id), current_person())
    except AlreadyDecidedError as decided:
        return _too_late(notification_id, decided.status)
    return redirect(url_for("reports.show", notification_id=notification_id), 303)


def _planned(notification_id: UUID) -> Notification:
    """One of these schools; whether it is still scheduled its status says, and the use case once more."""
    return planned.find_any(notification_id, current_scope()) or abort(404)


def _editing(notification: Notification, version: str) -> Editing:
    url, page_url = (url_for(place, notification_id=notification.id) for place in (".edit", "reports.show"))
    return Editing(notification.title, url, page_url, version)


def _revised(form: ComposeForm, notification: Notification, editing: Editing) -> ResponseReturnValue:
    hat = current_hat()
    draft = form.to_draft(hat.school_time_zone)
    if form.chosen_when is When.AGAIN:
        raise DraftRefusedError([Problem("when", "once")])
    if not form.is_sure(draft, hat.school_name):
        return _confirmation(form, draft, editing)
    try:
        with unit_of_work():
            schedule.revise(notification, editing.version, draft, current_person(), hat, shown=form.roll)
    except AudienceMovedError as moved:
        return _confirmation(form, draft, editing, moved.change)
    return redirect(editing.page_url, 303)


def _composer(form: ComposeForm, editing: Editing, status: int = 200) -> tuple[str, int]:
    shown = composer.shown(form, current_hat(), current_scope())
    return render("notifications/edit.html", status, form=form, editing=editing, asked=None, tested=None, **shown)


def _confirmation(form: ComposeForm, draft: Draft, editing: Editing, change: Change | None = None) -> tuple[str, int]:
    scope = current_scope()
    compose.check(draft, scope)
    return render(
        "notifications/confirm.html",
        409 if change else 422 if form.school_name.errors else 200,
        form=form,
        draft=draft,
        change=change,
        editing=editing,
        time_zone=current_hat().school_time_zone,
        **composer.asked(form, draft, scope),
    )


def _too_late(notification_id: UUID, status: Status) -> tuple[str, int]:
    """Somebody or the clock was quicker: what happened is said, and where it stands now."""
    url = url_for("reports.show", notification_id=notification_id)
    return render("notifications/too_late.html", 409, became=status, page_url=url)

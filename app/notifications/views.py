"""Pages for those who ring the bell: compose, confirm, what was sent, and what became of it."""

from flask import Blueprint, abort, redirect, request, url_for
from flask.typing import ResponseReturnValue

from app.identity.guard import current_person
from app.kernel.clock import now
from app.kernel.ids import new_id, parse_id
from app.kernel.unit_of_work import unit_of_work
from app.notifications import compose, pages, queries, reports
from app.notifications.choices import choices_for
from app.notifications.errors import DraftRefusedError, IdempotencyConflictError
from app.notifications.forms import ComposeForm
from app.notifications.kinds import Draft, Scope
from app.notifications.preview import preview
from app.roster.access import current_hat, for_admins
from app.web.rendering import render

bp = Blueprint("notifications", __name__)


@bp.get("")
@for_admins
def index() -> ResponseReturnValue:
    page = reports.sent(_scope(), request.args.get("after"))
    return render("notifications/index.html", page=pages.sent_page(page, lambda token: url_for(".index", after=token)))


@bp.get("/new")
@for_admins
def new() -> ResponseReturnValue:
    return _composer(ComposeForm(formdata=None, idempotency_key=str(new_id())))


@bp.post("/new")
@for_admins
def composed() -> ResponseReturnValue:
    """The draft once more, the page that says whom it reaches or, when confirmed, the report of what was sent."""
    form, hat = _posted(), current_hat()
    if "edit" in request.form:
        return _composer(form)
    try:
        draft = form.to_draft(hat.school_time_zone)
        if not form.is_sure(draft, hat.school_name):
            return _confirmation(form, draft)
        with unit_of_work():
            id_ = compose.publish(draft, current_person(), hat, form.key)
    except DraftRefusedError as refusal:
        form.add(refusal.problems)
        return _composer(form, 422)
    except IdempotencyConflictError:
        abort(409)
    return redirect(url_for(".show", notification_id=id_), 303)


@bp.get("/<notification_id>")
@for_admins
def show(notification_id: str) -> ResponseReturnValue:
    id_ = parse_id(notification_id) or abort(404)
    found = reports.find(id_, _scope()) or abort(404)
    page = reports.fates(found.Notification, request.args.get("after"))
    return render(
        "notifications/show.html",
        notification=pages.notification_view(found.Notification, found.sender_name),
        figures=pages.figures(found.Notification, reports.figures(id_)),
        funnel=pages.funnel(reports.funnel(id_)),
        page=pages.fates_page(
            found.Notification.category,
            page,
            reports.fates_of(id_, page.items),
            lambda token: url_for(".show", notification_id=id_, after=token),
        ),
    )


def _posted() -> ComposeForm:
    form = ComposeForm()
    sent_key = request.headers.get("Idempotency-Key") or form.idempotency_key.data
    form.idempotency_key.data = sent_key or str(new_id())
    return form


def _scope() -> Scope:
    hat = current_hat()
    return queries.scope_of(hat.district_id, hat.school_id, now())


def _composer(form: ComposeForm, status: int = 200) -> tuple[str, int]:
    return render("notifications/new.html", status, form=form, choices=choices_for(current_hat(), form.chosen))


def _confirmation(form: ComposeForm, draft: Draft) -> tuple[str, int]:
    """Whom it reaches, with all that was typed. Raises DraftRefusedError when it could not leave."""
    scope = _scope()
    compose.check(draft, scope)
    reach = preview(draft.audience, scope, draft.category)
    status = 422 if form.school_name.errors else 200
    return render("notifications/confirm.html", status, form=form, carried=form.carried, preview=reach)

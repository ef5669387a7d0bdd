"""Pages of the inbox, and what can be done there. Each person sees their own: anything else is not there."""

from uuid import UUID

from flask import Blueprint, abort, redirect, request, url_for
from flask.typing import ResponseReturnValue

from app.identity.guard import current_person
from app.inbox import acknowledge as acknowledging
from app.inbox import queries, reading
from app.inbox.kinds import Item, Listing
from app.kernel.paging import from_token
from app.kernel.unit_of_work import unit_of_work
from app.web.access import signed_in
from app.web.rendering import is_fragment_wanted, render

bp = Blueprint("inbox", __name__)
UNREAD = "unread"


@bp.get("")
@signed_in
def index() -> ResponseReturnValue:
    person = current_person()
    after = from_token(request.args.get("after"))
    show = UNREAD if request.args.get("show") == UNREAD else "all"
    page = queries.page(person.account_id, after, unread_only=show == UNREAD)
    next_url = url_for("inbox.index", after=page.next, show=show) if page.next else None
    return render("inbox/index.html", page=Listing(page.items, next_url), show=show, newest=after is None)


@bp.get("/<uuid:notification_id>")
@signed_in
def show(notification_id: UUID) -> ResponseReturnValue:
    """Marks nothing: the page itself says when it is really seen, for mail programs open links by themselves."""
    return render("inbox/show.html", item=own_item(notification_id))


@bp.post("/<uuid:notification_id>/reading")
@signed_in
def read(notification_id: UUID) -> ResponseReturnValue:
    own_item(notification_id)
    with unit_of_work():
        reading.read(current_person(), notification_id)
    return changed(notification_id)


@bp.post("/<uuid:notification_id>/reading/removal")
@signed_in
def unread(notification_id: UUID) -> ResponseReturnValue:
    own_item(notification_id)
    with unit_of_work():
        reading.unread(current_person(), notification_id)
    return changed(notification_id)


@bp.post("/<uuid:notification_id>/acknowledgement")
@signed_in
def acknowledge(notification_id: UUID) -> ResponseReturnValue:
    if not own_item(notification_id).requires_acknowledgement:
        abort(404)
    with unit_of_work():
        acknowledging.confirm(current_person(), notification_id)
    if is_fragment_wanted():
        return render("inbox/_acknowledged.html", item=own_item(notification_id), unread=unread_now())
    return redirect(url_for("inbox.show", notification_id=notification_id), 303)


@bp.post("/readings")
@signed_in
def read_all() -> ResponseReturnValue:
    with unit_of_work():
        reading.read_all(current_person())
    return redirect(url_for("inbox.index"), 303)


def own_item(notification_id: UUID) -> Item:
    """Loaded through the person who asks, so that somebody else's is simply not found."""
    return queries.find_item(current_person().account_id, notification_id) or abort(404)


def unread_now() -> int:
    return queries.unread_count(current_person().account_id)


def changed(notification_id: UUID) -> ResponseReturnValue:
    """Badge and line or, on the notification's own page, its button; a whole page for whoever has no htmx."""
    is_own_page = request.form.get("page") == "own"
    if is_fragment_wanted():
        template = "inbox/_seen.html" if is_own_page else "inbox/_reading.html"
        return render(template, item=own_item(notification_id), unread=unread_now(), oob=True)
    is_read = request.endpoint == "inbox.read"
    url = url_for("inbox.show", notification_id=notification_id) if is_own_page and is_read else url_for("inbox.index")
    return redirect(url, 303)

"""Pages of the inbox, and what can be done there. Each person sees their own: anything else is not there."""

from typing import Any
from uuid import UUID

from flask import Blueprint, abort, make_response, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from app.identity.guard import current_person
from app.inbox import acknowledge as acknowledging
from app.inbox import archiving, corrections, pages, pinning, queries, reading, words
from app.inbox.errors import StillLiveError, TooManyPinsError
from app.inbox.forms import arguments_of, filter_of, moment_of
from app.inbox.kinds import Item, Undo
from app.inbox.rules import MOST_PINS
from app.kernel.ids import parse_id
from app.kernel.paging import from_token
from app.kernel.unit_of_work import unit_of_work
from app.roster.access import current_hats
from app.web.access import fragment, signed_in
from app.web.rendering import is_fragment_wanted, render

bp = Blueprint("inbox", __name__)
bp.app_template_global("line_words")(words.line_words)
OWN_PAGE = "own"
MOST_LINES = 100
ANSWERS = {OWN_PAGE: "inbox/_seen.html", "toast": "inbox/_undone.html"}
"""What htmx is answered, by the place that a form says it stands in."""


@bp.get("")
@signed_in
def index() -> ResponseReturnValue:
    wanted, after = filter_of(request.args), from_token(request.args.get("after"))
    undo = pages.undo_of(request.args.get("done"), request.args.get("about", ""))
    return render("inbox/index.html", undo=undo, **pages.of_list(current_person(), wanted, after, current_hats()))


@bp.get("/lines")
@fragment
@signed_in
def lines() -> ResponseReturnValue:
    """How lines are now that stand on a page of theirs; what is not theirs is left out."""
    account_id = current_person().account_id
    asked = {id_ for text in request.args.getlist("id")[:MOST_LINES] if (id_ := parse_id(text))}
    return render("inbox/_lines.html", items=queries.items_of({account_id}, asked).values())


@bp.get("/<uuid:notification_id>")
@signed_in
def show(notification_id: UUID) -> ResponseReturnValue:
    """Marks nothing: the page itself says when it is really seen, for mail programs open links by themselves."""
    item = own_item(notification_id)
    return render("inbox/show.html", item=item, **corrections.around(current_person().account_id, item))


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
    return changed(notification_id, leaves=True)


@bp.post("/<uuid:notification_id>/archiving")
@signed_in
def archive(notification_id: UUID) -> ResponseReturnValue:
    item = own_item(notification_id)
    try:
        with unit_of_work():
            archiving.archive(current_person(), item)
    except StillLiveError:
        return refused(item, _("This emergency is going on. Confirm that you have read it, then it can be archived."))
    return changed(notification_id, leaves=True, undo=pages.undo_archiving(notification_id, item))


@bp.post("/<uuid:notification_id>/archiving/removal")
@signed_in
def bring_back(notification_id: UUID) -> ResponseReturnValue:
    own_item(notification_id)
    with unit_of_work():
        archiving.bring_back(current_person(), notification_id)
    return changed(notification_id)


@bp.post("/<uuid:notification_id>/pinning")
@signed_in
def pin(notification_id: UUID) -> ResponseReturnValue:
    item = own_item(notification_id)
    try:
        with unit_of_work():
            pinning.pin(current_person(), notification_id)
    except TooManyPinsError:
        said = ngettext("%(num)s is pinned already.", "%(num)s are pinned already. Unpin one of them first.", MOST_PINS)
        return refused(item, said)
    return changed(notification_id)


@bp.post("/<uuid:notification_id>/pinning/removal")
@signed_in
def unpin(notification_id: UUID) -> ResponseReturnValue:
    own_item(notification_id)
    with unit_of_work():
        pinning.unpin(current_person(), notification_id)
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
    locales = {hat.school_locale for hat in current_hats()}
    with unit_of_work():
        until = moment_of(request.form.get("until", ""))
        moment = reading.read_all(current_person(), filter_of(request.form), locales, until)
    return redirect(list_url(done=pages.READ, about=moment.isoformat()) if moment else list_url(), 303)


@bp.post("/readings/removal")
@signed_in
def unread_all() -> ResponseReturnValue:
    moment = moment_of(request.form.get("about", "")) or abort(404)
    with unit_of_work():
        reading.unread_all(current_person(), moment)
    return redirect(list_url(), 303)


def own_item(notification_id: UUID) -> Item:
    """Loaded through the person who asks, so that somebody else's is simply not found."""
    return queries.find_item(current_person().account_id, notification_id) or abort(404)


def unread_now() -> int:
    return queries.unread_count(current_person().account_id)


def changed(notification_id: UUID, *, leaves: bool = False, undo: Undo | None = None) -> ResponseReturnValue:
    """Badge and line or, on the notification's own page, its button; a whole page for whoever has no htmx.

    ``leaves``: the own page is done with, because it would undo what was done, or because it was put away.
    """
    place = request.form.get("page", "")
    is_own_page = place == OWN_PAGE
    if is_fragment_wanted():
        template = ANSWERS.get(place, "inbox/_changed.html")
        counts = queries.counts(current_person().account_id)
        shown: dict[str, Any] = {
            "item": own_item(notification_id),
            "unread": counts.unread,
            "to_confirm": counts.to_confirm,
        }
        return render(template, **shown, undo=undo, is_answer=True)
    if is_own_page and not leaves:
        return redirect(url_for("inbox.show", notification_id=notification_id), 303)
    told = {"done": pages.ARCHIVED, "about": str(notification_id)} if undo else {}
    return redirect(list_url(**told), 303)


def refused(item: Item, words: str) -> ResponseReturnValue:
    """Nothing was done, and why: as a toast, or on the notification's own page."""
    if not is_fragment_wanted():
        return render("inbox/show.html", 409, item=item, refusal=words)
    response = make_response(render("inbox/_refused.html", 409, words=words))
    response.headers["HX-Retarget"], response.headers["HX-Reswap"] = "#toasts", "beforeend"
    return response


def list_url(**told: Any) -> str:
    """The list that somebody came from, else the whole inbox; with what it is to tell them."""
    index_url = url_for("inbox.index")
    came_from = arguments_of(request.referrer or "", index_url)
    arguments = {**filter_of(came_from).arguments(), "after": came_from.get("after"), **told}
    return url_for("inbox.index", **arguments)

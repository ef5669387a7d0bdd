"""Pages about what was sent: the list, and the report of each."""

from flask import Blueprint, abort, request, url_for
from flask.typing import ResponseReturnValue

from app.kernel.ids import parse_id
from app.notifications import pages, reports
from app.notifications.access import current_scope
from app.roster.access import for_admins
from app.web.rendering import render

bp = Blueprint("reports", __name__)


@bp.get("")
@for_admins
def index() -> ResponseReturnValue:
    page = reports.sent(current_scope(), request.args.get("after"))
    return render("notifications/index.html", page=pages.sent_page(page, lambda token: url_for(".index", after=token)))


@bp.get("/<notification_id>")
@for_admins
def show(notification_id: str) -> ResponseReturnValue:
    id_ = parse_id(notification_id) or abort(404)
    found = reports.find(id_, current_scope()) or abort(404)
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

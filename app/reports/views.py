"""Pages about what was sent: the list, the report of each, and its copy as CSV."""

from functools import partial
from typing import Any

from flask import Blueprint, Response, abort, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_timezone

from app.extensions import db
from app.identity.guard import current_person
from app.kernel.ids import parse_id
from app.kernel.unit_of_work import unit_of_work
from app.notifications import planned, planned_pages
from app.notifications.access import current_scope
from app.reports import counts, export, forms, pages, queries, recipients, words
from app.reports.access import current_head, find_head
from app.reports.live import LIST, topic_of
from app.reports.people import persons
from app.reports.people_page import person_views
from app.reports.report import report_of
from app.reports.report_page import ReportView
from app.roster.access import for_admins
from app.web.rendering import is_fragment_wanted, render
from app.web.streaming import streamed

bp = Blueprint("reports", __name__)


@bp.get("")
@for_admins
def index() -> ResponseReturnValue:
    filter_ = forms.sent_filter(request.args)
    page = queries.sent(current_scope(), filter_, current_person().account_id, request.args.get("after"))
    lines = pages.sent_lines(page.items, *counts.of_heads(page.items))
    url_of = partial(_url_of, ".index", **filter_.arguments())
    return render(
        "reports/index.html",
        filter=filter_,
        categories=words.category_choices(),
        page=pages.page_view(lines, page, url_of),
        topics=LIST,
        coming=planned.count_coming(current_scope()),
    )


@bp.get("/<notification_id>")
@for_admins
def show(notification_id: str) -> ResponseReturnValue:
    """The report or, for who only looks through its people, the list of them; of what has not left, its plan."""
    head, filter_ = find_head(notification_id), forms.people_filter(request.args)
    if head is None:
        return planned_pages.page(notification_id, current_scope(), topic_of(parse_id(notification_id) or abort(404)))
    notification = head.Notification
    found = recipients.page(notification, filter_, request.args.get("after"))
    people = person_views(persons(notification, found.items, filter_), notification.category)
    url_of = partial(_url_of, ".show", notification_id=notification.id, **filter_.arguments())
    return render(
        "reports/_people.html" if is_fragment_wanted() else "reports/show.html",
        head=pages.Head(head, is_own=notification.school_id == current_scope().school_id),
        report=ReportView(report_of(head)),
        filter=filter_,
        roles=words.role_choices(),
        channels=words.channel_choices(notification.category),
        page=pages.page_view(people, found, url_of),
        topics=topic_of(notification.id),
    )


@bp.get("/<notification_id>/deliveries.csv")
@for_admins
def deliveries(notification_id: str) -> ResponseReturnValue:
    """Every delivery. That somebody took it away is noted before the first line leaves."""
    notification = current_head(notification_id).Notification
    db.session.expunge(notification)  # it is asked for as long as the download takes
    with unit_of_work():
        export.note_taking(notification, current_person())
    zone = str(get_timezone())
    response = Response(streamed(export.pieces(notification, zone)), mimetype="text/csv")
    response.headers.set("Content-Disposition", "attachment", filename=export.file_name(notification, zone))
    return response


def _url_of(endpoint: str, token: str, **arguments: Any) -> str:
    return url_for(endpoint, after=token, **arguments)

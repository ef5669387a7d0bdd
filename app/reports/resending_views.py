"""Sending again to those whom nothing reached: a button on the report."""

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue

from app.identity.guard import current_person
from app.kernel.unit_of_work import unit_of_work
from app.reports.access import current_head
from app.reports.resend import resend
from app.roster.access import for_admins

bp = Blueprint("resendings", __name__)


@bp.post("/<notification_id>/resendings")
@for_admins
def send_again(notification_id: str) -> ResponseReturnValue:
    """The report afterwards, whoever did it. A number that is none is that of no next time."""
    notification = current_head(notification_id).Notification
    with unit_of_work():
        resend(notification, current_person(), request.form.get("number", 0, int))
    return redirect(url_for("reports.show", notification_id=notification.id), 303)

"""Taking back what was sent: the page that asks, and the deed."""

from flask import Blueprint, redirect, url_for
from flask.typing import ResponseReturnValue

from app.identity.guard import current_person
from app.kernel.unit_of_work import unit_of_work
from app.notifications.withdraw import withdraw
from app.reports import pages
from app.reports.access import current_head
from app.reports.forms import WithdrawalForm
from app.reports.report import report_of
from app.roster.access import for_admins
from app.web.rendering import render

bp = Blueprint("withdrawals", __name__)


@bp.get("/<notification_id>/withdrawal")
@for_admins
def ask(notification_id: str) -> ResponseReturnValue:
    return _asked(notification_id, WithdrawalForm(formdata=None))


@bp.post("/<notification_id>/withdrawal")
@for_admins
def take_back(notification_id: str) -> ResponseReturnValue:
    """Once is enough: whoever comes second finds it done."""
    form, head = WithdrawalForm(), current_head(notification_id)
    if not form.validate():
        return _asked(notification_id, form, 422)
    with unit_of_work():
        withdraw(head.Notification, current_person(), form.reason.data)
    return redirect(url_for("reports.show", notification_id=head.Notification.id), 303)


def _asked(notification_id: str, form: WithdrawalForm, status: int = 200) -> ResponseReturnValue:
    head = current_head(notification_id)
    if head.Notification.withdrawn_at:
        return redirect(url_for("reports.show", notification_id=head.Notification.id), 303)
    return render("reports/withdraw.html", status, head=pages.Head(head), report=report_of(head), form=form)

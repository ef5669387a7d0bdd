"""The page of what was set aside. Its buttons post to the room of notifications."""

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from app.admin import set_aside
from app.notifications.access import current_scope
from app.roster.access import for_admins
from app.web.rendering import render

bp = Blueprint("office_set_aside", __name__)


@bp.get("/set-aside")
@for_admins
def index() -> ResponseReturnValue:
    return render(
        "admin/set_aside.html", found=set_aside.everything(current_scope()), done=request.args.get("done", "")
    )

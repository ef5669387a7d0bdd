"""What the bell of every page opens: the latest that came in."""

from flask import Blueprint
from flask.typing import ResponseReturnValue

from app.identity.guard import current_person
from app.inbox import queries
from app.web.access import fragment, signed_in
from app.web.rendering import render

bp = Blueprint("inbox_bell", __name__)
LATEST = 5


@bp.get("/latest")
@fragment
@signed_in
def latest() -> ResponseReturnValue:
    """The newest few, read or not, pinned or not. Looking at them here marks nothing."""
    return render("inbox/_latest.html", items=queries.latest(current_person().account_id, LATEST))

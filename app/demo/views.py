"""Pages that only a demo has: they are not there in production."""

from flask import Blueprint, current_app
from flask.typing import ResponseReturnValue

from app.demo import maildir
from app.roster.access import for_admins
from app.web.rendering import render

bp = Blueprint("demo", __name__)


@bp.get("/mail")
@for_admins
def mail() -> ResponseReturnValue:
    """What the demo's own relay has kept. None of it left this machine."""
    directory = current_app.extensions["belfry.settings"].data_dir / "mail"
    return render("demo/mail.html", mails=list(maildir.newest(directory)))

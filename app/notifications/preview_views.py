"""What the composer shows while one writes: whom it reaches, how it will look, whom one may look for. All reads."""

from flask import Blueprint, Response, make_response, render_template, request
from flask.typing import ResponseReturnValue

from app.identity.guard import current_person
from app.notifications import composer, finder, looks
from app.notifications.access import current_scope
from app.notifications.forms import ComposeForm
from app.notifications.kinds import Draft
from app.notifications.preview import preview
from app.roster.access import current_hat, for_admins
from app.web.access import fragment
from app.web.headers import seal
from app.web.rendering import render

bp = Blueprint("previews", __name__)


@bp.get("/audience")
@fragment
@for_admins
def audience() -> ResponseReturnValue:
    """Groups and people whose names hold what was typed."""
    return render("notifications/_finder_answer.html", found=finder.find(request.args.get("q", ""), current_scope()))


@bp.post("/preview")
@fragment
@for_admins
def reach() -> ResponseReturnValue:
    """Whom it would reach as the form stands, whatever else is missing in it."""
    draft = _written()
    counted = preview(draft.audience, current_scope(), draft.category, draft.timing)
    return render("notifications/_reached.html", preview=counted)


@bp.post("/preview/timing")
@fragment
@for_admins
def timing() -> ResponseReturnValue:
    """When it would go out, and what the clocks there make of that time."""
    return render("notifications/_timing_words.html", timed=composer.timed(ComposeForm(), current_hat()))


@bp.post("/preview/<any(inbox, page, alert):place>")
@for_admins
def look(place: str) -> ResponseReturnValue:
    """A page for a frame: what one of those whom it reaches would see of it there."""
    item = looks.item(_written(), current_scope(), current_person())
    return _sealed(render(f"notifications/look_{place}.html", framed=False, item=item))


@bp.post("/preview/mail")
@for_admins
def look_at_mail() -> ResponseReturnValue:
    """The same for the mail, under its head; it says why when there is none."""
    mail, reader = looks.find_mail(_written(), current_scope(), current_person())
    if mail is None:
        return _sealed(render("notifications/look_no_mail.html", framed=False))
    return _sealed(looks.framed(mail.html, render_template("email/seen.html", mail=mail, reader=reader)))


def _written() -> Draft:
    """What can be read of the form: a preview is for what is not finished."""
    draft, _problems = ComposeForm().read(current_hat().school_time_zone)
    return draft


def _sealed(answer: str | tuple[str, int]) -> Response:
    return seal(make_response(answer))

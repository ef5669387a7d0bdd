"""The socket ``/live``, and the same by plain requests: ``/live/since`` and ``/live/receipts``."""

from flask import Blueprint, Response, abort, current_app, g, request
from flask.typing import ResponseReturnValue
from flask_babel import get_locale, get_timezone

from app.extensions import db, sock
from app.identity.guard import current_person, find_ending, find_person
from app.identity.words import ended_view
from app.kernel.tally import Counted, count
from app.live import receipts
from app.live.hub import current_hub, received, shown
from app.live.page import CURSOR_HEADER, cursor_of, remember_cursor, topics_of
from app.live.since import since
from app.realtime.connection import Connection
from app.realtime.kinds import Viewer
from app.realtime.messages import html_of, is_reload, last_words
from app.realtime.socket import Socket, serve_by_flask_sock
from app.realtime.writer import Writer
from app.settings import Settings
from app.web import csrf
from app.web.access import fragment, passive, public
from app.web.rendering import render

bp = Blueprint("live", __name__)
bp.before_app_request(remember_cursor)
serve_by_flask_sock()


@bp.before_request
def admit() -> ResponseReturnValue | None:
    """Refuse before the upgrade: afterwards there is no status to say why."""
    is_socket = request.endpoint == "live.socket"
    settings: Settings = current_app.extensions["belfry.settings"]
    if is_socket and request.headers.get("Origin") not in settings.origins:
        abort(403)
    if find_person() is None:
        return _signed_out()
    if is_socket and not _take_seat():
        return Response(status=503, headers={"Retry-After": "5"})
    return None


@sock.route("", bp=bp)  # type: ignore[untyped-decorator]
@passive
@public
def socket(ws: Socket) -> None:
    """Everything that happens for this person, as it happens. The request's thread is the one that writes."""
    viewer = g.live_viewer
    connection = Connection(viewer, g.live_from, ws.event.set)
    out, back, hub = shown(), received(), current_hub()
    hub.join(connection)
    try:
        Writer(
            ws,
            connection,
            written=lambda alerts: out.add(viewer.account_id, alerts),
            heard=lambda text: back.add(viewer.account_id, receipts.parse(text)),
        ).run()
    finally:
        hub.leave(connection)
        if connection.was_too_slow:
            count(Counted.SLOW_PAGES)


@bp.get("/since", endpoint="since")
@fragment
@passive
@public
def catch_up() -> ResponseReturnValue:
    """What the socket would have brought since ``cursor``: 204 when that is nothing, a reload when nobody can tell."""
    viewer, cursor = current_viewer(), cursor_of(request.args.get("cursor"))
    answer = since({cursor: [viewer]})[cursor].to(viewer)
    headers = {CURSOR_HEADER: answer.cursor.to_text()}
    if words := last_words(answer.frames.get(viewer.session_id, ())):
        return words.html, 401
    if is_reload(answer, viewer.session_id):
        return html_of(answer, viewer.session_id), 200, {**headers, "HX-Refresh": "true"}
    html = html_of(answer, viewer.session_id)
    return (html, 200, headers) if html else ("", 204, headers)


@bp.post("/receipts")
@passive
@public
def take_receipts() -> ResponseReturnValue:
    """The same as over the socket, from a page that has none."""
    received().add(current_person().account_id, receipts.parse(request.get_data()))
    return "", 204


@bp.teardown_request
def leave_seat(_error: BaseException | None) -> None:
    if session_id := g.pop("live_seat", None):
        current_hub().give_seat_back(session_id)


def current_viewer() -> Viewer:
    """Who is asking, as a value that outlives the request."""
    person, locale = current_person(), get_locale()
    return Viewer(
        person.account_id,
        person.session_id,
        person.district_id,
        str(locale) if locale else None,
        str(get_timezone()),
        csrf.token_for(csrf.current_binding()),
        topics_of(request.args.getlist("topic")),
    )


def _take_seat() -> bool:
    """What asks the database comes first: a seat that was taken before it failed would never be given back."""
    viewer = g.live_viewer = current_viewer()
    g.live_from = cursor_of(request.args.get("cursor"))
    db.session.remove()  # a socket would keep its connection to the database for as long as it is open
    if not current_hub().take_seat(viewer.session_id):
        return False
    g.live_seat = viewer.session_id
    return True


def _signed_out() -> ResponseReturnValue:
    """401, with the reason for the page to show when its session has ended."""
    ending = find_ending()
    if ending is None:
        return Response(status=401, headers={"HX-Redirect": "/login"})
    return render("identity/live/signed_out.html", 401, ended=ended_view(ending))

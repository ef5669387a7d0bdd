"""Whether this process lives, whether the whole can do its work, and what Prometheus is told."""

import hmac

from flask import Blueprint, Response, abort, current_app, jsonify, request
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from app.admin import metrics, watch
from app.extensions import db
from app.kernel.clock import now
from app.settings import Settings
from app.web.access import public

bp = Blueprint("health", __name__)
LOOPBACK = frozenset({"127.0.0.1", "::1"})
NO_DATABASE = "the database does not answer"


@bp.get("/healthz")
@public
def healthz() -> ResponseReturnValue:
    return jsonify(status="ok")


@bp.get("/readyz")
@public
def readyz() -> ResponseReturnValue:
    """200 when the database answers, everybody who works was heard of lately and nothing that is due waits for more
    than a minute; else 503, with who is silent, and by lane for how many seconds work has been due.
    """
    _only_for_watchmen()
    try:
        found, moment = watch.wellness(), now()
    except (DBAPIError, PoolTimeoutError):
        db.session.rollback()
        return jsonify(status=NO_DATABASE, silent=[], late={}), 503
    late = {lane: int((moment - since).total_seconds()) for lane, since in found.due_since.items()}
    status = "silent" if found.silent else "late" if late else "ok"
    return jsonify(status=status, silent=sorted(found.silent), late=late), 200 if status == "ok" else 503


@bp.get("/metrics")
@public
def tell_prometheus() -> ResponseReturnValue:
    """200 also when the database is away: that is among what is measured."""
    _only_for_watchmen()
    return Response(metrics.exposition(), content_type=metrics.CONTENT_TYPE)


def _only_for_watchmen() -> None:
    """This machine, or whoever has METRICS_TOKEN. To all others there is nothing here."""
    settings: Settings = current_app.extensions["belfry.settings"]
    given = request.headers.get("Authorization", "").removeprefix("Bearer ")
    knows = bool(settings.metrics_token) and hmac.compare_digest(given.encode(), settings.metrics_token.encode())
    # A proxy on this machine that nobody declared (TRUSTED_PROXIES) would make the whole world local.
    is_local = request.remote_addr in LOOPBACK and "X-Forwarded-For" not in request.headers
    if not (knows or is_local):
        abort(404)

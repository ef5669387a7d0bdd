"""Whether this process lives, and whether the whole can do its work."""

import hmac

from flask import Blueprint, abort, current_app, jsonify, request
from flask.typing import ResponseReturnValue
from sqlalchemy import text

from app.admin import watch
from app.extensions import db
from app.settings import Settings
from app.web.access import public

bp = Blueprint("health", __name__)
LOOPBACK = frozenset({"127.0.0.1", "::1"})


@bp.get("/healthz")
@public
def healthz() -> ResponseReturnValue:
    return jsonify(status="ok")


@bp.get("/readyz")
@public
def readyz() -> ResponseReturnValue:
    """200 when the database answers and everybody who works has been heard of lately; else 503, and who is silent."""
    if not _may_ask():
        abort(404)
    db.session.execute(text("SELECT 1"))
    silent = sorted(watch.silent())
    return jsonify(status="silent" if silent else "ok", silent=silent), 503 if silent else 200


def _may_ask() -> bool:
    settings: Settings = current_app.extensions["belfry.settings"]
    given = request.headers.get("Authorization", "").removeprefix("Bearer ")
    knows = bool(settings.metrics_token) and hmac.compare_digest(given.encode(), settings.metrics_token.encode())
    # A proxy on this machine that nobody declared (TRUSTED_PROXIES) would make the whole world local.
    is_local = request.remote_addr in LOOPBACK and "X-Forwarded-For" not in request.headers
    return knows or is_local

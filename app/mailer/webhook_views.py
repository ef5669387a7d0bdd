"""Where carriers tell what became of mails. No session, no cookie, no CSRF token: the signature is all that counts."""

import hashlib
from collections.abc import Callable

from flask import Blueprint, Response, abort, current_app, request

from app.kernel.clock import now
from app.mailer import inbound, signatures, webhooks
from app.mailer.kinds import Report
from app.settings import Settings
from app.web.access import by_signature

bp = Blueprint("webhooks", __name__)


@bp.post("/resend")
@by_signature
def resend() -> Response:
    """204 when it is kept, 401 for a signature that is wrong, stale or was seen before, 404 when none is expected."""
    secret, body = _settings().resend_webhook_secret or abort(404), request.get_data()
    is_theirs = signatures.is_from_resend(request.headers, body, secret, now().timestamp())
    event_id = request.headers.get("webhook-id") or request.headers.get("svix-id", "")
    return _accept(body, lambda: webhooks.of_resend(body, event_id), is_theirs=is_theirs)


@bp.post("/sendgrid")
@by_signature
def sendgrid() -> Response:
    """The same."""
    key, body = _settings().sendgrid_webhook_key or abort(404), request.get_data()
    is_theirs = signatures.is_from_sendgrid(request.headers, body, key, now().timestamp())
    return _accept(body, lambda: webhooks.of_sendgrid(body), is_theirs=is_theirs)


def _accept(body: bytes, read: Callable[[], list[Report]], *, is_theirs: bool) -> Response:
    if not is_theirs:
        return _answer(401)
    try:
        reports = read()
    except ValueError:
        return _answer(400)
    return _answer(204 if inbound.accept(_digest(body), reports) else 401)


def _digest(body: bytes) -> str:
    """Of what was signed: who, when and what. A signature itself may be written in more than one way."""
    headers = ("webhook-id", "svix-id", "webhook-timestamp", "svix-timestamp", "X-Twilio-Email-Event-Webhook-Timestamp")
    signed = "\n".join([request.path, *(request.headers.get(name, "") for name in headers)])
    return hashlib.sha256(signed.encode("utf-8", "replace") + b"\n" + body).hexdigest()


def _answer(status: int) -> Response:
    return Response("", status, mimetype="text/plain")


def _settings() -> Settings:
    settings: Settings = current_app.extensions["belfry.settings"]
    return settings

"""The hub of this app, put together from what the rooms below offer."""

from typing import cast

from flask import Flask, current_app

from app.kernel.tally import Standing
from app.live.receipts import Receipts
from app.live.since import since
from app.realtime import bell
from app.realtime.hub import Hub
from app.settings import Settings


def current_hub() -> Hub:
    return cast(Hub, current_app.extensions["belfry.hub"])


def shown() -> Receipts:
    """Alerts that were written to a socket."""
    return cast(Receipts, current_app.extensions["belfry.live.shown"])


def received() -> Receipts:
    """Alerts that a page says it has put before its reader."""
    return cast(Receipts, current_app.extensions["belfry.live.received"])


def init_app(app: Flask) -> None:
    """Call it once ``belfry.ended_sessions`` stands. The gunicorn hook calls ``belfry.farewells`` on SIGTERM."""
    settings: Settings = app.extensions["belfry.settings"]
    hub = Hub(
        app,
        settings.sockets_limit,
        since,
        ended=app.extensions["belfry.ended_sessions"],
        listen=lambda wake: bell.listen(settings.redis_url, wake),
    )
    app.extensions["belfry.hub"] = hub
    app.extensions["belfry.tally"].watch(Standing.OPEN_SOCKETS, lambda: float(hub.open_sockets))
    app.extensions["belfry.live.shown"] = Receipts(app, "belfry.shown")
    app.extensions["belfry.live.received"] = Receipts(app, "belfry.receipts")
    app.extensions.setdefault("belfry.farewells", []).append(hub.close_all)

"""The lines that this process keeps, one a lane: a connection, and what is known of the relays, outlive a turn."""

import threading
from typing import cast

from flask import Flask, current_app

from app.kernel.jobs import Lane
from app.mailer.kinds import RelayState
from app.mailer.line import Line

KEY = "belfry.mail_lines"
Lines = dict[tuple[Lane, int], Line]
"""By the thread as well: a conversation is one thread's. A worker has one."""


def line_of(lane: Lane) -> Line:
    """The line of a lane, made when first asked for."""
    settings, kept, key = current_app.extensions["belfry.settings"], _kept(current_app), (lane, threading.get_ident())
    known = kept.get(key)
    if known is None or known.mail_server != settings.mail_server:
        if known:
            known.hang_up()
        known = kept[key] = Line.from_settings(is_urgent=lane is Lane.URGENT_MAIL)
    return known


def hang_up(app: Flask) -> None:
    """End all that is open: this process ends, or nothing more is to come."""
    kept = _kept(app)
    while kept:
        kept.popitem()[1].hang_up()


def relay_states() -> dict[Lane, list[RelayState]]:
    """What this process knows of the relays, by lane: for metrics."""
    return {lane: line.states() for (lane, _thread), line in list(_kept(current_app).items())}


def _kept(app: Flask) -> Lines:
    return cast(Lines, app.extensions.setdefault(KEY, {}))

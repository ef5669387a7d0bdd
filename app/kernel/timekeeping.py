"""Processes that serve keep to the time of the database: it is the one clock that all of them can read.

On SQLite all are on one host, whose clock is theirs already.
"""

import threading

import structlog
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError

from app.extensions import db
from app.kernel import clock, glance

log = structlog.get_logger(__name__)

ASK_EVERY = 60.0
LONGEST_ANSWER = 1.0


def begin(app: Flask) -> None:
    """Ask now, and then once a minute in a thread of its own. Call it behind a fork."""
    if app.extensions["belfry.settings"].is_sqlite:
        return
    ask(app)
    threading.Thread(target=_go_on, args=(app,), name="timekeeping", daemon=True).start()


def ask(app: Flask) -> None:
    """Keep to what the database says; to what it said before, when it is away or took too long to be exact."""
    try:
        with app.app_context(), db.engines[glance.BIND].connect() as connection:
            connection.scalar(select(1))  # not the time that connecting takes
            began = clock.count()
            at = connection.scalar(select(func.clock_timestamp()))
            ended = clock.count()
    except SQLAlchemyError as error:
        log.warning("the time cannot be asked for", error=type(error).__name__)
        return
    if at is not None and ended - began <= LONGEST_ANSWER:
        clock.keep_to(at, (began + ended) / 2)


def _go_on(app: Flask) -> None:
    pause = threading.Event()
    while not pause.wait(ASK_EVERY):
        ask(app)

"""Looking into the mailbox that bounces come to: ``BOUNCE_MAILBOX``."""

import structlog
from flask import current_app

from app.extensions import db
from app.kernel.clock import now
from app.kernel.duties import Duty
from app.kernel.unit_of_work import unit_of_work
from app.mailer import dsn
from app.mailer.feedback import take_in
from app.mailer.mailbox import FAULTS, open_mailbox
from app.settings import Settings

log = structlog.get_logger(__name__)

AT_ONCE = 50


def look() -> None:
    """Take in some of what is new. Two clocks are harmless, and so is one that dies between reading and marking:
    news that are told twice count once.
    """
    settings: Settings = current_app.extensions["belfry.settings"]
    if not settings.bounce_mailbox:
        return
    try:
        with open_mailbox(settings.bounce_mailbox) as mailbox:
            for key, raw in mailbox.new(AT_ONCE):
                mailbox.mark(key, is_understood=_take_in(raw))
    except FAULTS as error:
        log.warning("the mailbox of bounces cannot be read", error=f"{type(error).__name__}: {error}"[:300])
    finally:
        db.session.remove()


def _take_in(raw: bytes) -> bool:
    """Whether the message told anything of a mail of ours. Whatever it holds, the next one is read."""
    try:
        reports = dsn.read(raw, now())
        with unit_of_work():
            known = [take_in(report) for report in reports]
    except Exception:
        log.exception("a message in the mailbox of bounces could not be read")
        return False
    return any(known)


DUTIES = (Duty("bounces", every=60.0, run=look, deadline=120.0),)

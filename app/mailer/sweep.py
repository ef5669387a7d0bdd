"""What was begun and never ended is taken up again, and what was never rung for is rung for."""

import structlog

from app.extensions import db
from app.kernel.clock import now
from app.kernel.duties import Duty
from app.kernel.jobs import Lane, bells
from app.mailer import queries
from app.mailer.claim import claim_of
from app.mailer.conclude import LOST, conclude
from app.mailer.expire import expire

log = structlog.get_logger(__name__)

MAIL_LANES = (Lane.URGENT_MAIL, Lane.MAIL)
AT_ONCE = 500


def sweep() -> None:
    """Free the letters of workers that went away, and ring for what is due.

    Run it every few seconds, on as many clocks as you like: each lease is ended once, as its holder would have.
    """
    lapsed = db.session.execute(queries.lapsed(now(), AT_ONCE)).all()
    freed = sum(conclude(claim_of(row, row.attempt_id), LOST) for row in lapsed)
    if freed:
        log.warning("letters of lost workers were freed", count=freed)
    for lane in MAIL_LANES:
        if queries.is_due(lane):
            bells().ring(lane)
    db.session.remove()


DUTIES = (Duty("mail_sweep", every=5.0, run=sweep), Duty("mail_expiry", every=2.0, run=expire))

"""What the mail lanes' workers run."""

import time

from app.kernel.jobs import Lane
from app.kernel.stopping import is_stopping
from app.mailer import deliver, queries
from app.mailer.lines import line_of

TURN_SECONDS = 10.0


def drain_urgent_mail() -> bool:
    """Send what emergencies wrote; True when more is due."""
    return drain(Lane.URGENT_MAIL)


def drain_mail() -> bool:
    """Send all other mail; True when more is due."""
    return drain(Lane.MAIL)


def drain(lane: Lane) -> bool:
    """Send letters one by one over one connection, beginning none after TURN_SECONDS; True when more is due.

    While every relay is left alone nothing is claimed: the next look is soon enough.
    """
    until, line = time.monotonic() + TURN_SECONDS, line_of(lane)
    while time.monotonic() < until and not is_stopping():
        if not line.is_ready() or not deliver.deliver_next(lane, line):
            line.rest()
            return False
    return queries.is_due(lane)

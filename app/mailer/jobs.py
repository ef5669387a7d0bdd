"""What the mail lanes' workers run."""

import time

from app.kernel.jobs import Lane
from app.kernel.stopping import is_stopping
from app.mailer import deliver, queries
from app.mailer.line import Line

TURN_SECONDS = 10.0


def drain_urgent_mail() -> bool:
    """Send what emergencies wrote; True when more is due."""
    return drain(Lane.URGENT_MAIL)


def drain_mail() -> bool:
    """Send all other mail; True when more is due."""
    return drain(Lane.MAIL)


def drain(lane: Lane) -> bool:
    """Send letters one by one over one connection, beginning none after TURN_SECONDS; True when more is due."""
    until = time.monotonic() + TURN_SECONDS
    with Line.from_settings() as line:
        while time.monotonic() < until and not is_stopping():
            if not deliver.deliver_next(lane, line):
                return False
    return queries.is_due(lane)

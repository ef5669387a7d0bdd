"""What the workers of the two fan-out lanes run."""

import time

import structlog

from app.kernel.away import is_database_away
from app.kernel.jobs import Lane
from app.kernel.stopping import is_stopping
from app.notifications import fan_out, telling
from app.notifications.errors import LeaseLostError
from app.notifications.kinds import Claim

TURN_SECONDS = 10.0
SLICE_SECONDS = 2.0
"""After so long a fan-out lets another school's go on, if one waits."""
WORKERS_DIED = "workers died of it"
log = structlog.get_logger(__name__)


def drain_alerts() -> bool:
    """Fan out emergencies; True when more is due."""
    return drain(Lane.ALERTS)


def drain_bulk() -> bool:
    """Fan out all other notifications; True when more is due.

    Of all workers this one has the time to stand in for a clock that has gone: numbers of reports go on moving.
    """
    more = drain(Lane.BULK)
    telling.tell_late()
    return more


def drain(lane: Lane) -> bool:
    """Take what is due, one after the other, for at most TURN_SECONDS."""
    until = time.monotonic() + TURN_SECONDS
    while time.monotonic() < until and not is_stopping():
        claim = fan_out.claim(lane)
        if claim is None:
            return False
        _attempt(claim, until)
    return True


def _attempt(claim: Claim, until: float) -> None:
    """One that cannot be fanned out must not keep the others of its lane waiting."""
    if claim.attempt > fan_out.MOST_ATTEMPTS:
        fan_out.set_aside(claim, WORKERS_DIED)
        return
    try:
        fan_out.work(claim, min(until, time.monotonic() + SLICE_SECONDS))
    except LeaseLostError:
        log.warning("fan-out was taken over", notification_id=str(claim.notification_id))
    except Exception as error:
        log.exception("fan-out failed", notification_id=str(claim.notification_id), attempt=claim.attempt)
        if claim.attempt >= fan_out.MOST_ATTEMPTS and not is_database_away(error):
            fan_out.set_aside(claim, type(error).__name__)
        else:
            fan_out.put_off(claim, fan_out.delay_after(claim.attempt))
